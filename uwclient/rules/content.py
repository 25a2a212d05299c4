"""The known records of one kind of content, and the changes that a new reply makes in them."""

from __future__ import annotations

import json
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
        self._texts: dict[str, bytes] = {}
        self._places: dict[str, float] = {}
        self._ids: dict[bytes, str] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def id_with(self, text: bytes) -> str | None:
        """The id of the record that this text tells, so that it need not be decoded again."""
        return self._ids.get(text)

    def texts(self) -> Iterator[bytes]:
        """The text of every record, in the platform's order."""
        return iter(self._texts.values())

    def place_of(self, record_id: str) -> float:
        """Where a record stands among the others: the lower, the earlier."""
        return self._places[record_id]

    def replace(self, told: Iterable[Listed], throttle: Callable[[], None]) -> Changes:
        """Take in a whole reply; what is not in it is gone. Nothing changes when `told` raises.

        A record that comes with a text that is known says something else now: times, where the player has travelled.
        """
        newer = ContentIndex(self.kind)
        upserts = PackedRecords(self.kind)
        unplaced: list[str] = []
        before = ALWAYS
        for text, record_id, record in told:
            old_text, place = self._texts.get(record_id), self._places.get(record_id)
            newer._keep(record_id, text)
            if record is not None and (old_text is None or not _say_the_same(old_text, text)):
                upserts.put(record, 0.0 if place is None else place)
            if place is None:
                unplaced.append(record_id)
            else:
                newer._places[record_id] = place
                newer._place(unplaced, before, place, upserts, throttle)
                before, unplaced = place, []
            throttle()
        newer._place(unplaced, before, NEVER, upserts, throttle)
        removed: list[str] = []
        for record_id in self._texts:
            if record_id not in newer._texts:
                removed.append(record_id)
            throttle()
        self._become(newer, throttle)
        return Changes(self.kind, upserts, tuple(removed))

    def update(self, record: Record) -> Changes:
        """Take in one record that the platform told again."""
        upserts = PackedRecords(self.kind)
        old_text = self._texts.get(record.id)
        if old_text is not None and old_text != record.text and not _say_the_same(old_text, record.text):
            upserts.put(record, self._places[record.id])
            del self._ids[old_text]
            self._keep(record.id, record.text)
        return Changes(self.kind, upserts)

    def _keep(self, record_id: str, text: bytes) -> None:
        self._texts[record_id] = text
        self._ids[text] = record_id

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
            self._places[record_id] = before + number * step
            upserts.put_at(record_id, self._places[record_id])
            throttle()

    def _become(self, newer: ContentIndex, throttle: Callable[[], None]) -> None:
        """Know what a newer index knows, and drop the rest bit by bit: freeing megabytes at once costs a frame."""
        old: tuple[dict[Any, Any], ...] = (self._texts, self._places, self._ids)
        self._texts, self._places, self._ids = newer._texts, newer._places, newer._ids
        for values in old:
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
