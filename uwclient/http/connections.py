"""Connections to one host for any number of threads: each request has one of its own while it is under way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from uwclient.errors import UserWiseError
from uwclient.http.authorities import Authorities
from uwclient.http.messages import AGENT, Reply, Request
from uwclient.time_sources import RealTime

if TYPE_CHECKING:
    from uwclient.http.transport import RequestsTransport


class Connections:
    """Owns the connections of a client that several threads may call; one is opened when all others are in use.

    The network stack is imported with the first request.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._authorities = Authorities()
        self._lock = threading.Lock()
        self._free: list[RequestsTransport] = []

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send a request on a free connection, or on a new one."""
        with self._lock:
            free = self._free.pop() if self._free else None
        transport = free or self._new()
        try:
            return transport.send(request)
        finally:
            with self._lock:
                self._free.append(transport)

    def close(self) -> None:
        """Close the connections that are not in use. A later request opens new ones."""
        with self._lock:
            free, self._free = self._free, []
        for transport in free:
            transport.close()

    def _new(self) -> RequestsTransport:
        from uwclient.http.transport import RequestsTransport

        return RequestsTransport(self._host, AGENT, RealTime.monotonic, _never_rest, self._authorities)


def _never_rest() -> None:
    """Go on at once: nobody draws frames beside a backend's requests."""
