"""Decides whether a reply is the platform's, and what it means.

The platform's replies are a 2xx whose body is empty or a JSON object, a 304 to a conditional request, and a 4xx whose
JSON object has reasons in `errors`. Everything else is trouble: a redirect, a sign-in page, a gateway's refusal, a
server error. After trouble nothing is changed, and the same request is retried later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from uwclient.errors import AccessDenied, ApiError, ReplyError, RequestRejected, Unavailable, UserWiseError
from uwclient.http.envelope import read_note, read_object
from uwclient.http.messages import Reply, Request
from uwclient.http.privacy import Mask
from uwclient.models.notices import ApiWarning
from uwclient.urls import place_of

LARGEST_DECODED = 1024 * 1024
"""The maximum number of bytes of a reply that is decoded at once; longer lists are parsed record by record."""


class Verdict(Enum):
    """The meaning of a reply for its request."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    DENIED = "denied"
    BUSY = "busy"
    REFUSED = "refused"
    TROUBLE = "trouble"


_REFUSALS = {
    401: Verdict.DENIED,
    403: Verdict.DENIED,
    429: Verdict.BUSY,
    # In HTTP these two ask to repeat the request, so they are no refusal, whoever sends them.
    408: Verdict.TROUBLE,
    425: Verdict.TROUBLE,
}


class Judged(NamedTuple):
    """A reply with its meaning; `told` is its JSON object, {} for an empty body, None for anything else."""

    reply: Reply
    verdict: Verdict
    told: Mapping[str, Any] | None

    @property
    def is_answer(self) -> bool:
        """Whether the reply comes from the platform."""
        return self.verdict is not Verdict.TROUBLE


def judge(reply: Reply, request: Request, has_what_it_needs: Callable[[Mapping[str, Any]], bool]) -> Judged:
    """Decide what a reply means. `has_what_it_needs(told)` returns whether the documented fields are there."""
    body = reply.body() if sum(map(len, reply.pieces)) <= LARGEST_DECODED else None
    told = {} if body == b"" else read_object(body or b"")
    verdict = _verdict(reply.status, told, is_conditional="If-None-Match" in request.headers)
    if verdict is Verdict.ACCEPTED and not has_what_it_needs(told or {}):
        verdict = Verdict.TROUBLE
    return Judged(reply, verdict, told)


def _verdict(status: int, told: Mapping[str, Any] | None, *, is_conditional: bool) -> Verdict:
    if 200 <= status < 300 and told is not None:
        return Verdict.ACCEPTED
    if status == 304 and is_conditional:
        return Verdict.UNCHANGED
    if 400 <= status < 500 and told is not None and _says_why(told.get("errors")):
        return _REFUSALS.get(status, Verdict.REFUSED)
    return Verdict.TROUBLE


def _says_why(errors: object) -> bool:
    return isinstance(errors, list) and bool(errors) and all(isinstance(error, str) for error in errors)


def error_in(heard: Judged, request: Request, mask: Mask) -> UserWiseError:
    """Return the error for a reply that was not accepted."""
    reply, told = heard.reply, heard.told or {}
    asked = f"{request.method} {request.label}"
    if 200 <= reply.status < 300:
        return ReplyError(
            f"{asked} was answered with {reply.status}{_via(reply)}, but the reply is not the platform's: check the "
            "host, and whether the network has a sign-in page or a gateway."
        )
    errors = mask.sentences(told.get("errors"))
    hints = (note_in(told, mask) or ApiWarning((), ())).hints
    kinds: dict[Verdict, type[ApiError]] = {Verdict.DENIED: AccessDenied, Verdict.REFUSED: RequestRejected}
    said = " ".join([*errors, *hints]) or _in_place_of_reasons(reply)
    return kinds.get(heard.verdict, Unavailable)(
        f"{asked} was answered with {reply.status}{_via(reply)}: {said}",
        status=reply.status,
        errors=errors,
        hints=hints,
        retry_after=reply.retry_after if heard.is_answer or reply.status >= 500 else None,
    )


def note_in(told: Mapping[str, Any] | None, mask: Mask) -> ApiWarning | None:
    """Return the masked warnings and hints of a reply, or None if there are none."""
    return mask.note(read_note(told))


def _in_place_of_reasons(reply: Reply) -> str:
    if reply.status >= 500:
        return "The platform gave no reason."
    target = reply.header("Location")
    leads = f" It redirects to {place_of(target)[:100]!r}." if "://" in target else ""
    return f"The reply is not the platform's: check the host, and proxies or gateways of the network.{leads}"


def _via(reply: Reply) -> str:
    return f" (through the proxy {reply.proxy})" if reply.proxy else ""
