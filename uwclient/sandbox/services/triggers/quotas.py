"""The trigger and the quota of a campaign (pure; section Triggered Campaigns).

Clients evaluate the trigger. The sandbox only checks it, and only in scenarios: tests of clients publish broken
triggers from Python.

    {type: event_trigger, logic: {external_event_id: iap_purchased, event_attributes: [CONDITION, …]}}
    {type: attribute_trigger, logic: CONDITION}
    {type: region_trigger, logic: {region_name: shop, metadata: [CONDITION, …]}}

A CONDITION is `{attribute_name (metadata_name for regions), operator, values, data_type}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, check_keys, did_you_mean
from uwclient.sandbox.core.targeting import OPERATORS
from uwclient.sandbox.core.values import DATA_TYPES, fits

TRIGGER_TYPES = ("event_trigger", "attribute_trigger", "region_trigger")
_ORDERED = ("greater_than", "less_than", "between")
_QUOTA_FIELDS = ("total_triggers", "session_triggers", "trigger_cooldown_seconds")


@dataclass(frozen=True, slots=True)
class Quota:
    """How often a campaign may be triggered, in all and in one session, and how soon again; None is no limit."""

    total_triggers: int | None = None
    session_triggers: int | None = None
    trigger_cooldown_seconds: float | None = None

    def remaining(self, total: int, in_session: int, latest: datetime | None) -> dict[str, Any]:
        """What clients are told after so many triggers; limits that are None are left out."""
        left: dict[str, Any] = {}
        if self.total_triggers is not None:
            left["total_remaining_triggers"] = max(0, self.total_triggers - total)
        if self.session_triggers is not None:
            left["session_remaining_triggers"] = max(0, self.session_triggers - in_session)
        if self.trigger_cooldown_seconds is not None:
            left["trigger_cooldown_seconds"] = self.trigger_cooldown_seconds
        if latest is not None:
            left["latest_triggered_action_timestamp"] = latest.isoformat(timespec="milliseconds")
        return left

    def limits(self) -> dict[str, Any]:
        """The three limits, as `read_quota` takes them."""
        return asdict(self)

    def is_used_up(self, total: int, in_session: int) -> bool:
        """Whether one trigger more would be one too many."""
        return (self.total_triggers is not None and total >= self.total_triggers) or (
            self.session_triggers is not None and in_session >= self.session_triggers
        )


def read_quota(raw: object) -> Quota | None:
    """The quota that a mapping describes, or None for None; FieldError says what is wrong with it."""
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise FieldError("quota", f"{raw!r} is not a mapping: give it {', '.join(_QUOTA_FIELDS)}")
    check_keys(raw, _QUOTA_FIELDS, ("quota",), "a quota has no such field")
    for field, value in raw.items():
        whole = field != "trigger_cooldown_seconds"
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or value < 0
        ):
            raise FieldError(("quota", field), f"{value!r} is not a {'whole ' if whole else ''}number of 0 or more")
    return Quota(**raw)


def check_trigger(trigger: object) -> None:
    """FieldError when a client could not make sense of a trigger."""
    path: FieldPath = ("trigger",)
    fields = _mapping(trigger, path, ("type", "logic"))
    if fields.get("type") not in TRIGGER_TYPES:
        close = did_you_mean(str(fields.get("type")), TRIGGER_TYPES)
        raise FieldError((*path, "type"), f"{fields.get('type')!r} is not one of {', '.join(TRIGGER_TYPES)}{close}")
    logic, path = fields.get("logic"), (*path, "logic")
    if fields["type"] == "attribute_trigger":
        _check_condition(logic, path, "attribute_name")
    elif fields["type"] == "event_trigger":
        _check_logic(logic, path, "external_event_id", "event_attributes", "attribute_name")
    else:
        _check_logic(logic, path, "region_name", "metadata", "metadata_name")


def _check_logic(logic: object, path: FieldPath, name: str, conditions: str, condition_name: str) -> None:
    fields = _mapping(logic, path, (name, conditions))
    _check_name(fields, name, path)
    listed = fields.get(conditions)
    if not isinstance(listed, (list, tuple, type(None))):
        raise FieldError((*path, conditions), f"{listed!r} is not a list of conditions")
    for position, condition in enumerate(listed or ()):
        _check_condition(condition, (*path, conditions, position), condition_name)


def _check_condition(condition: object, path: FieldPath, name: str) -> None:
    fields = _mapping(condition, path, (name, "operator", "values", "data_type"))
    _check_name(fields, name, path)
    operator, data_type, values = fields.get("operator"), fields.get("data_type"), fields.get("values")
    if operator not in OPERATORS:
        close = did_you_mean(str(operator), OPERATORS)
        raise FieldError((*path, "operator"), f"{operator!r} is not one of {', '.join(OPERATORS)}{close}")
    if not isinstance(data_type, str) or data_type not in DATA_TYPES:
        close = did_you_mean(str(data_type), DATA_TYPES)
        raise FieldError((*path, "data_type"), f"{data_type!r} is not one of {', '.join(DATA_TYPES)}{close}")
    if operator in _ORDERED and data_type in ("string", "boolean"):
        raise FieldError(
            (*path, "operator"), f"{operator!r} compares numbers and datetimes, not the type {data_type}"
        )
    if operator == "contain" and data_type != "string":
        raise FieldError((*path, "operator"), f"'contain' searches texts, not the type {data_type}")
    if not isinstance(values, (list, tuple)) or not values:
        raise FieldError((*path, "values"), f"{values!r} is not a list with at least one value")
    if operator == "between" and len(values) != 2:
        raise FieldError(
            (*path, "values"), f"'between' needs two values, the lowest and the highest, not {len(values)}"
        )
    for position, value in enumerate(values):
        if not fits(value, data_type):
            raise FieldError((*path, "values", position), f"{value!r} is not {DATA_TYPES[data_type]}")


def _mapping(value: object, path: FieldPath, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise FieldError(path, f"{json.dumps(value, default=str)} is not a mapping: give it {', '.join(known)}")
    check_keys(value, known, path)
    return value


def _check_name(fields: Mapping[str, Any], name: str, path: FieldPath) -> None:
    if not isinstance(fields.get(name), str) or not fields[name]:
        raise FieldError((*path, name), f"{fields.get(name)!r} is not a text of at least one letter")
