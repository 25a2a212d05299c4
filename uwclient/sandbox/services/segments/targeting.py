"""Whom a segment targets, by attributes and by events (pure; guide: Segment Targeting).

    attributes: [CONDITION, …]
    events: [{group_logical_operator, logical_operator, event_sets: [{event_id, attributes: [CONDITION, …]}, …]}, …]

Groups are joined from left to right, as conditions are. Within a group, `and` (when missing) wants all event sets,
`or` any of them, and `not` none. An event set is met by one event that meets all its conditions. `event_ids: [a, b]`
is a short way to write event sets without conditions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.errors import FieldError, FieldPath, check_keys, did_you_mean
from uwclient.sandbox.core.targeting import Condition, matches, read_condition

_LOGICAL = ("and", "or", "not")
_JOINING = ("and", "or")
_GROUP_KEYS = ("group_logical_operator", "logical_operator", "event_sets", "event_ids")
_SET_KEYS = ("event_id", "attributes", "app_id")

Events = Mapping[str, Sequence[Mapping[str, Any]]]
"""What a player did: the attributes of each event, by the event's id."""


@dataclass(frozen=True, slots=True)
class EventSet:
    """Something that a player did: one event of that id that meets all conditions."""

    event_id: str
    conditions: tuple[Condition, ...]

    def is_met(self, events: Events) -> bool:
        """Whether one of the events is such an event."""
        return any(
            not self.conditions or matches(self.conditions, attributes)
            for attributes in events.get(self.event_id, ())
        )


@dataclass(frozen=True, slots=True)
class EventGroup:
    """Event sets, how they belong together (and, or, not), and how the group joins those before it."""

    joined_by: str
    logical: str
    sets: tuple[EventSet, ...]

    def is_met(self, events: Events) -> bool:
        """Whether a player with these events is in the group."""
        met = (one.is_met(events) for one in self.sets)
        if self.logical == "and":
            return all(met)
        return any(met) is (self.logical == "or")


@dataclass(frozen=True, slots=True)
class Targeting:
    """Whom a segment is for: those who are excluded never, those who are included always, and who meets the rest."""

    conditions: tuple[Condition, ...]
    groups: tuple[EventGroup, ...]
    included: frozenset[str]
    excluded: frozenset[str]

    def is_met(self, player_id: str, attributes: Mapping[str, Any], events: Events) -> bool:
        """Whether a player with these attributes and events is in the segment."""
        if player_id in self.excluded:
            return False
        if player_id in self.included:
            return True
        if not self.conditions and not self.groups:
            return False
        return (not self.conditions or matches(self.conditions, attributes)) and self._events_met(events)

    @property
    def event_ids(self) -> set[str]:
        """The ids of all events that it looks at."""
        return {one.event_id for group in self.groups for one in group.sets}

    def _events_met(self, events: Events) -> bool:
        met = True
        for position, group in enumerate(self.groups):
            joined = any if group.joined_by == "or" and position > 0 else all
            met = joined((met, group.is_met(events)))
        return met


def read_targeting(segment: Mapping[str, Any]) -> Targeting:
    """The targeting of a segment whose fields were checked."""
    return Targeting(
        tuple(read_condition(one) for one in segment["attributes"]),
        tuple(_read_group(one) for one in segment["events"]),
        frozenset(segment["player_ids_to_include"]),
        frozenset(segment["player_ids_to_exclude"]),
    )


def written_groups(groups: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Groups of conditions on events in the long way of writing: with event sets, and without event ids."""
    return [
        {
            **{key: value for key, value in group.items() if key != "event_ids"},
            "event_sets": [dict(one) for one in _sets_of(group)],
        }
        for group in groups
    ]


def check_conditions(value: Sequence[Any]) -> None:
    """FieldError when conditions on attributes make no sense."""
    for position, raw in enumerate(value):
        _check_condition(raw, (position,))


def check_event_groups(value: Sequence[Any]) -> None:
    """FieldError when groups of conditions on events make no sense."""
    for position, group in enumerate(value):
        _check_group(group, (position,))


def _check_group(group: Any, path: FieldPath) -> None:
    if not isinstance(group, Mapping):
        raise FieldError(path, f"{group!r} is not a group: write {{event_sets: [{{event_id: …}}]}}")
    check_keys(group, _GROUP_KEYS, path)
    for field, choices in (("group_logical_operator", _JOINING), ("logical_operator", _LOGICAL)):
        operator = group.get(field)
        if operator not in (None, "", *choices):
            close = did_you_mean(str(operator), choices)
            raise FieldError((*path, field), f"{operator!r} is not one of {', '.join(choices)}{close}")
    name = "event_ids" if group.get("event_sets") is None and "event_ids" in group else "event_sets"
    listed = group.get(name)
    if not isinstance(listed, (list, tuple)) or not listed:
        raise FieldError((*path, name), f"{listed!r} is not a list with at least one event")
    for position, one in enumerate(listed):
        _check_set({"event_id": one} if name == "event_ids" else one, (*path, name, position))


def _check_set(event_set: Any, path: FieldPath) -> None:
    if not isinstance(event_set, Mapping):
        raise FieldError(path, f"{event_set!r} is not an event set: write {{event_id: …, attributes: […]}}")
    check_keys(event_set, _SET_KEYS, path)
    if not isinstance(event_set.get("event_id"), str) or not event_set["event_id"]:
        raise FieldError((*path, "event_id"), f"{event_set.get('event_id')!r} is not the id of an event")
    conditions = event_set.get("attributes") or []
    if not isinstance(conditions, (list, tuple)):
        raise FieldError((*path, "attributes"), f"{conditions!r} is not a list of conditions")
    for position, raw in enumerate(conditions):
        _check_condition(raw, (*path, "attributes", position))


def _check_condition(raw: Any, path: FieldPath) -> None:
    if not isinstance(raw, Mapping):
        raise FieldError(path, f"{raw!r} is not a condition: write {{name: …, operator: …, values: […]}}")
    try:
        read_condition(raw)
    except ValueError as problem:
        raise FieldError(path, str(problem)) from None


def _read_group(group: Mapping[str, Any]) -> EventGroup:
    return EventGroup(
        group.get("group_logical_operator") or "and",
        group.get("logical_operator") or "and",
        tuple(_read_set(one) for one in _sets_of(group)),
    )


def _sets_of(group: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The event sets of a group, or those that its event ids stand for."""
    return group.get("event_sets") or [{"event_id": one, "attributes": []} for one in group.get("event_ids") or ()]


def _read_set(event_set: Mapping[str, Any]) -> EventSet:
    conditions = [
        read_condition({**one, "group_logical_operator": "and"}) for one in event_set.get("attributes") or ()
    ]
    return EventSet(event_set["event_id"], tuple(conditions))
