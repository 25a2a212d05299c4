"""The sandbox's clock: it ticks as the time source does, and can be moved."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from uwclient.time_sources import TimeSource


def whole_second(time_source: TimeSource) -> datetime:
    """Return the last whole second: "ten seconds after the start" prints as a whole second, too."""
    return datetime.fromtimestamp(int(time_source.wall()), UTC)


class SandboxClock:
    """Owns the platform's time; the seconds of a time source pass in it, wherever it was moved."""

    def __init__(self, start: datetime, time_source: TimeSource) -> None:
        self._started_at = start.astimezone(UTC)
        self._monotonic = time_source.monotonic
        self._lock = threading.Lock()
        self._shown = self._started_at
        self._shown_at = self._monotonic()

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

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move by so much; negative amounts move backwards."""
        step = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        with self._lock:
            self._show(self._now() + step)

    def state(self) -> dict[str, str]:
        """The time at which the sandbox began and the time that is shown, as JSON can hold them."""
        return {"started_at": self._started_at.isoformat(), "now": self.now().isoformat()}

    def restore(self, state: Mapping[str, str]) -> None:
        """Show the time of `state`, as the clock of the sandbox that gave it."""
        with self._lock:
            self._started_at = datetime.fromisoformat(state["started_at"])
            self._show(datetime.fromisoformat(state["now"]))

    def _now(self) -> datetime:
        return self._shown + timedelta(seconds=self._monotonic() - self._shown_at)

    def _show(self, moment: datetime) -> None:
        self._shown = moment
        self._shown_at = self._monotonic()
