"""Where time comes from: this machine, or a test; client, sandbox and UI ask nobody else.

Two kinds of time are asked for. What a player or the platform could notice (starts, polls, waits, ages) comes from
the `TimeSource` that a client or a sandbox was given. What belongs to this machine, whatever time it is in the game,
comes from `RealTime`: waiting for sockets, threads and processes, the ages of files, and what work costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class TimeSource(Protocol):
    """The clocks of a client or a sandbox; tests pass their own."""

    def monotonic(self) -> float:
        """Return seconds that never decrease."""

    def wall(self) -> float:
        """Return seconds since 1970 by this machine's clock."""


class SystemTime:
    """The clocks of this machine; the monotonic one includes sleep, where the system supports that."""

    monotonic: Callable[[], float]
    wall: Callable[[], float]

    def __init__(self) -> None:
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        self.monotonic = time.perf_counter if boot is None else partial(time.clock_gettime, boot)
        self.wall = time.time


class StandingTime:
    """Clocks that stand still until they are moved; both show the same, in whole microseconds.

    A client and a sandbox that share one see the same time:

        time = StandingTime(datetime(2026, 1, 5, 9, tzinfo=timezone.utc))
        sandbox = Sandbox(time_source=time, seed=7)
        uw = UserWise(..., time_source=time, seed=7, threaded=False)
        time.advance(hours=1)

    Args:
        start: the time that they show first (aware).

    Raises:
        ValueError: `start` has no time zone.

    """

    def __init__(self, start: datetime) -> None:
        self._microseconds = _microseconds_at(start)

    def now(self) -> datetime:
        """Return the time that they show, aware, in UTC."""
        return _SINCE + self._microseconds * _MICROSECOND

    def set(self, moment: datetime) -> None:
        """Show `moment`, which must be aware. A running client must not see it go back."""
        self._microseconds = _microseconds_at(moment)

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move forward by so much."""
        self.set(self.now() + timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days))

    def monotonic(self) -> float:
        """Return seconds since 1970."""
        return self._microseconds / 1e6

    def wall(self) -> float:
        """Return seconds since 1970."""
        return self._microseconds / 1e6


class RealTime:
    """The time of this machine, which no test moves.

    It is for what virtual time cannot change: how long to wait for a socket, a thread or a process, how old a file
    is, and how much of a frame is left. Nothing that a game is told may depend on it.
    """

    monotonic = staticmethod(time.perf_counter)
    """Return seconds that never decrease, fine enough for the parts of a frame."""

    wall = staticmethod(time.time)
    """Return seconds since 1970, as the file system counts them."""

    sleep = staticmethod(time.sleep)
    """Wait for so many seconds."""

    thread_time = staticmethod(time.thread_time)
    """Return how many seconds of the processor the current thread has used."""


def _microseconds_at(moment: datetime) -> int:
    """Return the microseconds since 1970 of an aware datetime."""
    if moment.utcoffset() is None:
        raise ValueError("A time source needs a datetime with a time zone; add tzinfo=timezone.utc.")
    return (moment - _SINCE) // _MICROSECOND
