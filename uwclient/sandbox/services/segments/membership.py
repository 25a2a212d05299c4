"""Finds the members of a segment, as sets of player ids (see `targeting` for one player)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from uwclient.sandbox.core.targeting import Condition
from uwclient.sandbox.services.segments.targeting import EventGroup, Targeting


class Search(Protocol):
    """Finds players by one condition."""

    def with_attribute(self, condition: Condition) -> set[str]:
        """The players who have an attribute that meets a condition."""

    def with_event(self, event_id: str, conditions: tuple[Condition, ...]) -> set[str]:
        """The players who had an event of that id which meets all conditions."""

    def all(self) -> set[str]:
        """All players."""


def members(targeting: Targeting, search: Search) -> set[str]:
    """The players whom a segment targets, those included and without those excluded."""
    found: set[str] | None = None
    if targeting.conditions:
        found = _joined((one.joined_by, search.with_attribute(one)) for one in targeting.conditions)
    if targeting.groups:
        by_events = _joined((one.joined_by, _in_group(one, search)) for one in targeting.groups)
        found = by_events if found is None else found & by_events
    return ((found or set()) | targeting.included) - targeting.excluded


def _joined(parts: Iterable[tuple[str, set[str]]]) -> set[str]:
    """Sets joined from left to right, each with "and" or "or"; how the first one is joined means nothing."""
    (_, found), *others = parts
    for joined_by, this in others:
        found = found | this if joined_by == "or" else found & this
    return found


def _in_group(group: EventGroup, search: Search) -> set[str]:
    sets = [search.with_event(one.event_id, one.conditions) for one in group.sets]
    if group.logical == "and":
        return set.intersection(*sets)
    met = set().union(*sets)
    return met if group.logical == "or" else search.all() - met
