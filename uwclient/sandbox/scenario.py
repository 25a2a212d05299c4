"""Owns the scenario: a YAML file (or a mapping) that says what a sandbox holds, read and checked.

Every part is optional:

    api_key: sandbox-key                  # what clients must send
    secret_key: null                      # a text: every request must be signed with it
    survey_refresh_interval_seconds: 60   # what sessions tell clients
    port: 0                               # 0 = any free port
    database: state.sqlite                # in the folder of this file, or below; without it nothing is kept
    clock: 2026-03-28T23:00:00Z           # where the sandbox's clock starts; without it, now
    environments: {live: live, qa: qa, dev: dev}       # key: type (dev, qa or live); these are the default

    segments:                             # who is in: the players listed, and those whose attributes match
      - {name: vips, players: [hero-42]}
      - name: whales                      # conditions as in the guide's chapter on Segment Targeting
        attributes:
          - {name: coins, operator: greater_than, values: [500]}
          - {group_logical_operator: and, name: last_seen, operator: less_than, values: [2026-01-01]}
    players:
      hero-42: {attributes: {coins: 10}}

    events:                               # likewise: messages, offers, remote_configs, surveys
      - id: double-coins                  # made up when missing
        name: Double coins                # the id when missing
        start_at: +10s                    # when missing: the start of the sandbox
        end_at: +40s                      # missing or null: never ends
        start_at_tz: utc                  # or player_local: wall-clock time where the player is (ISO 8601 only)
        end_at_tz: utc                    # when missing: as start_at_tz
        segments: [vips, whales]          # seen by those in any of them; missing or []: by everybody
        environments: [live]              # missing or []: in every environment
        data: {factor: 2}                 # every other field is sent to players as it is
    surveys:
      - id: feedback
        questions:                        # not sent: the survey's page asks them; without any it asks for a comment
          - {id: mood, type: single_select, text: How do you like it?, options: [Good, Bad], required: true}
          - {type: multi_select, text: What do you play?, options: [Quests, Duels]}     # id: q2 when missing
          - {type: rating, text: How hard was it?, scale: 5}                            # 1 to 5
          - {type: ranking, text: Which hero is best?, options: [Aya, Bron, Cid]}
          - {type: open_ended, text: Anything else?}

    campaigns:                            # content that starts when a player does something
      - id: first-purchase
        segments: [whales]                # and environments, as above
        trigger:
          type: event_trigger             # or attribute_trigger, region_trigger
          logic:
            external_event_id: iap_purchased
            event_attributes: [{attribute_name: cost, operator: greater_than, values: [9.5], data_type: float}]
        quota: {total_triggers: 5, session_triggers: 2, trigger_cooldown_seconds: 60}   # missing: no limit
        messages: [{id: thanks, title: Thank you!}]     # every kind, as above, without times and audience
    media:
      - id: banner
        file: banner.png                  # in the folder of this file, or below
        content_type: image/png           # guessed from the file's name when missing
        variants:
          small: {file: banner-small.png, max_width: 320, max_height: 180}

    timeline:                             # what happens by itself, once the sandbox's clock has reached it
      - {at: +20s, change: double-coins, with: {name: Triple coins, data: {factor: 3}}}
      - {at: +30s, withdraw: double-coins}
      - {at: +35s, publish: offers, with: {id: late, title: Late offer, end_at: +60s}}

Times are ISO 8601 (UTC without an offset) or relative to the start of the sandbox: +10s, +2m, +1h30m, -1d,
+250ms. A record that the timeline publishes without `start_at` starts at that moment. Text is taken
literally: dates stay text, and only `true` and `false` are booleans (`no` is Norway).
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uwclient.sandbox.campaigns import Campaign
from uwclient.sandbox.document import Document, read_yaml
from uwclient.sandbox.errors import FieldError, FieldPath, did_you_mean
from uwclient.sandbox.media import Media
from uwclient.sandbox.platform import refuse_unknown_audience
from uwclient.sandbox.records import (
    KINDS,
    Record,
    change_record,
    refuse_unknown_kind,
)
from uwclient.sandbox.scenario_content import (
    Known,
    check_fields,
    made_record,
    read_campaigns,
    read_media,
    read_records,
    refuse_duplicate,
    refuse_misspelt,
)
from uwclient.sandbox.scenario_form import form_problems, without_blanks
from uwclient.sandbox.scenario_rivals import Lives
from uwclient.sandbox.segments import check_segment
from uwclient.sandbox.timeline import Change, Entry, Publish, Withdraw
from uwclient.sandbox.times import parse_time

_DEEPEST = 100
_LARGEST = int(sys.float_info.max)
_HALF_LETTER = re.compile("[\ud800-\udfff]")
DEFAULT_ENVIRONMENTS = {"live": "live", "qa": "qa", "dev": "dev"}


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """Owns one segment as a scenario describes it."""

    name: str
    attributes: tuple[Mapping[str, Any], ...]
    players: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Owns everything that a scenario says, with times resolved; None where it leaves a setting open."""

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
    campaigns: tuple[Campaign, ...]
    media: tuple[Media, ...]


