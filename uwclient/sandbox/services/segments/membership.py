"""Finds the players whom a segment targets, as sets of their numbers (see `targeting` for one player)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from uwclient.sandbox.core.targeting import Condition
from uwclient.sandbox.services.segments.targeting import EventGroup, Targeting


class Search(Protocol):
    """Finds players by one condition."""

    def with_attribute(self, condition: Condition) -> set[int]:
        """The players who have an attribute that meets a condition."""

    def with_event(self, event_id: str, conditions: Sequence[Condition]) -> set[int]:
        """The players who had an event of that id which meets all conditions."""

    def all(self) -> set[int]:
        """All players."""


def targeted(targeting: Targeting, search: Search) -> set[int]:
    """The players who meet the conditions of a segment on attributes and events; nobody where there are none."""
    found = []
    if targeting.conditions:
        found.append(_joined((one.joined_by, search.with_attribute(one)) for one in targeting.conditions))
    if targeting.groups:
        found.append(_joined((one.joined_by, _in_group(one, search)) for one in targeting.groups))
    return set.intersection(*found) if found else set()


def _joined(parts: Iterable[tuple[str, set[int]]]) -> set[int]:
    """Sets joined from left to right, each with "and" or "or"; how the first one is joined means nothing."""
    (_, found), *others = parts
    for joined_by, this in others:
        found = found | this if joined_by == "or" else found & this
    return found


def _in_group(group: EventGroup, search: Search) -> set[int]:
    sets = [search.with_event(one.event_id, one.conditions) for one in group.sets]
    if group.logical == "and":
        return set.intersection(*sets)
    met = set().union(*sets)
    return met if group.logical == "or" else search.all() - met
