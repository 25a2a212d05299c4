"""How partners are asked: one GET after another over the shared room of HTTP, repeated when it fails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypedDict, TypeVar
from urllib.parse import quote, urlencode

from uwclient.config import check_host, check_text
from uwclient.dice import Dice
from uwclient.errors import ArgumentError, DataError, ReplyError
from uwclient.http.connections import Connections
from uwclient.http.messages import Reply, Request, Transport
from uwclient.http.privacy import Mask
from uwclient.http.retrying import Patience, Retrier
from uwclient.partners.errors import PartnerError, kind_of

T = TypeVar("T")
Codes = Mapping[str, type[PartnerError]]
"""The exceptions of a partner's own codes."""

_ID = re.compile(r"\{(\w+)\}")
_NO_JSON = object()


class Way(TypedDict, total=False):
    """How requests travel, in the constructor of each client.

    Attributes:
        retries: how often a request is sent again at most (3).
        transport: how requests reach the partner, for tests; without it, over the network.
        seed: for jitter that can be repeated.
        sleep: how to wait between attempts.

    """

    retries: int
    transport: Transport
    seed: int
    sleep: Callable[[float], None]


class PartnerClient:
    """Owns the connections to a partner; any number of threads may use it, also in a `with` block.

    Args:
        partner: its name, for messages.
        host: scheme, name and port.
        headers: those of each request.
        secrets: what no message may show.
        codes: the exceptions of its own codes.
        way: how requests travel.

    """

    def __init__(
        self,
        partner: str,
        host: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        secrets: tuple[str, ...] = (),
        codes: Codes = MappingProxyType({}),
        way: Way,
    ) -> None:
        check_host(host, allow_insecure=False)
        self._partner = partner
        self._host = host.rstrip("/")
        self._headers = headers
        self._secrets = secrets
        self._codes = codes
        self._connections = Connections(self._host)
        self._transport = way.get("transport") or self._connections
        rng = Dice(way.get("seed")).generator(f"{partner} retries")
        self._retrier = Retrier(Patience(way.get("retries", 3)), rng, way.get("sleep"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{self._partner} at {self._host}>"

    def close(self) -> None:
        """Give the connections back. A later call opens new ones."""
        self._connections.close()

    def _get(self, template: str, ids: Mapping[str, str], query: Mapping[str, Any], read: Callable[[Any], T]) -> T:
        """Ask for what is at a path, in which ids stand in braces, and read the JSON of the reply.

        Raises ArgumentError, ConnectionFailed, ReplyError and PartnerError.
        """
        path = _ID.sub(lambda found: _path_part(found[1], ids[found[1]]), template)
        given = {name: str(value) for name, value in query.items() if value is not None}
        url = f"{self._host}{path}" + (f"?{urlencode(given)}" if given else "")
        request = Request("GET", url, headers=self._headers, label=template)
        mask = Mask([*self._secrets, *ids.values()])
        return self._retrier.send(
            self._transport, request, lambda reply: self._told(reply, template, mask, read), changes_nothing=True
        )

    def _told(self, reply: Reply, template: str, mask: Mask, read: Callable[[Any], T]) -> T:
        said = _json_in(reply.body())
        place = f"{self._partner}: GET {template}"
        code = said.get("error") if isinstance(said, dict) else None
        if reply.status >= 400 or (isinstance(code, str) and code in self._codes):
            raise self._error(reply, said, place, mask)
        if not 200 <= reply.status < 300 or said is _NO_JSON:
            raise ReplyError(
                f"{place} was answered with {reply.status}, but the reply is no JSON of the partner: check the host."
            )
        try:
            return read(said)
        except DataError as misfit:
            where = misfit.path or "the reply"
            raise ReplyError(f"{place}: the reply does not fit the documents: {where}: {misfit.problem}.") from None
        except (ValueError, OverflowError) as problem:
            raise ReplyError(f"{place}: the reply does not fit the documents: {problem}.") from None

    def _error(self, reply: Reply, said: Any, place: str, mask: Mask) -> PartnerError:
        told = said if isinstance(said, dict) else {}
        code = told.get("error") if isinstance(told.get("error"), str) else ""
        message = told.get("message")
        kind = self._codes.get(str(code), kind_of(reply.status))
        errors = mask.sentences([one for one in (message, code) if isinstance(one, str) and one][:1])
        return kind(
            " ".join([f"{place} was answered with {reply.status}:", *errors, kind.advice]),
            partner=self._partner,
            status=reply.status,
            code=mask.text(str(code)),
            errors=errors,
            retry_after=reply.retry_after,
        )


def check_header(name: str, value: object, meaning: str) -> str:
    """Return a text that can be sent in a header. Raises ArgumentError."""
    checked = check_text(name, value, meaning)
    if not checked.isascii():
        raise ArgumentError(f"{name} must be ASCII, which a header can hold: give {meaning}.")
    return checked


def _json_in(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NO_JSON


def _path_part(name: str, value: str) -> str:
    checked = check_text(name, value, "the partner's id")
    if checked in (".", ".."):
        raise ArgumentError(f"{name} cannot be {value!r}, because it becomes part of a URL: use another id.")
    return quote(checked, safe="")
