"""Content as records: how a record of one of the five kinds is made and changed (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.resource import Field, Reading, read
from uwclient.sandbox.core.times import is_relative, milliseconds, parse_time, printed, wall_clock
from uwclient.sandbox.services.content.questions import questions_text, read_questions
from uwclient.sandbox.services.content.record_fields import AUDIENCE, KIND_FIELDS, TIMES

_CONTROL = (*TIMES, *AUDIENCE)
_CONTROL_FORM = Field("", "object", "When and for whom content is.", fields=_CONTROL)
CONTROL_FIELDS = ("id", *(field.name for field in _CONTROL))
"""What says when and for whom content is."""
KINDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {kind: {field.name: field.default for field in fields} for kind, fields in KIND_FIELDS.items()}
)
"""The five kinds of content, each with its own fields and their defaults."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A printed time: `at` is milliseconds since 1970 of what is printed, `tz` (utc, player_local) how to read it."""

    at: int
    tz: str


@dataclass(frozen=True, slots=True)
class Record:
    """One piece of scheduled content as it is published: who may see it and when, and what players are sent.

    The questions of a survey (as JSON) are not sent with it: the survey's page asks them. With `percent`, only so
    many of a hundred players see it.
    """

    id: str
    kind: str
    start: Moment
    end: Moment | None
    segments: tuple[str, ...]
    environments: tuple[str, ...]
    text: str
    questions: str = "[]"
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class WrittenPiece:
    """Content without audience and times: what scheduled content and that of a campaign have in common."""

    kind: str
    id: str
    text: str
    questions: str = "[]"


def make_record(kind: str, fields: Mapping[str, Any], origin: datetime) -> Record:
    """A record of `kind`. FieldError says what is wrong with a field.

    Args:
        kind: one of KINDS.
        fields: any of CONTROL_FIELDS, the kind's own fields, `questions` for surveys, and others, which are sent
            as they are. `id` is required. Defaults: the id as name, a start at `origin`, no end, everybody,
            everywhere.
        origin: the time that relative times count from.

    """
    _refuse_repeat(fields)
    given = dict(fields)
    base = _base(kind, given)
    questions = _take_questions(kind, given) or "[]"
    if given.get("start_at") is None:
        _start_now(given, origin)
    return _assemble(kind, base, given, origin, questions)


def make_piece(kind: str, fields: Mapping[str, Any]) -> WrittenPiece:
    """Content of `kind` for a campaign: it has neither an audience nor times of its own."""
    _refuse_repeat(fields)
    given = dict(fields)
    base = _base(kind, given)
    questions = _take_questions(kind, given) or "[]"
    return WrittenPiece(kind, base["id"], _as_json({**base, **given}), questions)


def change_record(record: Record, fields: Mapping[str, Any], origin: datetime) -> Record:
    """The record with some fields replaced. FieldError says what is wrong with a field."""
    if "id" in fields:
        raise FieldError("id", "the id of a record cannot change: withdraw it and publish another")
    _refuse_repeat(fields)
    payload: dict[str, Any] = json.loads(record.text)
    given: dict[str, Any] = {
        "start_at_tz": record.start.tz,
        "end_at_tz": payload["end_at_tz"],
        "segments": record.segments,
        "environments": record.environments,
        "percent": record.percent,
    }
    for edge in ("start_at", "end_at"):
        if payload[edge] is not None:
            given[edge] = parse_time(payload[edge], origin)
    given.update(fields)
    questions = _take_questions(record.kind, given) or record.questions
    if given.get("start_at") is None:
        _start_now(given, origin)
    return _assemble(record.kind, payload, given, origin, questions)


def record_as_json(record: Record) -> dict[str, Any]:
    """A record as JSON can hold it."""
    return asdict(record)


def record_from_json(data: Mapping[str, Any]) -> Record:
    """The record that `record_as_json` wrote."""
    return Record(
        data["id"],
        data["kind"],
        Moment(**data["start"]),
        None if data["end"] is None else Moment(**data["end"]),
        tuple(data["segments"]),
        tuple(data["environments"]),
        data["text"],
        data["questions"],
        data["percent"],
    )


def check_kind(kind: str) -> None:
    """FieldError unless `kind` is one of KINDS."""
    if kind not in KINDS:
        raise FieldError(
            "kind", f"{kind!r} is not a kind of content{did_you_mean(kind, KINDS)}: use {', '.join(KINDS)}"
        )


