"""Owns how a route reads what a client sent: the JSON body and the session."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import request

from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.fields import read_texts
from uwclient.sandbox.http.replies import ApiError, warn
from uwclient.sandbox.services.players.service import PlayerPlatform
from uwclient.sandbox.services.sessions.tables import Session

REQUEST_NUMBER = "uwclient.request_number"
"""Where a request's number in the log stands in its WSGI environ."""


def body_object() -> dict[str, Any]:
    """The JSON object in the body; {} when the body is empty. ApiError 400 when it is anything else."""
    raw = request.get_data()
    if not raw.strip():
        return {}
    try:
        text = raw.decode()
        body = json.loads(text)
        _refuse_half_letters(text, body)
    except ValueError as problem:
        raise ApiError(400, "The body is not valid JSON.", f"{problem}.") from None
    except RecursionError:
        raise ApiError(400, "The body is not valid JSON.", "It is nested too deep.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body is not a JSON object.", 'Send an object, such as {"session_id": "..."}.')
    return body


def source_of(
    players: PlayerPlatform, player_id: str, body: Mapping[str, Any], *, session_required: bool = True
) -> Source:
    """Where a request comes from; its session stands in the query, or else in the body.

    Warns of campaign impressions that are not this player's.
    """
    asked = request.args.get("session_id") or body.get("session_id")
    session_id = require_session(players, player_id, asked).id if asked or session_required else ""
    impression_ids = read_texts(body, "triggered_campaign_impression_ids")
    for stranger in players.strange_impression_ids(player_id, impression_ids):
        warn(f"The player was never given the campaign impression {stranger!r}; it counts for nothing.")
    return Source(player_id, session_id, request_number(), impression_ids)


def request_number() -> int:
    """The number of the request that is being answered, as `LoggedRequest.number`."""
    number: int = request.environ[REQUEST_NUMBER]
    return number


def own_url() -> str:
    """The sandbox's own address, as `Sandbox.url`, whatever the client calls it."""
    return f"http://{request.environ['SERVER_NAME']}:{request.environ['SERVER_PORT']}"


def session_in_query(players: PlayerPlatform, player_id: str) -> Session:
    """The session that the query names. ApiError 400 without one, 404 when the player has no such session."""
    return require_session(players, player_id, request.args.get("session_id"))


def require_session(players: PlayerPlatform, player_id: str, session_id: object) -> Session:
    """The player's session of that id. ApiError 400 without an id, 404 when there is no such session."""
    if not session_id or not isinstance(session_id, str):
        raise ApiError(400, "session_id is missing.", "Start a session first, and send its session_id.")
    session = players.find_session(player_id, session_id)
    if session is None:
        raise ApiError(
            404,
            f"Player {player_id!r} has no session {session_id!r}.",
            "Start a session, and use its session_id.",
        )
    return session


def _refuse_half_letters(text: str, body: object) -> None:
    r"""ValueError when a text holds half of a surrogate pair ("\ud83d"), which no database can keep."""
    if "\\ud" in text.lower():
        try:
            json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError as problem:
            raise ValueError(f"A text holds half a surrogate pair: {problem}") from None
