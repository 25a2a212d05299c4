"""Scheduled content: what is published, and what a session sees of it (section Scheduled Campaigns)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.errors import FieldError, UnknownRecordError
from uwclient.sandbox.core.times import milliseconds, zone_named
from uwclient.sandbox.services.content.audience import Viewer, check_audience, may_see, viewer_of
from uwclient.sandbox.services.content.lists import ContentList, make_list, window
from uwclient.sandbox.services.content.records import Moment, Piece, Record, change_record, make_record, with_id
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.models import Session

_TABLE = """CREATE TABLE IF NOT EXISTS content (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, start_at INTEGER NOT NULL, start_tz TEXT NOT NULL,
    end_at INTEGER, end_tz TEXT, segments TEXT NOT NULL, environments TEXT NOT NULL, record TEXT NOT NULL)"""
_MOST_LISTS = 32


class Content:
    """Owns the table of published content, a copy of it in memory to decide from, and a few finished lists."""

    def __init__(self, backend: Backend, segments: Segments, environments: Environments) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._segments = segments
        self._environments = environments
        self._storage.run(_TABLE)
        self._storage.add_column("content", "questions", "TEXT NOT NULL DEFAULT '[]'")
        self._lists: dict[tuple[str, Viewer, int | None], ContentList] = {}
        self._news: dict[str, dict[str, int | None]] = {}  # by player and kind: content that starts unknown to them
        self._read()
        backend.on_restore(self._read)

    def _read(self) -> None:
        rows = self._storage.rows("SELECT * FROM content ORDER BY rowid")
        self._records = {record.id: record for record in map(_record, rows)}
        self._lists.clear()
        self._news.clear()

    # For live operations.

    def publish(self, kind: str, fields: Mapping[str, Any]) -> str:
        """Publish new content; its id.

        Args:
            kind: one of KINDS.
            fields: as `records.make_record` takes them, with a new id when there is none; relative times count
                from now.

        Raises:
            FieldError: a field is wrong, or there is content of that id.

        """
        with self._backend.lock:
            self._backend.catch_up()
            fields = with_id(fields, partial(self._backend.ids.uuid, "content"))
            record = make_record(kind, fields, self._backend.clock.now())
            self._check_audience(record)
            if record.id in self._records:
                raise FieldError("id", f"{record.id!r} is published already: change it, or withdraw it first")
            self.put(record)
            return record.id

    def change(self, record_id: str, fields: Mapping[str, Any]) -> None:
        """Replace fields of published content; relative times count from now.

        Raises:
            UnknownRecordError: there is no content of that id.
            FieldError: a field is wrong.

        """
        with self._backend.lock:
            self._backend.catch_up()
            record = change_record(self._published(record_id), fields, self._backend.clock.now())
            self._check_audience(record)
            self.put(record)

    def withdraw(self, record_id: str) -> None:
        """Take published content away. UnknownRecordError when there is none of that id."""
        with self._backend.lock:
            self._backend.catch_up()
            self.remove(self._published(record_id).id)

    # For scenarios, whose records are checked already.

    def find(self, record_id: str) -> Record | None:
        """The published record of that id, of any kind."""
        with self._backend.lock:
            return self._records.get(record_id)

    def put(self, record: Record) -> None:
        """Publish a record, or replace the one of that id."""
        with self._backend.lock:
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
        """Take a record away, if it is there."""
        with self._backend.lock:
            self._storage.run("DELETE FROM content WHERE id = ?", (record_id,))
            self._records.pop(record_id, None)
            self._lists.clear()

    # For sessions.

    def list_for(self, session: Session, kind: str, starts_before: int | None) -> ContentList:
        """What a session sees of one kind now.

        Args:
            session: who sees it.
            kind: one of KINDS.
            starts_before: milliseconds since 1970; upcoming content that starts later is left out. None for all.

        """
        with self._backend.lock:
            self._backend.catch_up()
            now = milliseconds(self._backend.clock.now())
            key = (kind, viewer_of(session), starts_before)
            known = self._lists.get(key)
            if known is None or not known.is_good_at(now):
                known = self._new_list(key, now)
            self._news.setdefault(session.player_id, {})[kind] = known.news_at
            return known

    def news_at(self, player_id: str) -> int | None:
        """The first start (milliseconds since 1970) of content that the player's last lists have left out."""
        with self._backend.lock:
            moments = self._news.get(player_id, {}).values()
            return min((moment for moment in moments if moment is not None), default=None)

    def _new_list(self, key: tuple[str, Viewer, int | None], now: int) -> ContentList:
        kind, viewer, starts_before = key
        records = [record for record in self._records.values() if record.kind == kind]
        if len(self._lists) >= _MOST_LISTS:
            self._lists.clear()
        made = self._lists[key] = make_list(records, viewer, now, starts_before)
        return made

    def find_piece(self, session: Session, kind: str, content_id: str) -> Piece | None:
        """Content that is meant for a session's player, whether it runs now, earlier or later."""
        with self._backend.lock:
            record = self._of_kind(kind, content_id)
            if record is None or not may_see(record, viewer_of(session)):
                return None
            return Piece(kind, record.id, record.text, record.questions)

    def has_ended(self, session: Session, kind: str, content_id: str) -> bool:
        """Whether there is such content, and it is over for a session's player."""
        with self._backend.lock:
            record = self._of_kind(kind, content_id)
            if record is None:
                return False
            _, end = window(record, zone_named(viewer_of(session).timezone))
            return end is not None and end <= milliseconds(self._backend.clock.now())

    def _of_kind(self, kind: str, content_id: str) -> Record | None:
        self._backend.catch_up()
        record = self._records.get(content_id)
        return None if record is None or record.kind != kind else record

    def _published(self, record_id: str) -> Record:
        record = self._records.get(record_id)
        if record is None:
            raise UnknownRecordError(record_id, self._records)
        return record

    def _check_audience(self, record: Record) -> None:
        check_audience(record, self._segments.names(), self._environments.keys())


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
