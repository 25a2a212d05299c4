"""Journeys, as a sandbox's attribute offers them (guide: Journeys and Odysseys)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.errors import NotFound
from uwclient.sandbox.live_operations import find_environment
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.services.journeys.funnel import Funnel, FunnelCounter
from uwclient.sandbox.services.journeys.looking import JourneyCounts
from uwclient.sandbox.services.journeys.plan import read_plan
from uwclient.sandbox.services.journeys.population import (
    DEFAULT_BEHAVIOURS,
    Behaviour,
    check_behaviours,
    planned_players,
)
from uwclient.sandbox.services.journeys.preview import Preview
from uwclient.sandbox.services.journeys.references import segments_of_journey
from uwclient.sandbox.services.journeys.resources import BY_OUTCOME, IMMEDIATE
from uwclient.sandbox.services.journeys.simulation import Setting, SimulatedPlayer
from uwclient.sandbox.services.journeys.written import edge_types_of, edges_after, read_written, with_segment_ids
from uwclient.sandbox.services.segments.rules import segment_id
from uwclient.sandbox.services.segments.targeting import read_targeting

_DAY = 24 * 3600 * 1000

After = str | Mapping[str, str] | Sequence[str | Mapping[str, str]] | None
"""The steps that a step comes after, as `JourneyOperations.add_step` takes them."""


class JourneyOperations:
    """Journeys: made in dev, and travelled by players where they are shared with `sandbox.releases.share`."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._journeys = platform.journeys

    def create(self, **fields: Any) -> str:
        """Make a journey in dev (section Journeys).

        Args:
            **fields: name, description, entry_rules, exit_rules and reenrollment_rules; rules may name `segments`
                in place of `segment_ids`.

        Returns:
            Its id.

        Raises:
            ScenarioError: (a ValueError) a field is wrong.

        """
        return str(self._journeys.create(self._dev, with_segment_ids(fields, self._segment_id))["id"])

    def update(self, id: str, /, **fields: Any) -> None:
        """Replace fields of a journey in dev; players travel it when it is shared again."""
        self._journeys.update(self._dev, id, with_segment_ids(fields, self._segment_id))

    def publish(self, journey: Mapping[str, Any], /) -> str:
        """Make a whole journey, as scenarios write it, and share it; one of that id is replaced.

        Args:
            journey: its fields, `steps` and `environments`, as docs/journeys.md shows them.

        Returns:
            Its id.

        Raises:
            ScenarioError: (a ValueError) something in it is wrong.

        """
        written = read_written(journey, self._segment_id)
        self._platform.publishing.put_journey(written)
        self._platform.backend.note_change("journeys.publish", written.id)
        return written.id

    def delete(self, id: str, /) -> None:
        """Remove a journey, with its releases; the odysseys of its players end."""
        with self._platform.backend.lock:
            self._journeys.get(self._dev, id)
            self._platform.releases.withdraw(id)
            self._journeys.remove(self._dev, id)
            self._platform.backend.note_change("journeys.delete", id)

    def add_step(
        self,
        id: str,
        type: str,
        config: Mapping[str, Any] | None = None,
        /,
        *,
        after: After = None,
        waits_for_outcome: bool = False,
    ) -> str:
        """Add a step to a journey in dev (section Journey Steps).

        Args:
            id: the journey.
            type: message, offer, campaign_event, email, push_notification, delay, branch or exit.
            config: what it does, as docs/journeys.md lists it; for content, `{"content": {…}}`.
            after: the step that it comes after; `{"step": id, "on": "yes"}` for one of the ways from a branch, or
                for an engagement outcome; a list for several; None for a step with which the journey begins.
            waits_for_outcome: whether players leave it with an engagement outcome only.

        Returns:
            The step's id.

        Raises:
            UnknownRecordError: (a KeyError) there is no such journey.
            ScenarioError: (a ValueError) an argument is wrong.

        """
        steps = {row["id"]: row for row in self._journeys.steps.of(self._dev, id)}
        row = {
            "type": type,
            "config": with_segment_ids(config or {}, self._segment_id),
            "position": {"row": len(steps), "column": 0},
            "advancement": {"type": BY_OUTCOME if waits_for_outcome else IMMEDIATE, "config": {}},
            "incoming_edges": {"create": edges_after(after, edge_types_of(steps))},
        }
        return str(self._journeys.steps.create(self._dev, id, row)["id"])

    def update_step(self, id: str, step_id: str, /, **fields: Any) -> None:
        """Replace fields of a step in dev: type, config, position, advancement and incoming_edges."""
        self._journeys.steps.update(self._dev, id, step_id, fields)

    def delete_step(self, id: str, step_id: str, /) -> None:
        """Remove a step in dev, with its edges."""
        self._journeys.steps.delete(self._dev, id, step_id)

    def counts(self, id: str, environment: str = "live") -> JourneyCounts:
        """How many players came to each step and by each edge, are there now, and how odysseys ended.

        Args:
            id: the journey.
            environment: a key, or a type, which means the default environment of that type.

        Raises:
            UnknownRecordError: (a KeyError) it was not shared with that environment.
            ScenarioError: (a ValueError) there is no such environment.

        """
        return self._platform.journey_views.counts(self._environment(environment), id)

    def reasons(self, id: str, player_id: str, environment: str = "live") -> list[str]:
        """Why a player waits on a journey, or does not enter it, in sentences; none for who would enter now.

        Arguments and errors as `counts`.
        """
        return self._platform.journey_views.reasons(self._environment(environment), id, player_id)

    def preview(self, id: str, player_id: str, days: float = 30, environment: str = "live") -> Preview:
        """The path that a player will take, and what each parting depends on; nothing happens.

        It is that of a player who receives all content at once, and stays in the segments of now. `str()` of it is
        a text with a line for each step.

        Args:
            id: the journey.
            player_id: the player; one who is on the journey goes on from there.
            days: how far to look.
            environment: as `counts`, and so are the errors.

        """
        return self._platform.journey_views.preview(self._environment(environment), id, player_id, days)

    def simulate(
        self,
        id: str,
        players: int = 10_000,
        days: int = 30,
        behaviours: Sequence[Behaviour] = DEFAULT_BEHAVIOURS,
        seed: int = 0,
    ) -> Funnel:
        """Send made-up players through a journey as it stands in dev, by the same rules, in memory.

        They start now, live in sessions, do and answer what their behaviour says, and know no other journey.

        Args:
            id: the journey.
            players: how many.
            days: for how long.
            behaviours: who they are.
            seed: the same one gives the same players.

        Returns:
            The funnel: `funnel.steps` and so on as data, `funnel.table()` as text.

        Raises:
            UnknownRecordError: (a KeyError) there is no such journey in dev.
            ScenarioError: (a ValueError) the behaviours make no sense.

        """
        check_behaviours(behaviours)
        with self._platform.backend.lock:
            snapshot = self._journeys.snapshot(self._dev, id)
            if snapshot is None:
                raise NotFound(f"There is no journey {id!r} in dev.")
            segments = self._platform.segments.snapshot(self._dev, sorted(segments_of_journey(snapshot)))
            now = self._platform.backend.now()
        plan = read_plan({**snapshot, "segments": segments}, 0)
        targeting = {row["id"]: read_targeting(row) for row in segments}
        setting = Setting(plan, targeting, now, now + days * _DAY, seed)
        counter = FunnelCounter(plan)
        for player in planned_players(behaviours, players, days, seed):
            counter.add(SimulatedPlayer(player, setting).live())
        return counter.result()

    @property
    def _dev(self) -> str:
        return self._platform.environments.dev.id

    def _segment_id(self, name: str) -> str:
        found = self._platform.segments.named(self._dev, name)
        return segment_id(name) if found is None else str(found["id"])

    def _environment(self, stage: str) -> str:
        return find_environment(self._platform, stage).id
