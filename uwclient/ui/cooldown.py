"""Decides when a card takes an answer: not right after it has come, and not while a player hammers keys."""

from __future__ import annotations

from collections.abc import Callable

GRACE = 0.4
"""Seconds without a press after which a card takes an answer: a press that was meant for the game must not answer."""

PAUSE = 0.4
"""Seconds between two cards."""


class Cooldown:
    """The time until the card on the screen takes an answer, or until the next card may come."""

    def __init__(self, monotonic: Callable[[], float], grace: float, pause: float) -> None:
        self._monotonic = monotonic
        self._grace = grace
        self._pause = pause
        self._ends = 0.0

    @property
    def is_over(self) -> bool:
        """Whether that time has passed."""
        return self._monotonic() >= self._ends

    def start(self) -> None:
        """Start the cooldown of a card that has come or changed."""
        self._ends = self._monotonic() + self._grace

    def pause(self) -> None:
        """Start the pause after a card."""
        self._ends = self._monotonic() + self._pause

    def takes_press(self) -> bool:
        """Whether a press counts. One that comes too early was meant for the game, and starts the cooldown again."""
        is_over = self.is_over
        if not is_over:
            self.start()
        return is_over
