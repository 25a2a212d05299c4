"""Owns when a card takes answers: not right after it has come, and not while a player hammers keys."""

from __future__ import annotations

from collections.abc import Callable

GRACE = 0.4
"""Seconds without a press after which a card takes answers: a press that was meant for the game must give none."""

PAUSE = 0.4
"""Seconds between two cards."""


class Grace:
    """Owns the moment from which on a card takes answers, or the next one may come."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends = 0.0

    @property
    def is_over(self) -> bool:
        """Whether that moment has come."""
        return self._monotonic() >= self._ends

    def begin(self) -> None:
        """A card has come, or says something else."""
        self._ends = self._monotonic() + GRACE

    def pause(self) -> None:
        """A card has gone."""
        self._ends = self._monotonic() + PAUSE

    def takes_press(self) -> bool:
        """Whether a press counts; one that comes too early was meant for the game, and begins the grace anew."""
        is_over = self.is_over
        if not is_over:
            self.begin()
        return is_over