def with_id(fields: Mapping[str, Any], new_id: Callable[[], str]) -> Mapping[str, Any]:
    """The fields of something that is published, with a new id when they have none."""
    return fields if fields.get("id") is not None else {**fields, "id": new_id()}


def record_id_in(fields: Mapping[str, Any]) -> str:
    """The id in the fields of something that is published."""
    record_id = fields.get("id")
    if not isinstance(record_id, str) or not record_id:
        raise FieldError("id", f"{record_id!r} is not an id: write a text, in quotes")
    return record_id


def _refuse_repeat(fields: Mapping[str, Any]) -> None:
    """FieldError for fields that repeat: one record has one start."""
    if "repeat" in fields:
        raise FieldError(
            "repeat", "only a record that a scenario writes down may repeat: publish one record for each time"
        )


def _base(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The defaults of a record of `kind`; takes the id out of `given`."""
    check_kind(kind)
    record_id = record_id_in(given)
    given.pop("id", None)
    base: dict[str, Any] = {"id": record_id, "name": record_id, **KINDS[kind]}
    if "external_id" in base:
        base["external_id"] = record_id
    if "title" in base:
        base["title"] = given.get("name", record_id)
    return base


def _take_questions(kind: str, given: dict[str, Any]) -> str | None:
    """Take the questions of a survey out of `given`, as JSON, and set their count; None when there are none."""
    if kind != "surveys" or given.get("questions") is None:
        return None
    questions = read_questions(given.pop("questions"))
    given["questions_count"] = len(questions)
    return questions_text(questions)


def _start_now(given: dict[str, Any], origin: datetime) -> None:
    """Start at the whole second of `origin`: clients that know the time from Date see the start in the past."""
    given["start_at"] = origin.replace(microsecond=0)
    given["end_at_tz"] = given.get("end_at_tz") or given.get("start_at_tz")
    given["start_at_tz"] = "utc"


def _assemble(kind: str, base: Mapping[str, Any], given: dict[str, Any], origin: datetime, questions: str) -> Record:
    control = read(_CONTROL_FORM, _taken(given), Reading(origin=origin, blanks=(None,)))
    start_tz = control.get("start_at_tz", "utc")
    end_tz = control.get("end_at_tz", start_tz)
    start = _moment("start_at", control["start_at"], start_tz, origin)
    end_at = control.get("end_at")
    end = None if end_at is None else _moment("end_at", end_at, end_tz, origin)
    if end is not None and end.tz == start.tz and end.at < start.at:
        raise FieldError("end_at", f"{printed(end.at)} is before the start at {printed(start.at)}")
    payload = {
        **{name: base[name] for name in ("id", "name")},
        "start_at": printed(start.at),
        "start_at_tz": start.tz,
        "end_at": None if end is None else printed(end.at),
        "end_at_tz": end_tz,
    }
    payload = {**payload, **{name: value for name, value in base.items() if name not in payload}, **given}
    segments, environments = (tuple(control.get(name, ())) for name in ("segments", "environments"))
    percent = control.get("percent")
    return Record(str(base["id"]), kind, start, end, segments, environments, _as_json(payload), questions, percent)


def _taken(given: dict[str, Any]) -> dict[str, Any]:
    """What says when and for whom, taken out of the fields."""
    return {field.name: given.pop(field.name) for field in _CONTROL if field.name in given}


def _moment(field: str, value: object, tz: str, origin: datetime) -> Moment:
    moment = parse_time(value, origin)
    if tz == "utc":
        return Moment(milliseconds(moment), tz)
    if is_relative(value):
        raise FieldError(
            field,
            f"{value!r} is an instant, but {field}_tz is player_local: write the wall-clock time in ISO 8601",
        )
    return Moment(milliseconds(wall_clock(moment)), tz)


def as_json(field: str, value: object) -> str:
    """A value as compact JSON; FieldError about `field` for what JSON cannot hold."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as problem:
        raise FieldError(field, f"it cannot be written as JSON ({problem})") from None


def _as_json(payload: Mapping[str, Any]) -> str:
    try:
        return as_json("record", payload)
    except FieldError as problem:
        raise FieldError(_unprintable_field(payload), problem.reason) from None


def _unprintable_field(payload: Mapping[str, Any]) -> str:
    for name, value in payload.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            return name
    return "record"
