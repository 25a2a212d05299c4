"""Owns the short notes that come up and go away by themselves (pure)."""

from __future__ import annotations

from collections import deque

from uwclient.ui.sanitize import plain

MOST_WAITING = 8
LONGEST = 200
SHORTEST_TIME = 2.5
TIME_PER_CHARACTER = 0.05


class Toasts:
    """Owns the notes that wait, and the one that is shown; each for as long as it takes to read."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._shown: str | None = None
        self._until = 0.0

    def __bool__(self) -> bool:
        """Whether there is any note."""
        return bool(self._waiting) or self._shown is not None

    def put(self, text: str) -> None:
        """Have a note wait; of too many the oldest is dropped."""
        text = " ".join(plain(text, LONGEST).split())
        if text:
            self._waiting.append(text)

    def clear(self) -> None:
        """Forget all notes."""
        self._waiting.clear()
        self._shown = None

    def shown(self, now: float) -> str | None:
        """The note to show at a monotonic moment."""
        if self._shown is not None and now >= self._until:
            self._shown = None
        if self._shown is None and self._waiting:
            self._shown = self._waiting.popleft()
            self._until = now + SHORTEST_TIME + TIME_PER_CHARACTER * len(self._shown)
        return self._shown
