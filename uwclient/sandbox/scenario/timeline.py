"""The timeline of a scenario: changes of the content that happen by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, did_you_mean
from uwclient.sandbox.scenario.content import (
    Known,
    check_fields,
    made_record,
    refuse_duplicate,
    refuse_misspelt,
)
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.content.audience import refuse_unknown_audience
from uwclient.sandbox.services.content.records import Record, change_record, refuse_unknown_kind


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
    """The entries in the order of their times, each checked against the content there will be by then."""
    alive = dict(records)
    entries: list[Entry] = []
    for at, path, raw in sorted(_entries(document, data, known), key=lambda found: found[0]):
        if "publish" in raw:
            entries.append(_publish(document, path, raw, at, known, alive))
        elif "change" in raw:
            entries.append(_change(document, path, raw, at, known, alive))
        else:
            _alive(document, (*path, "withdraw"), raw["withdraw"], alive)
            del alive[raw["withdraw"]]
            entries.append(Withdraw(at, raw["withdraw"]))
    return tuple(entries)


def _entries(
    document: YamlDocument, data: Mapping[str, Any], known: Known
) -> Iterator[tuple[datetime, FieldPath, Mapping[str, Any]]]:
    for position, raw in enumerate(data.get("timeline", [])):
        path: FieldPath = ("timeline", position)
        actions = [action for action in ("publish", "change", "withdraw") if action in raw]
        if len(actions) != 1:
            document.fail(path, "an entry does one thing: write one of publish, change or withdraw")
        if ("with" in raw) == (actions[0] == "withdraw"):
            document.fail(path, "write 'with', and fields, for publish and change, and only for those")
        yield document.time((*path, "at"), raw["at"], known.started_at), path, raw


def _publish(
    document: YamlDocument,
    path: FieldPath,
    raw: Mapping[str, Any],
    at: datetime,
    known: Known,
    alive: dict[str, Record],
) -> Publish:
    try:
        refuse_unknown_kind(raw["publish"])
    except FieldError as problem:
        document.fail((*path, "publish"), problem.reason)
    fields = {"start_at": at, **raw["with"]}
    record = made_record(document, (*path, "with"), raw["publish"], fields, known)
    refuse_duplicate(document, (*path, "with"), record.id, alive)
    alive[record.id] = record
    return Publish(at, record)


def _change(
    document: YamlDocument,
    path: FieldPath,
    raw: Mapping[str, Any],
    at: datetime,
    known: Known,
    alive: dict[str, Record],
) -> Change:
    record = _alive(document, (*path, "change"), raw["change"], alive)
    refuse_misspelt(document, (*path, "with"), record.kind, raw["with"])
    try:
        check_fields(raw["with"])
        changed = change_record(record, raw["with"], known.started_at)
        refuse_unknown_audience(changed, known.segments, known.environments)
    except FieldError as problem:
        document.fail((*path, "with", *problem.path), problem.reason)
    alive[record.id] = changed
    return Change(at, record.id, raw["with"])


def _alive(document: YamlDocument, path: FieldPath, record_id: str, alive: Mapping[str, Record]) -> Record:
    record = alive.get(record_id)
    if record is None:
        document.fail(path, f"there is no content {record_id!r} at that time{did_you_mean(record_id, alive)}")
    return record
