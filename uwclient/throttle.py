"""Owns the politeness of background work: short bursts, so that the game thread never waits long for the
interpreter lock that both share.
"""

from __future__ import annotations

import time
from collections.abc import Callable

BURST = 0.0005
"""Seconds that background work may hold the interpreter at a time."""

REST = 0.001
"""Seconds that it then leaves it to the game."""


watchers: list[Callable[[float], None]] = []
"""Who is told of each burst that ends, on its thread: how many seconds of the processor it took."""


class WorkStopped(Exception):
    """Background work was asked to stop; it leaves everything as it was before."""


class StopSign:
    """Owns whether work is to end. It has no lock, which a signal's handler or a garbage collection might meet."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Work is to end."""
        self._is_set = True

    def is_set(self) -> bool:
        """Whether it is to end."""
        return self._is_set


class Throttle:
    """Owns the burst of one worker. Work calls it between small steps: it rests when the burst is over."""

    def __init__(self, stopping: StopSign, polite: bool = True) -> None:
        self._stopping = stopping
        self._polite = polite
        self._burst_ends = 0.0
        self._burst_began: float | None = None  # by the processor's clock of the thread, while somebody watches

    def __call__(self) -> None:
        """Rest if it is time to. Raises WorkStopped when the work is to end."""
        if time.perf_counter() < self._burst_ends:
            return
        if self._stopping.is_set():
            raise WorkStopped
        self.tell_watchers()
        if self._polite:
            time.sleep(REST)
        self._burst_ends = time.perf_counter() + BURST

    def tell_watchers(self) -> None:
        """A burst ends here, and the next one begins after a rest."""
        began, self._burst_began = self._burst_began, time.thread_time() if watchers else None
        if began is not None and self._burst_began is not None:
            for watcher in tuple(watchers):
                watcher(self._burst_began - began)
