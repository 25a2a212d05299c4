"""Records on their way from the worker to the game, packed into plain bytes.

This is how a refresh is kept from the garbage collector's notice. The collector runs after some hundreds of objects
that it watches were made and not freed again, and every so often it then visits all objects of the game: a dropped
frame. It watches records, tuples and dicts; it does not watch text, bytes and numbers. So what the worker keeps of
thousands of new records is bytes, and each becomes a record only on the game's thread, in the step that lets go of
the record before it. Whatever is kept for each record anywhere on this way must be plain, too.

Tuples are made of lists here, not of generators: those are made too long and cut, and Python, which keeps free tuples
by their lengths, then counts one more each time.
"""

from __future__ import annotations

import marshal
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from struct import Struct
from typing import Any, NamedTuple

from uwclient.models.campaign import Campaign, Condition, Operator, Quota, Trigger, TriggerType
from uwclient.models.content import (
    GameEvent,
    Kind,
    Message,
    Offer,
    PaymentData,
    Record,
    RemoteConfig,
    Survey,
)

_CLASSES: dict[Kind, type[Record]] = {
    Kind.EVENTS: GameEvent,
    Kind.MESSAGES: Message,
    Kind.OFFERS: Offer,
    Kind.REMOTE_CONFIGS: RemoteConfig,
    Kind.SURVEYS: Survey,
    Kind.CAMPAIGNS: Campaign,
}


class Span(NamedTuple):
    """When a record that is still packed starts and ends, and its place in the platform's list."""

    starts: float
    ends: float
    place: float


class PackedRecords:
    """Records of one kind by their ids, until they are taken out; that is when they are made.

    The worker may put newer ones in place of those that the game has not come to.
    """

    def __init__(self, kind: Kind, records: Iterable[Record] = ()) -> None:
        self.kind = kind
        self._lock = threading.Lock()  # what is known of one record changes at once
        self._texts: dict[str, bytes] = {}
        self._values: dict[str, bytes] = {}
        for record in records:
            self.put(record, record.place)

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._texts

    def put(self, record: Record, place: float) -> None:
        """Pack a record, in place of one with the same id."""
        self._put(record.id, record.text, _packed(record, place))

    def put_at(self, record_id: str, place: float) -> None:
        """Say where a record stands in the platform's list, if it is here."""
        with self._lock:
            values = self._values.get(record_id)
            if values is not None:
                self._values[record_id] = _placed(values, place)

    def put_from(self, other: PackedRecords, record_id: str) -> None:
        """Put in what another holds under this id; nothing when it holds it no longer."""
        with other._lock:
            text, values = other._texts.get(record_id), other._values.get(record_id, b"")
        if text is not None:
            self._put(record_id, text, values)

    def _put(self, record_id: str, text: bytes, values: bytes) -> None:
        with self._lock:
            self._texts[record_id] = text
            self._values[record_id] = values

    def copy(self) -> PackedRecords:
        """Another one that holds the same."""
        other = PackedRecords(self.kind)
        with self._lock:
            other._texts, other._values = dict(self._texts), dict(self._values)
        return other

    def update(self, newer: PackedRecords) -> None:
        """Put in all that another holds."""
        with newer._lock, self._lock:
            self._texts.update(newer._texts)
            self._values.update(newer._values)

    def span(self, record_id: str) -> Span | None:
        """When a record starts and ends, or None when it is not here."""
        with self._lock:
            values = self._values.get(record_id)
        return None if values is None else Span._make(_SPAN.unpack_from(values))

    def get(self, record_id: str) -> Record | None:
        """Make a record and leave it here too, or None when it is not here."""
        with self._lock:
            text, values = self._texts.get(record_id), self._values.get(record_id, b"")
        return None if text is None else _made(self.kind, text, values, record_id)

    def pop(self, record_id: str) -> Record | None:
        """Take a record out, or None when it is not here any more."""
        with self._lock:
            text, values = self._texts.pop(record_id, None), self._values.pop(record_id, b"")
            if text is not None and not self._texts:  # dicts that were large keep their memory when they are empty
                self._texts, self._values = {}, {}
        return None if text is None else _made(self.kind, text, values, record_id)

    def discard(self, record_id: str) -> None:
        """Drop a record, if it is here."""
        with self._lock:
            self._texts.pop(record_id, None)
            self._values.pop(record_id, None)

    def records(self) -> Iterator[Record]:
        """Each record, made for as long as it is looked at; they stay here."""
        for record_id in list(self._texts):
            record = self.get(record_id)
            if record is not None:
                yield record

    def free(self, throttle: Callable[[], None]) -> None:
        """Drop everything bit by bit: freeing megabytes at once would cost a frame."""
        for record_id in list(self._texts):
            self.discard(record_id)
            throttle()


