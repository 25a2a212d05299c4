"""Owns the estimate of the platform's time.

The platform's time is this machine's monotonic clock plus an offset that replies correct, so a player who
moves the device clock moves nothing in the game.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from uwclient.models.session import TimeSample

DRIFT = 50e-6
"""How far a quartz clock may run away, in seconds a second."""

JUMP = 2.0
"""Seconds: a greater step is the platform's clock being set, or a wrong word; a smaller one is a better estimate."""

CONFIRMED_AFTER = 600.0
"""Seconds for which the platform has told the same time, when it needs no other witness."""

NEAR = 24 * 3600.0
"""Seconds: a device's clock that is no further off bears out the platform's, where an age of weeks is in question."""

LAST_SECOND = 253_402_300_799.0
"""Of the calendar, since 1970: devices and platforms may believe that it is later."""


def moment_of(seconds: float) -> datetime:
    """An instant in seconds since 1970 as an aware datetime, in the calendar whatever it is."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), LAST_SECOND), UTC)


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

    The first sample is taken as it is. A later one that contradicts what is known is doubted: it counts once the
    next one agrees with it, and is forgotten when the next one does not.
    """

    def __init__(self, wall: float, monotonic: float) -> None:
        self._offset = wall - monotonic
        self._known: _Belief | None = None
        self._doubted: _Belief | None = None

    def now(self, monotonic: float) -> float:
        """The platform's time at this monotonic moment, in seconds since 1970."""
        return monotonic + self._offset

    def monotonic_at(self, instant: float) -> float:
        """The monotonic moment at which the platform's clock will show `instant`."""
        return instant - self._offset

    @property
    def is_synchronized(self) -> bool:
        """Whether a reply has told the platform's time yet; before that, it is the device's."""
        return self._known is not None

    @property
    def offset(self) -> float:
        """Platform time minus monotonic time, in seconds."""
        return self._offset

    @property
    def believed(self) -> TimeSample | None:
        """All that is believed, as if one reply had told it; None before the first sample."""
        if self._known is None:
            return None
        low, high, _, at = self._known
        return TimeSample(low + at, at + 1.0 - (high - low), at)

    def is_sure(self, monotonic: float, wall: float) -> bool:
        """Whether there are two witnesses for the time, of which `wall`, the device's clock, may be one."""
        return self._known is not None and (self._is_confirmed or abs(self.now(monotonic) - wall) <= NEAR)

    def surely_past(self, monotonic: float, wall: float) -> float:
        """The latest instant that is past by the platform's clock and by a second witness; 0 when none is known.

        The second is the device's clock, `wall`, or the platform's own, when it has said the same for ten minutes.
        """
        if not self.is_synchronized:
            return 0.0
        return self.now(monotonic) if self._is_confirmed else min(self.now(monotonic), wall)

    @property
    def _is_confirmed(self) -> bool:
        return self._known is not None and self._known.last_at - self._known.first_at >= CONFIRMED_AFTER

    def not_before(self, instant: float, monotonic: float) -> None:
        """Until the first sample, be no earlier than a time that the platform has told an earlier run."""
        if self._known is None:
            self._offset = max(self._offset, instant - monotonic)

    def observe(self, sample: TimeSample) -> bool:
        """Take a sample in; True when the platform's clock was set back, so that what has begun may not have."""
        if self._known is None or self._known.agrees_with(sample):
            self._known = _Belief.of(sample) if self._known is None else self._known.narrowed_by(sample)
            self._doubted = None
        elif self._doubted is None or not self._doubted.agrees_with(sample):
            self._doubted = _Belief.of(sample)
            return False
        else:
            self._known, self._doubted = self._doubted.narrowed_by(sample), None
        before = self._offset
        if not self._known.low <= before <= self._known.high:
            self._offset = (self._known.low + self._known.high) / 2
        return self._offset < before - JUMP


class _Belief(NamedTuple):
    """What samples that agree say: the offset lies between `low` and `high`. With the moments of first and last."""

    low: float
    high: float
    first_at: float
    last_at: float

    @classmethod
    def of(cls, sample: TimeSample) -> _Belief:
        """What one sample says: its `Date` was cut to whole seconds, somewhere between sending and receiving."""
        return cls(sample.date - sample.received, sample.date + 1.0 - sample.sent, sample.received, sample.received)

    def agrees_with(self, sample: TimeSample) -> bool:
        """Whether both may be said of one clock, give or take what is no more than a worse estimate."""
        one, other = self._at(sample.received), _Belief.of(sample)
        return max(one.low, other.low) - min(one.high, other.high) <= JUMP

    def narrowed_by(self, sample: TimeSample) -> _Belief:
        """What both say together; what the sample says, where they differ a little."""
        one, other = self._at(sample.received), _Belief.of(sample)
        low, high = max(one.low, other.low), min(one.high, other.high)
        if low > high:
            low, high = other.low, other.high
        return _Belief(low, high, self.first_at, sample.received)

    def _at(self, moment: float) -> _Belief:
        """The same, as wide as a drifting quartz makes it by then."""
        drifted = DRIFT * max(0.0, moment - self.last_at)
        return self._replace(low=self.low - drifted, high=self.high + drifted)


class PlatformTime:
    """The platform's time of now: a ServerClock, read by the time source that it corrects."""

    def __init__(self, source: TimeSource) -> None:
        self._source = source
        self.clock = ServerClock(source.wall(), source.monotonic())

    def now(self) -> float:
        """The platform's time, in seconds since 1970."""
        return self.clock.now(self._source.monotonic())

    def now_and_if_sure(self) -> tuple[float, bool]:
        """The platform's time, and whether there are two witnesses for it."""
        monotonic = self._source.monotonic()
        return self.clock.now(monotonic), self.clock.is_sure(monotonic, self._source.wall())

    def surely_past(self) -> float:
        """The latest instant that is past by two witnesses; 0 when none is known."""
        return self.clock.surely_past(self._source.monotonic(), self._source.wall())
