"""Plays the sessions of a made-up population by real clients, as a game would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from uwclient import Message, Offer, PlayerEvent
from uwclient.qa import Player, World
from uwclient.sandbox import Behaviour
from uwclient.sandbox.services.journeys.population import (
    PlannedPlayer,
    PlannedSession,
    answer_of,
    planned_players,
)
from uwclient.sandbox.services.triggers.evaluation import ATTRIBUTE, PlayerAction

QUIET = timedelta(seconds=90)
"""A session ends when nothing new has come for so long: longer than between two polls."""


class Game:
    """One player's game: it shows what comes, and has the player answer as the population says.

    Args:
        world: where it is played.
        planned: the player.
        outcomes: the keys that each step waits for, by the step's id; others wait for none.
        seed: of the population.

    """

    def __init__(self, world: World, planned: PlannedPlayer, outcomes: dict[str, list[str]], seed: int) -> None:
        self._world = world
        self._planned = planned
        self._outcomes = outcomes
        self._seed = seed
        self._visits: dict[str, int] = {}
        self._agenda: list[tuple[datetime, PlayerAction]] = []
        self._player: Player | None = None
        self._busy_until = world.now

    def play(self, session: PlannedSession, began_at: datetime) -> Iterator[datetime]:
        """Play a session; yields the moments at which something is to be done, until the player leaves."""
        self._begin()
        moments = [(began_at + timedelta(milliseconds=at), action) for at, action in session.actions]
        self._agenda += moments
        self._busy_until = began_at + timedelta(milliseconds=session.end)
        while self._agenda or self._world.now < self._busy_until:
            due = min((at for at, _ in self._agenda), default=self._busy_until)
            yield due
            for entry in [one for one in self._agenda if one[0] <= self._world.now]:
                self._agenda.remove(entry)
                self._do(entry[1])
        assert self._player is not None
        self._player.uw.stop()

    def _begin(self) -> None:
        if self._player is not None:
            self._player.uw.start()
            return
        attributes = dict(self._planned.behaviour.attributes)
        self._player = self._world.player(self._planned.id, attributes=attributes)
        uw = self._player.uw
        uw.messages.on_active.connect(self._on_message, weak=False)
        uw.offers.on_active.connect(self._on_offer, weak=False)

    def _on_message(self, messages: Any, record: Message) -> None:
        messages.initialize(record)
        messages.mark_viewed(record)
        self._shown("message", record)

    def _on_offer(self, offers: Any, record: Offer) -> None:
        offers.show(record)
        self._shown("offer", record)

    def _shown(self, kind: str, record: Message | Offer) -> None:
        self._busy_until = max(self._busy_until, self._world.now + QUIET)
        step_id = record.raw["journey_step_id"]
        keys = self._outcomes.get(step_id)
        if keys:
            visit = self._visits.get(step_id, 0)
            self._visits[step_id] = visit + 1
            key = answer_of(self._planned, step_id, visit, keys, self._seed)
            if key is not None and self._player is not None:
                self._player.uw.set_engagement_outcome(key, kind)

    def _do(self, action: PlayerAction) -> None:
        assert self._player is not None
        self._busy_until = max(self._busy_until, self._world.now + QUIET)
        if action.kind == ATTRIBUTE:
            self._player.uw.set_attributes(dict(action.values))
        else:
            self._player.uw.assign_event(PlayerEvent(action.name, dict(action.values)))


def play_population(
    world: World, behaviours: Sequence[Behaviour], count: int, days: int, seed: int, outcomes: dict[str, list[str]]
) -> None:
    """Play all sessions of a population, each at its time."""
    began_at = world.now
    sessions = [
        (began_at + timedelta(milliseconds=session.begin), number, game, session)
        for number, game, planned in (
            (number, Game(world, planned, outcomes, seed), planned)
            for number, planned in enumerate(planned_players(behaviours, count, days, seed))
        )
        for session in planned.sessions
    ]
    running: list[tuple[datetime, int, Iterator[datetime]]] = [
        (at, number, _session(game, session, began_at)) for at, number, game, session in sessions
    ]
    while running:
        running.sort(key=lambda one: one[:2])
        at, number, playing = running.pop(0)
        if at > world.now:
            world.skip(to=at)
        following = next(playing, None)
        if following is not None:
            running.append((following, number, playing))
    world.skip(to=began_at + timedelta(days=days))


def _session(game: Game, session: PlannedSession, began_at: datetime) -> Iterator[datetime]:
    yield from game.play(session, began_at)
