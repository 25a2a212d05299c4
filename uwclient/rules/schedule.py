"""A priority queue of keys by the time at which they are due."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

NOTHING_DUE = float("inf")
FREED_AT_ONCE = 100


class Schedule(Generic[K]):
    """Keys, each with the time at which it is due. Peeking is O(1); setting, discarding and popping are O(log n).

    Of keys that are due at one moment the lowest `turn` comes first, then the lowest `place`, then the one set first.

    It is a binary heap that knows the position of each key, so that a key whose moment changes is moved, and nothing
    of the old moment is left: clearing thousands of replaced entries away at once would cost a frame.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, float, int, K]] = []
        self._positions: dict[K, int] = {}
        self._set_count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def __contains__(self, key: K) -> bool:
        return key in self._positions

    @property
    def next_at(self) -> float:
        """The earliest time at which a key is due, or infinity if there is none."""
        return self._heap[0][0] if self._heap else NOTHING_DUE

    def next_at_besides(self, key: K) -> float:
        """The earliest time at which another key than this one is due, or infinity if there is none."""
        if self._heap and self._heap[0][-1] == key:
            return min((entry[0] for entry in self._heap[1:3]), default=NOTHING_DUE)
        return self.next_at

    @property
    def next_key(self) -> K | None:
        """The key that is due first, or None."""
        return self._heap[0][-1] if self._heap else None

    def due_at(self, key: K) -> float:
        """When `key` is due; infinity when it never is."""
        position = self._positions.get(key)
        return NOTHING_DUE if position is None else self._heap[position][0]

    def set(self, key: K, at: float, turn: int = 0, place: float = 0.0) -> None:
        """Make `key` due at `at`, which replaces its earlier time; infinity discards it."""
        if at == NOTHING_DUE:
            self.discard(key)
            return
        self._set_count += 1
        position = self._positions.get(key)
        if position is None:
            position = len(self._heap)
            self._heap.append((at, turn, place, self._set_count, key))
        else:
            known = self._heap[position][-1]  # keys may be many objects each: one of two equal ones is kept
            self._heap[position] = (at, turn, place, self._set_count, known)
        self._move(position)

    def discard(self, key: K) -> None:
        """Make `key` never due."""
        position = self._positions.pop(key, None)
        if position is None:
            return
        last = self._heap.pop()
        if position < len(self._heap):
            self._heap[position] = last
            self._move(position)

    def clear(self) -> Iterator[int]:
        """Remove all keys now, and return steps that free their memory: that of thousands at once would cost a frame.

        Each step yields 0, as those of a pump that send no signal.
        """
        heap, positions = self._heap, self._positions
        self._heap, self._positions = [], {}
        return _freed(heap, positions)

    def pop_due(self, now: float) -> K | None:
        """Remove and return the first key that is due at or before `now`, or None."""
        if not self._heap or self._heap[0][0] > now:
            return None
        key = self._heap[0][-1]
        self.discard(key)
        return key

    def _move(self, position: int) -> None:
        """Bring the entry at this position to where it belongs: up while it comes before its parent, else down."""
        heap, positions = self._heap, self._positions
        entry = heap[position]
        while position > 0 and entry < heap[parent := (position - 1) // 2]:
            heap[position] = heap[parent]
            positions[heap[position][-1]] = position
            position = parent
        while (child := self._first_child(position)) is not None and heap[child] < entry:
            heap[position] = heap[child]
            positions[heap[position][-1]] = position
            position = child
        heap[position] = entry
        positions[entry[-1]] = position

    def _first_child(self, position: int) -> int | None:
        """Which of the two entries below comes first, if there are any."""
        heap = self._heap
        left = 2 * position + 1
        if left + 1 < len(heap) and heap[left + 1] < heap[left]:
            return left + 1
        return left if left < len(heap) else None


def _freed(heap: list[Any], positions: dict[Any, int]) -> Iterator[int]:
    while heap:
        del heap[-FREED_AT_ONCE:]
        yield 0
    while positions:
        for _ in range(min(FREED_AT_ONCE, len(positions))):
            positions.popitem()
        yield 0
