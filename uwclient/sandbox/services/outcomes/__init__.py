"""Engagement outcomes of players."""
