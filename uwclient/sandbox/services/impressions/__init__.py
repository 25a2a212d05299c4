"""Impressions of messages and offers: what a player was shown, and what became of it."""