def load_scenario(source: str | Path | Mapping[str, Any] | None) -> Scenario:
    """The scenario in a YAML file, or in a mapping of the same form. ScenarioError says where it is wrong."""
    if source is None:
        return _read(Document("scenario", {}))
    if isinstance(source, Mapping):
        return _read(Document("scenario", dict(source)))
    return _read(read_yaml(Path(source)))


def _read(document: Document) -> Scenario:
    _check_values(document, document.data, ())
    data: dict[str, Any] = without_blanks(document.data)
    _check_form(document, data)
    started_at = _started_at(document, data)
    environments = data.get("environments") or DEFAULT_ENVIRONMENTS
    segments = _segments(document, data)
    known = Known(tuple(segment.name for segment in segments), environments, started_at)
    records = read_records(document, data, known)
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
        timeline=_timeline(document, data, known, records),
        campaigns=read_campaigns(document, data, known),
        media=read_media(document, data),
    )


def _check_values(document: Document, value: Any, path: FieldPath) -> None:
    """All of a scenario must be writable as JSON: texts as keys, finite numbers, nothing within itself.

    Times may stand in a mapping as they do in Python.
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
    """Why a value that holds no others cannot be written as JSON, or read by those who know JSON's numbers only."""
    if isinstance(value, str):
        return "it holds half a surrogate pair, which is no letter" if _HALF_LETTER.search(value) else None
    if isinstance(value, int) and abs(value) > _LARGEST:
        return f"a number of {value.bit_length()} bits is larger than JSON's numbers"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value!r} is no number that JSON can hold: use a finite one"
    if value is not None and not isinstance(value, (int, float, datetime)):
        return f"a {type(value).__name__} is no value that JSON can hold"
    return None


def _check_form(document: Document, data: Any) -> None:
    problems = list(form_problems(data))
    if problems:
        path, reason = min(problems, key=lambda problem: document.line(problem[0]) or 0)
        document.fail(path, reason)


def _started_at(document: Document, data: Mapping[str, Any]) -> datetime:
    now = datetime.now(UTC).replace(microsecond=0)
    return now if data.get("clock") is None else _time(document, ("clock",), data["clock"], now)


def _time(document: Document, path: FieldPath, value: Any, origin: datetime) -> datetime:
    try:
        return parse_time(value, origin)
    except ValueError as problem:
        document.fail(path, str(problem))


def _segments(document: Document, data: Mapping[str, Any]) -> tuple[SegmentSpec, ...]:
    segments: dict[str, SegmentSpec] = {}
    for position, raw in enumerate(data.get("segments", [])):
        path: FieldPath = ("segments", position)
        name = raw["name"]
        if name in segments:
            document.fail((*path, "name"), f"there is a segment {name!r} already: give each its own name")
        segments[name] = SegmentSpec(name, tuple(raw.get("attributes", [])), tuple(raw.get("players", [])))
        try:
            check_segment(segments[name].attributes, segments[name].players)
        except FieldError as problem:
            document.fail((*path, *problem.path), problem.reason)
    return tuple(segments.values())


def _timeline(
    document: Document, data: Mapping[str, Any], known: Known, records: Mapping[str, Record]
) -> tuple[Entry, ...]:
    """The entries in the order of their times, each checked against the content there will be by then."""
    alive = dict(records)
    lives = Lives()
    for kind in KINDS:
        of_kind = (record for record in records.values() if record.kind == kind)
        for position, record in enumerate(of_kind):
            lives.begin((kind, position), record)
    entries: list[Entry] = []
    for at, path, raw in sorted(_entries(document, data, known), key=lambda found: found[0]):
        if "publish" in raw:
            published = _publish(document, path, raw, at, known, alive)
            entries.append(published)
            lives.begin((*path, "with"), published.record, at)
        elif "change" in raw:
            entries.append(_change(document, path, raw, at, known, alive))
            lives.begin((*path, "with"), alive[raw["change"]], at)
        else:
            _alive(document, (*path, "withdraw"), raw["withdraw"], alive)
            del alive[raw["withdraw"]]
            entries.append(Withdraw(at, raw["withdraw"]))
            lives.end(raw["withdraw"], at)
    lives.warn_of_rivals(document)
    return tuple(entries)


def _entries(
    document: Document, data: Mapping[str, Any], known: Known
) -> Iterator[tuple[datetime, FieldPath, Mapping[str, Any]]]:
    for position, raw in enumerate(data.get("timeline", [])):
        path: FieldPath = ("timeline", position)
        actions = [action for action in ("publish", "change", "withdraw") if action in raw]
        if len(actions) != 1:
            document.fail(path, "an entry does one thing: write one of publish, change or withdraw")
        if ("with" in raw) == (actions[0] == "withdraw"):
            document.fail(path, "write 'with', and fields, for publish and change, and only for those")
        yield _time(document, (*path, "at"), raw["at"], known.started_at), path, raw


def _publish(
    document: Document,
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
    document: Document,
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


def _alive(document: Document, path: FieldPath, record_id: str, alive: Mapping[str, Record]) -> Record:
    record = alive.get(record_id)
    if record is None:
        document.fail(path, f"there is no content {record_id!r} at that time{did_you_mean(record_id, alive)}")
    return record
