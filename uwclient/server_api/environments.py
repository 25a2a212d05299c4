"""Environments and what was shared to them (sections Environments, Versioning + Releases)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from uwclient.server_api.body import given
from uwclient.server_api.choices import EnvironmentType
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class Environment(Record):
    """An environment of the app.

    Attributes:
        id: its id.
        created_at: when it was made.
        updated_at: when it was changed.
        name: its name.
        key: the key by which calls name it (`environment_stage`).
        type: "dev", "qa" or "live".
        default: whether it came with the app.

    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    name: str | None = None
    key: str | None = None
    type: str | None = None
    default: bool | None = None


class Environments(Resource):
    """The environments of the app: `server.environments`."""

    def list(self) -> Pages[Environment]:
        """List the environments: GET /api/v2/environments."""
        return self._list(Environment, "GET /api/v2/environments", {"app_id": self._scope.app_id})

    def get(self, environment_id: str) -> Environment:
        """Get an environment: GET /api/v2/environments/{environment_id}."""
        query = {"app_id": self._scope.app_id}
        endpoint = "GET /api/v2/environments/{environment_id}"
        return self._one(Environment, endpoint, query=query, environment_id=environment_id)

    def create(self, *, name: str, key: str, type: EnvironmentType) -> Environment:
        """Create an environment: POST /api/v2/environments.

        Args:
            name: its name.
            key: the key by which calls name it; no other of the app has it.
            type: "dev", "qa" or "live"; it cannot be changed later.

        """
        fields = {"app_id": self._scope.app_id, "name": name, "key": key, "type": type}
        return self._one(Environment, "POST /api/v2/environments", fields)

    def update(self, environment_id: str, *, name: str | None = None, key: str | None = None) -> Environment:
        """Change the fields of an environment that are given: PUT /api/v2/environments/{environment_id}.

        Args:
            environment_id: the environment.
            name: its name.
            key: the key by which calls name it.

        """
        fields = given(app_id=self._scope.app_id, name=name, key=key)
        endpoint = "PUT /api/v2/environments/{environment_id}"
        return self._one(Environment, endpoint, fields, environment_id=environment_id)


class Releases(Resource):
    """What was shared to an environment: `server.releases`."""

    def delete(
        self, releasable_id: str, *, override_only: bool = False, environment_stage: str | None = None
    ) -> None:
        """Delete all releases of a campaign, journey or segment: DELETE /api/v2/releases/{releasable_id}.

        Args:
            releasable_id: the campaign, journey or segment.
            override_only: delete only the data that override it there, so that it follows the latest changes again.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = {
            "environment_stage": environment_stage or self._scope.environment_stage,
            "override_only": override_only,
        }
        self._tell("DELETE /api/v2/releases/{releasable_id}", query=place, releasable_id=releasable_id)
