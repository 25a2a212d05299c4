"""The routes of player sessions: start, data, refresh of segments (section Player Sessions)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.field_types import shown
from uwclient.sandbox.core.resource import CREATE, Field, read_fields
from uwclient.sandbox.core.times import zone_named
from uwclient.sandbox.http.replies import ApiError, object_reply, warn
from uwclient.sandbox.http.requests import body_object
from uwclient.sandbox.services.environments.service import Environment, Environments
from uwclient.sandbox.services.players.models import RegionTransition
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.sessions.models import Session, SessionDetails
from uwclient.sandbox.services.sessions.requests import SessionRequests
from uwclient.sandbox.services.sessions.service import Sessions

_GROUP = "default"
_ACCESS_PARAMETERS = ("api_key", "enc")
_TWO_LETTERS = re.compile(r"[A-Za-z]{2}")


def _check_two_letters(value: str) -> None:
    if not _TWO_LETTERS.fullmatch(value):
        raise FieldError((), f"{shown(value)} is not a code of two letters")


def _check_zone(value: str) -> None:
    try:
        zone_named(value)
    except ValueError as problem:
        raise FieldError((), str(problem), "Send a name such as Europe/Berlin or Etc/UTC.") from None


START = (
    Field("session_id", "text", "A session of the player, to go on with it."),
    Field("environment_stage", "text", "The key of an environment, or its type: qa or live."),
    Field("environment_group_name", "text", "The group of the environment: default."),
    Field("language", "text", "The two letters of ISO 639-1.", check=_check_two_letters),
    Field("country", "text", "The two letters of ISO 3166-1.", check=_check_two_letters),
    Field("timezone", "text", "The name of a time zone, such as Europe/Berlin.", check=_check_zone),
    Field("platform", "text", "What the game runs on."),
    Field("sdk_version", "text", "The version of the client."),
)
"""What starts a session, in the query or in the body. Without environment_stage the platform answers 400."""


def session_routes(
    sessions: Sessions,
    environments: Environments,
    players: Players,
    requests: SessionRequests,
    refresh_interval: Callable[[], float],
) -> Blueprint:
    """The routes; clients are told to ask again every `refresh_interval()` seconds."""
    routes = Blueprint("sessions", __name__)

    @routes.get("")
    def start_session(player_id: str) -> Response:
        fields = _start_fields()
        environment = _environment(environments, fields)
        details = _details(fields)
        if fields.get("session_id"):
            session = requests.session_named(player_id, fields["session_id"])
            _check_same_environment(session, environment)
            sessions.resume(session, details)
        else:
            session = sessions.start(player_id, environment, details)
        return object_reply(
            {
                "was_initialized": True,
                "survey_refresh_interval_seconds": refresh_interval(),
                "session_id": session.id,
            }
        )

    @routes.get("/sessions/<id:session_id>")
    def session_data(player_id: str, session_id: str) -> Response:
        session = requests.session_named(player_id, session_id)
        environment = environments.get(session.environment_id)
        attributes = players.attributes(player_id)
        return object_reply(
            {
                "id": session.id,
                "segment_ids": list(session.segment_ids),
                "logged_in_on": session.started_at.isoformat(timespec="seconds"),
                "environment_id": environment.id,
                "environment_key": environment.key,
                "environment_type": environment.type,
                "region_transitions": [
                    _transition(transition)
                    for transition in players.regions(player_id)
                    if transition.session_id == session.id
                ],
                "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
            }
        )

    @routes.post("/sessions/<id:session_id>/refresh_segments")
    def refresh_segments(player_id: str, session_id: str) -> Response:
        return refreshed(player_id, session_id)

    @routes.post("/refresh_segments")
    def refresh_segments_of_body(player_id: str) -> Response:
        return refreshed(player_id, body_object().get("session_id") or request.args.get("session_id"))

    def refreshed(player_id: str, session_id: object) -> Response:
        session = requests.session_named(player_id, session_id)
        sessions.refresh_segments(session)
        return object_reply({"session_id": session.id})

    return routes


def _transition(transition: RegionTransition) -> dict[str, Any]:
    """A transition in the session's data; the documentation shows none, so metadata take the form of attributes."""
    return {
        "name": transition.name,
        "metadata": [{"name": name, "value": value} for name, value in transition.metadata.items()],
        "transitioned_on": transition.at.isoformat(timespec="seconds"),
    }


def _start_fields() -> dict[str, Any]:
    """The fields of a session from query and body; the body wins, and an empty field counts as missing."""
    query = {name: value for name, value in request.args.items() if name not in _ACCESS_PARAMETERS}
    return read_fields(START, {**query, **body_object()}, CREATE, warn)


def _environment(environments: Environments, fields: dict[str, Any]) -> Environment:
    group, stage = fields.get("environment_group_name", _GROUP), fields.get("environment_stage")
    if group != _GROUP:
        raise ApiError(422, f"There is no environment group {group!r}.", f"Send {_GROUP}, or leave it out.")
    usable = " or ".join(environments.keys_for_sessions())
    if stage is None:
        raise ApiError(400, "environment_stage is missing.", f"Send environment_stage: {usable}.")
    environment = environments.of_stage(stage)
    if environment is None:
        raise ApiError(422, f"There is no environment {stage!r}.", f"Use {usable}.")
    if not environment.has_players:
        raise ApiError(
            422,
            f"A session cannot be opened in {stage!r}.",
            f"Dev environments cannot open sessions: use {usable}.",
        )
    return environment


def _details(fields: dict[str, Any]) -> SessionDetails:
    return SessionDetails(
        language=fields["language"].lower() if "language" in fields else None,
        country=fields["country"].upper() if "country" in fields else None,
        timezone=fields.get("timezone"),
        platform=fields.get("platform"),
        sdk_version=fields.get("sdk_version"),
    )


def _check_same_environment(session: Session, environment: Environment) -> None:
    if session.environment_id != environment.id:
        raise ApiError(
            422,
            f"Session {session.id!r} belongs to the environment {session.environment!r}.",
            f"Start a new session for {environment.key!r}: leave session_id out.",
        )
