"""The one line at the bottom that tells what has just happened."""

from __future__ import annotations

from .timed_queue import TimedQueue

SHOW_TIME = 2.6
FADE_TIME = 0.25
MAX_WAITING = 4


class Toasts(TimedQueue[str]):
    """Short lines, one after another; when too many wait the oldest is dropped."""

    def __init__(self) -> None:
        super().__init__(SHOW_TIME)

    @property
    def opacity(self) -> float:
        """0 to 1: fades in and out."""
        if not self.items:
            return 0.0
        return max(0.0, min(1.0, self.age / FADE_TIME, (SHOW_TIME - self.age) / FADE_TIME))

    def say(self, text: str) -> None:
        """Queues a line, unless it is the last one already."""
        if self.items and self.items[-1] == text:
            return
        self.items.append(text)
        while len(self.items) > MAX_WAITING:
            del self.items[1]
