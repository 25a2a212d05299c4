"""Releases: what was shared with an environment, frozen as it was."""
