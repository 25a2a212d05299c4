"""The timeline of a scenario: changes of the content that happen by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, did_you_mean
from uwclient.sandbox.core.times import parse_time
from uwclient.sandbox.scenario.content import Known, PlacedRecord, check_fields, records_of
from uwclient.sandbox.scenario.rivals import RivalConfigs
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.content.audience import check_audience
from uwclient.sandbox.services.content.records import (
    Record,
    change_record,
    check_kind,
    record_as_json,
    record_from_json,
)


@dataclass(frozen=True, slots=True)
class Publish:
    """A record that is published at a time."""

    at: datetime
    record: Record


@dataclass(frozen=True, slots=True)
class Change:
    """Fields that a record gets at a time; all that JSON can hold, with times as ISO 8601."""

    at: datetime
    record_id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The withdrawal of a record at a time."""

    at: datetime
    record_id: str


Entry = Publish | Change | Withdraw


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """An entry, without its time, as JSON can hold it."""
    if isinstance(entry, Publish):
        return {"publish": record_as_json(entry.record)}
    if isinstance(entry, Change):
        return {"change": entry.record_id, "with": dict(entry.fields)}
    return {"withdraw": entry.record_id}


def entry_from_json(at: datetime, data: Mapping[str, Any]) -> Entry:
    """The entry that `entry_as_json` wrote, at its time."""
    if "publish" in data:
        return Publish(at, record_from_json(data["publish"]))
    if "change" in data:
        return Change(at, data["change"], data["with"])
    return Withdraw(at, data["withdraw"])


def read_timeline(
    document: YamlDocument, data: Mapping[str, Any], known: Known, records: Mapping[str, PlacedRecord]
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
    entries = tuple(entry for found in raw_entries for entry in reader.entries(*found))
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

    def __init__(self, document: YamlDocument, known: Known, records: Mapping[str, PlacedRecord]) -> None:
        self._document = document
        self._known = known
        self._records: dict[str, Record] = {}
        self.rivals = RivalConfigs()
        for path, record in records.values():
            self._records[record.id] = record
            self.rivals.put(path, record)

    def entries(self, at: datetime, path: FieldPath, raw: Mapping[str, Any]) -> Iterator[Entry]:
        """What an entry of the scenario does; `path` leads to it. One that publishes a repeat does several things."""
        if "publish" in raw:
            yield from self._publish(at, path, raw["publish"], raw["with"])
        elif "change" in raw:
            yield self._change(at, path, raw["change"], raw["with"])
        else:
            record = self._existing((*path, "withdraw"), raw["withdraw"])
            del self._records[record.id]
            self.rivals.remove(record.id, at)
            yield Withdraw(at, record.id)

    def _publish(self, at: datetime, path: FieldPath, kind: str, fields: Mapping[str, Any]) -> Iterator[Publish]:
        try:
            check_kind(kind)
        except FieldError as problem:
            self._document.fail((*path, "publish"), problem.reason)
        path = (*path, "with")
        fields = {"start_at": at, **fields}
        for record in records_of(self._document, path, kind, fields, self._known, self._records):
            self._records[record.id] = record
            self.rivals.put(path, record, at)
            yield Publish(at, record)

    def _change(self, at: datetime, path: FieldPath, record_id: str, fields: Mapping[str, Any]) -> Change:
        record = self._existing((*path, "change"), record_id)
        path = (*path, "with")
        check_fields(self._document, path, record.kind, fields)
        with self._document.errors_at(path):
            changed = change_record(record, fields, self._known.started_at)
            check_audience(changed, self._known.segments, self._known.environments)
        self._records[record_id] = changed
        self.rivals.put(path, changed, at)
        return Change(at, record_id, {**fields, **self._times(fields)})

    def _times(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """The start and the end among the fields, as ISO 8601."""
        given = {edge: fields[edge] for edge in ("start_at", "end_at") if fields.get(edge) is not None}
        return {edge: parse_time(value, self._known.started_at).isoformat() for edge, value in given.items()}

    def _existing(self, path: FieldPath, record_id: str) -> Record:
        record = self._records.get(record_id)
        if record is None:
            times = [one for one in self._records if one.startswith(f"{record_id}-")]
            close = f" (did you mean {times[0]!r}?)" if times else did_you_mean(record_id, self._records)
            self._document.fail(path, f"there is no content {record_id!r} at that time{close}")
        return record
