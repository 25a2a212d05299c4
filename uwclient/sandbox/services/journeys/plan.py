"""A journey as players travel it: what a release froze of it, read once (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.times import milliseconds, parse_iso
from uwclient.sandbox.services.journeys.resources import (
    ACTION_ENTRY,
    BRANCH,
    BY_OUTCOME,
    CONTENT,
    DURATIONS,
    ON_SEGMENT_MATCH,
    REMOVE_FROM_ALL,
    SEGMENT_ENTRY,
)
from uwclient.sandbox.services.journeys.step_configs import (
    ABSOLUTE,
    BY_TRIGGER,
    RELATIVE,
    TIME_DELAY,
    content_type_of,
    kind_of,
)
from uwclient.sandbox.services.triggers.evaluation import Trigger, read_trigger

MAILED = ("email", "push_notification")
"""The types of content that are sent to players; all others wait in the session lists."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection of two steps; None as its start is the entry. `outcome` is yes, no or the key of an outcome."""

    id: str
    from_id: str | None
    to_id: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step; which of the attributes mean something depends on its kind.

    Attributes:
        id: the step.
        kind: content, branch, exit or delay.
        content_type: what a content step gives to the player.
        waits_for_outcome: whether players leave it only with an engagement outcome.
        duration: of a delay, or of the time in which content can be received, in milliseconds; None for another
            kind of delay, or without end.
        ends_at: when a delay ends (milliseconds since 1970), if that is fixed.
        trigger: what the player must do, in a delay or a branch by trigger.
        segments: of which the player must be in one, in a branch by segment.
        effects: what an exit does to other journeys: pairs of ENTER_JOURNEY or EXIT_JOURNEY and a journey.
        config: as it was written.
        session_fields: what players are sent besides, of content that was published as they see it.

    """

    id: str
    kind: str
    content_type: str
    waits_for_outcome: bool
    duration: int | None
    ends_at: int | None
    trigger: Trigger | None
    segments: frozenset[str]
    effects: tuple[tuple[str, str], ...]
    config: Mapping[str, Any]
    session_fields: Mapping[str, Any] | None

    @property
    def is_mailed(self) -> bool:
        """Whether it sends something to the player."""
        return self.kind == CONTENT and self.content_type in MAILED

    @property
    def is_listed(self) -> bool:
        """Whether it shows the player something in the session lists."""
        return self.kind == CONTENT and self.content_type not in MAILED


@dataclass(frozen=True, slots=True)
class Reenrollment:
    """Whether players enter again, how often (None: without limit), and how many milliseconds after the last exit."""

    allowed: bool
    limit: int | None
    cooldown: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One release of a journey.

    Attributes:
        id: the journey.
        release: the number of the release.
        name: the journey's name.
        entry_segments: for each rule about segments, those of which the player must be in one.
        entry_triggers: for each rule about actions, what the action must be like.
        has_rules: whether anybody enters by rules: without any, only other journeys bring players.
        removes_from: the journeys that an entry ends for the player; None for all others.
        reenrollment: whether players enter again.
        exit_segments: who is in one of them leaves.
        steps: the steps by id.
        entry_edges: the edges by which players enter.
        branch_triggers: the branches that an action decides, by the step's id.
        segment_names: the names of the segments that it names, by id.

    """

    id: str
    release: int
    name: str
    entry_segments: tuple[frozenset[str], ...]
    entry_triggers: tuple[Trigger, ...]
    has_rules: bool
    removes_from: frozenset[str] | None
    reenrollment: Reenrollment
    exit_segments: frozenset[str]
    steps: Mapping[str, Step]
    entry_edges: tuple[Edge, ...]
    branch_triggers: Mapping[str, Trigger]
    segment_names: Mapping[str, str]
    _leaving: Mapping[str, tuple[Edge, ...]]

    def leaving(self, step_id: str, outcome: str | None = None) -> tuple[Edge, ...]:
        """The edges that a player follows from a step, by an outcome or (None) without one."""
        return tuple(edge for edge in self._leaving.get(step_id, ()) if edge.outcome == outcome)

    def edges_from(self, step_id: str) -> tuple[Edge, ...]:
        """All edges that leave a step."""
        return self._leaving.get(step_id, ())


