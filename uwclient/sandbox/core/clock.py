"""The sandbox's clock: it ticks as the time source does, and can be moved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from uwclient.sandbox.core.times import LAST
from uwclient.time_sources import StandingTime, TimeSource


def whole_second(time_source: TimeSource) -> datetime:
    """Return the last whole second: "ten seconds after the start" prints as a whole second, too."""
    return datetime.fromtimestamp(int(time_source.wall()), UTC)


FASTEST = 604_800
"""The greatest speed: a week in each second."""


class SandboxClock:
    """Owns the platform's time; the seconds of a time source pass in it, wherever it was moved.

    At a speed other than 1 it moves once a second and stands in between, so that the replies to requests that come
    together show the same time: a client believes a time that two replies agree on.
    """

    def __init__(self, start: datetime, time_source: TimeSource) -> None:
        self._started_at = start.astimezone(UTC)
        self._monotonic = time_source.monotonic
        self._lock = threading.Lock()
        self._shown = self._started_at
        self._shown_at = self._monotonic()
        self._speed = 1.0
        self._source_stands = isinstance(time_source, StandingTime)
        self._move_listeners: list[Callable[[], None]] = []

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call `listener` after somebody has moved it, or changed its speed."""
        self._move_listeners.append(listener)

    @property
    def speed(self) -> float:
        """How many seconds pass in it in one second of the time source; 0 while it stands still."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not 0 <= speed <= FASTEST:
            raise ValueError(f"{speed!r} is not a speed: use 0 (it stands still) to {FASTEST} (a week in a second).")
        with self._lock:
            self._show(self._now())
            self._speed = float(speed)
        self._tell_moved()

    @property
    def rate(self) -> float:
        """How many seconds pass in it in a second of real time; 0 when only somebody who moves it makes them pass."""
        return 0.0 if self._source_stands else self._speed

    @property
    def started_at(self) -> datetime:
        """The time at which the sandbox began (UTC); relative times of a scenario count from here."""
        return self._started_at

    def now(self) -> datetime:
        """The platform's time: an aware datetime in UTC."""
        with self._lock:
            return self._now()

    def set(self, moment: datetime) -> None:
        """Move to `moment`, forwards or backwards; it must be aware (have a time zone)."""
        if moment.utcoffset() is None:
            raise ValueError("The sandbox clock needs a datetime with a time zone; add tzinfo=timezone.utc.")
        with self._lock:
            self._show(moment.astimezone(UTC))
        self._tell_moved()

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move by so much; negative amounts move backwards."""
        step = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        with self._lock:
            self._show(self._now() + step)
        self._tell_moved()

    def state(self) -> dict[str, str]:
        """The time at which the sandbox began and the time that is shown, as JSON can hold them."""
        return {"started_at": self._started_at.isoformat(), "now": self.now().isoformat()}

    def restore(self, state: Mapping[str, str]) -> None:
        """Show the time of `state`, as the clock of the sandbox that gave it."""
        with self._lock:
            self._started_at = datetime.fromisoformat(state["started_at"])
            self._show(datetime.fromisoformat(state["now"]))
        self._tell_moved()

    def _tell_moved(self) -> None:
        for listener in self._move_listeners:
            listener()

    def _now(self) -> datetime:
        passed = self._monotonic() - self._shown_at
        seconds = passed if self._speed == 1 else int(passed) * self._speed
        until_the_end = max(0.0, (LAST - self._shown).total_seconds())
        return self._shown + timedelta(seconds=min(seconds, until_the_end))

    def _show(self, moment: datetime) -> None:
        self._shown = moment
        self._shown_at = self._monotonic()
