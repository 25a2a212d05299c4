"""What is known of a world at one moment, as values for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from uwclient import SentSignal
from uwclient.qa.calendar_content import Stretch, planned_for
from uwclient.qa.player import Player
from uwclient.qa.reports import State, states_of
from uwclient.qa.screenshots import Screenshot
from uwclient.qa.timeline import Line, printed
from uwclient.qa.world import World
from uwclient.sandbox import LoggedRequest

MOST_REQUESTS = 300
"""How many are shown, the latest."""


@dataclass(frozen=True, slots=True)
class PlayerEvidence:
    """How one player stands.

    Attributes:
        id: the player's id.
        states: what is live, upcoming, held back, …
        planned: when content ends and starts, as the client knows it.
        signals: what the client has sent last.

    """

    id: str
    states: tuple[State, ...]
    planned: tuple[Stretch, ...]
    signals: tuple[SentSignal, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A world at one moment.

    Attributes:
        seed: of the world.
        started_at: when it began.
        now: the moment.
        facts: how the world was made, and how much was done, in short texts.
        players: how they stand.
        faults: what is planned to fail, in words.
        lines: the timeline.
        requests: the latest of all clients.
        screenshots: the latest pictures of the game.

    """

    seed: int
    started_at: datetime
    now: datetime
    facts: tuple[str, ...]
    players: tuple[PlayerEvidence, ...]
    faults: tuple[str, ...]
    lines: tuple[Line, ...]
    requests: tuple[LoggedRequest, ...]
    screenshots: tuple[Screenshot, ...]


def evidence_of(world: World) -> Evidence:
    """Collect what is known of a world."""
    requests = world.sandbox.requests
    return Evidence(
        world.seed,
        world.started_at,
        world.now,
        tuple(_facts(world, len(requests))),
        tuple(_of_player(player, world.now) for player in world.players),
        tuple(_faults(world)),
        tuple(world.timeline),
        tuple(requests[-MOST_REQUESTS:]),
        tuple(world.screenshots),
    )


def secrets_of(world: World) -> tuple[str, ...]:
    """Return the texts that nobody must read who looks at a report: keys and the ids of sessions."""
    sessions = [session.id for player in world.sandbox.players for session in player.sessions]
    return tuple(filter(None, (world.sandbox.api_key, world.sandbox.secret_key, *sessions)))


def _of_player(player: Player, now: datetime) -> PlayerEvidence:
    return PlayerEvidence(
        player.id,
        tuple(states_of(player)),
        tuple(planned_for(player, now)),
        player.uw.diagnostics.signals,
    )


def _facts(world: World, requests: int) -> Iterator[str]:
    yield f"seed {world.seed}"
    yield f"{len(world.players)} players"
    yield f"{requests:,} requests"
    yield f"{world.polls_elided:,} idle polls passed without one"


def _faults(world: World) -> Iterator[str]:
    now = world.sandbox.clock.now()
    for fault in world.faults.planned:
        concerned = "" if fault.glob == "*" else f" ({fault.glob})"
        if fault.start is not None and now < fault.start:
            when = f"begins at {printed(fault.start)}"
        elif fault.end is not None:
            when = f"{'on until' if now < fault.end else 'over since'} {printed(fault.end)}"
        else:
            when = "on"
        yield f"{fault.name}{concerned}: {when}"
