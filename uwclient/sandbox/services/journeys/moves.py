"""What a walk of the engine comes to, in order: what whoever calls it tells, sends and schedules (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey
from uwclient.sandbox.services.journeys.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class Entered:
    """A player has entered a journey."""

    odyssey: Odyssey


@dataclass(frozen=True, slots=True)
class Advanced:
    """A player has left a leg (None: has just entered), and others are ready."""

    odyssey: Odyssey
    previous: Leg | None
    ready: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """The content of a leg is to be sent to the player."""

    odyssey: Odyssey
    leg: Leg
    step: Step


@dataclass(frozen=True, slots=True)
class Waiting:
    """Time will end a leg, at its `due_at`."""

    odyssey: Odyssey
    leg: Leg


@dataclass(frozen=True, slots=True)
class Exited:
    """An odyssey has ended."""

    odyssey: Odyssey


@dataclass(frozen=True, slots=True)
class CoolingDown:
    """The player can enter a journey again from a moment on (milliseconds since 1970), without doing anything."""

    journey_id: str
    until: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """An odyssey was stopped, because it would not have come to an end.

    Attributes:
        odyssey: the odyssey.
        plan: its journey.
        step_ids: the steps of the round that it went, or the one at which it was too much.
        too_much: what was too much of it; "" for a round of immediate steps.

    """

    odyssey: Odyssey
    plan: Plan
    step_ids: tuple[str, ...]
    too_much: str


Move = Entered | Advanced | Sent | Waiting | Exited | CoolingDown | Stopped
