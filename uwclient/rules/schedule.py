"""A priority queue of keys by the time at which they are due."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

NOTHING_DUE = float("inf")


class Schedule(Generic[K]):
    """Keys, each with the time at which it is due. Peeking is O(1); setting, discarding and popping are O(log n).

    Of keys that are due at the same time, the lowest `turn` comes first, then the lowest `place`, then the one set
    first.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, float, int, K]] = []
        self._current: dict[K, tuple[float, int, float, int, K]] = {}
        self._set_count = 0

    def __len__(self) -> int:
        return len(self._current)

    def __contains__(self, key: K) -> bool:
        return key in self._current

    @property
    def next_at(self) -> float:
        """The earliest time at which a key is due, or infinity if there is none."""
        return self._heap[0][0] if self._heap else NOTHING_DUE

    @property
    def next_key(self) -> K | None:
        """The key that is due first, or None."""
        return self._heap[0][-1] if self._heap else None

    def set(self, key: K, at: float, turn: int = 0, place: float = 0.0) -> None:
        """Make `key` due at `at`, which replaces its earlier time; infinity discards it."""
        if at == NOTHING_DUE:
            self.discard(key)
            return
        self._set_count += 1
        entry = self._current[key] = (at, turn, place, self._set_count, key)
        heapq.heappush(self._heap, entry)
        self._drop_replaced()

    def discard(self, key: K) -> None:
        """Remove `key`, if it is scheduled."""
        if self._current.pop(key, None) is not None:
            self._drop_replaced()

    def clear(self) -> None:
        """Remove all keys."""
        self._heap.clear()
        self._current.clear()

    def pop_due(self, now: float) -> K | None:
        """Remove and return the first key that is due at or before `now`, or None."""
        if not self._heap or self._heap[0][0] > now:
            return None
        key = heapq.heappop(self._heap)[-1]
        del self._current[key]
        self._drop_replaced()
        return key

    def _drop_replaced(self) -> None:
        """Remove replaced entries from the top of the heap, and keep it at most twice as long as needed."""
        heap, current = self._heap, self._current
        while heap and current.get(heap[0][-1]) is not heap[0]:
            heapq.heappop(heap)
        if len(heap) > 64 and len(heap) > 2 * len(current):
            self._heap = list(current.values())
            heapq.heapify(self._heap)
