"""The big letters of great moments: a new level, a boss, a victory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

SHOW_TIME = 1.7
FADE_TIME = 0.3


@dataclass(frozen=True, slots=True)
class Proclamation:
    """Big letters, and a smaller line below them."""

    title: str
    line: str = ""


class Herald:
    """Proclaims one thing after another."""

    def __init__(self) -> None:
        self._waiting: deque[Proclamation] = deque()
        self._age = 0.0

    @property
    def current(self) -> Proclamation | None:
        """What is proclaimed now."""
        return self._waiting[0] if self._waiting else None

    @property
    def entrance(self) -> float:
        """0 to 1 while the letters come."""
        return min(1.0, self._age / FADE_TIME)

    @property
    def opacity(self) -> float:
        """1, falling to 0 at the end."""
        return max(0.0, min(1.0, (SHOW_TIME - self._age) / FADE_TIME))

    def proclaim(self, title: str, line: str = "") -> None:
        """Queues big letters."""
        self._waiting.append(Proclamation(title, line))

    def step(self, dt: float) -> None:
        """Moves on by `dt` seconds."""
        if not self._waiting:
            return
        self._age += dt
        if self._age >= SHOW_TIME:
            self._waiting.popleft()
            self._age = 0.0
