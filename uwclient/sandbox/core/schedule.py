"""What will happen by itself, at a moment of the sandbox's clock."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime


class Schedule:
    """Owns the actions that have not happened yet; each happens once, however the clock is moved."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    @property
    def next_at(self) -> datetime | None:
        """The moment of the action that comes first; None when there is none."""
        return self._waiting[0][0] if self._waiting else None

    def add(self, moment: datetime, action: Callable[[], None]) -> None:
        """Run `action` once the clock has reached `moment`, after what was added earlier for that moment."""
        heapq.heappush(self._waiting, (moment, next(self._numbers), action))

    def run_due(self, now: datetime) -> None:
        """Run the actions whose moment has come, in the order of their moments."""
        while self._waiting and self._waiting[0][0] <= now:
            heapq.heappop(self._waiting)[2]()
