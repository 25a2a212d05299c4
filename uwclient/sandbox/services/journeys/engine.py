"""The engine of journeys (pure): what happens to a player's odysseys when something happens (guide: Journeys).

    walk = Walk(travels, plans, person, now, new_id)
    walk.check(action)            # leave, go on, enter
    walk.moves                    # what it came to, in order

The odysseys in `travels` are changed in place. Nothing here knows of tables, HTTP or clocks, so that the sandbox and
a simulation of ten thousand players move by the same rules.

A leg that can go on at once does: players pass branches, sent e-mails and exits within the same walk, breadth first.
Since nothing changes meanwhile, who comes to a step by way of itself would go round for ever: such an odyssey is
stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from uwclient.sandbox.services.journeys.entry import Person, history_obstacle, obstacle
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
from uwclient.sandbox.services.journeys.odyssey import (
    BY_EXIT_STEP,
    BY_SEGMENT,
    EXHAUSTED,
    STOPPED,
    WITHDRAWN,
    Leg,
    Odyssey,
    Travels,
)
from uwclient.sandbox.services.journeys.plan import Edge, Plan, Step
from uwclient.sandbox.services.journeys.resources import BRANCH, CONTENT, DELAY, EXIT
from uwclient.sandbox.services.journeys.step_configs import ENTER_JOURNEY, NO, YES
from uwclient.sandbox.services.outcomes.models import NewOutcome
from uwclient.sandbox.services.triggers.evaluation import PlayerAction

MOST_MOVES = 1000
"""The moves of one walk; with more, odysseys are stopped."""
MOST_LEGS = 5_000
"""The legs of one odyssey: who goes round in delays for ever is stopped."""


class Plans(Protocol):
    """The journeys of an environment."""

    def current(self) -> Sequence[Plan]:
        """The newest release of each journey."""

    def find(self, journey_id: str) -> Plan | None:
        """The newest release of a journey."""

    def of(self, odyssey: Odyssey) -> Plan | None:
        """The release that an odyssey began with."""


class _Trail(NamedTuple):
    """The steps that led to a leg within one walk, the last one first."""

    journey_id: str
    step_id: str
    before: _Trail | None

    def round_to(self, journey_id: str, step_id: str) -> tuple[str, ...] | None:
        """The steps from an earlier stay at a step to here; None when the player has not been there."""
        passed: list[str] = []
        trail: _Trail | None = self
        while trail is not None:
            passed.append(trail.step_id)
            if (trail.journey_id, trail.step_id) == (journey_id, step_id):
                return tuple(reversed(passed))
            trail = trail.before
        return None


class Walk:
    """Moves one player in one environment, at one moment.

    Args:
        travels: the player's odysseys; they are changed.
        plans: the journeys.
        person: the player.
        now: milliseconds since 1970.
        new_id: draws the id of an "odyssey" or a "leg".

    Attributes:
        moves: what it came to so far, in order.

    """

    def __init__(
        self, travels: Travels, plans: Plans, person: Person, now: int, new_id: Callable[[str], str]
    ) -> None:
        self._travels = travels
        self._plans = plans
        self._person = person
        self._now = now
        self._new_id = new_id
        self._action: PlayerAction | None = None
        self._arrivals: deque[tuple[Odyssey, Leg, _Trail]] = deque()
        self._count = 0
        self.moves: list[Move] = []

    # What happens.

    def check(self, action: PlayerAction | None = None) -> None:
        """The player is there, or (with an action) does something: who must leave leaves, then some enter."""
        self._action = action
        for odyssey in self._travels.active():
            plan = self._plans.of(odyssey)
            if plan is not None and plan.exit_segments and self._person.is_in_any(plan.exit_segments):
                self._exit(odyssey, BY_SEGMENT)
        if action is not None:
            self._act(action)
        for plan in self._plans.current():
            self.enter_by_rules(plan)

    def enter_by_rules(self, plan: Plan) -> None:
        """Let the player enter a journey, if its rules say so."""
        if obstacle(plan, self._travels, self._person, self._action, self._now) is None:
            self._enter(plan, None)
            self._go_on()

    def receive(self, odyssey: Odyssey, leg: Leg) -> None:
        """The player has received the content of a leg."""
        if odyssey.is_active and leg.is_active and leg.received_at is None:
            leg.received_at = self._now
            self._leave_content(odyssey, leg, None)
            self._go_on()

    def send(self, odyssey: Odyssey, leg: Leg) -> None:
        """Send what a leg has waited to send, if that is possible now."""
        step = self._step(odyssey, leg)
        if odyssey.is_active and leg.is_active and step is not None and step.is_mailed and leg.received_at is None:
            self._send(odyssey, leg, step, None)
            self._go_on()

    def engage(self, outcome: NewOutcome) -> None:
        """An engagement outcome of the player has arrived."""
        for odyssey, leg in self._travels.active_legs():
            step, plan = self._step(odyssey, leg), self._plans.of(odyssey)
            if step is None or plan is None or not odyssey.is_active or not leg.is_active:
                continue
            is_meant = outcome.journey_id in (None, plan.id) and outcome.journey_step_id in (None, step.id)
            is_awaited = step.waits_for_outcome and step.content_type == outcome.outcome_type and leg.outcome is None
            if is_meant and is_awaited and plan.leaving(step.id, outcome.key):
                leg.outcome = outcome.key
                self._leave_content(odyssey, leg, None)
        self._go_on()

    def legs(self) -> list[tuple[Odyssey, Leg]]:
        """The legs that the player is on."""
        return self._travels.active_legs()

    def time_has_come(self, odyssey_id: str, leg_id: str) -> None:
        """The moment `due_at` of a leg has come: a delay is over, or content can no longer be received."""
        odyssey = self._travels.odysseys.get(odyssey_id)
        leg = None if odyssey is None else odyssey.legs.get(leg_id)
        if odyssey is None or leg is None or leg.due_at is None or leg.due_at > self._now:
            return
        step = self._step(odyssey, leg)
        if step is None:
            return
        leg.is_over = leg.is_over or step.kind == CONTENT
        if odyssey.is_active and leg.is_active:
            self._leave(odyssey, leg, self._edges(odyssey, leg, None) if step.kind == DELAY else (), None)
            self._go_on()

    def withdraw(self, journey_id: str) -> None:
        """End the odysseys of a journey that was taken away, and take away what they show; nobody is told."""
        for odyssey in self._travels.of(journey_id):
            if odyssey.is_active:
                self._close(odyssey, WITHDRAWN)
            for leg in odyssey.legs.values():
                leg.is_over = True

    # How odysseys go on.

    def _act(self, action: PlayerAction) -> None:
        """Note which branches an action decides, and let those go on who waited for it."""
        legs = self._travels.active_legs()
        for odyssey in self._travels.active():
            self._note(odyssey, action)
        for odyssey, leg in legs:
            step = self._step(odyssey, leg)
            if step is None or step.kind != DELAY or step.trigger is None:
                continue
            if odyssey.is_active and leg.is_active and step.trigger.is_met_by(action):
                self._leave(odyssey, leg, self._edges(odyssey, leg, None), None)
                self._go_on()

    def _note(self, odyssey: Odyssey, action: PlayerAction) -> None:
        plan = self._plans.of(odyssey)
        if plan is not None:
            odyssey.met.update(one for one, trigger in plan.branch_triggers.items() if trigger.is_met_by(action))

    def _enter(self, plan: Plan, trail: _Trail | None) -> None:
        for other in self._travels.active():
            is_named = plan.removes_from is None or other.journey_id in plan.removes_from
            if is_named and other.journey_id != plan.id:
                self._exit(other, BY_SEGMENT)
        odyssey = Odyssey(self._new_id("odyssey"), plan.id, plan.release, self._now)
        self._travels.add(odyssey)
        if self._action is not None:
            self._note(odyssey, self._action)
        self.moves.append(Entered(odyssey))
        self._step_to(odyssey, plan, None, plan.entry_edges, trail)

    def _go_on(self) -> None:
        """Let all legs that are new do what they do at once."""
        while self._arrivals:
            odyssey, leg, trail = self._arrivals.popleft()
            if odyssey.is_active and leg.is_active:
                self._arrive(odyssey, leg, trail)

    def _arrive(self, odyssey: Odyssey, leg: Leg, trail: _Trail) -> None:
        step = self._step(odyssey, leg)
        if step is None:
            self._leave(odyssey, leg, (), trail)
        elif step.kind == EXIT:
            odyssey.end_leg(leg, self._now)
            self._exit(odyssey, BY_EXIT_STEP)
            self._have_effects(step, trail)
        elif step.kind == BRANCH:
            outcome = YES if self._is_met(odyssey, step) else NO
            self._leave(odyssey, leg, self._edges(odyssey, leg, outcome), trail)
        elif step.is_mailed:
            self._wait_until(odyssey, leg, step)
            self._send(odyssey, leg, step, trail)
        else:
            self._wait_until(odyssey, leg, step)
            if step.kind == DELAY and leg.due_at is not None and leg.due_at <= self._now:
                self._leave(odyssey, leg, self._edges(odyssey, leg, None), trail)

    def _is_met(self, odyssey: Odyssey, branch: Step) -> bool:
        if branch.trigger is not None:
            return branch.id in odyssey.met
        return self._person.is_in_any(branch.segments)

    def _wait_until(self, odyssey: Odyssey, leg: Leg, step: Step) -> None:
        """Set when time ends a leg."""
        leg.due_at = step.ends_at if step.duration is None else self._now + step.duration
        if leg.due_at is not None and leg.due_at > self._now:
            self.moves.append(Waiting(odyssey, leg))

    def _send(self, odyssey: Odyssey, leg: Leg, step: Step, trail: _Trail | None) -> None:
        if self._person.can_receive(step.content_type):
            leg.received_at = self._now
            self.moves.append(Sent(odyssey, leg, step))
            self._leave_content(odyssey, leg, trail)

    def _leave_content(self, odyssey: Odyssey, leg: Leg, trail: _Trail | None) -> None:
        """Go on from content that was received, and had the outcome that it waits for."""
        step = self._step(odyssey, leg)
        if step is None or leg.received_at is None or (step.waits_for_outcome and leg.outcome is None):
            return
        self._leave(odyssey, leg, self._edges(odyssey, leg, leg.outcome if step.waits_for_outcome else None), trail)

    def _leave(self, odyssey: Odyssey, leg: Leg, edges: Iterable[Edge], trail: _Trail | None) -> None:
        odyssey.end_leg(leg, self._now)
        plan, step = self._plans.of(odyssey), self._step(odyssey, leg)
        leg.is_over = leg.is_over or step is None or not step.is_listed
        if plan is not None:
            self._step_to(odyssey, plan, leg, edges, trail)

    def _step_to(
        self, odyssey: Odyssey, plan: Plan, previous: Leg | None, edges: Iterable[Edge], trail: _Trail | None
    ) -> None:
        """Follow edges to all steps at which the player is not yet; without any leg left, the odyssey ends."""
        there = {leg.step_id for leg in odyssey.active_legs}
        ready: list[Leg] = []
        for edge in edges:
            if edge.to_id in there:
                continue
            round_trip = trail.round_to(plan.id, edge.to_id) if trail is not None else None
            too_much = "" if round_trip is not None else self._too_much(odyssey)
            if round_trip is not None or too_much:
                self._close(odyssey, STOPPED)
                self.moves.append(Stopped(odyssey, plan, round_trip or (edge.to_id,), too_much))
                return
            there.add(edge.to_id)
            previous_id = None if previous is None else previous.id
            ready.append(Leg(self._new_id("leg"), edge.to_id, self._now, previous_id, edge.id))
            self._arrivals.append((odyssey, ready[-1], _Trail(plan.id, edge.to_id, trail)))
        for leg in ready:
            odyssey.add(leg)
        odyssey.leg_count += len(ready)
        self._count += 1
        if ready:
            self.moves.append(Advanced(odyssey, previous, tuple(ready)))
        elif not there:
            self._exit(odyssey, EXHAUSTED)

    def _too_much(self, odyssey: Odyssey) -> str:
        if self._count >= MOST_MOVES:
            return f"{MOST_MOVES:,} moves at once"
        return f"{MOST_LEGS:,} legs" if odyssey.leg_count >= MOST_LEGS else ""

    # How odysseys end.

    def _exit(self, odyssey: Odyssey, state: str) -> None:
        self._close(odyssey, state)
        self.moves.append(Exited(odyssey))
        plan = self._plans.find(odyssey.journey_id)
        if plan is None or not plan.entry_segments or plan.entry_triggers or not plan.reenrollment.cooldown:
            return
        until = self._now + plan.reenrollment.cooldown
        if until > self._now and history_obstacle(plan, self._travels, until) is None:
            self.moves.append(CoolingDown(plan.id, until))

    def _close(self, odyssey: Odyssey, state: str) -> None:
        """End an odyssey with its legs; what they show stays only when all steps were exhausted."""
        self._travels.end(odyssey, self._now, state)
        for leg in odyssey.legs.values():
            leg.is_over = leg.is_over or state != EXHAUSTED

    def _have_effects(self, step: Step, trail: _Trail) -> None:
        for effect, journey_id in step.effects:
            plan = self._plans.find(journey_id)
            if effect == ENTER_JOURNEY:
                if plan is not None and history_obstacle(plan, self._travels, self._now) is None:
                    self._enter(plan, trail)
                continue
            for odyssey in self._travels.of(journey_id):
                if odyssey.is_active:
                    self._exit(odyssey, BY_EXIT_STEP)

    def _step(self, odyssey: Odyssey, leg: Leg) -> Step | None:
        plan = self._plans.of(odyssey)
        return None if plan is None else plan.steps.get(leg.step_id)

    def _edges(self, odyssey: Odyssey, leg: Leg, outcome: str | None) -> tuple[Edge, ...]:
        plan = self._plans.of(odyssey)
        return () if plan is None else plan.leaving(leg.step_id, outcome)
