"""Connections whose requests are bounded in every phase: connecting, TLS and reading.

A request can be aborted from another thread, ends at its deadline, and reads no more than its allowance, whatever the
framing of the reply is.
"""

from __future__ import annotations

import email.errors
import http.client
import io
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import requests.adapters
import urllib3
import urllib3.connection
import urllib3.exceptions

from uwclient.http.proxies import SocksProxy, socks_proxy
from uwclient.http.socks import connect_through
from uwclient.log import logger
from uwclient.time_sources import RealTime

CONNECT_TIMEOUT = 5.0
"""The maximum number of seconds for connecting to one address."""

LARGEST_HEAD = 256 * 1024
"""The maximum number of bytes before a reply's body, including interim replies and a proxy's reply."""

MOST_INTERIM = 16
"""The maximum number of interim replies (1xx) before the final one."""


_GARBLED = (email.errors.MissingHeaderBodySeparatorDefect, email.errors.FirstHeaderLineIsContinuationDefect)
"""The reason for refusing a head from which http.client drops lines."""


class TooMuch(OSError):
    """Raised when a reply has more bytes than its allowance."""


class OpenSockets:
    """Owns a second handle of every open connection, so that another thread can close it in any phase.

    `deadline` is the time (of RealTime.monotonic) at which the current request ends at the latest; `allowance` is the
    number of bytes that may still be read for it, including framing.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # reentrant, because a signal handler may interrupt its holder
        self._handles: set[socket.socket] = set()
        self._largest_body = 0
        self.closed = False
        self.deadline = float("inf")
        self.allowance = 0

    def expect(self, deadline: float, largest_body: int) -> None:
        """Set the deadline and the maximum body size of the next request."""
        self.deadline = deadline
        self.allowance = LARGEST_HEAD
        self._largest_body = largest_body

    def expect_body(self) -> None:
        """Set the allowance for the body after the head; it includes the framing of small chunks."""
        self.allowance = self._largest_body + self._largest_body // 4 + LARGEST_HEAD

    def add(self, connected: socket.socket) -> socket.socket:
        """Keep a second handle of a socket; it shares the connection, whatever TLS does with the first."""
        handle = connected.dup()
        with self._lock:
            self._handles.add(handle)
            closed = self.closed
        if closed:
            self._cut(handle)
        return handle

    def discard(self, handle: socket.socket) -> None:
        """Close a handle, because its connection ends."""
        with self._lock:
            self._handles.discard(handle)
        handle.close()

    def close_all(self) -> None:
        """Shut down every connection, including those that are opened later."""
        with self._lock:
            self.closed = True
            handles = list(self._handles)
        for handle in handles:
            self._cut(handle)

    @staticmethod
    def _cut(handle: socket.socket) -> None:
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            logger().debug("A connection was already closed when it was aborted.")


class _InTime(io.RawIOBase):
    """Reads from a socket until the deadline, even if single bytes keep resetting the socket's own timeout.

    `handle` is the socket's second handle, after the connection has released it; `has_ended` is whether the end was
    read.
    """

    handle: socket.socket | None = None
    has_ended = False

    def __init__(self, made: socket.socket, raw: io.RawIOBase, open_sockets: OpenSockets) -> None:
        self._socket = made
        self._raw = raw
        self._open_sockets = open_sockets

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read as a socket's own file does. Raises TimeoutError at the deadline, and TooMuch beyond the allowance."""
        left = self._open_sockets.deadline - RealTime.monotonic()
        if left <= 0:
            raise TimeoutError("the reply is not complete in time")
        allowed = self._socket.gettimeout()
        if allowed is None or allowed > left:
            self._socket.settimeout(left)
        allowance = self._open_sockets.allowance
        if allowance <= 0:
            raise TooMuch("the reply has more bytes than its allowance")
        size = self._raw.readinto(buffer[:allowance])
        self._open_sockets.allowance -= size or 0
        self.has_ended = size == 0
        return size

    def close(self) -> None:
        """Close the socket's file and its second handle."""
        if self.handle is not None:
            self._open_sockets.discard(self.handle)
            self.handle = None
        self._raw.close()
        super().close()


