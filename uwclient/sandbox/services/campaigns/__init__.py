"""Triggered campaigns: content that starts when a player does something."""
