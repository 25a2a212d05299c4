"""What tests and people see of journeys: odysseys, counts, reasons and previews; nothing changes by looking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.errors import NotFound, did_you_mean
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.journeys.entry import obstacle
from uwclient.sandbox.services.journeys.odyssey import Odyssey
from uwclient.sandbox.services.journeys.plan import Plan, Step
from uwclient.sandbox.services.journeys.preview import Preview, Previewer
from uwclient.sandbox.services.journeys.running import RunningJourneys
from uwclient.sandbox.services.journeys.views import OdysseyView, view_of

_DAY = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class JourneyCounts:
    """How many players came where on a journey, in one environment and over all its releases.

    Attributes:
        players: how many ever entered.
        steps: how many came to each step, by its id.
        there: how many are at each step now, by its id.
        edges: how many came by each edge, by its id.
        exits: the odysseys by how they ended; those under "active" have not.

    """

    players: int
    steps: Mapping[str, int]
    there: Mapping[str, int]
    edges: Mapping[str, int]
    exits: Mapping[str, int]


class JourneyViews:
    """Looks at journeys and odysseys."""

    def __init__(self, backend: Backend, environments: Environments, running: RunningJourneys) -> None:
        self._backend = backend
        self._environments = environments
        self._running = running

    def of_player(self, player_id: str) -> tuple[OdysseyView, ...]:
        """The odysseys of a player in all environments, oldest first."""
        with self._backend.lock:
            self._backend.catch_up()
            found = [
                self._view(environment_id, player_id, odyssey)
                for environment_id in self._running.tables.environments_of(player_id)
                for odyssey in self._running.tables.travels(environment_id, player_id, whole=True).odysseys.values()
            ]
            return tuple(sorted(found, key=lambda one: one.entered_at))

    def counts(self, environment_id: str, journey_id: str) -> JourneyCounts:
        """How many players came where. NotFound for a journey that the environment does not have."""
        with self._backend.lock:
            self._backend.catch_up()
            plan = self.plan(environment_id, journey_id)
            found = self._running.tables.counts(environment_id, journey_id)
            came = {step_id: players for step_id, players, _ in found["steps"]}
            there = {step_id: players for step_id, _, players in found["steps"]}
            edges = dict(found["edges"])
            every_edge = [*plan.entry_edges, *(edge for one in plan.steps for edge in plan.edges_from(one))]
            return JourneyCounts(
                players=found["players"][0][0],
                steps={**dict.fromkeys(plan.steps, 0), **came},
                there={**dict.fromkeys(plan.steps, 0), **there},
                edges={**{edge.id: 0 for edge in every_edge}, **edges},
                exits={state or "active": number for state, number in found["exits"]},
            )

    def reasons(self, environment_id: str, journey_id: str, player_id: str) -> list[str]:
        """Why a player waits on a journey, or does not enter it, in sentences; none for who would enter now."""
        with self._backend.lock:
            self._backend.catch_up()
            plan = self.plan(environment_id, journey_id)
            travels = self._running.tables.travels(environment_id, player_id, whole=True)
            for odyssey in travels.of(journey_id):
                if odyssey.is_active:
                    return list(self._view(environment_id, player_id, odyssey).waits_for)
            person = self._running.person(environment_id, player_id)
            reason = obstacle(plan, travels, person, None, self._backend.now())
            return [] if reason is None else [reason]

    def preview(self, environment_id: str, journey_id: str, player_id: str, days: float) -> Preview:
        """The paths that a player would take in so many days. NotFound as `counts`."""
        with self._backend.lock:
            self._backend.catch_up()
            now = self._backend.now()
            plan = self.plan(environment_id, journey_id)
            person = self._running.person(environment_id, player_id)
            travels = self._running.tables.travels(environment_id, player_id)
            until = now + int(days * _DAY)
            active = next((one for one in travels.of(journey_id) if one.is_active), None)
            if active is not None:
                current = self._running.plans.of_environment(environment_id).of(active) or plan
                return Preview(None, Previewer(current, person, until).from_legs(active, now))
            reason = obstacle(plan, travels, person, None, now)
            return Preview(reason, Previewer(plan, person, until).from_entry(now))

    def plan(self, environment_id: str, journey_id: str) -> Plan:
        """The newest release of a journey. NotFound when it was not shared with the environment."""
        plans = self._running.plans.of_environment(environment_id)
        found = plans.find(journey_id)
        if found is None:
            close = did_you_mean(journey_id, [one.id for one in plans.current()])
            raise NotFound(f"There is no journey {journey_id!r} in that environment{close}: share it first.")
        return found

    def _view(self, environment_id: str, player_id: str, odyssey: Odyssey) -> OdysseyView:
        plan = self._running.plans.of_environment(environment_id).of(odyssey)
        key = next((one.key for one in self._environments.all() if one.id == environment_id), environment_id)
        person = self._running.person(environment_id, player_id)
        return view_of(odyssey, plan, key, person, self._problems)

    def _problems(self, step: Step) -> list[str]:
        return self._running.content_problems(step)
