"""Owns the HTTP face of the platform: a file per service, each a Flask blueprint below a player's path."""
