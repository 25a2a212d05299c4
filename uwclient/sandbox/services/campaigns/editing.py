"""How content is made, changed and copied from what a client sends (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.collection import Row
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.resource import CREATE, UPDATE, Warn, read_fields
from uwclient.sandbox.services.campaigns.resources import (
    CONTENT,
    CONTENT_FIELDS,
    KIND_OF_TYPE,
    replaced_session_fields,
)


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


def copied_content(row: Row) -> dict[str, Any]:
    """The columns of a copy, but for its id."""
    return {name: row[name] for name in ("type", "delivery", "content", "session_fields")}


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
