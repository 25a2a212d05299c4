"""Whether something that a player does meets a trigger, as the platform itself evaluates it (pure).

Clients evaluate the triggers of campaigns by the same rules: an action meets a trigger that names it when all
conditions on its attributes hold; a condition on a missing attribute, or on one of another type, does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.targeting import Condition, meets
from uwclient.sandbox.core.values import NUMBERS, fits
from uwclient.sandbox.services.triggers.quotas import check_trigger

ATTRIBUTE, EVENT, REGION = "attribute", "event", "region"
_SUFFIX = "_trigger"


@dataclass(frozen=True, slots=True)
class PlayerAction:
    """Something that a player does: attributes were assigned, an event happened, or a region was entered.

    Attributes:
        kind: ATTRIBUTE, EVENT or REGION.
        name: the event's id or the region's name; "" for attributes.
        values: by name: the attributes that were assigned, those of the event, or the region's metadata.

    """

    kind: str
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an action must be like; one that makes no sense is met by none."""

    kind: str
    name: str
    conditions: tuple[tuple[Condition, str], ...]
    makes_sense: bool = True

    def is_met_by(self, action: PlayerAction) -> bool:
        """Whether an action is such an action."""
        if not self.makes_sense or action.kind != self.kind or action.name != self.name:
            return False
        return all(_holds(condition, data_type, action.values) for condition, data_type in self.conditions)


def as_trigger(given: Mapping[str, Any]) -> dict[str, Any]:
    """A trigger as campaigns have it: `{type: attribute, logic}` is short for `attribute_trigger`."""
    kind = str(given.get("type") or "")
    return {"type": kind if kind.endswith(_SUFFIX) else f"{kind}{_SUFFIX}", "logic": given.get("logic")}


def read_trigger(given: Mapping[str, Any]) -> Trigger:
    """The trigger that a mapping with type and logic describes."""
    trigger = as_trigger(given)
    kind, logic = trigger["type"].removesuffix(_SUFFIX), trigger["logic"]
    try:
        check_trigger(trigger)
    except FieldError:
        return Trigger(kind, "", (), makes_sense=False)
    if kind == ATTRIBUTE:
        return Trigger(kind, "", (_condition(logic, "attribute_name"),))
    if kind == EVENT:
        listed = [_condition(one, "attribute_name") for one in logic.get("event_attributes") or ()]
        return Trigger(kind, logic["external_event_id"], tuple(listed))
    listed = [_condition(one, "metadata_name") for one in logic.get("metadata") or ()]
    return Trigger(kind, logic["region_name"], tuple(listed))


def _condition(given: Mapping[str, Any], name: str) -> tuple[Condition, str]:
    return Condition(given[name], given["operator"], tuple(given["values"])), given["data_type"]


def _holds(condition: Condition, data_type: str, values: Mapping[str, Any]) -> bool:
    if condition.name not in values:
        return False
    value = values[condition.name]
    is_of_type = any(fits(value, one) for one in (NUMBERS if data_type in NUMBERS else {data_type}))
    return is_of_type and meets(condition, value)
