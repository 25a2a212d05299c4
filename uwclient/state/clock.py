"""Owns the estimate of the platform's time.

The platform's time is this machine's monotonic clock plus an offset that replies correct, so a player who
moves the device clock moves nothing in the game.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Protocol

from uwclient.models.session import TimeSample

DRIFT = 50e-6
"""How far a quartz clock may run away, in seconds a second."""

JUMP = 2.0
"""Seconds: a greater step back is the platform's clock being set, a smaller one a better estimate."""


LAST_SECOND = 253_402_300_799.0
"""Of the calendar, since 1970: devices and platforms may believe that it is later."""


def moment_of(seconds: float) -> datetime:
    """An instant in seconds since 1970 as an aware datetime, in the calendar whatever it is."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), LAST_SECOND), timezone.utc)


class TimeSource(Protocol):
    """Where a client gets its time; tests give their own."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def wall(self) -> float:
        """Seconds since 1970, as this machine believes."""


class SystemTime:
    """The time of this machine; counts the seconds that it slept, where the system can tell."""

    monotonic: Callable[[], float]
    wall: Callable[[], float]

    def __init__(self) -> None:
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        self.monotonic = time.monotonic if boot is None else lambda: time.clock_gettime(boot)
        self.wall = time.time


class ServerClock:
    """Owns the offset between the platform's time and the monotonic clock of one client.

    A `Date` header tells whole seconds, and the reply was made at some moment between sending and receiving:
    each sample gives an interval for the offset, and the interval shared by all of them narrows. As long as the
    estimate lies in it, it stays; the first estimate is the device's own clock.
    """

    def __init__(self, wall: float, monotonic: float) -> None:
        self._offset = wall - monotonic
        self._interval: tuple[float, float] | None = None
        self._sampled_at = monotonic

    def now(self, monotonic: float) -> float:
        """The platform's time at this monotonic moment, in seconds since 1970."""
        return monotonic + self._offset

    def monotonic_at(self, instant: float) -> float:
        """The monotonic moment at which the platform's clock will show `instant`."""
        return instant - self._offset

    @property
    def is_synchronized(self) -> bool:
        """Whether a reply has told the platform's time yet; before that, it is the device's."""
        return self._interval is not None

    @property
    def offset(self) -> float:
        """Platform time minus monotonic time, in seconds."""
        return self._offset

    def not_before(self, instant: float, monotonic: float) -> None:
        """Until the first sample, be no earlier than a time that the platform has told an earlier run."""
        if self._interval is None:
            self._offset = max(self._offset, instant - monotonic)

    def observe(self, sample: TimeSample) -> bool:
        """Take a sample in; True when the platform's clock was set back, so that what has begun may not have."""
        low, high = sample.date - sample.received, sample.date + 1.0 - sample.sent
        if self._interval is not None:
            drifted = DRIFT * max(0.0, sample.received - self._sampled_at)
            shared = max(low, self._interval[0] - drifted), min(high, self._interval[1] + drifted)
            if shared[0] <= shared[1]:
                low, high = shared
        before = self._offset
        if not low <= before <= high:
            self._offset = (low + high) / 2
        self._interval = (low, high)
        self._sampled_at = sample.received
        return self._offset < before - JUMP
