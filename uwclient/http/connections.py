"""Connections to one host for any number of threads: each request has one of its own while it is under way."""

from __future__ import annotations

import threading
from collections.abc import Callable

from uwclient.errors import UserWiseError
from uwclient.http.messages import Reply, Request, Transport


class Connections:
    """Owns the transports of a client that several threads may call; each is used by one thread at a time.

    `make` returns a new transport, with what gives its connections back. It is called when all others are in use.
    """

    def __init__(self, make: Callable[[], tuple[Transport, Callable[[], None]]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._free: list[tuple[Transport, Callable[[], None]]] = []

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send a request on a free transport, or on a new one."""
        with self._lock:
            used = self._free.pop() if self._free else None
        transport, close = used or self._make()
        try:
            return transport.send(request)
        finally:
            with self._lock:
                self._free.append((transport, close))

    def close(self) -> None:
        """Close the connections that are not in use. A later request opens new ones."""
        with self._lock:
            free, self._free = self._free, []
        for _, close in free:
            close()
