"""The known records of one kind of content, and the changes that a new reply makes in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from uwclient.models.content import ALWAYS, NEVER, Kind, Record, set_place
from uwclient.models.notices import Changes

LARGEST_COMPARED = 32 * 1024
"""The maximum number of bytes of a record that is decoded to compare it. For a longer one any change of its text
counts as a change, because decoding it would delay a frame."""


class ContentIndex:
    """The records of one kind as of the last reply. It is used on one thread."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._by_id: dict[str, Record] = {}
        self._by_text: dict[bytes, Record] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def record_with(self, text: bytes) -> Record | None:
        """Return the record with exactly this text, so that it need not be decoded again."""
        return self._by_text.get(text)

    def texts(self) -> Iterator[bytes]:
        """Return the text of every record, in the platform's order."""
        return (record.text for record in self._by_id.values())

    def replace(self, records: Iterator[Record], throttle: Callable[[], None]) -> Changes:
        """Replace all records by those of a reply, and return the changes. Nothing changes when `records` raises."""
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
                set_place(kept, old.place)
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
        """Replace one record that was loaded again, and return the changes; an unknown record is ignored."""
        old = self._by_id.get(record.id)
        if old is None or _same(old, record):
            return Changes(self.kind)
        set_place(record, old.place)
        self._by_text.pop(old.text, None)
        self._by_id[record.id] = self._by_text[record.text] = record
        return Changes(self.kind, {record.id: record})


def _place(records: list[Record], before: float, after: float, throttle: Callable[[], None]) -> None:
    """Give consecutive new records places between those of their neighbours, if there are any."""
    count = len(records)
    step = 1.0
    if before == ALWAYS:
        before = (0.0 if after == NEVER else after) - (count + 1)
    elif before < after < NEVER:
        step = (after - before) / (count + 1)
    for number, record in enumerate(records, 1):
        set_place(record, before + number * step)
        throttle()


def _same(old: Record, new: Record) -> bool:
    """Whether two records with the same id are equal, apart from the order and spacing of their JSON."""
    if old.text == new.text:
        return old is new or old == new  # the same text means another time in another time zone
    if max(len(old.text), len(new.text)) > LARGEST_COMPARED:
        return False
    try:
        return _canonical(old.text) == _canonical(new.text)
    except (ValueError, RecursionError):  # invalid JSON in a nested value, which is not decoded before it is read
        return False


def _canonical(text: bytes) -> str:
    """Encode JSON in a canonical form; comparing decoded values would take 1, 1.0 and True as equal."""
    return json.dumps(json.loads(text), sort_keys=True)


def _free(old: dict[str, Record] | dict[bytes, Record], throttle: Callable[[], None]) -> None:
    """Empty a dict in small steps, because freeing megabytes at once would delay a frame."""
    while old:
        old.popitem()
        throttle()
