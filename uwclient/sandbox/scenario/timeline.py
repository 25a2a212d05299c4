"""The timeline of a scenario: changes of the content that happen by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, did_you_mean
from uwclient.sandbox.core.resource import Reading, read
from uwclient.sandbox.core.times import parse_time
from uwclient.sandbox.scenario.content import Known, PlacedRecord, records_of
from uwclient.sandbox.scenario.rivals import RivalConfigs
from uwclient.sandbox.scenario.schema import RECORDS
from uwclient.sandbox.scenario.yaml_document import YamlDocument
from uwclient.sandbox.services.content.records import (
    Record,
    change_record,
    check_kind,
    record_as_json,
    record_from_json,
)
from uwclient.sandbox.services.publishing.audience import check_audience
from uwclient.sandbox.services.publishing.campaign import WrittenCampaign


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


@dataclass(frozen=True, slots=True)
class Turn:
    """A campaign that is run, paused or completed at a time.

    Attributes:
        at: when.
        action: run, pause or complete.
        campaign_id: the campaign, or the content that is published on its own.
        environment: the key of an environment; None for all that it is shared with.

    """

    at: datetime
    action: str
    campaign_id: str
    environment: str | None


Entry = Publish | Change | Withdraw | Turn
_TURNS = ("run", "pause", "complete")


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """An entry, without its time, as JSON can hold it."""
    if isinstance(entry, Publish):
        return {"publish": record_as_json(entry.record)}
    if isinstance(entry, Change):
        return {"change": entry.record_id, "with": dict(entry.fields)}
    if isinstance(entry, Turn):
        return {entry.action: entry.campaign_id, "environment": entry.environment}
    return {"withdraw": entry.record_id}


def entry_from_json(at: datetime, data: Mapping[str, Any]) -> Entry:
    """The entry that `entry_as_json` wrote, at its time."""
    if "publish" in data:
        return Publish(at, record_from_json(data["publish"]))
    if "change" in data:
        return Change(at, data["change"], data["with"])
    for action in _TURNS:
        if action in data:
            return Turn(at, action, data[action], data["environment"])
    return Withdraw(at, data["withdraw"])


def read_timeline(
    document: YamlDocument,
    data: Mapping[str, Any],
    known: Known,
    records: Mapping[str, PlacedRecord],
    campaigns: Sequence[WrittenCampaign],
) -> tuple[Entry, ...]:
    """The entries in the order of their times, each checked against the content that there is by then.

    Args:
        document: where the scenario stands.
        data: the scenario.
        known: what entries can refer to.
        records: the content that is there from the start, by id.
        campaigns: the triggered campaigns.

    """
    reader = _TimelineReader(document, known, records, [campaign.id for campaign in campaigns])
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
        actions = [action for action in ("publish", "change", "withdraw", *_TURNS) if action in raw]
        if len(actions) != 1:
            choices = "publish, change, withdraw, run, pause or complete"
            document.fail(path, f"an entry does one thing: write one of {choices}")
        if ("with" in raw) != (actions[0] in ("publish", "change")):
            document.fail(path, "write 'with', and fields, for publish and change, and only for those")
        if "environment" in raw and actions[0] not in _TURNS:
            document.fail((*path, "environment"), "only run, pause and complete happen in one environment")
        yield document.time((*path, "at"), raw["at"], known.started_at), path, raw


class _TimelineReader:
    """Reads entries in the order of their times, and follows what content there is."""

    def __init__(
        self, document: YamlDocument, known: Known, records: Mapping[str, PlacedRecord], campaign_ids: Sequence[str]
    ) -> None:
        self._campaign_ids = campaign_ids
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
        elif "withdraw" in raw:
            record = self._existing((*path, "withdraw"), raw["withdraw"])
            del self._records[record.id]
            self.rivals.remove(record.id, at)
            yield Withdraw(at, record.id)
        else:
            action = next(one for one in _TURNS if one in raw)
            yield self._turn(at, (*path, action), action, raw)

    def _publish(self, at: datetime, path: FieldPath, kind: str, fields: Mapping[str, Any]) -> Iterator[Publish]:
        try:
            check_kind(kind)
        except FieldError as problem:
            self._document.fail((*path, "publish"), problem.reason)
        path = (*path, "with")
        fields = {"start_at": at, **fields}
        self._check_form(path, kind, fields)
        for record in records_of(self._document, path, kind, fields, self._known, self._records):
            self._records[record.id] = record
            self.rivals.put(path, record, at)
            yield Publish(at, record)

    def _change(self, at: datetime, path: FieldPath, record_id: str, fields: Mapping[str, Any]) -> Change:
        record = self._existing((*path, "change"), record_id)
        path = (*path, "with")
        self._check_form(path, record.kind, fields)
        with self._document.errors_at(path):
            changed = change_record(record, fields, self._known.started_at)
            check_audience(changed, self._known.segments, self._known.environments)
        self._records[record_id] = changed
        self.rivals.put(path, changed, at)
        return Change(at, record_id, {**fields, **self._times(fields)})

    def _check_form(self, path: FieldPath, kind: str, fields: Mapping[str, Any]) -> None:
        with self._document.errors_at(path):
            read(RECORDS[kind], fields, Reading(origin=self._known.started_at, blanks=()))

    def _times(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """The start and the end among the fields, as ISO 8601."""
        given = {edge: fields[edge] for edge in ("start_at", "end_at") if fields.get(edge) is not None}
        return {edge: parse_time(value, self._known.started_at).isoformat() for edge, value in given.items()}

    def _turn(self, at: datetime, path: FieldPath, action: str, raw: Mapping[str, Any]) -> Turn:
        campaign_id, environment = raw[action], raw.get("environment")
        if campaign_id not in self._campaign_ids:
            self._existing(path, campaign_id)
        if environment is not None and environment not in self._known.environments:
            close = did_you_mean(environment, self._known.environments)
            self._document.fail((*path[:-1], "environment"), f"there is no environment {environment!r}{close}")
        return Turn(at, action, campaign_id, environment)

    def _existing(self, path: FieldPath, record_id: str) -> Record:
        record = self._records.get(record_id)
        if record is None:
            times = [one for one in self._records if one.startswith(f"{record_id}-")]
            close = f" (did you mean {times[0]!r}?)" if times else did_you_mean(record_id, self._records)
            self._document.fail(path, f"there is no content {record_id!r} at that time{close}")
        return record