def read_plan(snapshot: Mapping[str, Any], release: int) -> Plan:
    """The plan that a release froze.

    Args:
        snapshot: as `Journeys.snapshot` gives it, with `segments`.
        release: the number of the release.

    """
    journey, entry = snapshot["journey"], snapshot["journey"]["entry_rules"]
    steps = {one["id"]: _step(one) for one in snapshot["steps"]}
    edges = [_edge(one) for one in snapshot["edges"] if one["to_id"] in steps]
    rules = [(one.get("entry_strategy"), one.get("entry_strategy_config") or {}) for one in entry["rules"]]
    return Plan(
        id=snapshot["id"],
        release=release,
        name=journey["name"],
        entry_segments=tuple(
            frozenset(config.get("segment_ids") or ()) for strategy, config in rules if strategy == SEGMENT_ENTRY
        ),
        entry_triggers=tuple(read_trigger(config) for strategy, config in rules if strategy == ACTION_ENTRY),
        has_rules=bool(rules),
        removes_from=_removed(entry),
        reenrollment=_reenrollment(journey["reenrollment_rules"]),
        exit_segments=frozenset(
            segment_id
            for rule in journey["exit_rules"]["rules"]
            if rule.get("exit_strategy") == ON_SEGMENT_MATCH
            for segment_id in (rule.get("exit_strategy_config") or {}).get("segment_ids") or ()
        ),
        steps=steps,
        entry_edges=tuple(edge for edge in edges if edge.from_id is None),
        branch_triggers={
            one.id: one.trigger for one in steps.values() if one.kind == BRANCH and one.trigger is not None
        },
        segment_names={one["id"]: one["name"] or one["id"] for one in snapshot.get("segments", ())},
        _leaving={step_id: tuple(edge for edge in edges if edge.from_id == step_id) for step_id in steps},
    )


def _removed(entry: Mapping[str, Any]) -> frozenset[str] | None:
    if entry.get("on_entry_strategy") == REMOVE_FROM_ALL:
        return None
    config = entry.get("on_entry_strategy_config") or {}
    return frozenset(config.get("journey_ids") or ()) if entry.get("on_entry_strategy") != "none" else frozenset()


def _reenrollment(rules: Mapping[str, Any]) -> Reenrollment:
    duration, unit = rules.get("cooldown_duration") or 0, rules.get("cooldown_duration_unit") or "seconds"
    return Reenrollment(bool(rules.get("allowed")), rules.get("limit"), duration * DURATIONS[unit])


def _edge(row: Mapping[str, Any]) -> Edge:
    config = row["config"]
    return Edge(
        row["id"], row["from_id"], row["to_id"], config.get("outcome") or config.get("engagement_outcome_key")
    )


def _step(row: Mapping[str, Any]) -> Step:
    config, kind = row["config"], kind_of(row["type"])
    by = config.get("time_delay_type") if config.get("delay_type") == TIME_DELAY else None
    by_trigger = BY_TRIGGER in (config.get("branch_type"), str(config.get("delay_type")).removesuffix("_delay"))
    moment = parse_iso(config["at"]) if by == ABSOLUTE else None
    return Step(
        id=row["id"],
        kind=kind,
        content_type=content_type_of(row["type"], config) if kind == CONTENT else "",
        waits_for_outcome=row["advancement"]["type"] == BY_OUTCOME,
        duration=_duration(config, "duration" if by == RELATIVE else "end_after"),
        ends_at=None if moment is None else milliseconds(moment),
        trigger=read_trigger(config["trigger"]) if by_trigger else None,
        segments=frozenset(config.get("segment_ids") or ()),
        effects=tuple((one["type"], one["journey_id"]) for one in config.get("side_effects") or ()),
        config=config,
        session_fields=row.get("session_fields"),
    )


def _duration(config: Mapping[str, Any], name: str) -> int | None:
    number, unit = config.get(f"{name}_number"), config.get(f"{name}_unit")
    return None if number is None or unit is None else int(number) * DURATIONS[unit]
