"""What the worker knows of the platform's time: from replies, and from an earlier run on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from uwclient.models.notices import ApiWarning, EarlierTime, Notice, ServerTimes
from uwclient.models.session import TimeSample
from uwclient.rules.clock import PlatformTime, tightest
from uwclient.time_sources import TimeSource


class PlatformClock:
    """The platform's time on the worker. The game's thread has one of its own, which follows by what is posted."""

    def __init__(self, time_source: TimeSource, boot_id: str | None, post: Callable[[Notice], None]) -> None:
        self._time = PlatformTime(time_source)
        self._monotonic = time_source.monotonic
        self._boot_id = boot_id
        self._post = post

    @property
    def surely_past(self) -> float:
        """The latest time, in seconds since 1970, that two clocks agree is past; 0 when none is known."""
        return self._time.surely_past()

    def observe(self, told: TimeSample | ApiWarning) -> None:
        """Take in what a reply says beside its content, and pass it on."""
        if isinstance(told, TimeSample):
            self._time.clock.observe(told)
            self._post(ServerTimes((told,)))
        else:
            self._post(told)

    def observe_all(self, samples: Sequence[TimeSample]) -> None:
        """Take in the times of many replies that agree with each other, the oldest first."""
        for sample in tightest(samples):
            self.observe(sample)

    def restore(self, kept: dict[str, Any]) -> None:
        """Take up what `kept` told an earlier run: since this machine was started, it is as good as heard now."""
        time, boot_id = kept.get("time"), kept.get("boot_id")
        if not isinstance(time, list) or len(time) != 3 or not all(isinstance(part, float) for part in time):
            return
        sample = TimeSample(*time)
        if boot_id is not None and boot_id == self._boot_id and sample.received <= self._monotonic():
            self.observe(sample)
        else:
            self._post(EarlierTime(sample.date))

    def kept(self) -> dict[str, Any]:
        """What the next run needs to know of the time, as JSON has it."""
        believed = self._time.clock.believed
        return {"time": None if believed is None else list(believed), "boot_id": self._boot_id}
