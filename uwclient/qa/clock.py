"""The one clock of a world, in whole microseconds, and how far the platform's is ahead of it."""

from __future__ import annotations

from datetime import datetime

from uwclient.qa.moments import microseconds, moment_at
from uwclient.sandbox import Sandbox
from uwclient.time_sources import StandingTime


class WorldClock:
    """Moves the time of a sandbox and of all clients.

    Attributes:
        source: the time source that they share; what its monotonic clock shows is "seconds" here.

    """

    def __init__(self, source: StandingTime, sandbox: Sandbox) -> None:
        self.source = source
        self._sandbox = sandbox

    @property
    def now(self) -> datetime:
        """The world's time: aware, in UTC."""
        return self.source.now()

    @property
    def microseconds(self) -> int:
        """The world's time in whole microseconds since 1970."""
        return microseconds(self.source.now())

    @property
    def seconds(self) -> float:
        """The world's time as clients read it."""
        return self.source.monotonic()

    def show(self, count: int) -> None:
        """Show the time of so many microseconds since 1970."""
        self.source.set(moment_at(count))

    @property
    def ahead(self) -> float:
        """For how many seconds the platform's clock is ahead, because a test has moved it."""
        return (self._sandbox.clock.now() - self.now).total_seconds()

    def moment_of(self, seconds: float) -> datetime:
        """Return what the platform's clock shows when clients read so many seconds."""
        return moment_at(round((seconds + self.ahead) * 1e6))

    def seconds_at(self, moment: datetime) -> float:
        """Return what clients read when the platform's clock shows a moment."""
        return microseconds(moment) / 1e6 - self.ahead
