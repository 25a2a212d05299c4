"""Owns the connections to the platform. The only importer of requests; expected failures come back as values."""

from __future__ import annotations

import email.utils
import hashlib
import os
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
import requests.adapters
import requests.utils
import urllib3
import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions

from uwclient.errors import ConnectionFailed, UserWiseError
from uwclient.models.notices import RequestMade
from uwclient.pacing import WorkStopped
from uwclient.wire.sockets import CONNECT_TIMEOUT, AbortableAdapter, OpenSockets

READ_TIMEOUT = 10.0
BODY_DEADLINE = 60.0
"""Seconds: between two pieces of a reply, and for a whole body."""

LARGEST_BODY = 64 * 1024 * 1024
PIECE = 16 * 1024
LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `url` is complete and signed; `label` is what may be shown of it."""

    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        status: HTTP status.
        etag: the entity tag, or None.
        retry_after: seconds the platform asks to wait, or None.
        date: the platform's clock in seconds since 1970, or None.
        sent: monotonic moment just before the request.
        received: monotonic moment just after the reply's head.
        pieces: the body; taken out piece by piece by whoever reads it.
        digest: sha256 of the body, in hex.

    """

    status: int
    etag: str | None
    retry_after: float | None
    date: float | None
    sent: float
    received: float
    pieces: deque[bytes]
    digest: str

    def body(self) -> bytes:
        """The whole body; for replies that are known to be small."""
        return b"".join(self.pieces)


class Transport:
    """Owns the keep-alive connections to one host. `send` never raises for what a network does.

    `tell` hears of every request that has ended.
    """

    def __init__(
        self,
        host: str,
        user_agent: str,
        monotonic: Callable[[], float],
        pace: Callable[[], None],
        tell: Callable[[RequestMade], None],
    ) -> None:
        self._monotonic = monotonic
        self._pace = pace
        self._tell = tell
        self._longest_wait = READ_TIMEOUT
        self._sockets = OpenSockets()
        self._session = requests.Session()
        self._session.headers.clear()
        self._session.headers.update(
            {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        )
        self._session.trust_env = False  # read once below, not at every request; and never a .netrc
        self._session.proxies = requests.utils.get_environ_proxies(host)
        self._broken: ConnectionFailed | None = None
        tls = None
        if host.startswith("https:"):
            try:
                tls = _tls_context()
            except OSError as error:  # an ssl.SSLError is one
                self._broken = ConnectionFailed(
                    "The certificate authorities cannot be read, so no connection is trusted: check the file that "
                    f"REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names ({error})."
                )
        self._session.mount(host, AbortableAdapter(self._sockets, tls))

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send and read the whole reply. What a network does wrong comes back as ConnectionFailed.

        Raises WorkStopped after `abort`.
        """
        sent = self._monotonic()
        reply = self._send(request, sent) if self._broken is None else self._broken
        status, error = (None, reply) if isinstance(reply, UserWiseError) else (reply.status, None)
        self._tell(RequestMade(request.method, request.label, status, error, sent, self._monotonic() - sent))
        return reply

    def _send(self, request: Request, sent: float) -> Reply | UserWiseError:
        try:
            with self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=dict(request.headers),
                timeout=(min(CONNECT_TIMEOUT, self._longest_wait), min(READ_TIMEOUT, self._longest_wait)),
                allow_redirects=False,
                stream=True,
            ) as response:
                received = self._monotonic()
                pieces, digest = self._read(response)
                return _reply(response, sent, received, pieces, digest)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if self._sockets.closed:
                raise WorkStopped from None
            return ConnectionFailed(_reason(error, request.url), reached=not _never_connected(error))

    def limit(self, seconds: float) -> None:
        """Wait no longer than this for anything from now on."""
        self._longest_wait = seconds

    def abort(self) -> None:
        """Cut every connection, so that a `send` in another thread returns at once. Nothing is sent after it."""
        self._sockets.close_all()

    def close(self) -> None:
        """Give the connections back; call it on the thread that sends."""
        self._session.close()
        self._sockets.close_all()

    def _read(self, response: requests.Response) -> tuple[deque[bytes], str]:
        digest = hashlib.sha256()
        pieces: deque[bytes] = deque()
        size = 0
        deadline = time.monotonic() + BODY_DEADLINE
        for piece in response.iter_content(PIECE):
            pieces.append(piece)
            digest.update(piece)
            size += len(piece)
            if size > LARGEST_BODY:
                raise OSError(f"the reply is larger than {LARGEST_BODY >> 20} MB")
            if time.monotonic() > deadline:
                raise OSError(f"the reply took longer than {BODY_DEADLINE:.0f} s")
            self._pace()
        return pieces, digest.hexdigest()


def _reply(response: requests.Response, sent: float, received: float, pieces: deque[bytes], digest: str) -> Reply:
    date = _http_date(response.headers.get("Date"))
    return Reply(
        status=response.status_code,
        etag=response.headers.get("ETag"),
        retry_after=_retry_after(response.headers.get("Retry-After"), date),
        date=date,
        sent=sent,
        received=received,
        pieces=pieces,
        digest=digest,
    )


def _http_date(text: str | None) -> float | None:
    if not text:
        return None
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, OSError):
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


def _reason(error: Exception, url: str) -> str:
    """A sentence without path and query, which tell more than a log should."""
    where = urllib3.util.parse_url(url)
    place = f"{where.scheme}://{where.netloc}"
    if _was_caused_by(error, socket.gaierror):
        return f"The name {where.host} cannot be resolved: is the network up, and the host right?"
    if isinstance(error, requests.exceptions.SSLError):
        return f"The certificate of {place} is not trusted: check the clock, the proxy and the CA bundle."
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"No connection to {place} within {CONNECT_TIMEOUT:.0f} s: is the network up?"
    if isinstance(error, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)):
        return f"No reply from {place} within {READ_TIMEOUT:.0f} s."
    if isinstance(error, requests.exceptions.ConnectionError) and "refused" in str(error).lower():
        return f"The connection to {place} was refused: is the platform up, and the host right?"
    cut = (
        requests.exceptions.ConnectionError,
        requests.exceptions.ChunkedEncodingError,
        urllib3.exceptions.ProtocolError,
    )
    if isinstance(error, cut):
        return f"The connection to {place} failed or was cut before the reply was complete."
    return f"The request to {place} failed: {type(error).__name__}: {error}"


def _never_connected(error: Exception) -> bool:
    """Whether the platform was not reached at all."""
    kinds = (socket.gaierror, urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return any(_was_caused_by(error, kind) for kind in kinds)


def _was_caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether this error, or one that it was raised for, is of a kind."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error is not None


def _tls_context() -> ssl.SSLContext:
    """Costs some milliseconds, so it is made once. The environment may name other authorities."""
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return ssl.create_default_context(cafile=named or requests.utils.DEFAULT_CA_BUNDLE_PATH)
