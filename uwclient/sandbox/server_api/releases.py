"""Releases (section Versioning + Releases): what was shared with an environment is taken out of it again."""

from __future__ import annotations

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import Call, Endpoint, Scope

_OVERRIDE_ONLY = Field(
    "override_only",
    "boolean",
    "Only drop what was replaced for this environment, and share again what is in dev now.",
    required=True,
)


def _delete(platform: Platform, call: Call) -> None:
    override_only = bool(call.query.get("override_only"))
    platform.releases.delete(call.ids["releasable_id"], call.environment.id, override_only=override_only)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "delete_release",
        "DELETE",
        "/api/v2/releases/{releasable_id}",
        "Take all releases of something out of an environment.",
        _delete,
        status=204,
        scope=Scope(stage=True),
        query=(_OVERRIDE_ONLY,),
    ),
)
