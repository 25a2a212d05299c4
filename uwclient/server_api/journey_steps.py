"""The steps of journeys, and the ways between them (section Journey Steps)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from uwclient.server_api.body import Json, given
from uwclient.server_api.caller import Caller
from uwclient.server_api.choices import StepType
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource
from uwclient.server_api.scope import Scope


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
