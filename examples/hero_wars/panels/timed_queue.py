"""A queue whose items are shown one after another, each for the same time."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class TimedQueue(Generic[Item]):
    """Items that are shown for `show_time` seconds each, the first in front."""

    def __init__(self, show_time: float) -> None:
        self.items: deque[Item] = deque()
        self.age = 0.0
        self._show_time = show_time

    @property
    def current(self) -> Item | None:
        """The item to show now."""
        return self.items[0] if self.items else None

    def step(self, dt: float) -> None:
        """Moves on by `dt` seconds."""
        if not self.items:
            return
        self.age += dt
        if self.age >= self._show_time:
            self.items.popleft()
            self.age = 0.0
