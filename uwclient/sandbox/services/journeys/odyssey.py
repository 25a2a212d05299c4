"""The odysseys of players, which are made of legs: the state that the engine changes (pure)."""

from __future__ import annotations

from dataclasses import dataclass

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


class Odyssey:
    """One way of a player through a journey. Times are milliseconds since 1970.

    Attributes:
        id: the odyssey.
        journey_id: the journey.
        release: the number of its release, which stays the same to the end.
        started_at: when the player entered.
        legs: its legs by id, in the order in which they began; who keeps odysseys may leave out legs that are over.
        leg_count: how many legs there were.
        met: the branches whose trigger an action has met since.
        ended_at: when it ended; None while it is active.
        exit_state: how it ended.

    """

    __slots__ = (
        "_latest",
        "_open",
        "ended_at",
        "exit_state",
        "id",
        "journey_id",
        "leg_count",
        "legs",
        "met",
        "release",
        "started_at",
    )

    def __init__(self, id: str, journey_id: str, release: int, started_at: int) -> None:
        self.id = id
        self.journey_id = journey_id
        self.release = release
        self.started_at = started_at
        self.legs: dict[str, Leg] = {}
        self.leg_count = 0
        self.met: set[str] = set()
        self.ended_at: int | None = None
        self.exit_state: str | None = None
        self._open: dict[str, Leg] = {}
        self._latest: dict[str, Leg] = {}

    @property
    def is_active(self) -> bool:
        """Whether the player is still on the way."""
        return self.ended_at is None

    @property
    def active_legs(self) -> list[Leg]:
        """The legs that the player is on."""
        return list(self._open.values())

    def add(self, leg: Leg) -> None:
        """Add a leg, which shows its step's content in the place of an earlier one."""
        before = self._latest.get(leg.step_id)
        if before is not None:
            before.is_over = True
        self._latest[leg.step_id] = self.legs[leg.id] = leg
        if leg.ended_at is None:
            self._open[leg.id] = leg

    def end_leg(self, leg: Leg, at: int) -> None:
        """The player leaves a leg."""
        leg.ended_at = at
        self._open.pop(leg.id, None)

    def end(self, at: int, state: str) -> None:
        """End the odyssey, and the legs that the player is on."""
        self.ended_at, self.exit_state = at, state
        for leg in self.active_legs:
            self.end_leg(leg, at)


class Travels:
    """All odysseys of one player in one environment, oldest first."""

    def __init__(self, player_id: str) -> None:
        self.player_id = player_id
        self.odysseys: dict[str, Odyssey] = {}
        self._of: dict[str, list[Odyssey]] = {}
        self._open: dict[str, Odyssey] = {}

    def add(self, odyssey: Odyssey) -> None:
        """Add an odyssey."""
        self.odysseys[odyssey.id] = odyssey
        self._of.setdefault(odyssey.journey_id, []).append(odyssey)
        if odyssey.is_active:
            self._open[odyssey.id] = odyssey

    def end(self, odyssey: Odyssey, at: int, state: str) -> None:
        """End one of them."""
        odyssey.end(at, state)
        self._open.pop(odyssey.id, None)

    def active(self) -> list[Odyssey]:
        """Those that have not ended."""
        return list(self._open.values())

    def of(self, journey_id: str) -> list[Odyssey]:
        """Those of one journey."""
        return self._of.get(journey_id, [])

    def active_legs(self) -> list[tuple[Odyssey, Leg]]:
        """All active legs, with their odysseys."""
        return [(odyssey, leg) for odyssey in self._open.values() for leg in odyssey.active_legs]
