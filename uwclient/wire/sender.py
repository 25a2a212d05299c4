"""The way of every request of one worker: bounded by what the game can wait, timed, and told of when it has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from uwclient.errors import UserWiseError
from uwclient.http.authorities import Authorities
from uwclient.http.messages import AGENT, Reply, Request, Transport
from uwclient.models.notices import RequestMade, RequestsMade
from uwclient.time_sources import RealTime, TimeSource
from uwclient.wire.late_transport import LateTransport

if TYPE_CHECKING:
    from uwclient.http.transport import RequestsTransport

SHORTEST_WAIT = 0.001
"""Seconds that a request is given when the game can wait no longer."""


class Sender:
    """A transport that notes on the client's clock when requests leave and replies come.

    `given` is the game's own; None has connections made, to one host, or to any where `host` is None, which are given
    back at the end. `tell` hears of every request that has ended.
    """

    def __init__(
        self,
        given: Transport | None,
        host: str | None,
        time_source: TimeSource,
        throttle: Callable[[], None],
        authorities: Authorities,
        tell: Callable[[RequestsMade], None],
    ) -> None:
        self._own: LateTransport | None = None
        if given is None:

            def make() -> RequestsTransport:
                from uwclient.http.transport import RequestsTransport

                return RequestsTransport(host, AGENT, time_source.monotonic, throttle, authorities)

            given = self._own = LateTransport(make)
        self._transport = given
        self._time = time_source
        self._tell = tell
        self._wait_ends = float("inf")

    def limit(self, seconds: float) -> None:
        """Limit the time of all requests from now on, in seconds together, until the next call."""
        self._wait_ends = RealTime.monotonic() + seconds

    def prepare(self) -> None:
        """Get ready for the first request, on a thread of its own."""
        if self._own is not None:
            self._own.prepare()

    def abort(self) -> None:
        """Cut the connections that are its own, so that a `send` in another thread returns at once."""
        if self._own is not None:
            self._own.abort()

    def close(self) -> None:
        """Give the connections back that are its own; call it on the thread that sends."""
        if self._own is not None:
            self._own.close()

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send a request, and give its reply with its moments, or why there is none."""
        left = max(SHORTEST_WAIT, self._wait_ends - RealTime.monotonic())
        limits = request.limits
        if left < limits.whole:
            limits = limits._replace(silence=min(limits.silence, left), whole=left)
        sent = self._time.monotonic()
        reply = self._transport.send(replace(request, limits=limits))
        now = self._time.monotonic()
        status, error = (None, reply) if isinstance(reply, UserWiseError) else (reply.status, None)
        self._tell(RequestsMade((RequestMade(request.method, request.label, status, error, sent, now - sent),)))
        if isinstance(reply, UserWiseError):
            return reply
        return replace(reply, sent=sent, received=min(reply.received, now), wall=self._time.wall())
