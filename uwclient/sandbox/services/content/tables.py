"""Owns the published content, and the lists of it that were made for players in the same situation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.times import instant, zone_named
from uwclient.sandbox.services.content.records import Moment, Record

_TABLE = """CREATE TABLE IF NOT EXISTS content (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, start_at INTEGER NOT NULL, start_tz TEXT NOT NULL,
    end_at INTEGER, end_tz TEXT, segments TEXT NOT NULL, environments TEXT NOT NULL, record TEXT NOT NULL)"""
_KEPT_LISTS = 32


@dataclass(frozen=True, slots=True)
class Viewer:
    """Owns all of a player that decides what the player sees; two players alike see the same list."""

    environment: str
    segments: frozenset[str]
    timezone: str


class Targeted(Protocol):
    """Owns nothing: what is meant for players in some segments and environments; none of either is all."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments it is for."""
        ...

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments it is in."""
        ...


@dataclass(frozen=True, slots=True)
class ContentList:
    """Owns one reply `{"active": [...], "upcoming": [...]}` and the time (milliseconds) it holds good for."""

    body: bytes
    etag: str
    good_from: int | None
    good_until: int | None

    def is_good_at(self, now: int) -> bool:
        """Whether nothing in the list starts or ends between when it was made and `now`."""
        after = self.good_from is None or now >= self.good_from
        return after and (self.good_until is None or now < self.good_until)


class Content:
    """Owns the table of published content, a copy of it in memory to decide from, and a few finished lists.

    It is not thread-safe by itself.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)
        storage.add_column("content", "questions", "TEXT NOT NULL DEFAULT '[]'")
        rows = storage.rows("SELECT * FROM content ORDER BY rowid")
        self._records = {record.id: record for record in map(_record, rows)}
        self._lists: dict[tuple[str, Viewer, int | None], ContentList] = {}

    def ids(self) -> list[str]:
        """The ids of everything that is published, in the order it was published."""
        return list(self._records)

    def find(self, record_id: str) -> Record | None:
        """The published record of that id, of any kind."""
        return self._records.get(record_id)

    def put(self, record: Record) -> None:
        """Publish a record, or replace the one of that id."""
        self._storage.run(
            "INSERT INTO content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "kind = excluded.kind, start_at = excluded.start_at, start_tz = excluded.start_tz, "
            "end_at = excluded.end_at, end_tz = excluded.end_tz, segments = excluded.segments, "
            "environments = excluded.environments, record = excluded.record, questions = excluded.questions",
            _row(record),
        )
        self._records[record.id] = record
        self._lists.clear()

    def remove(self, record_id: str) -> None:
        """Withdraw a record, if it is there."""
        self._storage.run("DELETE FROM content WHERE id = ?", (record_id,))
        self._records.pop(record_id, None)
        self._lists.clear()

    def list_for(self, kind: str, viewer: Viewer, now: int, starts_before: int | None) -> ContentList:
        """What a viewer sees of one kind at `now`; of the upcoming what starts before `starts_before`."""
        key = (kind, viewer, starts_before)
        known = self._lists.get(key)
        if known is not None and known.is_good_at(now):
            return known
        records = [record for record in self._records.values() if record.kind == kind]
        made = _make_list(records, viewer, now, starts_before)
        if len(self._lists) >= _KEPT_LISTS:
            self._lists.clear()
        self._lists[key] = made
        return made


def may_see(targeted: Targeted, viewer: Viewer) -> bool:
    """Whether something is for a viewer: in this environment, and for everybody or a segment of theirs."""
    here = not targeted.environments or viewer.environment in targeted.environments
    return here and (not targeted.segments or not viewer.segments.isdisjoint(targeted.segments))


def window(record: Record, zone: ZoneInfo) -> tuple[int, int | None]:
    """The instants (milliseconds since 1970) at which a record starts and ends for players in `zone`."""
    end = None if record.end is None else instant(record.end.at, record.end.tz, zone)
    return instant(record.start.at, record.start.tz, zone), end


def _make_list(records: Sequence[Record], viewer: Viewer, now: int, starts_before: int | None) -> ContentList:
    zone = zone_named(viewer.timezone)
    active: list[str] = []
    upcoming: list[str] = []
    edges: set[int] = set()
    for record in records:
        if not may_see(record, viewer):
            continue
        start, end = window(record, zone)
        edges.update((start,) if end is None else (start, end))
        if end is not None and end <= now:
            continue
        if start <= now:
            active.append(record.text)
        elif starts_before is None or start < starts_before:
            upcoming.append(record.text)
    body = f'{{"active":[{",".join(active)}],"upcoming":[{",".join(upcoming)}]}}'.encode()
    return ContentList(
        body,
        hashlib.blake2b(body, digest_size=16).hexdigest(),
        max((edge for edge in edges if edge <= now), default=None),
        min((edge for edge in edges if edge > now), default=None),
    )


def _row(record: Record) -> tuple[Any, ...]:
    end = (None, None) if record.end is None else (record.end.at, record.end.tz)
    return (
        record.id,
        record.kind,
        record.start.at,
        record.start.tz,
        *end,
        json.dumps(record.segments),
        json.dumps(record.environments),
        record.text,
        record.questions,
    )


def _record(row: tuple[Any, ...]) -> Record:
    record_id, kind, start_at, start_tz, end_at, end_tz, segments, environments, text, questions = row
    end = None if end_at is None else Moment(end_at, end_tz)
    start = Moment(start_at, start_tz)
    return Record(record_id, kind, start, end, _names(segments), _names(environments), text, questions)


def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
