"""Owns the connections to the platform, and how much may come on them. Expected failures come back as values."""

from __future__ import annotations

import email.utils
import hashlib
import http.cookiejar
import math
import os
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

import requests
import requests.utils
import urllib3.exceptions

from uwclient.errors import ConnectionFailed, ReplyError, UserWiseError
from uwclient.models.notices import RequestMade
from uwclient.throttle import WorkStopped
from uwclient.wire.failures import never_connected, place_of, reason, was_caused_by
from uwclient.wire.proxies import Proxy, proxy_for
from uwclient.wire.quiet import quiet
from uwclient.wire.sockets import CONNECT_TIMEOUT, AbortableAdapter, OpenSockets, TooMuch
from uwclient.wire.unpacking import CannotUnpack, unpacked

READ_TIMEOUT = 10.0
DEADLINE = 60.0
SHORTEST_WAIT = 0.001
LARGEST_BODY = 32 * 1024 * 1024
PIECE = 16 * 1024
LONGEST_RETRY_AFTER = 3600.0

LONGEST_AGE = 86_400.0
"""Seconds that a reply may have lain in a cache on the way; one that is older tells no time."""

LONGEST_ECHO = 512
"""Characters of a header that is sent back with the next request."""


class Limits(NamedTuple):
    """How much a reply may take.

    Attributes:
        largest: bytes of its body, unpacked where it is.
        silence: seconds between two pieces of it.
        whole: seconds from the request to its end.

    """

    largest: int = LARGEST_BODY
    silence: float = READ_TIMEOUT
    whole: float = DEADLINE


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `url` is complete and signed.

    `label` is what may be shown of it; `unpack`: whether a reply may be packed, and is unpacked.
    """

    method: str
    url: str
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Limits = LIMITS
    label: str = ""
    unpack: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        status: HTTP status.
        etag: the entity tag, fit to be sent back, or None.
        retry_after: seconds the platform asks to wait, or None.
        date: the platform's clock in seconds since 1970 when the reply came: it may have lain in a cache; or None.
        sent: monotonic moment just before the request.
        received: monotonic moment just after the reply's head.
        pieces: the body; taken out piece by piece by whoever reads it.
        digest: sha256 of the body, in hex.
        headers: as they came; their names in any case.
        proxy: the proxy that it came through, as it may be shown; "" for none.

    """

    status: int
    etag: str | None
    retry_after: float | None
    date: float | None
    sent: float
    received: float
    pieces: deque[bytes]
    digest: str
    headers: Mapping[str, str] = field(default_factory=dict)
    proxy: str = ""

    def body(self) -> bytes:
        """The whole body; for replies that are known to be small."""
        return b"".join(self.pieces)


class Authorities:
    """Owns whom connections trust. Reading that costs some milliseconds, so it is read once, for all transports."""

    def __init__(self) -> None:
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """The TLS context. The environment may name other authorities; OSError when they cannot be read."""
        if self._context is None:
            named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
            place = named or requests.utils.DEFAULT_CA_BUNDLE_PATH
            is_folder = Path(place).is_dir()
            self._context = ssl.create_default_context(
                cafile=None if is_folder else place, capath=place if is_folder else None
            )
        return self._context


