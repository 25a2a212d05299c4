"""What a world raises when its time cannot go on."""

from __future__ import annotations


class TimeStuckError(RuntimeError):
    """The world's time does not go on; the message names who holds it, or who always has something to do again."""
