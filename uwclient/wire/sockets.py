"""Owns the bounds of a request in any phase (connecting, TLS, reading): it can be cut from another thread, ends when
its time is up, and reads no more than it may, whatever the framing of the reply says.
"""

from __future__ import annotations

import email.errors
import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import requests.adapters
import urllib3
import urllib3.connection
import urllib3.exceptions

from uwclient.log import logger
from uwclient.wire.proxies import SocksProxy, socks_proxy
from uwclient.wire.socks import connect_through

CONNECT_TIMEOUT = 5.0
"""Seconds to connect to one address."""

LARGEST_HEAD = 256 * 1024
"""Bytes before a reply's body, interim replies and the greeting of a proxy included."""

MOST_INTERIM = 16
"""How many interim replies (1xx) may come before the one that counts."""


_GARBLED = (email.errors.MissingHeaderBodySeparatorDefect, email.errors.FirstHeaderLineIsContinuationDefect)
"""What is wrong with a head of which http.client leaves lines out."""


class TooMuch(OSError):
    """More has come than a reply may have."""


class OpenSockets:
    """Owns a second handle of every open connection, so that another thread can cut it in any phase.

    `deadline` is the moment (of time.monotonic) at which the request under way ends, come what may; `allowance` is
    how many bytes may still come for it, framing included.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal's handler may come in between
        self._handles: set[socket.socket] = set()
        self._largest_body = 0
        self.closed = False
        self.deadline = float("inf")
        self.allowance = 0

    def expect(self, deadline: float, largest_body: int) -> None:
        """A request begins: its reply is to end by then, and to have no more than that."""
        self.deadline = deadline
        self.allowance = LARGEST_HEAD
        self._largest_body = largest_body

    def expect_body(self) -> None:
        """The head is complete. Chunks may be small, so that their framing is some part of what comes."""
        self.allowance = self._largest_body + self._largest_body // 4 + LARGEST_HEAD

    def add(self, connected: socket.socket) -> socket.socket:
        """Keep a handle of this socket; it shares the connection, whatever TLS does with the first."""
        handle = connected.dup()
        with self._lock:
            self._handles.add(handle)
            closed = self.closed
        if closed:
            self._cut(handle)
        return handle

    def discard(self, handle: socket.socket) -> None:
        """The connection of this handle ends."""
        with self._lock:
            self._handles.discard(handle)
        handle.close()

    def close_all(self) -> None:
        """Cut every connection, now and from now on."""
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
            logger().debug("A connection was cut that was already gone.")


class _InTime(io.RawIOBase):
    """Reads from a socket until the deadline, even when a byte now and then keeps every single wait short.

    `handle` is the socket's, once its connection has nothing more to do with it; `has_ended`: nothing more comes.
    """

    handle: socket.socket | None = None
    has_ended = False

    def __init__(self, made: socket.socket, raw: io.RawIOBase, open_sockets: OpenSockets) -> None:
        self._socket = made
        self._raw = raw
        self._open_sockets = open_sockets

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What has come, as a socket's own file does it; TimeoutError when the time is up, TooMuch when it is more
        than may come.
        """
        left = self._open_sockets.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply is not complete in time")
        allowed = self._socket.gettimeout()
        if allowed is None or allowed > left:
            self._socket.settimeout(left)
        allowance = self._open_sockets.allowance
        if allowance <= 0:
            raise TooMuch("the reply has more bytes than it may have")
        size = self._raw.readinto(buffer[:allowance])
        self._open_sockets.allowance -= size or 0
        self.has_ended = size == 0
        return size

    def close(self) -> None:
        """Let go of the socket."""
        if self.handle is not None:
            self._open_sockets.discard(self.handle)
            self.handle = None
        self._raw.close()
        super().close()


class _Abortable:
    """A connection that hands its socket to OpenSockets before it is connected, and takes it back at the end."""

    open_sockets: OpenSockets
    socks: SocksProxy | None
    throttle: Callable[[], None]
    debuglevel = 0  # whatever the game has set for its own connections: it would print URLs and keys
    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        host, port = self._dns_host, self.port  # type: ignore[attr-defined]
        first, its_port = (host, port) if self.socks is None else (self.socks.host, self.socks.port)
        if first.lower().removesuffix(".").endswith(".localhost"):
            first = "localhost"  # such names mean this machine (RFC 6761), and not every system resolves them so
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
        reader = getattr(response, "_original_response", response).reader  # urllib3 1.26 gives the original itself
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
    """Builds pools of abortable connections that share one TLS context, made before play begins."""

    def __init__(
        self, open_sockets: OpenSockets, tls: ssl.SSLContext | None, throttle: Callable[[], None] = lambda: None
    ) -> None:
        self._open_sockets = open_sockets
        self._throttle = throttle
        self._pool_classes = _pool_classes(open_sockets, None, throttle)
        self._tls = tls
        super().__init__(pool_connections=2, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Have pools make connections that can be cut."""
        super().init_poolmanager(*arguments, ssl_context=self._tls, **options)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """The same, on the way through a proxy."""
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
        """Close all connections. By itself urllib3 leaves that to finalizers, which run no more when Python exits."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - it cannot be iterated over
                pool = manager.pools.get(key)
                if pool is not None:
                    pool.close()
        super().close()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Demand a certificate; the context has the authorities already, so none are read again here."""
        conn.cert_reqs = "CERT_REQUIRED"


class _Response(http.client.HTTPResponse):
    """A reply that is read within the bounds of its request, and is the first one that is not interim.

    The methods with an underscore are http.client's own. Left alone it skips 100 without end, and takes the other
    interim ones for final.
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
        if amt < 0:  # a chunk of a negative size, which http.client would read to the end of all days
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
