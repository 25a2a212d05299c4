"""The order in which records come on the screen, one at a time."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from uwclient import Message, Offer, Record, Survey

Priority: TypeAlias = Callable[[Record], "float | None"]
"""Gives the priority of a record; the highest is shown first. None: it is not shown by itself."""


class Key(NamedTuple):
    """The identity of a record: records of different kinds may have the same id."""

    kind: str
    id: str


class _Waiting(NamedTuple):
    record: Record
    priority: float
    order: int


def _place(one: _Waiting) -> tuple[float, int]:
    return (-one.priority, one.order)


def key_of(record: Record) -> Key:
    """The key of a record."""
    return Key(type(record).__name__, record.id)


def default_priority(record: Record) -> float:
    """Surveys come first, then messages, then offers."""
    match record:
        case Survey():
            return 3.0
        case Message():
            return 2.0
        case Offer():
            return 1.0
    return 0.0


def priority_by(priority: Priority, record: Record) -> float | None:
    """The priority by a game's function; the default one when that fails."""
    try:
        found = priority(record)
        return None if found is None else float(found)
    except Exception:
        logging.getLogger("uwclient").exception("The priority of %r failed; it has the default one.", record)
        return default_priority(record)


class CardQueue:
    """The records that wait for the screen, and the one that is on it.

    A more important record never replaces the one on the screen. Only `hold` removes it, and then it is the first
    to come back.
    """

    def __init__(self) -> None:
        self._waiting: dict[Key, _Waiting] = {}
        self._current: Record | None = None
        self._holds: set[str] = set()
        self._orders = itertools.count()

    @property
    def current(self) -> Record | None:
        """The record on the screen, or that only a hold keeps off it."""
        return self._current

    @property
    def held(self) -> bool:
        """Whether any reason keeps the screen empty."""
        return bool(self._holds)

    @property
    def waiting(self) -> tuple[Record, ...]:
        """The records that wait, the next one first."""
        return tuple(one.record for one in sorted(self._waiting.values(), key=_place))

    @property
    def keys(self) -> tuple[Key, ...]:
        """Those of the records that wait, as they came."""
        return tuple(self._waiting)

    def __bool__(self) -> bool:
        """Whether a record waits or is on the screen."""
        return bool(self._waiting) or self._current is not None

    def holds(self, key: Key) -> bool:
        """Whether a record waits or is on the screen."""
        return key in self._waiting or (self._current is not None and key_of(self._current) == key)

    def hold(self, reason: str) -> None:
        """Keep the screen empty until this reason is released."""
        self._holds.add(reason)

    def release(self, reason: str) -> None:
        """Release a reason; one that holds nothing is ignored."""
        self._holds.discard(reason)

    def put(self, record: Record, priority: float) -> None:
        """Add a record. One that waits or is on the screen already is replaced by this version."""
        key = key_of(record)
        if key not in self._waiting and self.holds(key):
            self._current = record
            return
        before = self._waiting.get(key)
        order = next(self._orders) if before is None else before.order
        self._waiting[key] = _Waiting(record, priority, order)

    def renew(self, record: Record) -> None:
        """Replace a record by its newer version; one that is not in the queue is ignored."""
        key = key_of(record)
        if key in self._waiting:
            self._waiting[key] = self._waiting[key]._replace(record=record)
        elif self.holds(key):
            self._current = record

    def take_out(self, key: Key) -> None:
        """Remove a record from the queue and from the screen."""
        self._waiting.pop(key, None)
        if self._current is not None and key_of(self._current) == key:
            self._current = None

    def clear(self) -> None:
        """Remove all records."""
        self._waiting.clear()
        self._current = None

    def advance(self) -> Record | None:
        """Bring the next record on the screen if that is free; returns what is on it then."""
        if self._current is None and not self._holds and self._waiting:
            self._current = min(self._waiting.values(), key=_place).record
            del self._waiting[key_of(self._current)]
        return self._current
