"""Frozen values that the rooms of the client hand to each other and to the game."""
