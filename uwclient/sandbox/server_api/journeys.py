"""Journeys and their steps (sections Journeys and Journey Steps)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from uwclient.sandbox.core.collection import Page, Row
from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.resource import ALWAYS, CREATE, UPDATE, Field, read_value
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import ENVIRONMENT_ID, Call, Endpoint, Scope
from uwclient.sandbox.server_api.reply import Many, One
from uwclient.sandbox.services.journeys.resources import EDGE, JOURNEY, STEP

_JOURNEYS = "/api/v2/journeys"
_JOURNEY = f"{_JOURNEYS}/{{journey_id}}"
_STEPS = f"{_JOURNEY}/steps"
_STEP = f"{_STEPS}/{{step_id}}"
_IN_BODY = Scope(place="body", environment_id=True)
_IN_QUERY_IF_ANY = Scope(environment_id=True, required=False)

_SHARED = Field("shared_environment_ids", "texts", "The environments that the journey is shared with: exactly these.")
_INCOMING = Field(
    "incoming_edges",
    "object",
    "Edges that lead to the step.",
    fields=(
        Field("create", "json", "One or a list of {from_id, type_config}; from_id null: players enter by it."),
        Field("delete", "json", "The ids of edges to remove."),
    ),
)


def _as_written(field: Field) -> Field:
    """A field of replies: a config is written as it is, without what it could hold besides."""
    if field.name.endswith("_config"):
        return replace(field, fields=())
    return replace(field, fields=tuple(_as_written(one) for one in field.fields))


def _request_spelling(field: Field) -> Field:
    """A field of requests under its documented name."""
    names = {
        "rules_predicate": "rule_predicate",
        "reenrollment_rules": "reenrollment",
        "cooldown_duration_unit": "cooldown_unit",
    }
    name = names.get(field.name, field.name)
    return replace(field, name=name, fields=tuple(_request_spelling(one) for one in field.fields))


_REPLY = (
    *map(_as_written, JOURNEY.fields),
    Field("environment_type", "text", "Its type: dev, qa or live."),
    Field("environment_key", "text", "Its key."),
    _SHARED,
    Field("steps", "list", "Its steps.", fields=STEP.fields),
    Field("edges", "list", "Its edges.", fields=EDGE.fields),
    Field("using_override_data", "boolean", "Whether something was replaced in it for its environment."),
)
_BODY = (*(_request_spelling(one) for one in JOURNEY.fields if CREATE in one.when), _SHARED)
_STEP_BODY = (*(one for one in STEP.fields if one.when == ALWAYS), _INCOMING)


def _reply(platform: Platform, row: Row) -> dict[str, Any]:
    release = platform.releases.latest(row["id"], row["environment_id"])
    shared = [one.id for one in platform.releases.environments_of(row["id"])]
    return {
        **platform.journeys.reply(row),
        "shared_environment_ids": shared,
        "using_override_data": bool(release and release["override"]),
    }


def _list(platform: Platform, call: Call) -> Page:
    page = platform.journeys.page(call.environment.id, call.listing)
    return Page([_reply(platform, row) for row in page.rows], page.total)


def _get(platform: Platform, call: Call) -> Mapping[str, Any]:
    return _reply(platform, platform.journeys.get(call.environment.id, call.ids["journey_id"]))


def _create(platform: Platform, call: Call) -> Mapping[str, Any]:
    fields, shared = _divided(call)
    return _shared(platform, platform.journeys.create(call.environment.id, fields, call.warn), shared)


def _update(platform: Platform, call: Call) -> Mapping[str, Any]:
    fields, shared = _divided(call)
    journey_id = call.ids["journey_id"]
    return _shared(platform, platform.journeys.update(call.environment.id, journey_id, fields, call.warn), shared)


def _divided(call: Call) -> tuple[dict[str, Any], list[str] | None]:
    """The fields of a journey, and the environments to share it with; None to leave that as it is."""
    fields = dict(call.body)
    shared = fields.pop(_SHARED.name, None)
    return fields, None if shared in ("", None) else read_value(_SHARED, shared, UPDATE, call.warn, (_SHARED.name,))


def _shared(platform: Platform, row: Row, environment_ids: list[str] | None) -> Mapping[str, Any]:
    if environment_ids is not None:
        known = {one.id: one for one in platform.environments.with_players()}
        for place, environment_id in enumerate(environment_ids):
            if environment_id not in known:
                close = did_you_mean(environment_id, known)
                sentence = f"there is no environment {environment_id!r} of type qa or live{close}"
                raise FieldError((_SHARED.name, place), sentence)
        platform.releases.share_exactly(row["id"], environment_ids)
    return _reply(platform, row)


def _delete(platform: Platform, call: Call) -> None:
    journey_id, environment = call.ids["journey_id"], call.environment
    platform.journeys.get(environment.id, journey_id)
    if environment.has_players:
        platform.releases.delete(journey_id, environment.id)
    else:
        platform.releases.withdraw(journey_id)
        platform.journeys.remove(environment.id, journey_id)


def _list_steps(platform: Platform, call: Call) -> list[Row]:
    return platform.journeys.steps.of(call.environment.id, call.ids["journey_id"])


def _get_step(platform: Platform, call: Call) -> Row:
    return platform.journeys.steps.get(*_step_key(call))


def _create_step(platform: Platform, call: Call) -> Row:
    return platform.journeys.steps.create(call.environment.id, call.ids["journey_id"], call.body, call.warn)


def _update_step(platform: Platform, call: Call) -> Row:
    return platform.journeys.steps.update(*_step_key(call), call.body, call.warn)


def _duplicate_step(platform: Platform, call: Call) -> None:
    platform.journeys.steps.duplicate(*_step_key(call))


def _delete_step(platform: Platform, call: Call) -> None:
    platform.journeys.steps.delete(*_step_key(call))


def _step_key(call: Call) -> tuple[str, str, str]:
    return call.environment.id, call.ids["journey_id"], call.ids["step_id"]


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_journeys",
        "GET",
        _JOURNEYS,
        "List the journeys of an environment.",
        _list,
        Many(_REPLY),
        scope=ENVIRONMENT_ID,
    ),
    Endpoint("get_journey", "GET", _JOURNEY, "Get one journey.", _get, One(_REPLY), scope=ENVIRONMENT_ID),
    Endpoint(
        "create_journey",
        "POST",
        _JOURNEYS,
        "Create a journey in a dev environment.",
        _create,
        One(_REPLY),
        status=201,
        scope=_IN_BODY,
        body=_BODY,
    ),
    Endpoint(
        "update_journey",
        "PUT",
        _JOURNEY,
        "Update fields of a journey, and share it.",
        _update,
        One(_REPLY),
        scope=_IN_BODY,
        body=_BODY,
        body_operation=UPDATE,
    ),
    Endpoint(
        "delete_journey",
        "DELETE",
        _JOURNEY,
        "Delete a journey: everywhere (dev), or from one environment.",
        _delete,
        status=204,
        scope=ENVIRONMENT_ID,
    ),
    Endpoint(
        "list_journey_steps",
        "GET",
        _STEPS,
        "List the steps of a journey.",
        _list_steps,
        Many(STEP.fields),
        scope=ENVIRONMENT_ID,
    ),
    Endpoint(
        "get_journey_step",
        "GET",
        _STEP,
        "Get one step.",
        _get_step,
        One(STEP.fields),
        scope=_IN_QUERY_IF_ANY,
    ),
    Endpoint(
        "create_journey_step",
        "POST",
        _STEPS,
        "Create a step, and edges that lead to it.",
        _create_step,
        One(STEP.fields),
        status=201,
        scope=_IN_BODY,
        body=_STEP_BODY,
    ),
    Endpoint(
        "update_journey_step",
        "POST",
        _STEP,
        "Update fields of a step; add and remove edges that lead to it.",
        _update_step,
        One(STEP.fields),
        scope=_IN_BODY,
        body=_STEP_BODY,
        body_operation=UPDATE,
        also_methods=("PUT",),
    ),
    Endpoint(
        "duplicate_journey_step",
        "POST",
        f"{_STEP}/duplicate",
        "Copy a step, without its edges.",
        _duplicate_step,
        status=204,
        scope=ENVIRONMENT_ID,
    ),
    Endpoint(
        "delete_journey_step",
        "DELETE",
        _STEP,
        "Delete a step and its edges.",
        _delete_step,
        status=204,
        scope=ENVIRONMENT_ID,
    ),
)