class _Abortable:
    """A connection that registers its socket in OpenSockets before it connects, and removes it at the end."""

    open_sockets: OpenSockets
    socks: SocksProxy | None
    throttle: Callable[[], None]
    debuglevel = 0  # whatever the game has set for its own connections: it would print URLs and keys
    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        host, port = self._dns_host, self.port  # type: ignore[attr-defined]
        first, its_port = (host, port) if self.socks is None else (self.socks.host, self.socks.port)
        if first.lower().removesuffix(".").endswith(".localhost"):
            first = "localhost"  # such names mean this machine (RFC 6761), but not every system resolves them
        failure: OSError = OSError(f"the name {first} has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(first, its_port, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                made.settimeout(min(CONNECT_TIMEOUT, self.timeout))  # type: ignore[attr-defined]
                self._handle = self.open_sockets.add(made)
                made.connect(address)
                if self.socks is not None:
                    connect_through(made, self.socks, host, port)
            except OSError as error:
                failure = error
                self._release()
                made.close()
            else:
                return made
        if isinstance(failure, TimeoutError):
            raise urllib3.exceptions.ConnectTimeoutError(self, "timed out") from failure
        raise urllib3.exceptions.NewConnectionError(self, str(failure)) from failure  # type: ignore[arg-type]

    def endheaders(self, *arguments: Any, **options: Any) -> None:
        """Send what was put together so far."""
        self.throttle()
        super().endheaders(*arguments, **options)  # type: ignore[misc]

    def getresponse(self) -> Any:
        """The reply. Its body can be cut too where the connection ends with it, and is closed before that is read."""
        self.throttle()
        handle, self._handle = self._handle, None
        try:
            response = super().getresponse()  # type: ignore[misc]
        except BaseException:
            self._handle = handle
            raise
        reader = getattr(response, "_original_response", response).reader  # urllib3 1.26 returns the original itself
        if self.sock is not None or handle is None:  # type: ignore[attr-defined]
            self._handle = handle
        elif reader.closed:
            self.open_sockets.discard(handle)
        else:
            reader.handle = handle
        return response

    def close(self) -> None:
        self._release()
        super().close()  # type: ignore[misc]

    def _release(self) -> None:
        if self._handle is not None:
            self.open_sockets.discard(self._handle)
            self._handle = None


class AbortableAdapter(requests.adapters.HTTPAdapter):
    """Builds pools of abortable connections that share one TLS context."""

    def __init__(
        self, open_sockets: OpenSockets, tls: ssl.SSLContext | None, throttle: Callable[[], None] = lambda: None
    ) -> None:
        self._open_sockets = open_sockets
        self._throttle = throttle
        self._pool_classes = _pool_classes(open_sockets, None, throttle)
        self._tls = tls
        super().__init__(pool_connections=2, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Create the pool manager with abortable connections."""
        super().init_poolmanager(*arguments, ssl_context=self._tls, **options)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Create the pool manager for a proxy with abortable connections."""
        if not proxy.lower().startswith("socks"):
            manager = super().proxy_manager_for(proxy, ssl_context=self._tls, **options)
            manager.pool_classes_by_scheme = self._pool_classes
        elif proxy in self.proxy_manager:
            manager = self.proxy_manager[proxy]
        else:
            manager = urllib3.PoolManager(num_pools=2, maxsize=2, ssl_context=self._tls, **options)
            manager.pool_classes_by_scheme = _pool_classes(self._open_sockets, socks_proxy(proxy), self._throttle)
            self.proxy_manager[proxy] = manager
        return manager

    def add_headers(self, request: requests.PreparedRequest, **options: Any) -> None:
        """Add none; requests calls this halfway to the connection."""
        self._throttle()

    def close(self) -> None:
        """Close all connections. urllib3 leaves that to finalizers, which do not run when Python exits."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - it cannot be iterated over
                pool = manager.pools.get(key)
                if pool is not None:
                    pool.close()
        super().close()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Require a certificate; the TLS context has the authorities already."""
        conn.cert_reqs = "CERT_REQUIRED"


class _Response(http.client.HTTPResponse):
    """The first reply that is not interim, read within the bounds of its request.

    The methods with an underscore override http.client's, which would skip any number of 100 replies, and take other
    interim replies as final.
    """

    open_sockets: OpenSockets
    throttle: Callable[[], None]

    def __init__(self, made: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(made, *arguments, **options)
        self.reader = _InTime(made, self.fp.detach(), self.open_sockets)
        self.fp = io.BufferedReader(self.reader)

    def begin(self) -> None:
        """Read the head. One that is cut or garbled would pass for a shorter one, and its reply for an empty one."""
        super().begin()
        self.throttle()
        if self.reader.has_ended:
            raise http.client.HTTPException("the head of the reply is cut")
        if any(isinstance(defect, _GARBLED) for defect in self.headers.defects):
            raise http.client.HTTPException("the head of the reply has a line that is no header")
        if self.length is None and not self.chunked and "Content-Length" in self.headers:
            raise http.client.HTTPException("the length of the reply is no number")
        self.open_sockets.expect_body()

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(1 + MOST_INTERIM):
            version, status, text = super()._read_status()  # type: ignore[misc]
            if status == http.client.SWITCHING_PROTOCOLS:
                raise http.client.HTTPException("the reply switches to a protocol that nobody has asked for")
            if status >= http.client.OK:
                return version, status, text
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"there are more than {MOST_INTERIM} interim replies")

    def _safe_read(self, amt: int) -> bytes:
        if amt < 0:  # a chunk of a negative size, which http.client would read without end
            raise http.client.HTTPException("a chunk has a negative size")
        return super()._safe_read(amt)  # type: ignore[misc, no-any-return]


def _pool_classes(
    sockets: OpenSockets, through: SocksProxy | None, rest: Callable[[], None]
) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    class Response(_Response):
        open_sockets = sockets
        throttle = staticmethod(rest)

    class Http(_Abortable, urllib3.connection.HTTPConnection):
        open_sockets = sockets
        socks = through
        throttle = staticmethod(rest)
        response_class = Response

    class Https(_Abortable, urllib3.connection.HTTPSConnection):
        open_sockets = sockets
        socks = through
        throttle = staticmethod(rest)
        response_class = Response

    class HttpPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}
