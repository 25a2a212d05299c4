"""Connections whose network stack is imported with the first request, on the thread that sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from uwclient.errors import UserWiseError
from uwclient.http.messages import Reply, Request
from uwclient.late_imports import begin_import, import_late
from uwclient.throttle import WorkStopped

if TYPE_CHECKING:
    from uwclient.http.transport import RequestsTransport


NETWORK = "uwclient.http.transport"


class LateTransport:
    """A `RequestsTransport` that is made when it is first used; `make` imports its module and makes it."""

    def __init__(self, make: Callable[[], RequestsTransport]) -> None:
        self._make = make
        self._made: RequestsTransport | None = None
        self._aborted = False

    def prepare(self) -> None:
        """Begin the import now, beside what comes before the first request."""
        begin_import(NETWORK)

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send a request, and read the whole reply, or say why there is none. Raises WorkStopped after `abort`."""
        if self._made is None:
            import_late(NETWORK)
            self._made = self._make()
        if self._aborted:  # perhaps while it was made
            raise WorkStopped
        return self._made.send(request)

    def abort(self) -> None:
        """Abort every connection, so that a `send` in another thread ends at once. Nothing is sent after this."""
        self._aborted = True
        if self._made is not None:
            self._made.abort()

    def close(self) -> None:
        """Close the connections; call it on the thread that sends."""
        if self._made is not None:
            self._made.close()
