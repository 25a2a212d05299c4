"""Reads what the requests of a player's session have in common: the session, and where an action comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.resource import Field, Reading, read
from uwclient.sandbox.http.replies import ApiError, warn
from uwclient.sandbox.http.requests import body_object, request_number
from uwclient.sandbox.services.sessions.models import Session
from uwclient.sandbox.services.sessions.service import Sessions
from uwclient.sandbox.services.triggers.service import Triggers

READING = Reading(blanks=(None,))
"""How a session's bodies are read: null counts as missing, an empty text does not."""
IMPRESSION_IDS = Field(
    "triggered_campaign_impression_ids",
    "list",
    "The impressions of the triggered campaigns that led to this.",
    values=Field("", "word", "An impression that triggerable_campaigns named."),
)


def action_body(text: str, *fields: Field) -> Field:
    """The body of an action: its own fields, and the campaigns that led to it; others are ignored."""
    return Field("", "object", text, fields=(*fields, IMPRESSION_IDS), others="kept")


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a player as a request brings it: where it comes from, and the fields of the body."""

    source: Source
    body: Mapping[str, Any]


class SessionRequests:
    """What every session route asks first, about the request that is being answered."""

    def __init__(self, sessions: Sessions, triggers: Triggers) -> None:
        self._sessions = sessions
        self._triggers = triggers

    def session(self, player_id: str) -> Session:
        """The session that the query names. ApiError 400 without one, 404 when the player has no such session."""
        return self.session_named(player_id, request.args.get("session_id"))

    def session_named(self, player_id: str, session_id: object) -> Session:
        """The player's session of that id. ApiError 400 without an id, 404 when there is no such session."""
        if not session_id or not isinstance(session_id, str):
            raise ApiError(400, "session_id is missing.", "Start a session first, and send its session_id.")
        session = self._sessions.find(player_id, session_id)
        if session is None:
            raise ApiError(
                404,
                f"Player {player_id!r} has no session {session_id!r}.",
                "Start a session, and use its session_id.",
            )
        return session

    def check_session(self, player_id: str) -> None:
        """ApiError 404 when the query names a session that is not the player's; it need not name one."""
        if request.args.get("session_id"):
            self.session(player_id)

    def action(self, player_id: str, form: Field, *, session_required: bool = True) -> Action:
        """The action that the request brings; warns of campaign impressions that are not this player's.

        Args:
            player_id: whose action it is.
            form: what the body holds, as `action_body` says.
            session_required: whether the query, or else the body, must name a session.

        Raises:
            ApiError: 400 for a body that is no JSON object, or without a session; 404 for an unknown session.
            FieldError: a field of the body is missing or wrong.

        """
        sent = body_object()
        session_id = request.args.get("session_id") or sent.get("session_id")
        if session_id or session_required:
            session_id = self.session_named(player_id, session_id).id
        body: Mapping[str, Any] = read(form, sent, READING)
        impression_ids = tuple(body.get(IMPRESSION_IDS.name, ()))
        for unknown in self._triggers.unknown_impression_ids(player_id, impression_ids):
            warn(f"The player was never given the campaign impression {unknown!r}; it counts for nothing.")
        return Action(Source(player_id, session_id or "", request_number(), impression_ids), body)
