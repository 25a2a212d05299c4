"""The big letters of great moments: a new level, a boss, a victory."""

from __future__ import annotations

from dataclasses import dataclass

from .timed_queue import TimedQueue

SHOW_TIME = 1.7
FADE_TIME = 0.3


@dataclass(frozen=True, slots=True)
class Proclamation:
    """Big letters, and a smaller line below them."""

    title: str
    line: str = ""


class Herald(TimedQueue[Proclamation]):
    """Proclaims one thing after another."""

    def __init__(self) -> None:
        super().__init__(SHOW_TIME)

    @property
    def entrance(self) -> float:
        """0 to 1 while the letters come."""
        return min(1.0, self.age / FADE_TIME)

    @property
    def opacity(self) -> float:
        """1, falling to 0 at the end."""
        return max(0.0, min(1.0, (SHOW_TIME - self.age) / FADE_TIME))

    def proclaim(self, title: str, line: str = "") -> None:
        """Queues big letters."""
        self.items.append(Proclamation(title, line))
