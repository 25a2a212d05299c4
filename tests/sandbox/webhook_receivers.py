"""Backends that receive webhooks well or badly: sockets on loopback, each request answered as a test says."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple

from tests.client.hosts import CERTIFICATE
from uwclient.sandbox import Sandbox

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ERROR = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"

Behaviour = Callable[[socket.socket, threading.Event], None]
"""Answers a request on its connection; the event is set when the receiver is closed."""


class Received(NamedTuple):
    """One request: its first line, its headers by names in small letters, and its body."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def name(self) -> str:
        return str(self.event["webhook_event_name"])

    @property
    def payload(self) -> dict[str, Any]:
        return dict(self.event["webhook_event_payload"])


def reply(data: bytes) -> Behaviour:
    return lambda connection, closed: connection.sendall(data)


def hang(connection: socket.socket, closed: threading.Event) -> None:
    closed.wait()


def drip(connection: socket.socket, closed: threading.Event) -> None:
    """Send a head that never ends, letter by letter."""
    connection.sendall(b"HTTP/1.1 2")
    while not closed.wait(0.01):
        connection.sendall(b"0")


def flood(connection: socket.socket, closed: threading.Event) -> None:
    """Say that it went wrong in ten gigabytes."""
    connection.sendall(b"HTTP/1.1 500 Error\r\nContent-Length: 10000000000\r\n\r\n")
    while not closed.is_set():
        connection.sendall(b"x" * 65536)


def die(connection: socket.socket, closed: threading.Event) -> None:
    """Close the connection without a reply."""


class Backend:
    """A backend on loopback, in a `with` block; it keeps what it receives.

    Args:
        behaviours: how the first requests are answered; the last of them answers all that follow.
        port: where it listens; 0 for any free port.
        tls: whether it is https://localhost.

    """

    def __init__(self, *behaviours: Behaviour, port: int = 0, tls: bool = False) -> None:
        self._behaviours = list(behaviours) or [reply(OK)]
        self._listener = socket.create_server(("127.0.0.1", port))
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []
        self.received: list[Received] = []
        self._lock = threading.Condition()
        self.port = int(self._listener.getsockname()[1])
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._tls is not None:
            self._tls.load_cert_chain(CERTIFICATE)
        place = f"https://localhost:{self.port}" if tls else f"http://127.0.0.1:{self.port}"
        self.url = f"{place}/webhooks?game=hero-wars"

    def __enter__(self) -> Backend:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.received]

    def wait_for(self, count: int, timeout: float = 5.0) -> None:
        """Wait until so many requests have arrived."""
        with self._lock:
            assert self._lock.wait_for(lambda: len(self.received) >= count, timeout), f"{len(self.received)} came"

    def close(self) -> None:
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._secured(connection) as connection:
            received = _read(connection)
            with self._lock:
                behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
                self.received.append(received)
                self._lock.notify_all()
            behaviour(connection, self._closed)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)


def _read(connection: socket.socket) -> Received:
    with connection.makefile("rb") as stream:
        line = stream.readline().decode().strip()
        headers = {}
        while header := stream.readline().strip():
            name, _, value = header.decode().partition(":")
            headers[name.lower()] = value.strip()
        return Received(line, headers, stream.read(int(headers["content-length"])))


def statuses(sandbox: Sandbox) -> list[str]:
    """What has become of the deliveries, oldest first."""
    return [one.status for one in sandbox.webhooks.deliveries]


def all_tried(sandbox: Sandbox) -> bool:
    """Whether each delivery was tried at least once."""
    return all(one.attempts for one in sandbox.webhooks.deliveries)
