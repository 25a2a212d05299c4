"""Frozen values that the packages of the client pass to each other and to the game."""
