"""Moves players through journeys as things happen on the platform (guide: Journeys and Odysseys).

What players do, and the sessions that they start or refresh, come from `Players` and `Sessions`; impressions are
heard of as they are announced; delays, cooldowns and ends of content are due on the schedule. Each is one walk of the
engine, in the transaction of what caused it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.errors import JourneyError
from uwclient.sandbox.core.times import from_milliseconds
from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.journeys.engine import Walk
from uwclient.sandbox.services.journeys.leg_content import content_problems, piece_of_leg
from uwclient.sandbox.services.journeys.moves import (
    Advanced,
    CoolingDown,
    Entered,
    Exited,
    Move,
    Sent,
    Stopped,
    Waiting,
)
from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey
from uwclient.sandbox.services.journeys.odyssey_tables import OdysseyTables, content_id
from uwclient.sandbox.services.journeys.plan import Plan, Step
from uwclient.sandbox.services.journeys.released import ReleasedPlans
from uwclient.sandbox.services.outcomes.models import NewOutcome
from uwclient.sandbox.services.push.service import Push
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.models import Session
from uwclient.sandbox.services.sessions.service import Sessions
from uwclient.sandbox.services.triggers.evaluation import PlayerAction

_LEG_DUE = "journey leg"
_COOLED_DOWN = "journey cooldown"
"""The actions of the schedule: time ends a leg, and a player may enter again."""
_SHOWN = {"player_message_impression_creation": "message_id", "player_offer_impression_creation": "offer_id"}
"""The announcements that tell that a player received content, and the field that names it."""
_FINAL = {
    "player_message_impression_state_change": ("message", ("viewed",)),
    "player_offer_impression_state_change": ("offer", ("dismissed", "purchased")),
}
"""The announcements after which content is not listed any more, and the states that do it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The services that journeys look at and send with."""

    environments: Environments
    segments: Segments
    sessions: Sessions
    catalogue: Catalogue
    push: Push
    emails: Emails


class PersonHere:
    """A player in an environment, as the engine asks about them; their segments are those of this moment."""

    def __init__(self, around: Surroundings, environment_id: str, player_id: str) -> None:
        self._around = around
        self._environment_id = environment_id
        self._player_id = player_id
        self._segments: frozenset[str] | None = None

    def is_in_any(self, segment_ids: frozenset[str]) -> bool:
        """Whether the player is in one of the segments."""
        if self._segments is None:
            found = self._around.segments.of(self._environment_id, self._player_id)
            self._segments = frozenset(one.id for one in found)
        return not self._segments.isdisjoint(segment_ids)

    def can_receive(self, content_type: str) -> bool:
        """Whether such content can be sent to the player: e-mails need an address."""
        return content_type != "email" or self._around.emails.can_reach(self._player_id)


class RunningJourneys:
    """Moves players, and shows and sends them what they come to.

    Attributes:
        plans: the journeys as they were released.
        tables: the odysseys of all players.

    """

    def __init__(self, backend: Backend, plans: ReleasedPlans, around: Surroundings) -> None:
        self._backend = backend
        self._around = around
        self._listeners: list[Callable[[JourneyError], None]] = []
        self.plans = plans
        self.tables = OdysseyTables(backend.storage)
        backend.schedule.on(_LEG_DUE, self._leg_is_due)
        backend.schedule.on(_COOLED_DOWN, self._cooled_down)
        backend.erasure.on_erase(self._erase)
        backend.on_announcement(self._hear)
        around.sessions.on_visit(self._visited)
        around.emails.on_address(self._has_address)

    def person(self, environment_id: str, player_id: str) -> PersonHere:
        """A player as the engine asks about them."""
        return PersonHere(self._around, environment_id, player_id)

    def content_problems(self, step: Step) -> list[str]:
        """Sentences about what keeps the content of a step from being delivered."""
        return content_problems(step, self._around.catalogue)

    def on_stopped(self, listener: Callable[[JourneyError], None]) -> None:
        """Call `listener` with each odyssey that was stopped because it would not have come to an end."""
        self._listeners.append(listener)

    # What happens.

    def act(self, player_id: str, session_id: str, action: PlayerAction) -> None:
        """A player does something: in the session's environment, or (without one) wherever the player has been."""
        session = self._around.sessions.find(player_id, session_id) if session_id else None
        environments = self._environments_of(player_id) if session is None else [session.environment_id]
        for environment_id in environments:
            self._walk(environment_id, player_id, lambda walk: walk.check(action))

    def engage(self, source: Source, outcome: NewOutcome) -> None:
        """An engagement outcome of a player has arrived."""
        for environment_id in self.tables.environments_of(source.player_id):
            self._walk(environment_id, source.player_id, lambda walk: walk.engage(outcome))

    def receive(self, environment_id: str, player_id: str, shown_ids: Sequence[str]) -> None:
        """A player has received content of legs."""

        def receive(walk: Walk) -> None:
            for odyssey, leg in walk.legs():
                if content_id(odyssey.id, leg.step_id) in shown_ids:
                    walk.receive(odyssey, leg)

        self._walk(environment_id, player_id, receive)

    def withdraw(self, environment_id: str, journey_id: str) -> None:
        """End all odysseys of a journey that was taken away; nobody is told."""
        for player_id in self.tables.players_on(environment_id, journey_id):
            self._move(environment_id, player_id, lambda walk: walk.withdraw(journey_id))

    def _erase(self, player_id: str) -> None:
        """Forget a player; nobody is told."""
        self.tables.forget(player_id)
        for action in (_LEG_DUE, _COOLED_DOWN):
            self._backend.schedule.remove(action, lambda due: due[1] == player_id)

    def _visited(self, session: Session) -> None:
        self._walk(session.environment_id, session.player_id, Walk.check)

    def _has_address(self, player_id: str) -> None:
        """Send the e-mails that waited for an address."""

        def send(walk: Walk) -> None:
            for odyssey, leg in walk.legs():
                walk.send(odyssey, leg)

        for environment_id in self.tables.environments_of(player_id):
            self._walk(environment_id, player_id, send)

    def _hear(self, name: str, payload: Mapping[str, Any]) -> None:
        """Impressions tell what a player received, and what is done with."""
        player_id = payload.get("appuser_app_external_id", "")
        if name in _SHOWN:
            for environment_id in self.tables.environments_of(player_id):
                self.receive(environment_id, player_id, [payload[_SHOWN[name]]])
        elif name in _FINAL:
            what, states = _FINAL[name]
            if payload[f"{what}_impression_current_state"] in states:
                self._finish(player_id, payload[f"{what}_id"])

    def _finish(self, player_id: str, shown_id: str) -> None:
        """Show content of a leg no longer."""
        for environment_id in self.tables.environments_of(player_id):
            with self.tables.changing(environment_id, player_id) as travels:
                for odyssey in travels.odysseys.values():
                    for leg in odyssey.legs.values():
                        if content_id(odyssey.id, leg.step_id) == shown_id:
                            leg.is_over = True

    def _leg_is_due(self, due: Sequence[Any]) -> None:
        environment_id, player_id, odyssey_id, leg_id, at = due
        with self._backend.revisions.of_request(player_id):
            self._walk(environment_id, player_id, lambda walk: walk.time_has_come(odyssey_id, leg_id), at)

    def _cooled_down(self, due: Sequence[Any]) -> None:
        environment_id, player_id, journey_id, at = due
        plan = self.plans.of_environment(environment_id).find(journey_id)
        if plan is not None:
            with self._backend.revisions.of_request(player_id):
                self._walk(environment_id, player_id, lambda walk: walk.enter_by_rules(plan), at)

    # How it is done.

    def _walk(
        self, environment_id: str, player_id: str, happen: Callable[[Walk], None], at: int | None = None
    ) -> None:
        """As `_move`, where there are journeys at all."""
        if self.plans.there_are_any(environment_id):
            self._move(environment_id, player_id, happen, at)

    def _move(
        self, environment_id: str, player_id: str, happen: Callable[[Walk], None], at: int | None = None
    ) -> None:
        """Let something happen to a player at a moment (None: now); keep, tell and carry out what it comes to."""
        with self._backend.lock, self._backend.storage.transaction():
            with self.tables.changing(environment_id, player_id) as travels:
                plans = self.plans.of_environment(environment_id)
                person = self.person(environment_id, player_id)
                now = self._backend.now() if at is None else at
                walk = Walk(travels, plans, person, now, lambda what: self._backend.ids.uuid(what, player_id))
                happen(walk)
            for move in walk.moves:
                self._carry_out(environment_id, player_id, move)

    def _carry_out(self, environment_id: str, player_id: str, move: Move) -> None:
        match move:
            case Entered(odyssey):
                self._announce("player_journey_entered", player_id, odyssey)
            case Advanced(odyssey, previous, ready):
                told = self._told_legs(environment_id, odyssey, previous, ready)
                self._announce("player_journey_step_advanced", player_id, odyssey, **told)
            case Exited(odyssey):
                self._announce("player_journey_exited", player_id, odyssey, odyssey_exit_state=odyssey.exit_state)
            case Sent():
                self._send(environment_id, player_id, move)
            case Waiting(odyssey, leg):
                at = leg.due_at or 0
                key = [environment_id, player_id, odyssey.id, leg.id, at]
                self._backend.schedule.add(from_milliseconds(at), _LEG_DUE, key)
            case CoolingDown(journey_id, until):
                key = [environment_id, player_id, journey_id, until]
                self._backend.schedule.add(from_milliseconds(until), _COOLED_DOWN, key)
            case Stopped():
                error = JourneyError(_stopped_sentence(player_id, move))
                for listener in self._listeners:
                    listener(error)

    def _announce(self, name: str, player_id: str, odyssey: Odyssey, **more: Any) -> None:
        about = {"journey_id": odyssey.journey_id, "odyssey_id": odyssey.id, "appuser_app_external_id": player_id}
        self._backend.announce(name, {**about, **more})

    def _told_legs(
        self, environment_id: str, odyssey: Odyssey, previous: Leg | None, ready: Sequence[Leg]
    ) -> dict[str, Any]:
        """The legs of a move, as the guide promises them: before, and ready now."""
        plan = self.plans.of_environment(environment_id).of(odyssey)
        return {
            "previous_leg": None if previous is None else previous.id,
            "previous_step": None if previous is None else previous.step_id,
            "ready_legs": [
                {"id": leg.id, "step_id": leg.step_id, "step_type": _step_type(plan, leg)} for leg in ready
            ],
        }

    def _send(self, environment_id: str, player_id: str, sent: Sent) -> None:
        plan = self.plans.of_environment(environment_id).of(sent.odyssey)
        if plan is None:
            return
        piece = piece_of_leg(plan, sent.step, sent.odyssey, sent.leg, self._around.catalogue)
        record = piece.record(self._around.sessions.language_of(player_id))
        if piece.kind == "emails":
            self._around.emails.send(player_id, record["subject"], record["body"])
        else:
            self._around.push.send(player_id, record, environment_id)

    def _environments_of(self, player_id: str) -> list[str]:
        """Where a player has been; who has been nowhere yet counts for the default live environment."""
        found = dict.fromkeys(
            [*self._around.sessions.environments_of(player_id), *self.tables.environments_of(player_id)]
        )
        live = self._around.environments.default_of("live")
        return list(found) or ([] if live is None else [live.id])


def _step_type(plan: Plan | None, leg: Leg) -> str | None:
    step = None if plan is None else plan.steps.get(leg.step_id)
    return None if step is None else step.content_type or step.kind


def _stopped_sentence(player_id: str, stopped: Stopped) -> str:
    plan = stopped.plan
    names = [f"{one} ({plan.steps[one].kind})" if one in plan.steps else one for one in stopped.step_ids]
    about = f"The journey {plan.name!r} ({plan.id}) would lead player {player_id!r}"
    if stopped.too_much:
        return (
            f"{about} on without end: after {stopped.too_much}, at the step {names[0]}, the odyssey was stopped. "
            "Have the journey end, and let players enter it again."
        )
    way = " -> ".join([*names, names[0]])
    return (
        f"{about} round for ever, by way of these steps: {way}. The odyssey was stopped: put a delay, or content "
        "that waits, into that circle."
    )
