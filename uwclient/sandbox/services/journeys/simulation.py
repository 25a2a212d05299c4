"""Sends a population through a journey: the engine in memory, without requests and tables (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

from uwclient.sandbox.services.journeys.engine import Walk
from uwclient.sandbox.services.journeys.moves import Advanced, CoolingDown, Sent, Waiting
from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey, Travels
from uwclient.sandbox.services.journeys.plan import Plan
from uwclient.sandbox.services.journeys.population import (
    UNTIL_SEEN,
    PlannedPlayer,
    PlannedSession,
    answer_of,
)
from uwclient.sandbox.services.outcomes.models import NewOutcome
from uwclient.sandbox.services.segments.targeting import Targeting
from uwclient.sandbox.services.triggers.evaluation import ATTRIBUTE, EVENT, PlayerAction


class _OnePlan:
    """The only journey that there is."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def current(self) -> Sequence[Plan]:
        return (self._plan,)

    def find(self, journey_id: str) -> Plan | None:
        return self._plan if journey_id == self._plan.id else None

    def of(self, odyssey: Odyssey) -> Plan | None:
        return self._plan


class _MadeUpPerson:
    """A player as far as the engine asks: in segments by the attributes and events so far."""

    def __init__(self, player: PlannedPlayer, segments: Mapping[str, Targeting]) -> None:
        self._id = player.id
        self._segments = segments
        self._has_email = player.behaviour.has_email
        self._attributes = dict(player.behaviour.attributes)
        self._events: dict[str, list[Mapping[str, Any]]] = {}

    def is_in_any(self, segment_ids: frozenset[str]) -> bool:
        """Whether the player is in one of the segments."""
        return any(
            one in self._segments and self._segments[one].is_met(self._id, self._attributes, self._events)
            for one in segment_ids
        )

    def can_receive(self, content_type: str) -> bool:
        """Whether such content can be sent to the player."""
        return content_type != "email" or self._has_email

    def does(self, action: PlayerAction) -> None:
        """Become who has done something."""
        if action.kind == ATTRIBUTE:
            self._attributes.update(action.values)
        elif action.kind == EVENT:
            self._events.setdefault(action.name, []).append(action.values)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all players of a simulation have in common.

    Attributes:
        plan: the journey.
        segments: the segments that it names, by id.
        began_at: when the simulation begins (milliseconds since 1970).
        ends_at: when it ends.
        seed: of the population.

    """

    plan: Plan
    segments: Mapping[str, Targeting]
    began_at: int
    ends_at: int
    seed: int


class SimulatedPlayer:
    """Lives through all sessions of one player, from moment to moment."""

    def __init__(self, player: PlannedPlayer, setting: Setting) -> None:
        self._player = player
        self._setting = setting
        self._plan = setting.plan
        self._plans = _OnePlan(setting.plan)
        self._person = _MadeUpPerson(player, setting.segments)
        self._numbers = count()
        self._due: list[tuple[int, int, str, Any]] = []
        self._in_session_until = -1
        self._unanswered: list[tuple[Odyssey, Leg]] = []
        self._visits: dict[str, int] = {}
        self.travels = Travels(player.id)

    def live(self) -> Travels:
        """The odysseys of the player, from the first session to the end."""
        for session in self._player.sessions:
            self._add(self._setting.began_at + session.begin, "session", session)
        while self._due:
            at, _, what, about = heappop(self._due)
            if at > self._setting.ends_at:
                break
            getattr(self, f"_{what}")(at, about)
        return self.travels

    # What happens.

    def _session(self, at: int, session: PlannedSession) -> None:
        self._stay_until(self._setting.began_at + session.end)
        for moment, action in session.actions:
            self._add(self._setting.began_at + moment, "action", action)
        self._walk(at, Walk.check)
        unanswered, self._unanswered = self._unanswered, []
        for one in unanswered:
            self._answer(at, one)
        for odyssey, leg in self.travels.active_legs():
            if self._plan.steps[leg.step_id].is_listed:
                self._seen(at, (odyssey, leg))

    def _action(self, at: int, action: PlayerAction) -> None:
        self._person.does(action)
        self._walk(at, lambda walk: walk.check(action))

    def _seen(self, at: int, about: tuple[Odyssey, Leg]) -> None:
        odyssey, leg = about
        if leg.received_at is None and leg.is_active and at <= self._in_session_until:
            self._walk(at, lambda walk: walk.receive(odyssey, leg))
            if self._plan.steps[leg.step_id].waits_for_outcome:
                self._answer(at, about)

    def _answer(self, at: int, about: tuple[Odyssey, Leg]) -> None:
        _, leg = about
        step = self._plan.steps[leg.step_id]
        keys = [edge.outcome for edge in self._plan.edges_from(step.id) if edge.outcome is not None]
        visit = self._visits.get(step.id, 0)
        self._visits[step.id] = visit + 1
        key = answer_of(self._player, step.id, visit, keys, self._setting.seed)
        if key is not None:
            outcome = NewOutcome(key, step.content_type, self._plan.id, step.id)
            self._walk(at, lambda walk: walk.engage(outcome))

    def _leg_due(self, at: int, about: tuple[Odyssey, Leg]) -> None:
        odyssey, leg = about
        self._walk(at, lambda walk: walk.time_has_come(odyssey.id, leg.id))

    def _cooled_down(self, at: int, _: Any) -> None:
        self._walk(at, lambda walk: walk.enter_by_rules(self._plan))

    # How it is done.

    def _add(self, at: int, what: str, about: Any) -> None:
        heappush(self._due, (at, next(self._numbers), what, about))

    def _walk(self, at: int, happen: Any) -> None:
        walk = Walk(self.travels, self._plans, self._person, at, self._new_id)
        happen(walk)
        for move in walk.moves:
            match move:
                case Advanced(odyssey, _, ready) if at <= self._in_session_until:
                    for leg in ready:
                        if self._plan.steps[leg.step_id].is_listed:
                            self._add(at + UNTIL_SEEN, "seen", (odyssey, leg))
                            self._stay_until(at + UNTIL_SEEN)
                case Waiting(odyssey, leg):
                    self._add(leg.due_at or 0, "leg_due", (odyssey, leg))
                case CoolingDown(_, until):
                    self._add(until, "cooled_down", None)
                case Sent(odyssey, leg, step):
                    if step.waits_for_outcome:
                        self._mailed(at, (odyssey, leg))

    def _stay_until(self, at: int) -> None:
        """Nobody leaves while there is something to see and to answer."""
        self._in_session_until = max(self._in_session_until, at)

    def _mailed(self, at: int, about: tuple[Odyssey, Leg]) -> None:
        """What is sent is answered in the session that it arrives in, or in the next one."""
        if at <= self._in_session_until:
            self._add(at, "answer", about)
        else:
            self._unanswered.append(about)

    def _new_id(self, what: str) -> str:
        return f"{what}-{next(self._numbers)}"
