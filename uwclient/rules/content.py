"""The known records of one kind of content, and the changes that a new reply makes in them."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from uwclient.models.content import ALWAYS, NEVER, Kind, Listed, Record
from uwclient.models.notices import Changes
from uwclient.models.packed_records import PackedRecords

LARGEST_COMPARED = 32 * 1024
"""The maximum number of bytes of a record that is decoded to compare it. For a longer one any change of its text
counts as a change, because decoding it would delay a frame."""


class ContentIndex:
    """The texts of one kind's records as of the last reply. It is used on one thread.

    It keeps no records, only text and numbers: see `uwclient.models.packed_records`.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._ids: dict[bytes, str] = {}  # by their texts, in the platform's order
        self._places = array("d")  # in the same order

    def __len__(self) -> int:
        return len(self._places)

    def id_with(self, text: bytes) -> str | None:
        """The id of the record that this text tells, so that it need not be decoded again."""
        return self._ids.get(text)

    def texts(self) -> Iterator[bytes]:
        """The text of every record, in the platform's order."""
        return iter(self._ids)

    def places(self) -> dict[str, float]:
        """Where each record stands among the others: the lower, the earlier."""
        return dict(zip(self._ids.values(), self._places, strict=True))

    def extend(self, told: Iterable[Listed], throttle: Callable[[], None]) -> Changes:
        """Take in a few new records that follow those known. Nothing changes when `told` raises."""
        newer = ContentIndex(self.kind)
        upserts = PackedRecords(self.kind)
        for place, (text, record_id, record) in enumerate(told, len(self)):
            if record is not None:
                upserts.put(record, float(place))
            newer._ids[text] = record_id
            newer._places.append(place)
            throttle()
        self._ids.update(newer._ids)
        self._places.extend(newer._places)
        return Changes(self.kind, upserts, (), tuple(newer._ids.values()))

    def replace(self, told: Iterable[Listed], throttle: Callable[[], None]) -> Changes:
        """Take in a whole reply; what is not in it is gone. Nothing changes when `told` raises.

        A record that comes with a text that is known says something else now: times, where the player has travelled.
        """
        newer = ContentIndex(self.kind)
        upserts = PackedRecords(self.kind)
        texts = list(self._ids)
        numbers = self._numbers(throttle)  # of those that have not been told yet
        unplaced: list[str] = []
        new: list[str] = []
        before = ALWAYS
        for text, record_id, record in told:
            newer._ids[text] = record_id
            number = numbers.pop(record_id, None)
            place = 0.0 if number is None else self._places[number]
            if record is not None and (number is None or not _say_the_same(texts[number], text)):
                upserts.put(record, place)
            if number is None:
                unplaced.append(record_id)
            else:
                newer._place(unplaced, before, place, upserts, throttle)
                newer._places.append(place)
                new += unplaced
                before, unplaced = place, []
            throttle()
        newer._place(unplaced, before, NEVER, upserts, throttle)
        texts.clear()  # at once, for all of them are in the dict that is freed below
        removed = tuple(numbers)
        _free(numbers, throttle)
        ids, self._ids, self._places = self._ids, newer._ids, newer._places
        _free(ids, throttle)
        return Changes(self.kind, upserts, removed, (*new, *unplaced))

    def update(self, record: Record, throttle: Callable[[], None]) -> Changes:
        """Take in one record that the platform told again."""
        upserts = PackedRecords(self.kind)
        numbers = self._numbers(throttle)
        texts = list(self._ids)
        number = numbers.get(record.id)
        if number is not None and record.text != texts[number] and not _say_the_same(texts[number], record.text):
            upserts.put(record, self._places[number])
            texts[number] = record.text
            newer = {}
            for text, record_id in zip(texts, numbers, strict=True):
                newer[text] = record_id
                throttle()
            ids, self._ids = self._ids, newer
            _free(ids, throttle)
        _free(numbers, throttle)
        return Changes(self.kind, upserts)

    def _numbers(self, throttle: Callable[[], None]) -> dict[str, int]:
        """The number of each record in the platform's list; made when it is needed, because it takes megabytes."""
        numbers = {}
        for number, record_id in enumerate(self._ids.values()):
            numbers[record_id] = number
            throttle()
        return numbers

    def _place(
        self, ids: list[str], before: float, after: float, upserts: PackedRecords, throttle: Callable[[], None]
    ) -> None:
        """Give new records, which stand in a row, places between those of their neighbours, if there are any."""
        count = len(ids)
        step = 1.0
        if before == ALWAYS:
            before = (0.0 if after == NEVER else after) - (count + 1)
        elif before < after < NEVER:
            step = (after - before) / (count + 1)
        for number, record_id in enumerate(ids, 1):
            self._places.append(before + number * step)
            upserts.put_at(record_id, self._places[-1])
            throttle()


def _free(values: dict[Any, Any], throttle: Callable[[], None]) -> None:
    """Empty a dict bit by bit: freeing megabytes at once costs a frame."""
    while values:
        values.popitem()
        throttle()


def _say_the_same(old: bytes, new: bytes) -> bool:
    """Whether two texts with one id say the same in another order or spacing; for texts that differ."""
    if old == new or max(len(old), len(new)) > LARGEST_COMPARED:
        return False
    try:
        before, now = json.loads(old), json.loads(new)
        return before == now and _canonical(before) == _canonical(now)
    except (ValueError, RecursionError):  # long nested values are not decoded before somebody reads them
        return False


def _canonical(value: Any) -> str:
    """Encode a value in a canonical form; in Python 1, 1.0 and True are equal."""
    return json.dumps(value, sort_keys=True)
