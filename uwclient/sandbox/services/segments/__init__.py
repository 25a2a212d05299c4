"""Segments: named groups of players, by attributes or by list."""
