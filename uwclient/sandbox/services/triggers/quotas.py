"""The trigger and the quota of a campaign (pure; section Triggered Campaigns).

Clients evaluate the trigger. The sandbox only checks it, and only in scenarios: tests of clients publish broken
triggers from Python.

    {type: event_trigger, logic: {external_event_id: iap_purchased, event_attributes: [CONDITION, …]}}
    {type: attribute_trigger, logic: CONDITION}
    {type: region_trigger, logic: {region_name: shop, metadata: [CONDITION, …]}}

A CONDITION is `{attribute_name (metadata_name for regions), operator, values, data_type}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.field_types import shown
from uwclient.sandbox.core.resource import Field, Reading, read
from uwclient.sandbox.core.targeting import OPERATORS
from uwclient.sandbox.core.values import DATA_TYPES, fits

_ORDERED = ("greater_than", "less_than", "between")
_READING = Reading(blanks=())
QUOTA = Field(
    "quota",
    "object",
    "How often a campaign may be triggered; missing: any number of times.",
    null=True,
    fields=(
        Field("total_triggers", "integer", "So often in all.", null=True, minimum=0),
        Field("session_triggers", "integer", "So often in one session.", null=True, minimum=0),
        Field("trigger_cooldown_seconds", "number", "So many seconds apart.", null=True, minimum=0),
    ),
)


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
    return None if raw is None else Quota(**read(QUOTA, raw, _READING, (QUOTA.name,)))


def quota_in(limits: Mapping[str, Any] | None) -> Quota | None:
    """The quota that was kept as `Quota.limits`."""
    return None if limits is None else Quota(**limits)


def check_trigger(trigger: object) -> None:
    """FieldError when a client could not make sense of a trigger."""
    path = ("trigger",)
    fields = read(_TRIGGER, trigger, _READING, path)
    read(_LOGIC[fields["type"]], fields["logic"], _READING, (*path, "logic"))


def _check_condition(condition: Mapping[str, Any]) -> None:
    """FieldError unless operator, data type and values go together."""
    operator, data_type, values = condition["operator"], condition["data_type"], condition["values"]
    if operator in _ORDERED and data_type in ("string", "boolean"):
        raise FieldError("operator", f"{operator!r} compares numbers and datetimes, not the type {data_type}")
    if operator == "contain" and data_type != "string":
        raise FieldError("operator", f"'contain' searches texts, not the type {data_type}")
    if not values:
        raise FieldError("values", f"{shown(values)} is not a list with at least one value")
    if operator == "between" and len(values) != 2:
        raise FieldError("values", f"'between' needs two values, the lowest and the highest, not {len(values)}")
    for position, value in enumerate(values):
        if not fits(value, data_type):
            raise FieldError(("values", position), f"{shown(value)} is not {DATA_TYPES[data_type]}")


def _condition(name: str) -> Field:
    """A condition on what has a name: an attribute, or metadata of a region."""
    return Field(
        "logic",
        "object",
        "What an attribute, or metadata of a region, must be.",
        required=True,
        fields=(
            Field(name, "word", "Which one.", required=True),
            Field("operator", "text", "How it is compared.", required=True, choices=OPERATORS),
            Field("values", "list", "What it is compared with.", required=True),
            Field("data_type", "text", "What the values are.", required=True, choices=tuple(DATA_TYPES)),
        ),
        check=_check_condition,
    )


def _logic(name: str, conditions: str, condition_name: str) -> Field:
    """Something that happens, and the conditions that it must meet."""
    return Field(
        "logic",
        "object",
        "What must happen.",
        required=True,
        fields=(
            Field(name, "word", "What it is called.", required=True),
            Field(conditions, "list", "What it must meet.", null=True, values=_condition(condition_name)),
        ),
    )


_LOGIC: Mapping[str, Field] = MappingProxyType(
    {
        "event_trigger": _logic("external_event_id", "event_attributes", "attribute_name"),
        "attribute_trigger": _condition("attribute_name"),
        "region_trigger": _logic("region_name", "metadata", "metadata_name"),
    }
)
TRIGGER_TYPES = tuple(_LOGIC)
_TRIGGER = Field(
    "trigger",
    "object",
    "What triggers a campaign.",
    fields=(
        Field("type", "text", "What a player does.", required=True, choices=TRIGGER_TYPES),
        Field("logic", "object", "What must hold of it.", required=True),
    ),
)
