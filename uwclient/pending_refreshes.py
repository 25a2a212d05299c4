"""The refreshes that the game has requested, until their callbacks are called."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from uwclient.pump import call_safely
from uwclient.rules.schedule import Schedule


class PendingRefreshes:
    """The callbacks and timeouts of the refreshes in progress, by ticket. Each callback is called once."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tickets = itertools.count(1)
        self._callbacks: dict[int, Callable[[bool], object] | None] = {}
        self._deadlines: Schedule[int] = Schedule()

    @property
    def waiting(self) -> tuple[int, ...]:
        """The tickets of the refreshes in progress."""
        return tuple(self._callbacks)

    @property
    def next_due(self) -> float:
        """The monotonic time at which the next refresh times out."""
        return self._deadlines.next_at

    def add(self, callback: Callable[[bool], object] | None, timeout: float | None) -> int:
        """Add a refresh, and return its ticket."""
        ticket = next(self._tickets)
        self._callbacks[ticket] = callback
        if timeout is not None:
            self._deadlines.set(ticket, self._monotonic() + timeout)
        return ticket

    def finish(self, ticket: int, ok: bool) -> Iterator[int]:
        """Call the callback, unless it was called already; no signal is sent."""
        self._deadlines.discard(ticket)
        callback = self._callbacks.pop(ticket, None)
        if callback is not None:
            call_safely(callback, ok, what="the callback of refresh_content()")
        yield 0

    def next_overdue(self, now: float) -> Iterator[int] | None:
        """Return the step that finishes a refresh that has timed out, or None."""
        ticket = self._deadlines.pop_due(now)
        return None if ticket is None else self.finish(ticket, ok=False)
