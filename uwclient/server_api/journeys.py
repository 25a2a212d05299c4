"""Journeys: what players get one after the other, and the steps of it (sections Journeys, Journey Steps)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uwclient.server_api.body import Json, given
from uwclient.server_api.caller import Caller
from uwclient.server_api.choices import StepType
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource
from uwclient.server_api.scope import Scope


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
class Position(Record):
    """Where a step is drawn.

    Attributes:
        row: from the top.
        column: from the left.

    """

    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Advancement(Record):
    """When a player goes on from a step.

    Attributes:
        type: "immediate" or "engagement_outcome".
        config: nothing so far.

    """

    type: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JourneyStep(Record):
    """A step of a journey.

    Attributes:
        id: its id.
        type: "content", "branch", "exit", "delay", or the kind of its content.
        position: where it is drawn.
        config: what it does.
        advancement: when a player goes on.

    """

    id: str
    type: str | None = None
    position: Position | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    advancement: Advancement | None = None


@dataclass(frozen=True, slots=True)
class Edge(Record):
    """The way from a step to another.

    Attributes:
        id: its id.
        from_id: the step that it leaves; None for the entry of the journey.
        to_id: the step that it leads to.
        type: such as "default", "branch" or "engagement_outcome".
        config: which outcome it is for.

    """

    id: str | None = None
    from_id: str | None = None
    to_id: str | None = None
    type: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


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


class JourneySteps(Resource):
    """The steps of one journey: `server.journeys.steps(journey_id)`."""

    def __init__(self, caller: Caller, scope: Scope, journey_id: str, environment_stage: str | None) -> None:
        super().__init__(caller, scope)
        self._journey_id = journey_id
        self._environment_stage = environment_stage

    def list(self) -> Pages[JourneyStep]:
        """List the steps: GET /api/v2/journeys/{journey_id}/steps."""
        endpoint = "GET /api/v2/journeys/{journey_id}/steps"
        return self._list(JourneyStep, endpoint, self._place(), journey_id=self._journey_id)

    def get(self, step_id: str) -> JourneyStep:
        """Get a step: GET /api/v2/journeys/{journey_id}/steps/{step_id}."""
        endpoint = "GET /api/v2/journeys/{journey_id}/steps/{step_id}"
        place = self._place() if self._environment_stage is not None else {}  # none is documented for this call
        return self._one(JourneyStep, endpoint, query=place, journey_id=self._journey_id, step_id=step_id)

    def create(
        self,
        *,
        type: StepType,
        config: Json,
        position: Position | Json,
        advancement: Advancement | Json,
        incoming_edges: Json | None = None,
    ) -> JourneyStep:
        """Create a step: POST /api/v2/journeys/{journey_id}/steps.

        Args:
            type: "content", "branch", "exit" or "delay".
            config: what it does.
            position: its row and column.
            advancement: when a player goes on: its `type`, "immediate" or "engagement_outcome", and `config`.
            incoming_edges: the ways to it, as {"create": {"from_id": …, "type_config": …}}.

        """
        fields = given(
            **self._place(),
            type=type,
            config=config,
            position=position,
            advancement=advancement,
            incoming_edges=incoming_edges,
        )
        endpoint = "POST /api/v2/journeys/{journey_id}/steps"
        return self._one(JourneyStep, endpoint, fields, journey_id=self._journey_id)

    def update(
        self,
        step_id: str,
        *,
        type: StepType | None = None,
        config: Json | None = None,
        position: Position | Json | None = None,
        advancement: Advancement | Json | None = None,
        incoming_edges: Json | None = None,
    ) -> JourneyStep:
        """Change the fields of a step that are given: POST /api/v2/journeys/{journey_id}/steps/{step_id}.

        Args:
            step_id: the step.
            type: "content", "branch", "exit" or "delay".
            config: what it does.
            position: its row and column.
            advancement: when a player goes on.
            incoming_edges: more ways to it, as in `create`.

        """
        fields = given(
            **self._place(),
            type=type,
            config=config,
            position=position,
            advancement=advancement,
            incoming_edges=incoming_edges,
        )
        endpoint = "POST /api/v2/journeys/{journey_id}/steps/{step_id}"
        return self._one(JourneyStep, endpoint, fields, journey_id=self._journey_id, step_id=step_id)

    def duplicate(self, step_id: str) -> None:
        """Make a copy, whose id is not told: POST /api/v2/journeys/{journey_id}/steps/{step_id}/duplicate."""
        endpoint = "POST /api/v2/journeys/{journey_id}/steps/{step_id}/duplicate"
        self._tell(endpoint, query=self._place(), journey_id=self._journey_id, step_id=step_id)

    def delete(self, step_id: str) -> None:
        """Delete a step and the ways to and from it: DELETE /api/v2/journeys/{journey_id}/steps/{step_id}."""
        endpoint = "DELETE /api/v2/journeys/{journey_id}/steps/{step_id}"
        self._tell(endpoint, query=self._place(), journey_id=self._journey_id, step_id=step_id)

    def _place(self) -> dict[str, str]:
        return {"environment_id": self._scope.environment_id(self._environment_stage)}
