"""The requests of the Player/Session API: paths, parameters, and the meaning of the replies.

Every call returns the result or an error as a value.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from uwclient.config import Config
from uwclient.errors import ApiError, ReplyError, UserWiseError
from uwclient.http.access import Access
from uwclient.http.messages import LARGEST_BODY, LIMITS, Limits, Reply, Request, Transport
from uwclient.http.privacy import Mask
from uwclient.models.content import LONGEST_ID, Kind
from uwclient.models.notices import ApiWarning
from uwclient.models.session import Device, Session, TimeSample
from uwclient.wire.actions import Batch, impression_id_in
from uwclient.wire.answers import LARGEST_DECODED, Judged, Verdict, error_in, judge, note_in
from uwclient.wire.parsing import is_sendable

PROTOCOL_VERSION = "3.2.7"
"""The release of the shipped SDK with this protocol; it is sent as `sdk_version`."""

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


SHORT = Limits(LARGEST_DECODED)
"""The limits of replies that are decoded at once."""


@dataclass(frozen=True, slots=True)
class ContentReply:
    """A reply with content that is not parsed yet. Call `believe` after it was parsed successfully.

    Attributes:
        pieces: the body; None if nothing has changed.
        etag: the entity tag, or None.
        digest: the SHA-256 of the body, in hex.
        sample: the reply's time, or None.

    """

    pieces: deque[bytes] | None
    etag: str | None
    digest: str
    sample: TimeSample | None = None


class SessionApi:
    """The requests of one player. `tell` is called with the time and the warnings of the platform's replies."""

    def __init__(self, config: Config, transport: Transport, tell: Callable[[TimeSample | ApiWarning], None]) -> None:
        self._config = config
        self._transport = transport
        self._tell = tell
        self._mask = Mask([config.api_key, config.secret_key, config.player_id])
        self._access = Access(config.host, config.api_key, config.secret_key)
        self._player_path = f"/appusers/{quote(config.player_id, safe='')}"

    def start_session(self, device: Device, session_id: str | None) -> Session | UserWiseError:
        """Open a session, or resume an earlier one (section Player Sessions, Start a Session).

        The documentation has the fields in the JSON body of the GET, the shipped SDK in the query; both are sent.
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
        request = self._request("GET", "", given, body=_json(given))
        told = self._told(request, lambda told: "was_initialized" in told)
        return told if isinstance(told, UserWiseError) else _session(told)

    def refresh_segments(self, session_id: str) -> UserWiseError | None:
        """Have the player's segments computed again (section Player Sessions, Refresh Session Segments)."""
        path = f"/sessions/{quote(session_id, safe='')}/refresh_segments"
        body = _json({"session_id": session_id})
        told = self._told(self._request("POST", path, {"session_id": session_id}, body=body))
        return told if isinstance(told, UserWiseError) else None

    def content(
        self, kind: Kind, session_id: str, starts_before: datetime | None, etag: str | None, room: int = LARGEST_BODY
    ) -> ContentReply | UserWiseError:
        """Request all records of one kind (sections Scheduled Campaigns and Triggered Campaigns).

        `room` is the maximum number of bytes that can be kept.
        """
        query = {"session_id": session_id}
        if kind is not Kind.CAMPAIGNS:
            query["starts_before"] = "" if starts_before is None else starts_before.isoformat()
        limits = Limits(min(room, LARGEST_BODY))
        return self._unread(self._request("GET", f"/{_LIST_PATHS[kind]}", query, etag=etag, limits=limits))

    def event(self, event_id: str, session_id: str) -> ContentReply | UserWiseError:
        """Request one event again, as a single record, just before it goes live."""
        path = f"/campaign_events/{quote(event_id, safe='')}"
        return self._unread(self._request("GET", path, {"session_id": session_id}, limits=LIMITS))

    def accept(self, content: ContentReply, note: ApiWarning | None = None) -> None:
        """Report the time and the warnings of content that was parsed successfully."""
        self._pass_on(content.sample, self._mask.note(note))

    def session_data(self, session_id: str) -> Mapping[str, Any] | UserWiseError:
        """Request the data of the session (section Player Sessions, Get Session Data)."""
        path = f"/sessions/{quote(session_id, safe='')}"
        return self._told(self._request("GET", path, {"session_id": session_id}))

    def act(self, batch: Batch, session_id: str) -> Mapping[str, Any] | UserWiseError:
        """Send a batch of actions, or a query, and return the JSON of the reply, which is often empty."""
        query = {"session_id": session_id, **batch.query}
        request = self._request(batch.method, batch.path, query, body=batch.body)
        return self._told(request, lambda told: batch.defines is None or impression_id_in(told) is not None)

    def media(self, media_id: str, session_id: str, limits: Limits) -> Mapping[str, Any] | UserWiseError:
        """Request the description of a media file, which belongs to no player."""
        path = f"/media/{quote(media_id, safe='')}"
        request = self._request("GET", path, {"session_id": session_id}, of_player=False, limits=limits)
        return self._told(request, lambda told: "data" in told)

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        *,
        body: bytes = b"",
        etag: str | None = None,
        of_player: bool = True,
        limits: Limits = SHORT,
    ) -> Request:
        below = self._player_path if of_player else ""
        label = ("/appusers/…" if of_player else "") + _shown(path, query.get("session_id"))
        request = self._access.request(method, f"{BASE_PATH}{below}{path}", query, body, limits=limits, label=label)
        return replace(request, headers={**request.headers, "If-None-Match": etag}) if etag else request

    def _told(
        self, request: Request, has_what_it_needs: Callable[[Mapping[str, Any]], bool] = lambda told: True
    ) -> Mapping[str, Any] | UserWiseError:
        """Send a request, and return the JSON of the reply, or an error."""
        reply = self._transport.send(request)
        if isinstance(reply, UserWiseError):
            return reply
        heard = self._judged(reply, request, has_what_it_needs)
        return heard if isinstance(heard, UserWiseError) else heard.told or {}

    def _unread(self, request: Request) -> ContentReply | UserWiseError:
        """Send a request for content, and return the reply without parsing its body."""
        reply = self._transport.send(request)
        if isinstance(reply, UserWiseError):
            return reply
        if 200 <= reply.status < 300:
            return ContentReply(reply.pieces, reply.etag, reply.digest, _sample(reply))
        heard = self._judged(reply, request, lambda told: True)
        return heard if isinstance(heard, UserWiseError) else ContentReply(None, reply.etag, reply.digest)

    def _judged(
        self, reply: Reply, request: Request, has_what_it_needs: Callable[[Mapping[str, Any]], bool]
    ) -> Judged | UserWiseError:
        """Return the reply if it was accepted, else an error. Reports the time and warnings of platform replies."""
        heard = judge(reply, request, has_what_it_needs)
        if heard.is_answer:
            self._pass_on(_sample(reply), note_in(heard.told, self._mask))
        if heard.verdict in (Verdict.ACCEPTED, Verdict.UNCHANGED):
            return heard
        return error_in(heard, request, self._mask)

    def _pass_on(self, sample: TimeSample | None, note: ApiWarning | None) -> None:
        for told in (sample, note):
            if told is not None:
                self._tell(told)


