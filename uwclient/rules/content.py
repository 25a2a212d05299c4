"""Owns what the platform last told of one kind of content, and finds what a newer reply changes in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from uwclient.models.content import ALWAYS, NEVER, Kind, Record, put_at
from uwclient.models.notices import Changes

LARGEST_COMPARED = 32 * 1024
"""Bytes: of a longer record any change of its text counts, because decoding it would cost a frame."""


class ContentIndex:
    """Owns the records of one kind as last told. It is changed by whole replies, on one thread."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._by_id: dict[str, Record] = {}
        self._by_text: dict[bytes, Record] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def record_with(self, text: bytes) -> Record | None:
        """The record whose text is exactly this, so that it need not be decoded again."""
        return self._by_text.get(text)

    def texts(self) -> Iterator[bytes]:
        """The text of every record, in the platform's order."""
        return (record.text for record in self._by_id.values())

    def replace(self, records: Iterator[Record], throttle: Callable[[], None]) -> Changes:
        """Take in a whole reply; what is not in it is gone. Nothing changes when `records` raises."""
        by_id: dict[str, Record] = {}
        by_text: dict[bytes, Record] = {}
        upserts: dict[str, Record] = {}
        unplaced: list[Record] = []
        before = ALWAYS
        for new in records:
            old = self._by_id.get(new.id)
            kept = old if old is not None and _same(old, new) else new
            by_id[new.id] = by_text[new.text] = kept
            if kept is not old:
                upserts[new.id] = kept
            if old is None:
                unplaced.append(new)
            else:
                put_at(kept, old.place)
                _place(unplaced, before, old.place, throttle)
                before, unplaced = old.place, []
            throttle()
        _place(unplaced, before, NEVER, throttle)
        removed = tuple(record_id for record_id in self._by_id if record_id not in by_id)
        old_by_id, old_by_text = self._by_id, self._by_text
        self._by_id, self._by_text = by_id, by_text
        _free(old_by_id, throttle)
        _free(old_by_text, throttle)
        return Changes(self.kind, upserts, removed)

    def update(self, record: Record) -> Changes:
        """Take in one record that the platform told again."""
        old = self._by_id.get(record.id)
        if old is None or _same(old, record):
            return Changes(self.kind)
        put_at(record, old.place)
        self._by_text.pop(old.text, None)
        self._by_id[record.id] = self._by_text[record.text] = record
        return Changes(self.kind, {record.id: record})


def _place(records: list[Record], before: float, after: float, throttle: Callable[[], None]) -> None:
    """Give new records, which stand in a row, places between those of their neighbours, if there are any."""
    count = len(records)
    step = 1.0
    if before == ALWAYS:
        before = (0.0 if after == NEVER else after) - (count + 1)
    elif before < after < NEVER:
        step = (after - before) / (count + 1)
    for number, record in enumerate(records, 1):
        put_at(record, before + number * step)
        throttle()


def _same(old: Record, new: Record) -> bool:
    """Whether two records with one id say the same, whatever the order and spacing of their JSON."""
    if old.text == new.text:
        return old is new or old == new  # one text may mean two times, where the player has travelled
    if max(len(old.text), len(new.text)) > LARGEST_COMPARED:
        return False
    try:
        return _canonical(old.text) == _canonical(new.text)
    except (ValueError, RecursionError):  # long nested values are not decoded before somebody reads them
        return False


def _canonical(text: bytes) -> str:
    """One spelling for all texts that say the same. Python takes 1, 1.0 and true for equal; games do not."""
    return json.dumps(json.loads(text), sort_keys=True)


def _free(old: dict[str, Record] | dict[bytes, Record], throttle: Callable[[], None]) -> None:
    """Drop what is not used any more bit by bit: freeing megabytes at once would cost a frame."""
    while old:
        old.popitem()
        throttle()
