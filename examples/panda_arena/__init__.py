"""Panda Arena: the live content of Hero Wars in a small Panda3D game."""
