"""What became of a population on a journey: the funnel, the times, the exits (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from uwclient.sandbox.core.times import MILLISECOND
from uwclient.sandbox.services.journeys.odyssey import Travels
from uwclient.sandbox.services.journeys.plan import Plan

ON_THE_WAY = "on_the_way"
"""In place of an exit state, for odysseys that have not ended."""


@dataclass(frozen=True, slots=True)
class Path:
    """One odyssey: the steps in the order in which the player came to them, and how it ended."""

    step_ids: tuple[str, ...]
    exit_state: str


@dataclass(frozen=True, slots=True)
class StepFigures:
    """What became of the players at one step.

    Attributes:
        step_id: the step.
        type: what it is.
        players: how many came there.
        visits: how often; more, where players come again.
        left: how many visits have ended.
        there: how many players are there at the end.
        median_stay: how long half of the visits that ended took, or less; None without any.

    """

    step_id: str
    type: str
    players: int
    visits: int
    left: int
    there: int
    median_stay: timedelta | None


@dataclass(frozen=True, slots=True)
class EdgeFigures:
    """How many players came by one edge, and how long after the step before it began (half of them, or less)."""

    edge_id: str
    from_id: str | None
    to_id: str
    outcome: str | None
    players: int
    median_time: timedelta | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """What became of a population on a journey; the same arguments give the same one.

    Attributes:
        players: how many there were.
        entered: how many entered.
        odysseys: how often, all together.
        steps: the figures of each step, in the journey's order.
        edges: likewise of each edge.
        exits: the odysseys by how they ended, those on the way included.
        paths: the odysseys of each player who entered, by the player's id.

    """

    players: int
    entered: int
    odysseys: int
    steps: tuple[StepFigures, ...]
    edges: tuple[EdgeFigures, ...]
    exits: Mapping[str, int]
    paths: Mapping[str, tuple[Path, ...]]

    def table(self) -> str:
        """The funnel as text, one line for each step."""
        lines = [f"{self.players:,} players, {self.entered:,} entered, {self.odysseys:,} odysseys", ""]
        rows = [("step", "type", "players", "of all", "there", "median stay")]
        for one in self.steps:
            share = f"{one.players / self.players:.1%}" if self.players else "-"
            stay = "-" if one.median_stay is None else str(one.median_stay)
            rows.append((one.step_id, one.type, f"{one.players:,}", share, f"{one.there:,}", stay))
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        lines += ["", *(f"{state}: {number:,}" for state, number in sorted(self.exits.items()))]
        return "\n".join(lines)


class FunnelCounter:
    """Counts the odysseys of one player after the other."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._players = 0
        self._odysseys = 0
        self._came: Counter[str] = Counter()
        self._visits: Counter[str] = Counter()
        self._there: Counter[str] = Counter()
        self._stays: dict[str, list[int]] = {}
        self._by_edge: Counter[str] = Counter()
        self._times: dict[str, list[int]] = {}
        self._exits: Counter[str] = Counter()
        self._paths: dict[str, tuple[Path, ...]] = {}

    def add(self, travels: Travels) -> None:
        """Count a player."""
        self._players += 1
        if not travels.odysseys:
            return
        odysseys = list(travels.odysseys.values())
        legs = {leg.id: leg for odyssey in odysseys for leg in odyssey.legs.values()}
        self._odysseys += len(odysseys)
        self._came.update({leg.step_id for leg in legs.values()})
        self._by_edge.update({leg.edge_id for leg in legs.values()})
        self._there.update({leg.step_id for leg in legs.values() if leg.is_active})
        for leg in legs.values():
            self._visits[leg.step_id] += 1
            if leg.ended_at is not None:
                self._stays.setdefault(leg.step_id, []).append(leg.ended_at - leg.started_at)
            if leg.previous_id is not None:
                self._times.setdefault(leg.edge_id, []).append(leg.started_at - legs[leg.previous_id].started_at)
        self._exits.update(one.exit_state or ON_THE_WAY for one in odysseys)
        self._paths[travels.player_id] = tuple(
            Path(tuple(leg.step_id for leg in one.legs.values()), one.exit_state or ON_THE_WAY) for one in odysseys
        )

    def result(self) -> Funnel:
        """The figures of all who were counted."""
        plan = self._plan
        edges = [*plan.entry_edges, *(edge for step_id in plan.steps for edge in plan.edges_from(step_id))]
        return Funnel(
            players=self._players,
            entered=len(self._paths),
            odysseys=self._odysseys,
            steps=tuple(
                StepFigures(
                    step.id,
                    step.content_type or step.kind,
                    self._came[step.id],
                    self._visits[step.id],
                    len(self._stays.get(step.id, ())),
                    self._there[step.id],
                    _median(self._stays.get(step.id)),
                )
                for step in plan.steps.values()
            ),
            edges=tuple(
                EdgeFigures(
                    edge.id,
                    edge.from_id,
                    edge.to_id,
                    edge.outcome,
                    self._by_edge[edge.id],
                    _median(self._times.get(edge.id)),
                )
                for edge in edges
            ),
            exits=dict(self._exits),
            paths=self._paths,
        )


def _median(values: list[int] | None) -> timedelta | None:
    return None if not values else int(median(values)) * MILLISECOND
