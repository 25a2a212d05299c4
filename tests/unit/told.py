"""Records as a reply tells them, for tests that need no JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uwclient.models.content import Kind, Listed, Record
from uwclient.models.notices import Changes
from uwclient.models.packed_records import PackedRecords
from uwclient.rules.content import ContentIndex


def told(index: ContentIndex, records: Iterable[Record]) -> Iterator[Listed]:
    """What a parser makes of these records: those whose text is known are not decoded."""
    for record in records:
        known_id = index.id_with(record.text)
        yield Listed(record.text, known_id or record.id, record if known_id is None else None)


def changes(kind: Kind, records: Iterable[Record] = (), removed: tuple[str, ...] = ()) -> Changes:
    """Changes that bring these records."""
    return Changes(kind, PackedRecords(kind, records), removed)
