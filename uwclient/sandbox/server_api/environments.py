"""Environments (section Environments): an app begins with one of each type, and none is deleted."""

from __future__ import annotations

from uwclient.sandbox.core.resource import CREATE
from uwclient.sandbox.server_api.crud_endpoints import CrudEndpoints
from uwclient.sandbox.server_api.endpoint import APP, Endpoint, Scope
from uwclient.sandbox.server_api.reply import One
from uwclient.sandbox.services.environments.rules import ENVIRONMENT

_APP_IN_BODY = Scope("body", app=True)
_PATH = "/api/v2/environments"
_ENVIRONMENTS = CrudEndpoints(
    ENVIRONMENT, lambda platform: platform.environments.crud, "environment", "environments", _PATH, "environment_id"
)

ENDPOINTS: tuple[Endpoint, ...] = (
    _ENVIRONMENTS.list(APP),
    _ENVIRONMENTS.get(scope=APP),
    Endpoint(
        "create_environment",
        "POST",
        _PATH,
        "Create one environment.",
        lambda platform, call: platform.environments.create(call.body, call.warn),
        One(ENVIRONMENT.fields),
        status=201,
        scope=_APP_IN_BODY,
        body=tuple(field for field in ENVIRONMENT.fields if CREATE in field.when),
    ),
    _ENVIRONMENTS.update(scope=_APP_IN_BODY),
)
