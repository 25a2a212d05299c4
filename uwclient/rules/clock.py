"""Estimates the platform's time.

The platform's time is this machine's monotonic clock plus an offset that replies correct. So changing the device's
clock changes nothing in the game.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from uwclient.models.session import TimeSample
from uwclient.time_sources import TimeSource

DRIFT = 50e-6
"""The maximum drift of a quartz clock, in seconds per second."""

JUMP = 2.0
"""Seconds: a smaller step of the time is a better estimate; a greater one means that the platform's clock was set, or
that a reply was wrong."""

CONFIRMED_AFTER = 600.0
"""Seconds of consistent replies after which the platform's time is trusted without the device's clock."""

NEAR = 24 * 3600.0
"""The maximum difference in seconds at which the device's clock confirms the platform's time, for ages of weeks."""

LAST_SECOND = 253_402_300_799.0
"""The last second of the calendar, since 1970; clocks of devices and platforms may be later than that."""


def moment_of(seconds: float) -> datetime:
    """Convert seconds since 1970 to an aware datetime, clamped to the range of the calendar."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), LAST_SECOND), UTC)


class ServerClock:
    """The offset between the platform's time and the monotonic clock of one client.

    A `Date` header has whole seconds, and the reply was created at some time between sending and receiving. So each
    sample gives an interval for the offset, and their intersection gets narrower. The estimate is changed only when
    it lies outside of the intersection; the first estimate is the device's clock.

    The first sample is accepted. A later one that contradicts the known interval is doubted: it is accepted when the
    next sample agrees with it, and discarded when that does not.
    """

    def __init__(self, wall: float, monotonic: float) -> None:
        self._offset = wall - monotonic
        self._known: _Belief | None = None
        self._doubted: _Belief | None = None

    def now(self, monotonic: float) -> float:
        """Return the platform's time at this monotonic time, in seconds since 1970."""
        return monotonic + self._offset

    def monotonic_at(self, instant: float) -> float:
        """Return the monotonic time at which the platform's clock will show `instant`."""
        return instant - self._offset

    @property
    def is_synchronized(self) -> bool:
        """Whether a reply has carried the platform's time; until then the device's time is used."""
        return self._known is not None

    @property
    def offset(self) -> float:
        """Platform time minus monotonic time, in seconds."""
        return self._offset

    @property
    def believed(self) -> TimeSample | None:
        """The accepted samples, combined into one; None before the first."""
        if self._known is None:
            return None
        low, high, _, at = self._known
        return TimeSample(low + at, at + 1.0 - (high - low), at)

    def is_sure(self, monotonic: float, wall: float) -> bool:
        """Whether two clocks agree on the time: the platform's and `wall`, the device's; or see CONFIRMED_AFTER."""
        return self._known is not None and (abs(monotonic + self._offset - wall) <= NEAR or self._is_confirmed)

    def surely_past(self, monotonic: float, wall: float) -> float:
        """Return the latest time that is past by two clocks, in seconds since 1970; 0 when none is known.

        They are the platform's clock and `wall`, the device's. If the platform's replies were consistent for ten
        minutes, its clock is enough.
        """
        if not self.is_synchronized:
            return 0.0
        return self.now(monotonic) if self._is_confirmed else min(self.now(monotonic), wall)

    @property
    def _is_confirmed(self) -> bool:
        return self._known is not None and self._known.last_at - self._known.first_at >= CONFIRMED_AFTER

    def not_before(self, instant: float, monotonic: float) -> None:
        """Until the first sample, make the time no earlier than the platform's last known time in an earlier run."""
        if self._known is None:
            self._offset = max(self._offset, instant - monotonic)

    def observe(self, sample: TimeSample) -> bool:
        """Add a sample, and return whether the platform's clock was set back, so that starts may lie ahead again."""
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


def tightest(samples: Sequence[TimeSample]) -> list[TimeSample]:
    """Return those of consistent samples, in order of time, that teach a clock as much as all of them: three at most.

    Of all, one raises the lower bound of the offset most, one lowers the upper bound most, and one is the latest.
    """
    if not samples:
        return []
    lowest = max(samples, key=lambda sample: sample.date - sample.received + DRIFT * sample.received)
    highest = min(samples, key=lambda sample: sample.date - sample.sent - DRIFT * sample.received)
    return sorted({lowest, highest, samples[-1]}, key=lambda sample: sample.received)


class _Belief(NamedTuple):
    """The result of consistent samples: the offset lies between `low` and `high`; with the first and last time."""

    low: float
    high: float
    first_at: float
    last_at: float

    @classmethod
    def of(cls, sample: TimeSample) -> _Belief:
        """The result of one sample; its `Date` was truncated to seconds between sending and receiving."""
        return cls(sample.date - sample.received, sample.date + 1.0 - sample.sent, sample.received, sample.received)

    def agrees_with(self, sample: TimeSample) -> bool:
        """Whether a sample can come from the same clock, within the tolerance."""
        one, other = self._at(sample.received), _Belief.of(sample)
        return max(one.low, other.low) - min(one.high, other.high) <= JUMP

    def narrowed_by(self, sample: TimeSample) -> _Belief:
        """The intersection with a sample; the sample's own interval if they differ within the tolerance."""
        one, other = self._at(sample.received), _Belief.of(sample)
        low, high = max(one.low, other.low), min(one.high, other.high)
        if low > high:
            low, high = other.low, other.high
        return _Belief(low, high, self.first_at, sample.received)

    def _at(self, moment: float) -> _Belief:
        """The interval at a later time, widened by the possible drift."""
        drifted = DRIFT * max(0.0, moment - self.last_at)
        return _Belief(self.low - drifted, self.high + drifted, self.first_at, self.last_at)


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
