"""A priority queue of keys by the time at which they are due."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterator
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

NOTHING_DUE = float("inf")
FREED_AT_ONCE = 100

_WIDTH = 4
"""How many numbers a rank has: moment, turn, place, and how many times something was set before."""


class Schedule(Generic[K]):
    """Keys, each with the time at which it is due. Peeking is O(1); setting, discarding and popping are O(log n).

    Of keys that are due at one moment the lowest `turn` comes first, then the lowest `place`, then the one set first.

    It is a binary heap that knows the position of each key, so that a key whose moment changes is moved, and nothing
    of the old moment is left: clearing thousands of replaced entries away at once would cost a frame. The numbers by
    which keys are compared stand one after the other in an array: a tuple for each key would take four times as much
    memory, and the garbage collector would visit it.
    """

    def __init__(self) -> None:
        self._keys: list[K] = []
        self._ranks = array("d")
        self._positions: dict[K, int] = {}
        self._set_count = 0

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: K) -> bool:
        return key in self._positions

    @property
    def next_at(self) -> float:
        """The earliest time at which a key is due, or infinity if there is none."""
        return self._ranks[0] if self._keys else NOTHING_DUE

    def next_at_besides(self, key: K) -> float:
        """The earliest time at which another key than this one is due, or infinity if there is none."""
        if self._keys and self._keys[0] == key:
            return min(self._ranks[_WIDTH : 3 * _WIDTH : _WIDTH], default=NOTHING_DUE)
        return self.next_at

    @property
    def next_key(self) -> K | None:
        """The key that is due first, or None."""
        return self._keys[0] if self._keys else None

    @property
    def next_rank(self) -> tuple[float, ...]:
        """The moment, turn and place of the key that is due first, for comparing it with those of other schedules."""
        return tuple(self._ranks[: _WIDTH - 1]) if self._keys else (NOTHING_DUE,)

    def due_at(self, key: K) -> float:
        """When `key` is due; infinity when it never is."""
        position = self._positions.get(key)
        return NOTHING_DUE if position is None else self._ranks[_WIDTH * position]

    def set(self, key: K, at: float, turn: int = 0, place: float = 0.0) -> None:
        """Make `key` due at `at`, which replaces its earlier time; infinity discards it."""
        if at == NOTHING_DUE:
            self.discard(key)
            return
        self._set_count += 1
        rank = array("d", (at, turn, place, self._set_count))
        position = self._positions.get(key)
        if position is None:
            position = len(self._keys)
            self._keys.append(key)
            self._ranks.extend(rank)
        else:
            key = self._keys[position]  # keys may be many objects each: one of two equal ones is kept
        self._move(position, key, rank)

    def discard(self, key: K) -> None:
        """Make `key` never due."""
        position = self._positions.pop(key, None)
        if position is None:
            return
        last, rank = self._keys.pop(), self._ranks[-_WIDTH:]
        del self._ranks[-_WIDTH:]
        if position < len(self._keys):
            self._move(position, last, rank)

    def clear(self) -> Iterator[int]:
        """Remove all keys now, and return steps that free their memory: that of thousands at once would cost a frame.

        Each step yields 0, as those of a pump that send no signal.
        """
        keys, positions = self._keys, self._positions
        self._keys, self._ranks, self._positions = [], array("d"), {}
        return _freed(keys, positions)

    def pop_due(self, now: float) -> K | None:
        """Remove and return the first key that is due at or before `now`, or None."""
        if not self._keys or self._ranks[0] > now:
            return None
        key = self._keys[0]
        self.discard(key)
        return key

    def _move(self, position: int, key: K, rank: array[float]) -> None:
        """Put a key where it belongs, seen from this position: up while it comes before its parent, else down."""
        while position > 0 and rank < (above := self._rank(parent := (position - 1) // 2)):
            self._put(position, self._keys[parent], above)
            position = parent
        while (child := self._first_child(position)) is not None and (below := self._rank(child)) < rank:
            self._put(position, self._keys[child], below)
            position = child
        self._put(position, key, rank)

    def _rank(self, position: int) -> array[float]:
        return self._ranks[_WIDTH * position : _WIDTH * (position + 1)]

    def _put(self, position: int, key: K, rank: array[float]) -> None:
        self._keys[position] = key
        self._ranks[_WIDTH * position : _WIDTH * (position + 1)] = rank
        self._positions[key] = position

    def _first_child(self, position: int) -> int | None:
        """Which of the two entries below comes first, if there are any."""
        left = 2 * position + 1
        if left + 1 < len(self._keys) and self._rank(left + 1) < self._rank(left):
            return left + 1
        return left if left < len(self._keys) else None


def _freed(keys: list[Any], positions: dict[Any, int]) -> Iterator[int]:
    while keys:
        del keys[-FREED_AT_ONCE:]
        yield 0
    while positions:
        for _ in range(min(FREED_AT_ONCE, len(positions))):
            positions.popitem()
        yield 0
