"""Owns the refreshes that the game has asked for, until it has heard how each went."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from uwclient.pump import call_safely
from uwclient.rules.schedule import Schedule


class PendingRefreshes:
    """Owns who waits for a refresh, by its ticket, and how long. Each is called back once."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tickets = itertools.count(1)
        self._callbacks: dict[int, Callable[[bool], object] | None] = {}
        self._deadlines: Schedule[int] = Schedule()

    @property
    def waiting(self) -> tuple[int, ...]:
        """The tickets of refreshes that have not ended."""
        return tuple(self._callbacks)

    @property
    def next_due(self) -> float:
        """The monotonic moment at which the next one has taken too long."""
        return self._deadlines.next_at

    def begin(self, callback: Callable[[bool], object] | None, timeout: float | None) -> int:
        """A refresh begins; its ticket."""
        ticket = next(self._tickets)
        self._callbacks[ticket] = callback
        if timeout is not None:
            self._deadlines.set(ticket, self._monotonic() + timeout)
        return ticket

    def finish(self, ticket: int, ok: bool) -> Iterator[int]:
        """Call back, if nobody has yet; a callback is no signal."""
        self._deadlines.discard(ticket)
        callback = self._callbacks.pop(ticket, None)
        if callback is not None:
            call_safely(callback, ok, what="the callback of refresh_content()")
        yield 0

    def next_overdue(self, now: float) -> Iterator[int] | None:
        """A step that calls back for one that has taken too long, or None."""
        ticket = self._deadlines.pop_due(now)
        return None if ticket is None else self.finish(ticket, ok=False)