_SPAN = Struct("ddd")
"""The span of a record, in front of its packed values."""

_ID = Record.__match_args__.index("id")
_TEXT = Record.__match_args__.index("text")
_COMPUTED = ("place", "_decoded")
_SLOTS: dict[type[Record], tuple[Callable[[Record, Any], None], ...]] = {
    cls: tuple([getattr(cls, name).__set__ for name in (*cls.__match_args__, *_COMPUTED)])
    for cls in _CLASSES.values()
}
"""What fills each slot of a new record: the constructor takes twice as long."""

_values_of: dict[type[Record], Callable[[Record], tuple[Any, ...]]] = {
    cls: attrgetter(*cls.__match_args__) for cls in _CLASSES.values()
}


def _packed(record: Record, place: float) -> bytes:
    """All that a record is made of, but its text, and first of all its span."""
    values = list(_values_of[type(record)](record))
    values[_TEXT] = None
    for at, (to_plain, _) in _PLAIN_FORMS[type(record)]:
        if values[at] is not None:
            values[at] = to_plain(values[at])
    return _SPAN.pack(record.starts, record.ends, place) + marshal.dumps(tuple(values))


def _placed(packed: bytes, place: float) -> bytes:
    """The same record at another place."""
    starts, ends, _ = _SPAN.unpack_from(packed)
    return _SPAN.pack(starts, ends, place) + packed[_SPAN.size :]


def _made(kind: Kind, text: bytes, packed: bytes, known_id: str | None = None) -> Record:
    cls = _CLASSES[kind]
    plain = marshal.loads(memoryview(packed)[_SPAN.size :])  # noqa: S302 - packed by `_packed` in this process
    *_, place = _SPAN.unpack_from(packed)
    values = [*plain, place, None]
    values[_TEXT] = text
    if known_id is not None:  # the same object as that of the others who know the record, for less memory
        values[_ID] = known_id
    for at, (_, from_plain) in _PLAIN_FORMS[cls]:
        if values[at] is not None:
            values[at] = from_plain(values[at])
    record = cls.__new__(cls)
    for fill, value in zip(_SLOTS[cls], values, strict=True):
        fill(record, value)
    return record


def _plain_trigger(trigger: Trigger) -> tuple[Any, ...]:
    return trigger.type.value, trigger.name, tuple([_plain_condition(condition) for condition in trigger.conditions])


def _trigger(plain: tuple[Any, ...]) -> Trigger:
    type_, name, conditions = plain
    return Trigger(TriggerType(type_), name, tuple([_condition(condition) for condition in conditions]))


def _plain_condition(condition: Condition) -> tuple[Any, ...]:
    name, operator, values, family = condition
    if family == "datetime":
        values = tuple([value.isoformat() for value in values])
    return name, operator.value, values, family


def _condition(plain: tuple[Any, ...]) -> Condition:
    name, operator, values, family = plain
    if family == "datetime":
        values = tuple([datetime.fromisoformat(value) for value in values])
    return Condition(name, Operator(operator), values, family)


def _plain_content(content: tuple[tuple[Kind, Record], ...]) -> tuple[Any, ...]:
    return tuple([(kind.value, record.text, _packed(record, record.place)) for kind, record in content])


def _content(plain: tuple[Any, ...]) -> tuple[tuple[Kind, Record], ...]:
    return tuple([(Kind(kind), _made(Kind(kind), *parts)) for kind, *parts in plain])


_moment = lru_cache(maxsize=1024)(datetime.fromisoformat)
"""Reads a start or an end: many records have the same, and share one object."""

_FORMS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "start_at": (datetime.isoformat, _moment),
    "end_at": (datetime.isoformat, _moment),
    "payment_data": (tuple, PaymentData._make),
    "trigger": (_plain_trigger, _trigger),
    "quota": (tuple, Quota._make),
    "content": (_plain_content, _content),
}
"""How values that are not plain become so, and back."""

_PLAIN_FORMS = {
    cls: tuple((at, _FORMS[name]) for at, name in enumerate(cls.__match_args__) if name in _FORMS)
    for cls in _CLASSES.values()
}
