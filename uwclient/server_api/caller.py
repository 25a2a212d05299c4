"""The way of a call: from the name of an endpoint to what the platform replies, or to an exception."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from uwclient.errors import ReplyError
from uwclient.http.access import Access
from uwclient.http.envelope import read_note, read_object
from uwclient.http.messages import Limits, Reply, Transport
from uwclient.http.privacy import Mask
from uwclient.http.retrying import Retrier
from uwclient.log import logger
from uwclient.models.notices import ApiWarning
from uwclient.server_api.body import Json, Payload, path_part, query_text
from uwclient.server_api.errors import BY_STATUS, ServerApiError
from uwclient.urls import place_of

NOTHING = Payload()

LIMITS = Limits(silence=30.0, whole=120.0)
"""A backend may wait longer than a game: results of a large survey take their time."""

NO_REASON = "The reply has no reason, as the platform's have: check the host, and gateways of the network."
"""What to do about a refusal that is probably not the platform's."""

_ID = re.compile(r"\{(\w+)\}")


class Told(NamedTuple):
    """What the platform has replied to a call.

    Attributes:
        data: the content of the reply; None when it has none.
        meta: what it says about it, such as how many pages there are.
        note: its warnings and hints.
        place: the call, for messages.

    """

    data: Any
    meta: Mapping[str, Any]
    note: ApiWarning
    place: str


class Caller:
    """Owns the calls of one client: their keys, their way over the network, and their repetition.

    Args:
        access: host and keys.
        transport: how requests reach the host.
        retrier: when a request is sent again.

    """

    def __init__(self, access: Access, transport: Transport, retrier: Retrier) -> None:
        self._access = access
        self._transport = transport
        self._retrier = retrier
        self._mask = Mask([access.api_key, access.secret_key])

    def call(
        self,
        endpoint: str,
        ids: Mapping[str, str],
        query: Json,
        payload: Payload = NOTHING,
        *,
        changes_nothing: bool = False,
    ) -> Told:
        """Call an endpoint, such as "GET /api/v1/campaigns/{campaign_id}", and return its reply.

        `ids` are the parts of the path that stand in braces. `changes_nothing` is for reads that are no GET.
        Raises ArgumentError, ConnectionFailed, ReplyError and ServerApiError.
        """
        method, _, template = endpoint.partition(" ")
        path = _ID.sub(lambda found: path_part(found[1], ids[found[1]]), template)
        request = self._access.request(
            method,
            path,
            query_text(query),
            payload.data,
            content_type=payload.content_type,
            limits=LIMITS,
            label=path,
        )

        told = self._retrier.send(
            self._transport,
            request,
            lambda reply: self._told(reply, method, path),
            changes_nothing=changes_nothing or method == "GET",
        )
        for warning in told.note.warnings:
            logger().warning("%s: %s", told.place, warning)
        return told

    def _told(self, reply: Reply, method: str, path: str) -> Told:
        """Return the content of a reply. Raises ServerApiError, and ReplyError for what no platform sends."""
        body = reply.body()
        told = {} if body == b"" else read_object(body)
        place = f"{method} {path}"
        if reply.status >= 400:
            raise self._error(reply, told or {}, method, path)
        if not 200 <= reply.status < 300 or told is None:
            raise ReplyError(
                f"{place} was answered with {reply.status}, but the reply is not the platform's{_leads(reply)}: "
                "check the host, and whether the network has a sign-in page or a gateway."
            )
        meta = told.get("meta")
        note = self._mask.note(read_note(told)) or ApiWarning((), ())
        return Told(told.get("data"), meta if isinstance(meta, dict) else {}, note, place)

    def _error(self, reply: Reply, told: Json, method: str, path: str) -> ServerApiError:
        kind = BY_STATUS.get(reply.status, ServerApiError)
        errors = self._mask.sentences(told.get("errors"))
        note = self._mask.note(read_note(told)) or ApiWarning((), ())
        advice = kind.advice if errors or reply.status >= 500 else NO_REASON
        return kind(
            " ".join([f"{method} {path} was answered with {reply.status}:", *errors, *note.hints, advice]),
            status=reply.status,
            method=method,
            path=path,
            errors=errors,
            hints=note.hints,
            warnings=note.warnings,
            retry_after=reply.retry_after,
        )


def _leads(reply: Reply) -> str:
    target = reply.header("Location")
    return f" (it redirects to {place_of(target)[:100]!r})" if "://" in target else ""