def _sample(reply: Reply) -> TimeSample | None:
    date = reply.date
    return None if date is None else TimeSample(date, reply.sent, reply.received)


def _shown(path: str, session_id: str | None) -> str:
    """Return a path without the session, for messages."""
    return "/".join("…" if part and unquote(part) == session_id else part for part in path.split("/"))


def _json(fields: object) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()


def retry_after(error: UserWiseError) -> float | None:
    """Return the number of seconds that the platform asks to wait, or None."""
    return error.retry_after if isinstance(error, ApiError) else None


def _session(told: Mapping[str, Any]) -> Session | UserWiseError:
    session_id = told.get("session_id")
    if told.get("was_initialized") is not True or not isinstance(session_id, str) or not session_id:
        return ReplyError(
            "The platform did not initialize the session: check api_key, player_id and environment_stage."
        )
    if not is_sendable(session_id) or len(session_id) > LONGEST_ID:
        return ReplyError("The platform has sent a session id that cannot be sent back in requests.")
    return Session(session_id, _interval(told.get("survey_refresh_interval_seconds")))


def _interval(told: object) -> float:
    """Return the platform's refresh interval in seconds, within bounds, or the default."""
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not 0 < told <= LONGEST_REFRESH_INTERVAL:
        return DEFAULT_REFRESH_INTERVAL
    return max(SHORTEST_REFRESH_INTERVAL, float(told))
