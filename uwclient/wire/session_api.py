"""Owns the requests of the Player/Session API: paths, parameters, and what their replies mean.

Every call gives a value: what was asked for, or the error that came instead.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlencode

from uwclient.config import Config
from uwclient.errors import (
    AccessDenied,
    ApiError,
    ReplyError,
    RequestRejected,
    Unavailable,
    UserWiseError,
)
from uwclient.models.content import Kind
from uwclient.models.notices import ApiWarning
from uwclient.models.session import Device, Session, TimeSample
from uwclient.wire.actions import Batch
from uwclient.wire.parsing import is_sendable, read_note, read_object, read_sentences
from uwclient.wire.retry import Verdict, verdict
from uwclient.wire.signing import api_key_header, signed_url
from uwclient.wire.transport import LIMITS, Limits, Reply, Request, Transport

PROTOCOL_VERSION = "3.2.7"
"""The release of the shipped SDK whose protocol this is; the platform reads it from `sdk_version`."""

BASE_PATH = "/api/sdk/v1"

SHORTEST_REFRESH_INTERVAL = 5.0
LONGEST_REFRESH_INTERVAL = 86_400.0
DEFAULT_REFRESH_INTERVAL = 60.0

_LIST_PATHS = {
    Kind.EVENTS: "campaign_events",
    Kind.MESSAGES: "messages",
    Kind.OFFERS: "offers",
    Kind.REMOTE_CONFIGS: "remote_configs",
    Kind.SURVEYS: "get_surveys",
    Kind.CAMPAIGNS: "triggerable_campaigns",
}


@dataclass(frozen=True, slots=True)
class ContentReply:
    """The list of one kind; `pieces` is None when the platform says that it has not changed."""

    pieces: deque[bytes] | None
    etag: str | None
    digest: str


class SessionApi:
    """Owns how one player's requests look. `tell` hears of the platform's clock and its warnings."""

    def __init__(self, config: Config, transport: Transport, tell: Callable[[TimeSample | ApiWarning], None]) -> None:
        self._config = config
        self._transport = transport
        self._tell = tell
        self._headers = {"X-Api-Key": api_key_header(config.api_key)}
        self._player_path = f"/appusers/{quote(config.player_id, safe='')}"

    def start_session(self, device: Device, session_id: str | None) -> Session | UserWiseError:
        """Open a session, or go on with an earlier one (section Player Sessions, Start a Session).

        The fields are documented for the JSON body of the GET; the shipped SDK puts them in the query. Both go.
        """
        fields = {
            "platform": device.platform,
            "sdk_version": PROTOCOL_VERSION,
            "language": device.language,
            "country": device.country,
            "environment_group_name": self._config.environment_group,
            "environment_stage": self._config.environment_stage,
            "timezone": device.timezone,
            "session_id": session_id,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        reply = self._send("GET", "", given, body=_json(given))
        if isinstance(reply, UserWiseError):
            return reply
        told = read_object(reply.body())
        self._pass_on(told)
        return _session(told)

    def refresh_segments(self, session_id: str) -> UserWiseError | None:
        """Have the player's segments computed anew (section Player Sessions, Refresh Session Segments)."""
        path = f"/sessions/{quote(session_id, safe='')}/refresh_segments"
        reply = self._send("POST", path, {"session_id": session_id}, body=_json({"session_id": session_id}))
        if isinstance(reply, UserWiseError):
            return reply
        self._pass_on(read_object(reply.body()))
        return None

    def content(
        self, kind: Kind, session_id: str, starts_before: datetime | None, etag: str | None
    ) -> ContentReply | UserWiseError:
        """All records of one kind, not parsed yet (sections Scheduled Campaigns and Triggered Campaigns)."""
        query = {"session_id": session_id}
        if kind is not Kind.CAMPAIGNS:
            query["starts_before"] = "" if starts_before is None else starts_before.isoformat()
        reply = self._send("GET", f"/{_LIST_PATHS[kind]}", query, etag=etag)
        if isinstance(reply, UserWiseError):
            return reply
        return ContentReply(None if reply.status == 304 else reply.pieces, reply.etag, reply.digest)

    def event(self, event_id: str, session_id: str) -> bytes | UserWiseError:
        """One event again, as bare JSON; asked for just before it goes live."""
        reply = self._send("GET", f"/campaign_events/{quote(event_id, safe='')}", {"session_id": session_id})
        return reply if isinstance(reply, UserWiseError) else reply.body()

    def session_data(self, session_id: str) -> Mapping[str, Any] | UserWiseError:
        """What the platform knows of the session (section Player Sessions, Get Session Data)."""
        reply = self._send("GET", f"/sessions/{quote(session_id, safe='')}", {"session_id": session_id})
        return reply if isinstance(reply, UserWiseError) else read_object(reply.body()) or {}

    def act(self, batch: Batch, session_id: str) -> Mapping[str, Any] | UserWiseError:
        """Deliver actions of the player; what the platform answers, which is often nothing."""
        query = {"session_id": session_id, **batch.query}
        reply = self._send(batch.method, batch.path, query, body=batch.body)
        if isinstance(reply, UserWiseError):
            return reply
        told = read_object(reply.body())
        self._pass_on(told)
        return told or {}

    def media(self, media_id: str, session_id: str, limits: Limits) -> Mapping[str, Any] | UserWiseError:
        """What the platform tells of some media, which belong to no player."""
        path = f"/media/{quote(media_id, safe='')}"
        reply = self._send("GET", path, {"session_id": session_id}, of_player=False, limits=limits)
        if isinstance(reply, UserWiseError):
            return reply
        told = read_object(reply.body())
        self._pass_on(told)
        return told or {}

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        *,
        body: bytes = b"",
        etag: str | None = None,
        of_player: bool = True,
        limits: Limits = LIMITS,
    ) -> Reply | UserWiseError:
        below = self._player_path if of_player else ""
        url = f"{self._config.host}{BASE_PATH}{below}{path}?{urlencode(query)}"
        if self._config.secret_key is not None:
            url = signed_url(url, body, self._config.secret_key)
        headers = dict(self._headers)
        if body:
            headers["Content-Type"] = "application/json"
        if etag:
            headers["If-None-Match"] = etag
        label = _shown(path, query.get("session_id"))
        reply = self._transport.send(Request(method, url, body, headers, limits, label))
        if isinstance(reply, UserWiseError):
            return reply
        if reply.date is not None and verdict(reply.status) is Verdict.ACCEPTED:  # others may come from a proxy
            self._tell(TimeSample(reply.date, reply.sent, reply.received))
        return self._judged(reply, f"{method} {'/appusers/…' if of_player else ''}{path}")

    def _pass_on(self, told: Mapping[str, Any] | None) -> None:
        note = read_note(told)
        if note is not None:
            self._tell(note)

    def _judged(self, reply: Reply, request: str) -> Reply | UserWiseError:
        """The reply if it was accepted; what it says beside its content is passed on."""
        meaning = verdict(reply.status)
        if meaning is Verdict.ACCEPTED:
            return reply
        told = read_object(reply.body()) or {}
        errors = read_sentences(told.get("errors"))
        note = read_note(told)
        hints = note.hints if note else ()
        if note is not None:
            self._tell(note)
        kinds = {Verdict.DENIED: AccessDenied, Verdict.REJECTED: RequestRejected, Verdict.RETRY: Unavailable}
        said = " ".join([*errors, *hints]) or "The platform gave no reason."
        return kinds[meaning](
            f"{request} was answered with {reply.status}: {said}",
            status=reply.status,
            errors=errors,
            hints=hints,
            retry_after=reply.retry_after,
        )


def _shown(path: str, session_id: str | None) -> str:
    """A path without the player and the session."""
    parts = path.split("/")
    return "/".join(["/appusers/…", *("…" if unquote(part) == session_id else part for part in parts[1:])])


def _json(fields: object) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()


def retry_after(error: UserWiseError) -> float | None:
    """Seconds that the platform asks to wait, or None when it does not say."""
    return error.retry_after if isinstance(error, ApiError) else None


def _session(told: Mapping[str, Any] | None) -> Session | UserWiseError:
    if told is None:
        return ReplyError("The platform's answer to the session start is not a JSON object.")
    session_id = told.get("session_id")
    if told.get("was_initialized") is not True or not isinstance(session_id, str) or not session_id:
        return ReplyError("The platform did not initialize the session: check key, player and environment.")
    if not is_sendable(session_id):
        return ReplyError("The platform gave the session an id that no request can hold.")
    return Session(session_id, _interval(told.get("survey_refresh_interval_seconds")))


def _interval(told: object) -> float:
    """Seconds between two refreshes, whatever the platform said."""
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not 0 < told <= LONGEST_REFRESH_INTERVAL:
        return DEFAULT_REFRESH_INTERVAL
    return max(SHORTEST_REFRESH_INTERVAL, float(told))
