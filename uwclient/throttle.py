"""Throttles background work to short bursts, so that the game's thread never waits long for the interpreter lock."""

from __future__ import annotations

import threading
from collections.abc import Callable

from uwclient.time_sources import RealTime

BURST = 0.0005
"""Seconds that background work may hold the interpreter lock at a time."""

REST = 0.001
"""Seconds of sleep after each burst."""


watchers: list[Callable[[float], None]] = []
"""Who is told of each burst that ends, on its thread: how many seconds of the processor it took."""

_told = threading.local()
"""For each thread, as `at`: what it had taken of the processor when the watchers were told last."""


class WorkStopped(Exception):
    """Raised to cancel background work, because the client stops."""


class StopSign:
    """A flag that work must stop. It has no lock, so that signal handlers and finalizers can set it safely."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Have the work stop."""
        self._is_set = True

    def is_set(self) -> bool:
        """Whether the work must stop."""
        return self._is_set


class Throttle:
    """Limits the bursts of one worker. Work calls it between small steps; it sleeps when a burst is over.

    Attributes:
        rests: how often a burst was over.

    """

    def __init__(self, stopping: StopSign, polite: bool = True) -> None:
        self._stopping = stopping
        self._polite = polite
        self.rests = 0
        self._burst_ends = 0.0
        self._burst_began: float | None = None  # by the processor's clock of the thread, while somebody watches

    def __call__(self) -> None:
        """Sleep if the burst is over. Raises WorkStopped when the work must stop."""
        if RealTime.monotonic() < self._burst_ends:
            return
        if self._stopping.is_set():
            raise WorkStopped
        self.tell_watchers()
        self.rests += 1
        if self._polite:
            RealTime.sleep(REST)
        self._burst_ends = RealTime.monotonic() + BURST

    def tell_watchers(self) -> None:
        """A burst ends here, and the next one begins after a rest."""
        began, self._burst_began = self._burst_began, RealTime.thread_time() if watchers else None
        if began is not None and self._burst_began is not None:
            for watcher in tuple(watchers):
                watcher(self._burst_began - began)


def rest(seconds: float) -> None:
    """Sleep between two steps of a thread that lives for one job, and tell the watchers what the last step took."""
    tell_step()
    RealTime.sleep(seconds)


def tell_step() -> None:
    """A step of such a thread ends here: tell the watchers what it took of the processor."""
    now = RealTime.thread_time()
    seconds, _told.at = now - getattr(_told, "at", 0.0), now
    for watcher in tuple(watchers):
        watcher(seconds)
