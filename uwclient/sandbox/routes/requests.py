"""Owns how a route reads what a client sent: the JSON body and the session."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from uwclient.sandbox.platform import Platform
from uwclient.sandbox.replies import ApiError
from uwclient.sandbox.sessions import Session


def body_object() -> dict[str, Any]:
    """The JSON object in the body; {} when the body is empty. ApiError 400 when it is anything else."""
    raw = request.get_data()
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError as problem:
        raise ApiError(400, "The body is not valid JSON.", f"{problem}.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body is not a JSON object.", 'Send an object, such as {"session_id": "..."}.')
    return body


def session_in_query(platform: Platform, player_id: str) -> Session:
    """The session that the query names. ApiError 400 without one, 404 when the player has no such session."""
    return require_session(platform, player_id, request.args.get("session_id"))


def require_session(platform: Platform, player_id: str, session_id: object) -> Session:
    """The player's session of that id. ApiError 400 without an id, 404 when there is no such session."""
    if not session_id or not isinstance(session_id, str):
        raise ApiError(400, "session_id is missing.", "Start a session first, and send its session_id.")
    session = platform.find_session(player_id, session_id)
    if session is None:
        raise ApiError(
            404,
            f"Player {player_id!r} has no session {session_id!r}.",
            "Start a session, and use its session_id.",
        )
    return session
