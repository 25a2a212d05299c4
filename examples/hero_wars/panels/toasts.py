"""The one line at the bottom that tells what has just happened."""

from __future__ import annotations

from collections import deque

SHOW_TIME = 2.6
FADE_TIME = 0.25
MAX_WAITING = 4


class Toasts:
    """Short lines, one after another; when too many wait the oldest is dropped."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._age = 0.0

    @property
    def text(self) -> str | None:
        """The line to show now."""
        return self._lines[0] if self._lines else None

    @property
    def opacity(self) -> float:
        """0 to 1: fades in and out."""
        if not self._lines:
            return 0.0
        return max(0.0, min(1.0, self._age / FADE_TIME, (SHOW_TIME - self._age) / FADE_TIME))

    def say(self, text: str) -> None:
        """Queues a line, unless it is the last one already."""
        if self._lines and self._lines[-1] == text:
            return
        self._lines.append(text)
        while len(self._lines) > MAX_WAITING:
            del self._lines[1]

    def step(self, dt: float) -> None:
        """Moves on by `dt` seconds."""
        if not self._lines:
            return
        self._age += dt
        if self._age >= SHOW_TIME:
            self._lines.popleft()
            self._age = 0.0
