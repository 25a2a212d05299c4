"""How campaigns and content are made, changed and copied from what a client sends (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.resource import CREATE, UPDATE, Warn, read_fields
from uwclient.sandbox.services.campaigns.resources import (
    CAMPAIGN,
    CONTENT,
    CONTENT_FIELDS,
    KIND_OF_TYPE,
    replaced_session_fields,
)
from uwclient.sandbox.services.triggers.quotas import read_quota


def with_end_tz(values: dict[str, Any], current: str, warn: Warn | None) -> dict[str, Any]:
    """Columns of a campaign whose end is read as its start is; with a warning when another way was given.

    Args:
        values: the columns that were given.
        current: how its times are read as long as nobody says otherwise.
        warn: told of the other way.

    """
    given, start_tz = values.pop("end_at_tz", None), values.get("start_at_tz", current)
    if given not in (None, start_tz) and warn is not None:
        warn(f"end_at_tz is always that of start_at_tz: {start_tz} was taken.")
    if "start_at_tz" in values:
        values["end_at_tz"] = start_tz
    return values


def with_quota(values: dict[str, Any], warn: Warn | None) -> dict[str, Any]:
    """Columns of a campaign in which the settings of its trigger, if it has some, are its quota.

    Settings that make no sense are left out with a warning, or (None) a FieldError.
    """
    trigger = values.get("trigger")
    if not isinstance(trigger, Mapping) or "settings" not in trigger:
        return values
    try:
        quota = read_quota(trigger["settings"])
    except FieldError as problem:
        if warn is None:
            raise
        warn(f"trigger.settings: {problem.reason}; they were left out.")
        quota = None
    limits = {} if quota is None else quota.limits()
    return {
        **values,
        "trigger": {name: value for name, value in trigger.items() if name != "settings"},
        "quota": limits if any(limit is not None for limit in limits.values()) else None,
    }


_OVERRIDABLE = tuple(
    field
    for field in CAMPAIGN.columns
    if UPDATE in field.when and field.name not in ("everywhere", "wanted", "ran_at", "release_number")
)
"""The fields of a campaign that override data can replace."""


def content_values(campaign: Row, given: Mapping[str, Any], warn: Warn | None) -> dict[str, Any]:
    """The columns of new content. FieldError when a field is wrong."""
    values = read_fields(CONTENT.fields, given, CREATE, warn)
    kind = KIND_OF_TYPE[values["type"]]
    values["content"] = _content_fields(kind, values.get("content", {}), warn)
    values["delivery"] = values.get("delivery", {})
    _check_within(campaign, values["delivery"])
    return values


def updated_content(campaign: Row, row: Row, given: Mapping[str, Any], warn: Warn | None) -> dict[str, Any]:
    """The columns that change; below `delivery` and `content`, fields that are not given stay."""
    values = read_fields(CONTENT.fields, given, UPDATE, warn)
    if values.get("type", row["type"]) != row["type"]:
        raise FieldError("type", f"content stays {row['type']}: make new content for another type")
    kind = KIND_OF_TYPE[row["type"]]
    fields = _content_fields(kind, values.get("content", {}), warn)
    delivery = {**row["delivery"], **values.get("delivery", {})}
    _check_within(campaign, delivery)
    changed: dict[str, Any] = {"delivery": delivery, "content": {**row["content"], **fields}}
    if row["session_fields"] is not None:
        gone = replaced_session_fields(kind, fields)
        changed["session_fields"] = {name: value for name, value in row["session_fields"].items() if name not in gone}
    return changed


def with_question_ids(
    questions: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], new_id: Callable[[], str]
) -> list[dict[str, Any]]:
    """The questions of a survey, each with an id, by which its answers are kept.

    Args:
        questions: those that were given. One without an id is the one with the same text and type that was there.
        before: those that were there.
        new_id: draws an id for one that is new.

    Raises:
        FieldError: two have the same id.

    """
    known = {(one.get("text"), one.get("type")): one["id"] for one in reversed(before) if one.get("id")}
    taken = [one["id"] for one in questions if one.get("id")]
    if len(set(taken)) < len(taken):
        raise FieldError(("content", "questions"), "two of them have the same id")
    made: list[dict[str, Any]] = []
    for one in questions:
        found = one.get("id") or known.get((one.get("text"), one.get("type")))
        if found is None or (not one.get("id") and found in taken):
            found = new_id()
        taken.append(found)
        made.append({**one, "id": found})
    return made


def copied_content(row: Row) -> dict[str, Any]:
    """The columns of a copy, but for its id."""
    return {name: row[name] for name in ("type", "delivery", "content", "session_fields")}


def read_override(snapshot: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What override data replace in a campaign, as it is kept.

    Args:
        snapshot: as `Campaigns.snapshot` gives it.
        given: fields of the campaign, and `contents: {id: {delivery: {...}, content: {...}}}`.

    Raises:
        FieldError: a field is wrong, or there is no such content.

    """
    columns = read_fields(_OVERRIDABLE, {name: given[name] for name in given if name != "contents"}, UPDATE)
    if "start_at_tz" in columns:
        columns["end_at_tz"] = columns["start_at_tz"]
    rows = {row["id"]: row for row in snapshot["contents"]}
    campaign = {**snapshot["campaign"], **columns}
    contents = {}
    for content_id, replaced in (given.get("contents") or {}).items():
        if content_id not in rows:
            close = did_you_mean(str(content_id), rows)
            raise FieldError(("contents", str(content_id)), f"the campaign has no such content{close}")
        try:
            contents[content_id] = _content_override(campaign, rows[content_id], replaced)
        except FieldError as problem:
            raise FieldError(("contents", content_id, *problem.path), problem.reason) from None
    return {**columns, **({"contents": contents} if contents else {})}


def _content_override(campaign: Row, row: Row, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise FieldError((), f"{given!r} is not an object: write {{delivery: {{…}}, content: {{…}}}}")
    fields = [field for field in CONTENT.fields if field.name in ("delivery", "content")]
    values = read_fields(fields, given, UPDATE)
    delivery = values.get("delivery", {})
    _check_within(campaign, {**row["delivery"], **delivery})
    content = _content_fields(KIND_OF_TYPE[row["type"]], values.get("content", {}), None)
    return {"delivery": delivery, "content": content}


def with_override(content: Row, override: Mapping[str, Any]) -> Row:
    """Content in which override data, as `read_override` gives them, replace fields one by one."""
    fields, beside = override.get("content", {}), content["session_fields"]
    gone = replaced_session_fields(KIND_OF_TYPE[content["type"]], fields)
    return {
        **content,
        "delivery": {**content["delivery"], **override.get("delivery", {})},
        "content": {**content["content"], **fields},
        "session_fields": beside and {name: value for name, value in beside.items() if name not in gone},
    }


def _content_fields(kind: str, given: Mapping[str, Any], warn: Warn | None) -> dict[str, Any]:
    """Fields below `content`; what is required there may be missing, but then the campaign cannot run."""
    return read_fields(CONTENT_FIELDS[kind], given, UPDATE, warn, ("content",))


def _check_within(campaign: Row, delivery: Mapping[str, Any]) -> None:
    """FieldError when concrete times are not within those of the campaign."""
    start, end = campaign["start_at"], campaign["end_at"]
    for edge in ("start", "end"):
        at = delivery.get(f"{edge}_at_time") if delivery.get(f"{edge}_at_type") == "concrete" else None
        if at is None:
            continue
        if (start is not None and at < start) or (end is not None and at > end):
            raise FieldError(("delivery", f"{edge}_at_time"), "it is not within the times of the campaign")
