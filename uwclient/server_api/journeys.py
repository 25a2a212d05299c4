"""Journeys: what players get one after the other (section Journeys)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uwclient.server_api.body import Json, given
from uwclient.server_api.journey_steps import Edge, JourneyStep, JourneySteps
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class EntryRule(Record):
    """A way into a journey.

    Attributes:
        entry_strategy: "player_segment_entry" or "player_action".
        entry_strategy_config: which segments, or which action.

    """

    entry_strategy: str | None = None
    entry_strategy_config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryRules(Record):
    """The ways into a journey.

    Attributes:
        rules_predicate: "all": all rules must hold.
        on_entry_strategy: what becomes of other journeys of the player.
        on_entry_strategy_config: which journeys, where it is about some.
        rules: the rules.

    """

    rules_predicate: str | None = None
    on_entry_strategy: str | None = None
    on_entry_strategy_config: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[EntryRule, ...] = ()


@dataclass(frozen=True, slots=True)
class ExitRule(Record):
    """A way out of a journey.

    Attributes:
        exit_strategy: "on_journey_complete" or "on_segment_match_or_journey_complete".
        exit_strategy_config: which segments, where it is about some.

    """

    exit_strategy: str | None = None
    exit_strategy_config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExitRules(Record):
    """The ways out of a journey.

    Attributes:
        rules_predicate: "any": one rule is enough.
        on_exit_strategy: "none".
        on_exit_strategy_config: nothing so far.
        rules: the rules.

    """

    rules_predicate: str | None = None
    on_exit_strategy: str | None = None
    on_exit_strategy_config: Mapping[str, Any] = field(default_factory=dict)
    rules: tuple[ExitRule, ...] = ()


@dataclass(frozen=True, slots=True)
class ReenrollmentRules(Record):
    """Whether a player may enter a journey again.

    Attributes:
        allowed: whether at all.
        limit: how often; None for any number of times.
        cooldown_duration: how long after the last exit.
        cooldown_duration_unit: from "seconds" to "months".

    """

    allowed: bool | None = None
    limit: int | None = None
    cooldown_duration: int | None = None
    cooldown_duration_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Journey(Record):
    """A journey in one environment.

    Attributes:
        id: its id, the same in all environments.
        created_at: when it was made.
        updated_at: when it was changed.
        environment_id: the environment that it was read in.
        environment_type: "dev", "qa" or "live".
        environment_key: the environment's key.
        shared_environment_ids: where it was shared to.
        name: its name.
        description: for those who plan journeys.
        steps: its steps.
        edges: the ways between them.
        entry_rules: the ways into it.
        exit_rules: the ways out of it.
        reenrollment_rules: whether a player may enter it again.
        using_override_data: whether the environment has data of its own in place of the journey's.

    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    environment_id: str | None = None
    environment_type: str | None = None
    environment_key: str | None = None
    shared_environment_ids: tuple[str, ...] = ()
    name: str | None = None
    description: str | None = None
    steps: tuple[JourneyStep, ...] = ()
    edges: tuple[Edge, ...] = ()
    entry_rules: EntryRules | None = None
    exit_rules: ExitRules | None = None
    reenrollment_rules: ReenrollmentRules | None = None
    using_override_data: bool | None = None


class Journeys(Resource):
    """The journeys of the app: `server.journeys`."""

    def steps(self, journey_id: str, *, environment_stage: str | None = None) -> JourneySteps:
        """Return the resource of a journey's steps. Nothing is sent.

        Args:
            journey_id: the journey.
            environment_stage: the key of the environment, if not that of the client.

        """
        return JourneySteps(self._caller, self._scope, journey_id, environment_stage)

    def list(self, *, environment_stage: str | None = None) -> Pages[Journey]:
        """List journeys: GET /api/v2/journeys.

        Args:
            environment_stage: the key of the environment, if not that of the client.

        """
        return self._list(Journey, "GET /api/v2/journeys", self._place(environment_stage))

    def get(self, journey_id: str, *, environment_stage: str | None = None) -> Journey:
        """Get a journey: GET /api/v2/journeys/{journey_id}.

        Args:
            journey_id: the journey.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = self._place(environment_stage)
        return self._one(Journey, "GET /api/v2/journeys/{journey_id}", query=place, journey_id=journey_id)

    def create(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        entry_rules: Json | None = None,
        exit_rules: Json | None = None,
        reenrollment: Json | None = None,
        shared_environment_ids: Sequence[str] | None = None,
        environment_stage: str | None = None,
    ) -> Journey:
        """Create a journey in a dev environment: POST /api/v2/journeys.

        Args:
            name: its name.
            description: for those who plan journeys.
            entry_rules: `rule_predicate`, `on_entry_strategy`, `on_entry_strategy_config`, and `rules`.
            exit_rules: `rule_predicate`, `on_exit_strategy`, `on_exit_strategy_config`, and `rules`.
            reenrollment: `allowed`, `limit`, `cooldown_duration` and `cooldown_unit`.
            shared_environment_ids: where it is to be shared; each gets a release.
            environment_stage: the key of the environment, if not that of the client.

        """
        fields = given(
            **self._place(environment_stage),
            name=name,
            description=description,
            entry_rules=entry_rules,
            exit_rules=exit_rules,
            reenrollment=reenrollment,
            shared_environment_ids=shared_environment_ids,
        )
        return self._one(Journey, "POST /api/v2/journeys", fields)

    def update(
        self,
        journey_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        entry_rules: Json | None = None,
        exit_rules: Json | None = None,
        reenrollment: Json | None = None,
        shared_environment_ids: Sequence[str] | None = None,
        environment_stage: str | None = None,
    ) -> Journey:
        """Change the fields of a journey that are given: PUT /api/v2/journeys/{journey_id}.

        Args:
            journey_id: the journey.
            name: its name.
            description: for those who plan journeys.
            entry_rules: as in `create`.
            exit_rules: as in `create`.
            reenrollment: as in `create`.
            shared_environment_ids: where it is to be shared; where it is not listed, its releases go.
            environment_stage: the key of the environment, if not that of the client.

        """
        fields = given(
            **self._place(environment_stage),
            name=name,
            description=description,
            entry_rules=entry_rules,
            exit_rules=exit_rules,
            reenrollment=reenrollment,
            shared_environment_ids=shared_environment_ids,
        )
        return self._one(Journey, "PUT /api/v2/journeys/{journey_id}", fields, journey_id=journey_id)

    def delete(self, journey_id: str, *, environment_stage: str | None = None) -> None:
        """Delete a journey from one environment: DELETE /api/v2/journeys/{journey_id}.

        Args:
            journey_id: the journey.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = self._place(environment_stage)
        self._tell("DELETE /api/v2/journeys/{journey_id}", query=place, journey_id=journey_id)

    def _place(self, environment_stage: str | None) -> dict[str, str]:
        return {"environment_id": self._scope.environment_id(environment_stage)}
