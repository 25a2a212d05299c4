"""Whether a player may enter a journey, and if not, why (pure; guide: Embarking upon a Journey)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from uwclient.sandbox.core.times import printed
from uwclient.sandbox.services.journeys.odyssey import Travels
from uwclient.sandbox.services.journeys.plan import Plan
from uwclient.sandbox.services.triggers.evaluation import ATTRIBUTE, PlayerAction, Trigger

MOST_ODYSSEYS = 1000
"""How often one player can enter one journey: what enters again and again by itself ends there."""


class Person(Protocol):
    """What the engine asks about a player at the moment at which something happens."""

    def is_in_any(self, segment_ids: frozenset[str]) -> bool:
        """Whether the player is in one of the segments."""

    def can_receive(self, content_type: str) -> bool:
        """Whether such content can be sent to the player."""


def obstacle(plan: Plan, travels: Travels, person: Person, action: PlayerAction | None, now: int) -> str | None:
    """Why a player does not enter a journey now, as a sentence; None for one who does.

    Args:
        plan: the journey.
        travels: the player's odysseys.
        person: the player.
        action: what the player does at this moment, if anything.
        now: milliseconds since 1970.

    """
    if not plan.has_rules:
        return "The journey has no entry rules: only an exit step of another journey brings players."
    return history_obstacle(plan, travels, now) or _rule_obstacle(plan, person, action)


def history_obstacle(plan: Plan, travels: Travels, now: int) -> str | None:
    """Why a player's earlier odysseys keep the player from entering a journey again; None when they do not."""
    before, rules = travels.of(plan.id), plan.reenrollment
    if not before:
        return None
    last = before[-1]
    if last.ended_at is None:
        return "The player is on this journey already."
    if not rules.allowed:
        return "The player has been on this journey, and nobody enters it twice."
    if rules.limit is not None and len(before) > rules.limit:
        return f"The player has entered again {len(before) - 1} times, and the limit is {rules.limit}."
    if len(before) >= MOST_ODYSSEYS:
        return f"The player has been on this journey {MOST_ODYSSEYS:,} times: no more are kept."
    over_at = last.ended_at + rules.cooldown
    if over_at > now:
        return f"The cooldown since the last exit lasts until {printed(over_at)}."
    return None


def _rule_obstacle(plan: Plan, person: Person, action: PlayerAction | None) -> str | None:
    for segments in plan.entry_segments:
        if not person.is_in_any(segments):
            return f"The player is in none of the segments {named(segments, plan.segment_names)}."
    for trigger in plan.entry_triggers:
        if action is None or not trigger.is_met_by(action):
            return f"The player enters with an action: {told(trigger)}."
    return None


def named(segment_ids: Iterable[str], names: Mapping[str, str]) -> str:
    """Segments by their names, as sentences list them."""
    return ", ".join(sorted(repr(names.get(one, one)) for one in segment_ids)) or "(there are none)"


def told(trigger: Trigger) -> str:
    """What an action must be like, in words."""
    if not trigger.makes_sense:
        return "one that the trigger describes, but it makes no sense"
    conditions = " and ".join(
        f"{one.name} {one.operator} {' or '.join(repr(value) for value in one.values)}"
        for one, _ in trigger.conditions
    )
    if trigger.kind == ATTRIBUTE:
        return f"an attribute is assigned, {conditions}"
    return f"the {trigger.kind} {trigger.name!r}{f' with {conditions}' if conditions else ''}"
