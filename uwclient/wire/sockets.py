"""Owns the way to cut a request in any phase (connecting, TLS, reading): from another thread, or when time is up."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from typing import Any

import requests.adapters
import urllib3
import urllib3.connection
import urllib3.exceptions

from uwclient.log import logger

CONNECT_TIMEOUT = 5.0
"""Seconds to connect to one address."""


class OpenSockets:
    """Owns a second handle of every open connection, so that another thread can cut it in any phase.

    `deadline` is the moment (of time.monotonic) at which the request under way ends, come what may.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal's handler may come in between
        self._handles: set[socket.socket] = set()
        self.closed = False
        self.deadline = float("inf")

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

    `handle` is the socket's, once its connection has nothing more to do with it.
    """

    handle: socket.socket | None = None

    def __init__(self, made: socket.socket, raw: io.RawIOBase, open_sockets: OpenSockets) -> None:
        self._socket = made
        self._raw = raw
        self._open_sockets = open_sockets

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What has come, as a socket's own file does it; TimeoutError when the time is up."""
        left = self._open_sockets.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply is not complete in time")
        allowed = self._socket.gettimeout()
        if allowed is None or allowed > left:
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

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
    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        host, port = self._dns_host, self.port  # type: ignore[attr-defined]
        failure: OSError = OSError(f"the name {host} has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                made.settimeout(min(CONNECT_TIMEOUT, self.timeout))  # type: ignore[attr-defined]
                self._handle = self.open_sockets.add(made)
                made.connect(address)
            except OSError as error:
                failure = error
                self._release()
                made.close()
            else:
                return made
        if isinstance(failure, TimeoutError):
            raise urllib3.exceptions.ConnectTimeoutError(self, "timed out") from failure
        raise urllib3.exceptions.NewConnectionError(self, str(failure)) from failure  # type: ignore[arg-type]

    def getresponse(self) -> Any:
        """The reply. Its body can be cut too where the connection ends with it, and is closed before that is read."""
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

    def __init__(self, open_sockets: OpenSockets, tls: ssl.SSLContext | None) -> None:
        self._pool_classes = _pool_classes(open_sockets)
        self._tls = tls
        super().__init__(pool_connections=2, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Have pools make connections that can be cut."""
        super().init_poolmanager(*arguments, ssl_context=self._tls, **options)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """The same, on the way through a proxy."""
        manager = super().proxy_manager_for(proxy, ssl_context=self._tls, **options)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager

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


def _pool_classes(sockets: OpenSockets) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    class Response(http.client.HTTPResponse):
        def __init__(self, made: socket.socket, *arguments: Any, **options: Any) -> None:
            super().__init__(made, *arguments, **options)
            self.reader = _InTime(made, self.fp.detach(), sockets)
            self.fp = io.BufferedReader(self.reader)

    class Http(_Abortable, urllib3.connection.HTTPConnection):
        open_sockets = sockets
        response_class = Response

    class Https(_Abortable, urllib3.connection.HTTPSConnection):
        open_sockets = sockets
        response_class = Response

    class HttpPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}
