"""Which app and which environment a request is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.apps import APP_FIELD, APP_ID
from uwclient.sandbox.core.errors import FieldError, NotFound, did_you_mean
from uwclient.sandbox.core.resource import CREATE, Field, Warn, read_value
from uwclient.sandbox.server_api.endpoint import Scope
from uwclient.sandbox.server_api.reading import MissingParameter
from uwclient.sandbox.services.environments.service import Environment, Environments

_APP = "app_id"
_STAGE = "environment_stage"
_ID = "environment_id"
APP = Field(_APP, "text", "The app; one key sees all apps of a company.", check=APP_FIELD.check)
STAGE = Field(_STAGE, "text", "The key of an environment, or a type.")
ENVIRONMENT_ID = Field(_ID, "text", "The id of an environment; one of the two is enough.")


def scope_fields(scope: Scope) -> tuple[Field, ...]:
    """The fields by which a request says what it is about."""
    app = (APP,) if scope.app else ()
    return (*app, STAGE, ENVIRONMENT_ID) if scope.has_environment else app


def check_app(scope: Scope, ids: Mapping[str, str], given: Mapping[str, Any], warn: Warn) -> None:
    """Check the app that a request names.

    Args:
        scope: where it names it.
        ids: the ids in the path.
        given: the query, or the body.
        warn: told when it is empty.

    Raises:
        MissingParameter: the query must name it, and does not.
        NotFound: the path names an unknown one.
        FieldError: the query or the body names an unknown one.

    """
    if ids.get(_APP, APP_ID) != APP_ID:
        raise NotFound(f"There is no app {ids[_APP]!r}{did_you_mean(ids[_APP], (APP_ID,))}.")
    if scope.app and given.get(_APP):
        read_value(APP, given[_APP], CREATE, warn, (_APP,))
    elif scope.app and scope.required and _APP in given:
        warn(f"{_APP} is empty: the app of the key was taken.")
    elif scope.app and scope.required and scope.place == "query":
        raise MissingParameter(_APP)


def environment_of(
    environments: Environments, scope: Scope, given: Mapping[str, Any], warn: Warn
) -> Environment | None:
    """The environment that a request is about; None when it is about none.

    Args:
        environments: those that there are.
        scope: where the request names it.
        given: the query, or the body.
        warn: told when it is empty, so that the first dev environment was taken.

    Raises:
        MissingParameter: the query must name one, and does not.
        FieldError: the body must name one and does not, it is not one of the app, or it should be a dev one.

    """
    if not scope.has_environment:
        return None
    named = {name: given[name] for name in (_ID, _STAGE) if name in given}
    documented = _STAGE if scope.stage else _ID
    if not named and scope.required and scope.place == "query":
        raise MissingParameter(documented)
    if not named and scope.required:
        raise FieldError((documented,), "it is missing", f"Send {_STAGE}, a key, or {_ID}.")
    for name, value in named.items():
        if value not in ("", None):
            found = _named(environments, name, value)
            _check_dev(environments, scope, found, name)
            return found
    if named:
        warn(f"{documented} is empty: the default dev environment was taken.")
    return environments.dev


def names_environment(given: Mapping[str, Any]) -> bool:
    """Whether a query or a body names an environment."""
    return any(given.get(name) for name in (_ID, _STAGE))


def _check_dev(environments: Environments, scope: Scope, found: Environment, name: str) -> None:
    if scope.dev_only and found.has_players:
        keys = ", ".join(one.key for one in environments.all() if not one.has_players)
        reason = f"{found.key!r} is of type {found.type}, where everything stays as it was shared"
        raise FieldError((name,), reason, f"Change it in a dev environment ({keys}), and share it again.")


def _named(environments: Environments, name: str, value: object) -> Environment:
    if name == _STAGE:
        known = environments.keys()
        found = environments.of_stage(value) if isinstance(value, str) else None
    else:
        known = [one.id for one in environments.all()]
        found = next((one for one in environments.all() if one.id == value), None)
    if found is None:
        close = did_you_mean(str(value)[:60], known)
        hint = f"Use one of {', '.join(known)}{', or a type' if name == _STAGE else ''}."
        raise FieldError((name,), f"there is no environment {str(value)[:60]!r}{close}", hint)
    return found
