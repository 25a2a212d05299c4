"""The connections to the platform, and how much may come on them. Expected failures come back as values."""

from __future__ import annotations

import hashlib
import http.cookiejar
import math
from collections import deque
from collections.abc import Callable
from typing import Any

import requests
import urllib3.exceptions

from uwclient.errors import ConnectionFailed, ReplyError, UserWiseError
from uwclient.http.authorities import Authorities
from uwclient.http.failures import never_connected, reason, was_caused_by
from uwclient.http.messages import PIECE, Reply, Request
from uwclient.http.proxies import Proxy, proxy_for
from uwclient.http.quiet import quiet
from uwclient.http.sockets import CONNECT_TIMEOUT, AbortableAdapter, OpenSockets, TooMuch
from uwclient.http.unpacking import CannotUnpack, unpacked
from uwclient.throttle import WorkStopped
from uwclient.time_sources import RealTime
from uwclient.urls import place_of


class RequestsTransport:
    """Keep-alive connections by the package requests: to one host, or, where `host` is None, to any.

    `send` is for one thread at a time. `monotonic` is the clock of `Reply.received`; `throttle` is called between two
    pieces of a body, and may raise.
    """

    def __init__(
        self,
        host: str | None,
        user_agent: str,
        monotonic: Callable[[], float],
        throttle: Callable[[], None],
        authorities: Authorities,
    ) -> None:
        self._host = host
        self._monotonic = monotonic
        self._throttle = throttle
        self._authorities = authorities
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
        """Send a request, and read the whole reply. Network failures are returned as ConnectionFailed.

        Raises WorkStopped after `abort`.
        """
        if self._host is None:
            self._proxy = proxy_for(request.url)
            self._mount(request.url[: request.url.index("//") + 2].lower())
        self._throttle()
        with quiet():
            return self._send(request)

    def _send(self, request: Request) -> Reply | UserWiseError:
        proxy, limits = self._proxy, request.limits
        if isinstance(proxy, UserWiseError):
            return proxy
        if self._broken is not None:
            return self._broken
        self._sockets.expect(RealTime.monotonic() + limits.whole, limits.largest)
        try:
            with self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=dict(request.headers),
                timeout=(min(CONNECT_TIMEOUT, limits.silence), limits.silence),
                allow_redirects=False,
                stream=True,
                proxies=None if proxy is None else {"all": proxy.url},
            ) as response:
                received = self._monotonic()
                self._throttle()
                pieces, digest = self._read(response, limits.largest, request.unpack)
                via = "" if proxy is None else proxy.shown
                return Reply(response.status_code, response.headers, pieces, digest, via, received=received)
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

    def abort(self) -> None:
        """Abort every connection, so that a `send` in another thread ends at once. Nothing is sent after this."""
        self._sockets.close_all()

    def close(self) -> None:
        """Close the connections; call it on the thread that sends."""
        self._session.close()
        self._sockets.close_all()

    def _mount(self, prefix: str) -> None:
        """Add an adapter for URLs with this prefix."""
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
        """Return None, so that no redirect is followed."""


class _TooLarge(Exception):
    """Raised when a reply's body is larger than its limit."""


def _too_large(request: Request) -> ReplyError:
    return ReplyError(f"The reply from {place_of(request.url)} is larger than {request.limits.largest:,} bytes.")


def _announced(response: requests.Response) -> float:
    """Return the reply's Content-Length, or 0 if it has none."""
    told = response.headers.get("Content-Length", "").strip().lstrip("0")
    if not told.isdecimal():
        return 0
    return int(told) if len(told) < 20 else math.inf
