"""Odysseys as tests and people look at them, and sentences about what their players wait for (pure)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.times import from_milliseconds, printed
from uwclient.sandbox.services.journeys.entry import Person, told
from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey
from uwclient.sandbox.services.journeys.odyssey_tables import content_id
from uwclient.sandbox.services.journeys.plan import Plan, Step

ContentProblems = Callable[[Step], list[str]]
"""Tells what keeps the content of a step from being delivered."""


@dataclass(frozen=True, slots=True)
class LegView:
    """One stay of a player at a step.

    Attributes:
        id: the leg.
        step_id: the step.
        step_type: what it is: message, offer, …, delay, branch or exit.
        content_id: the id under which its content stands in the session lists.
        started_at: since when.
        received_at: when the player received its content.
        outcome: the engagement outcome that the player left by.
        ended_at: until when; None while the player is there.
        waits_for: why the player is still there, as a sentence; None for who is not.

    """

    id: str
    step_id: str
    step_type: str
    content_id: str
    started_at: datetime
    received_at: datetime | None
    outcome: str | None
    ended_at: datetime | None
    waits_for: str | None


@dataclass(frozen=True, slots=True)
class OdysseyView:
    """One way of a player through a journey.

    Attributes:
        id: the odyssey.
        journey_id: the journey, and `journey` its name.
        environment: the key of the environment.
        release: the number of the release on which it runs.
        entered_at: when the player entered.
        exited_at: when it ended; None while it is active.
        exit_state: how it ended: completed_due_to_exit_node, completed_due_to_segment_entry,
            completed_due_to_steps_exhausted, stopped (by the sandbox) or withdrawn (with the journey).
        legs: its legs, in the order in which they began.

    """

    id: str
    journey_id: str
    journey: str
    environment: str
    release: int
    entered_at: datetime
    exited_at: datetime | None
    exit_state: str | None
    legs: tuple[LegView, ...]

    @property
    def is_active(self) -> bool:
        """Whether the player is still on the way."""
        return self.exited_at is None

    @property
    def path(self) -> tuple[str, ...]:
        """The steps in the order in which the player came to them."""
        return tuple(leg.step_id for leg in self.legs)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Why the player is where they are, a sentence for each active leg."""
        return tuple(leg.waits_for for leg in self.legs if leg.waits_for is not None)


def view_of(
    odyssey: Odyssey, plan: Plan | None, environment: str, person: Person, problems: ContentProblems
) -> OdysseyView:
    """An odyssey as people look at it.

    Args:
        odyssey: the odyssey, with all its legs.
        plan: the release on which it runs; None when that is gone.
        environment: the key of its environment.
        person: the player.
        problems: tells what keeps content from being delivered.

    """
    steps = {} if plan is None else plan.steps
    return OdysseyView(
        odyssey.id,
        odyssey.journey_id,
        odyssey.journey_id if plan is None else plan.name,
        environment,
        odyssey.release,
        from_milliseconds(odyssey.started_at),
        _moment(odyssey.ended_at),
        odyssey.exit_state,
        tuple(
            _leg_view(odyssey, leg, plan, steps.get(leg.step_id), person, problems) for leg in odyssey.legs.values()
        ),
    )


def waiting_sentence(plan: Plan, step: Step, leg: Leg, person: Person, problems: ContentProblems) -> str:
    """What a player waits for on an active leg."""
    if step.trigger is not None:
        return f"Waits until the player does what ends the delay: {told(step.trigger)}."
    if leg.due_at is not None and not step.content_type:
        return f"Waits until {printed(leg.due_at)}."
    ends = "" if leg.due_at is None else f" The path ends at {printed(leg.due_at)} without that."
    if leg.received_at is None:
        found = problems(step)
        if found:
            return f"The {step.content_type} cannot be delivered: {'; '.join(found)}.{ends}"
        if step.is_mailed and not person.can_receive(step.content_type):
            return f"Waits until the player has an e-mail address.{ends}"
        return f"Waits until the player has received the {step.content_type}.{ends}"
    keys = [repr(edge.outcome) for edge in plan.edges_from(step.id) if edge.outcome is not None]
    outcomes = f"the engagement outcome {' or '.join(keys)}" if keys else "an outcome, but no edge names one,"
    return f"Waits for {outcomes} of the {step.content_type}.{ends}"


def _leg_view(
    odyssey: Odyssey, leg: Leg, plan: Plan | None, step: Step | None, person: Person, problems: ContentProblems
) -> LegView:
    waits_for = None
    if leg.is_active and plan is not None and step is not None:
        waits_for = waiting_sentence(plan, step, leg, person, problems)
    return LegView(
        leg.id,
        leg.step_id,
        "" if step is None else step.content_type or step.kind,
        content_id(odyssey.id, leg.step_id),
        from_milliseconds(leg.started_at),
        _moment(leg.received_at),
        leg.outcome,
        _moment(leg.ended_at),
        waits_for,
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)