class Transport:
    """Owns keep-alive connections: to one host, or, where `host` is None, to any.

    `send` never raises for what a network does. `tell` hears of every request that has ended.
    """

    def __init__(
        self,
        host: str | None,
        user_agent: str,
        monotonic: Callable[[], float],
        throttle: Callable[[], None],
        authorities: Authorities,
        tell: Callable[[RequestMade], None],
    ) -> None:
        self._host = host
        self._monotonic = monotonic
        self._throttle = throttle
        self._authorities = authorities
        self._tell = tell
        self._wait_ends = float("inf")
        self._sockets = OpenSockets()
        self._session = _Session(throttle)
        self._session.headers.clear()
        self._session.headers.update(
            {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        )
        self._session.trust_env = False  # read once below, not at every request; and never a .netrc
        self._session.adapters.clear()
        self._broken: ConnectionFailed | None = None
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self._proxy: Proxy | ConnectionFailed | None = None
        if host is not None:
            self._proxy = proxy_for(host)
            self._mount(host)

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send and read the whole reply. What a network does wrong comes back as ConnectionFailed.

        Raises WorkStopped after `abort`.
        """
        if self._host is None:
            self._proxy = proxy_for(request.url)
            self._mount(request.url[: request.url.index("//") + 2].lower())
        self._throttle()
        sent = self._monotonic()
        with quiet():
            reply = self._send(request, sent)
        status, error = (None, reply) if isinstance(reply, UserWiseError) else (reply.status, None)
        self._tell(RequestMade(request.method, request.label, status, error, sent, self._monotonic() - sent))
        return reply

    def _send(self, request: Request, sent: float) -> Reply | UserWiseError:
        proxy, limits = self._proxy, request.limits
        if isinstance(proxy, UserWiseError):
            return proxy
        if self._broken is not None:
            return self._broken
        left = max(SHORTEST_WAIT, self._wait_ends - time.monotonic())
        silence = min(limits.silence, left)
        self._sockets.expect(time.monotonic() + min(limits.whole, left), limits.largest)
        try:
            with self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=dict(request.headers),
                timeout=(min(CONNECT_TIMEOUT, silence), silence),
                allow_redirects=False,
                stream=True,
                proxies=None if proxy is None else {"all": proxy.url},
            ) as response:
                received = self._monotonic()
                self._throttle()
                pieces, digest = self._read(response, limits.largest, request.unpack)
                return _reply(response, sent, received, pieces, digest, "" if proxy is None else proxy.shown)
        except _TooLarge:
            return _too_large(request)
        except CannotUnpack as error:
            return ReplyError(f"The reply from {place_of(request.url)} {error}.")
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if self._sockets.closed:
                raise WorkStopped from None
            if was_caused_by(error, TooMuch):
                return _too_large(request)
            return ConnectionFailed(reason(error, request.url, proxy), reached=not never_connected(error))

    def limit(self, seconds: float) -> None:
        """Wait no longer than this in all, whatever is sent from now on; until the next limit."""
        self._wait_ends = time.monotonic() + seconds

    def abort(self) -> None:
        """Cut every connection, so that a `send` in another thread returns at once. Nothing is sent after it."""
        self._sockets.close_all()

    def close(self) -> None:
        """Give the connections back; call it on the thread that sends."""
        self._session.close()
        self._sockets.close_all()

    def _mount(self, prefix: str) -> None:
        """Have connections for addresses that begin so."""
        self._broken = None
        if prefix in self._session.adapters:
            return
        tls = None
        if prefix.startswith("https:"):
            try:
                tls = self._authorities.context()
            except OSError as error:  # an ssl.SSLError is one
                self._broken = ConnectionFailed(
                    "The certificate authorities cannot be read, so no connection is trusted: check the file or "
                    f"folder that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names ({error})."
                )
                return
        self._session.mount(prefix, AbortableAdapter(self._sockets, tls, self._throttle))

    def _read(self, response: requests.Response, largest: int, unpack: bool) -> tuple[deque[bytes], str]:
        if response.status_code != 304 and _announced(response) > largest:
            raise _TooLarge
        packed = response.headers.get("Content-Encoding", "") if unpack else ""
        response.raw.enforce_content_length = True  # urllib3 1.26 takes a body that is cut for a whole one
        digest = hashlib.sha256()
        pieces: deque[bytes] = deque()
        gathered = bytearray()  # a piece is no shorter than PIECE: of two bytes each they would cost fifty times that
        size = 0
        for piece in unpacked(response.raw.stream(PIECE, decode_content=False), packed, PIECE):
            digest.update(piece)
            gathered += piece
            size += len(piece)
            if size > largest:
                raise _TooLarge
            if len(gathered) >= PIECE:
                pieces.append(bytes(gathered))
                gathered.clear()
            self._throttle()
        pieces.append(bytes(gathered))
        return pieces, digest.hexdigest()


class _Session(requests.Session):
    """A session that leaves redirects to others: requests would read their bodies, however large.

    Like its adapter it rests between the steps of a request: in one go they would take two milliseconds of a frame.
    """

    def __init__(self, throttle: Callable[[], None]) -> None:
        super().__init__()
        self._throttle = throttle

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """What is to be sent for a request."""
        self._throttle()
        return super().prepare_request(request)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send what was prepared."""
        self._throttle()
        return super().send(request, **options)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, ever."""


class _TooLarge(Exception):
    """A reply's body is larger than anybody wants it."""


def _too_large(request: Request) -> ReplyError:
    return ReplyError(f"The reply from {place_of(request.url)} is larger than {request.limits.largest:,} bytes.")


def _announced(response: requests.Response) -> float:
    """The bytes that a reply says it has; 0 when it does not say."""
    told = response.headers.get("Content-Length", "").strip().lstrip("0")
    if not told.isdecimal():
        return 0
    return int(told) if len(told) < 20 else math.inf


def _reply(
    response: requests.Response, sent: float, received: float, pieces: deque[bytes], digest: str, proxy: str
) -> Reply:
    date = _date(response.headers)
    return Reply(
        status=response.status_code,
        etag=fit_to_send_back(response.headers.get("ETag", "")) or None,
        retry_after=_retry_after(response.headers.get("Retry-After"), date),
        date=date,
        sent=sent,
        received=received,
        pieces=pieces,
        digest=digest,
        headers=response.headers,
        proxy=proxy,
    )


def fit_to_send_back(header: str) -> str:
    """A header's value as the next request may hold it; "" for one that no request should hold."""
    return header if len(header) <= LONGEST_ECHO and header.isascii() and header.isprintable() else ""


def _date(headers: Mapping[str, str]) -> float | None:
    """The platform's clock as the reply came: when it was made, and for how long it lay in caches."""
    date, age = _http_date(headers.get("Date")), headers.get("Age", "").partition(",")[0].strip()
    lain = float(age) if age.isdecimal() else 0.0
    return date + lain if date is not None and lain <= LONGEST_AGE else None


def _http_date(text: str | None) -> float | None:
    """Seconds since 1970; a date of HTTP that names no time zone is in UTC, as all of them are."""
    if not text:
        return None
    try:
        date = email.utils.parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _retry_after(text: str | None, date: float | None) -> float | None:
    """Seconds to wait: the header holds seconds or a date; a day-long one is cut to an hour."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        until = _http_date(text)
        if until is None:
            return None
        seconds = until - (time.time() if date is None else date)
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if seconds == seconds else None
