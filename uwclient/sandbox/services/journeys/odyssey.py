"""The odysseys of players, which are made of legs: the state that the engine changes (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

BY_EXIT_STEP = "completed_due_to_exit_node"
BY_SEGMENT = "completed_due_to_segment_entry"
EXHAUSTED = "completed_due_to_steps_exhausted"
STOPPED = "stopped"
"""How an odyssey ends; one that the sandbox stopped, because it would never end, has a state of its own."""
WITHDRAWN = "withdrawn"
"""The state of odysseys whose journey was taken away."""


@dataclass(slots=True)
class Leg:
    """One stay of a player at a step. Times are milliseconds since 1970.

    Attributes:
        id: the leg.
        step_id: where.
        started_at: since when.
        previous_id: the leg before it; None where the odyssey begins.
        edge_id: the edge by which the player came.
        due_at: when a delay ends, or when content can no longer be received; None when time ends nothing.
        received_at: when the player received the content.
        outcome: the engagement outcome that the player will leave by.
        ended_at: until when; None while it is active.
        is_over: whether there is nothing of it left to see in the session lists.

    """

    id: str
    step_id: str
    started_at: int
    previous_id: str | None
    edge_id: str
    due_at: int | None = None
    received_at: int | None = None
    outcome: str | None = None
    ended_at: int | None = None
    is_over: bool = False

    @property
    def is_active(self) -> bool:
        """Whether the player is still there."""
        return self.ended_at is None


@dataclass(slots=True)
class Odyssey:
    """One way of a player through a journey. Times are milliseconds since 1970.

    Attributes:
        id: the odyssey.
        journey_id: the journey.
        release: the number of its release, which stays the same to the end.
        started_at: when the player entered.
        legs: its legs, in the order in which they began; who keeps odysseys may leave out legs that are over.
        leg_count: how many legs there were.
        met: the branches whose trigger an action has met since.
        ended_at: when it ended; None while it is active.
        exit_state: how it ended.

    """

    id: str
    journey_id: str
    release: int
    started_at: int
    legs: list[Leg] = field(default_factory=list)
    leg_count: int = 0
    met: set[str] = field(default_factory=set)
    ended_at: int | None = None
    exit_state: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether the player is still on the way."""
        return self.ended_at is None

    @property
    def active_legs(self) -> list[Leg]:
        """The legs that the player is on."""
        return [leg for leg in self.legs if leg.ended_at is None]

    def find(self, leg_id: str) -> Leg | None:
        """The leg of that id."""
        return next((leg for leg in self.legs if leg.id == leg_id), None)


@dataclass(slots=True)
class Travels:
    """All odysseys of one player in one environment, oldest first."""

    player_id: str
    odysseys: list[Odyssey] = field(default_factory=list)

    def active(self) -> list[Odyssey]:
        """Those that have not ended."""
        return [one for one in self.odysseys if one.ended_at is None]

    def of(self, journey_id: str) -> list[Odyssey]:
        """Those of one journey."""
        return [one for one in self.odysseys if one.journey_id == journey_id]

    def find(self, odyssey_id: str) -> Odyssey | None:
        """The odyssey of that id."""
        return next((one for one in self.odysseys if one.id == odyssey_id), None)

    def active_legs(self) -> Iterator[tuple[Odyssey, Leg]]:
        """All active legs, with their odysseys."""
        return ((odyssey, leg) for odyssey in self.active() for leg in odyssey.active_legs)
