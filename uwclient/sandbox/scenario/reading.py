"""Reads a scenario, and checks all of it (the form is described in `uwclient.sandbox.scenario`)."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from uwclient.sandbox.core.errors import FieldPath
from uwclient.sandbox.core.resource import Reading, read
from uwclient.sandbox.scenario.content import Known, read_campaigns, read_media, read_records
from uwclient.sandbox.scenario.definitions import (
    EndpointSpec,
    TestSpec,
    read_definitions,
    read_endpoints,
    read_tests,
)
from uwclient.sandbox.scenario.journeys import read_journeys
from uwclient.sandbox.scenario.schema import SCENARIO, without_blanks
from uwclient.sandbox.scenario.timeline import Entry, read_timeline
from uwclient.sandbox.scenario.yaml_document import YamlDocument, read_yaml
from uwclient.sandbox.services.catalogue.resources import BUNDLE, MESSAGE_TYPE
from uwclient.sandbox.services.content.records import Record
from uwclient.sandbox.services.environments.rules import DEFAULT_ENVIRONMENTS
from uwclient.sandbox.services.journeys.written import WrittenJourney
from uwclient.sandbox.services.media.files import Media
from uwclient.sandbox.services.publishing.campaign import WrittenCampaign
from uwclient.sandbox.services.segments.rules import check_segment

_DEEPEST = 100
_LARGEST = int(sys.float_info.max)
_HALF_LETTER = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """One segment as a scenario describes it."""

    name: str
    attributes: tuple[Mapping[str, Any], ...]
    players: tuple[str, ...]
    events: tuple[Mapping[str, Any], ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a scenario says, with times resolved; None where it leaves a setting open."""

    started_at: datetime
    api_key: str | None
    secret_key: str | None
    refresh_interval: float | None
    port: int | None
    database: str | None
    environments: Mapping[str, str]
    segments: tuple[SegmentSpec, ...]
    attributes: Mapping[str, Mapping[str, Any]]
    records: tuple[Record, ...]
    timeline: tuple[Entry, ...]
    campaigns: tuple[WrittenCampaign, ...]
    journeys: tuple[WrittenJourney, ...]
    media: tuple[Media, ...]
    ab_tests: tuple[TestSpec, ...]
    localizations: Mapping[str, Mapping[str, str]]
    message_types: Mapping[str, Mapping[str, Any]]
    bundles: Mapping[str, Mapping[str, Any]]
    webhooks: tuple[EndpointSpec, ...]


def load_scenario(
    source: str | Path | Mapping[str, Any] | None, now: datetime, start: datetime | None = None
) -> Scenario:
    """Read a scenario.

    Args:
        source: a YAML file, or a mapping of the same form; None for a scenario that says nothing.
        now: the time at which it starts, unless it says when.
        start: when it starts, whatever it says itself; None for what it says.

    Raises:
        ScenarioError: it is wrong; the message names the line and the field.

    """
    if source is None:
        return _read(YamlDocument("scenario", {}), now, start)
    if isinstance(source, Mapping):
        return _read(YamlDocument("scenario", dict(source)), now, start)
    return _read(read_yaml(Path(source)), now, start)


def _read(document: YamlDocument, now: datetime, start: datetime | None) -> Scenario:
    _check_values(document, document.data, ())
    data: dict[str, Any] = without_blanks(document.data)
    with document.errors_at(()):
        read(SCENARIO, data, Reading(origin=now, blanks=()))
    clock = now if data.get("clock") is None else document.time(("clock",), data["clock"], now)
    started_at = clock if start is None else start
    environments = data.get("environments") or DEFAULT_ENVIRONMENTS
    segments = _segments(document, data)
    known = Known(tuple(segment.name for segment in segments), environments, started_at)
    placed = read_records(document, data, known)
    records = {record_id: one.record for record_id, one in placed.items()}
    campaigns = read_campaigns(document, data, known)
    database = data.get("database")
    if database is not None and document.folder is not None:
        database = str(document.file(("database",), database))
    return Scenario(
        started_at=started_at,
        api_key=data.get("api_key"),
        secret_key=data.get("secret_key"),
        refresh_interval=data.get("survey_refresh_interval_seconds"),
        port=data.get("port"),
        database=database,
        environments=dict(environments),
        segments=segments,
        attributes={name: player.get("attributes", {}) for name, player in data.get("players", {}).items()},
        records=tuple(records.values()),
        timeline=read_timeline(document, data, known, placed, campaigns),
        campaigns=campaigns,
        journeys=read_journeys(document, data, known),
        media=read_media(document, data),
        ab_tests=read_tests(document, data, records, campaigns),
        localizations=data.get("localizations", {}),
        message_types=read_definitions(document, data, "message_types", MESSAGE_TYPE.fields),
        bundles=read_definitions(document, data, "bundles", BUNDLE.fields),
        webhooks=read_endpoints(document, data),
    )


def _check_values(document: YamlDocument, value: Any, path: FieldPath) -> None:
    """ScenarioError for what JSON cannot hold: keys that are no texts, infinite numbers, a value within itself.

    A mapping may hold Python datetimes.
    """
    if len(path) > _DEEPEST:
        document.fail(path[:3], f"it is nested more than {_DEEPEST} deep, or contains itself")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                document.fail(path, _problem(key) or f"the key {key!r} is not a text: put it in quotes")
            if _HALF_LETTER.search(key):
                document.fail(path, f"a key is wrong: {_problem(key)}")
            _check_values(document, inner, (*path, key))
    elif isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            _check_values(document, inner, (*path, position))
    else:
        problem = _problem(value)
        if problem:
            document.fail(path, problem)


def _problem(value: Any) -> str | None:
    """Why a single value cannot be written as JSON, or read where numbers are JSON's; None when it can."""
    if isinstance(value, str):
        return "it holds half a surrogate pair, which is no letter" if _HALF_LETTER.search(value) else None
    if isinstance(value, int) and abs(value) > _LARGEST:
        return f"a number of {value.bit_length()} bits is larger than JSON's numbers"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value!r} is no number that JSON can hold: use a finite one"
    if value is not None and not isinstance(value, (int, float, datetime)):
        return f"a {type(value).__name__} is no value that JSON can hold"
    return None


def _segments(document: YamlDocument, data: Mapping[str, Any]) -> tuple[SegmentSpec, ...]:
    segments: dict[str, SegmentSpec] = {}
    for position, raw in enumerate(data.get("segments", [])):
        path: FieldPath = ("segments", position)
        name = raw["name"]
        if name in segments:
            document.fail((*path, "name"), f"there is a segment {name!r} already: give each its own name")
        lists = (tuple(raw.get(field, [])) for field in ("attributes", "players", "events", "exclude"))
        spec = segments[name] = SegmentSpec(name, *lists)
        with document.errors_at(path):
            check_segment(spec.attributes, spec.players, spec.events)
    return tuple(segments.values())
