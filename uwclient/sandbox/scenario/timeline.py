"""The timeline of a scenario: changes of the content that happen by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, did_you_mean
from uwclient.sandbox.scenario.content import Known, check_fields, check_unused_id, read_record
from uwclient.sandbox.scenario.rivals import RivalConfigs
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.content.records import Record, change_record, check_kind
from uwclient.sandbox.services.publishing.audience import check_audience


@dataclass(frozen=True, slots=True)
class Publish:
    """A record that is published at a time."""

    at: datetime
    record: Record


@dataclass(frozen=True, slots=True)
class Change:
    """Fields that a record gets at a time."""

    at: datetime
    record_id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The withdrawal of a record at a time."""

    at: datetime
    record_id: str


Entry = Publish | Change | Withdraw


def read_timeline(
    document: YamlDocument, data: Mapping[str, Any], known: Known, records: Mapping[str, Record]
) -> tuple[Entry, ...]:
    """The entries in the order of their times, each checked against the content that there is by then.

    Args:
        document: where the scenario stands.
        data: the scenario.
        known: what entries can refer to.
        records: the content that is there from the start, by id.

    """
    reader = _TimelineReader(document, known, records)
    raw_entries = sorted(_raw_entries(document, data, known), key=itemgetter(0))
    entries = tuple(reader.entry(*found) for found in raw_entries)
    reader.rivals.warn(document)
    return entries


def _raw_entries(
    document: YamlDocument, data: Mapping[str, Any], known: Known
) -> Iterator[tuple[datetime, FieldPath, Mapping[str, Any]]]:
    """The time, the place and the fields of each entry, in the order of the scenario."""
    for position, raw in enumerate(data.get("timeline", [])):
        path: FieldPath = ("timeline", position)
        actions = [action for action in ("publish", "change", "withdraw") if action in raw]
        if len(actions) != 1:
            document.fail(path, "an entry does one thing: write one of publish, change or withdraw")
        if ("with" in raw) == (actions[0] == "withdraw"):
            document.fail(path, "write 'with', and fields, for publish and change, and only for those")
        yield document.time((*path, "at"), raw["at"], known.started_at), path, raw


class _TimelineReader:
    """Reads entries in the order of their times, and follows what content there is."""

    def __init__(self, document: YamlDocument, known: Known, records: Mapping[str, Record]) -> None:
        self._document = document
        self._known = known
        self._records = dict(records)
        self.rivals = RivalConfigs()
        positions: Counter[str] = Counter()
        for record in records.values():
            self.rivals.put((record.kind, positions[record.kind]), record)
            positions[record.kind] += 1

    def entry(self, at: datetime, path: FieldPath, raw: Mapping[str, Any]) -> Entry:
        """One entry; `path` leads to it."""
        if "publish" in raw:
            return self._publish(at, path, raw["publish"], raw["with"])
        if "change" in raw:
            return self._change(at, path, raw["change"], raw["with"])
        record = self._existing((*path, "withdraw"), raw["withdraw"])
        del self._records[record.id]
        self.rivals.remove(record.id, at)
        return Withdraw(at, record.id)

    def _publish(self, at: datetime, path: FieldPath, kind: str, fields: Mapping[str, Any]) -> Publish:
        try:
            check_kind(kind)
        except FieldError as problem:
            self._document.fail((*path, "publish"), problem.reason)
        path = (*path, "with")
        record = read_record(self._document, path, kind, {"start_at": at, **fields}, self._known)
        check_unused_id(self._document, path, record.id, self._records)
        self._records[record.id] = record
        self.rivals.put(path, record, at)
        return Publish(at, record)

    def _change(self, at: datetime, path: FieldPath, record_id: str, fields: Mapping[str, Any]) -> Change:
        record = self._existing((*path, "change"), record_id)
        path = (*path, "with")
        check_fields(self._document, path, record.kind, fields)
        with self._document.errors_at(path):
            changed = change_record(record, fields, self._known.started_at)
            check_audience(changed, self._known.segments, self._known.environments)
        self._records[record_id] = changed
        self.rivals.put(path, changed, at)
        return Change(at, record_id, fields)

    def _existing(self, path: FieldPath, record_id: str) -> Record:
        record = self._records.get(record_id)
        if record is None:
            close = did_you_mean(record_id, self._records)
            self._document.fail(path, f"there is no content {record_id!r} at that time{close}")
        return record
