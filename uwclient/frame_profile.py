"""What ran in the slowest frames of the last minute, while somebody looks."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from uwclient import throttle
from uwclient.time_sources import RealTime

SLOWEST = 10
REMEMBERED_FOR = 60.0
"""Seconds that a slow frame is told of, and that frames are watched after somebody has looked."""


_seconds = attrgetter("seconds")


class Ran(NamedTuple):
    """Something that ran in a frame, on whatever thread, and for how many seconds."""

    what: str
    seconds: float


class WatchedFrame(NamedTuple):
    """A frame: when it began and how many seconds it took, by the clock of the profile, and what ran in it."""

    began: float
    seconds: float
    parts: list[Ran]


class FrameProfile:
    """Watches frames from its making until nobody has looked for a while. A frame is from one pump to the next.

    It belongs to the game's thread; only `record_work` is called on others.
    """

    def __init__(self, clock: Callable[[], float] = RealTime.monotonic) -> None:
        self._clock = clock
        self._looked_at = clock()
        self._slowest: list[WatchedFrame] = []
        self._began: float | None = None
        self._parts: list[Ran] = []
        self._collection_began = 0.0
        gc.callbacks.append(self._collected)
        throttle.watchers.append(self._worked)

    def look(self) -> list[tuple[float, WatchedFrame]]:
        """The slowest frames, the slowest first, and how many seconds ago each began."""
        now = self._looked_at = self._clock()
        self._forget_before(now - REMEMBERED_FOR)
        slowest = sorted(self._slowest, key=lambda frame: frame.seconds, reverse=True)
        return [(now - frame.began, frame) for frame in slowest]

    def frame_begins(self) -> bool:
        """Another frame begins; whether it is watched."""
        now = self._clock()
        if self._began is not None:
            self._keep(WatchedFrame(self._began, now - self._began, self._parts))
        self._began, self._parts = now, []
        if now - self._looked_at <= REMEMBERED_FOR:
            return True
        self.end()
        return False

    def record_work(self, what: str, seconds: float) -> None:
        """Something has run in the frame that is under way."""
        self._parts.append(Ran(what, seconds))

    def end(self) -> None:
        """Watch no longer."""
        if self._collected in gc.callbacks:
            gc.callbacks.remove(self._collected)
        if self._worked in throttle.watchers:
            throttle.watchers.remove(self._worked)

    def _keep(self, frame: WatchedFrame) -> None:
        if len(self._slowest) == SLOWEST:
            self._forget_before(frame.began - REMEMBERED_FOR)
        if len(self._slowest) == SLOWEST:
            fastest = min(self._slowest, key=_seconds)
            if frame.seconds <= fastest.seconds:
                return
            self._slowest.remove(fastest)
        self._slowest.append(frame)

    def _forget_before(self, moment: float) -> None:
        self._slowest = [frame for frame in self._slowest if frame.began >= moment]

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._collection_began = self._clock()
            return
        seconds = self._clock() - self._collection_began
        which = "full pass" if info["generation"] == 2 else f"pass {info['generation']}"
        self.record_work(f"garbage collector, {which} ({threading.current_thread().name})", seconds)
        if self._clock() - self._looked_at > 2 * REMEMBERED_FOR:  # nobody pumps any more
            self.end()

    def _worked(self, seconds: float) -> None:
        self.record_work(threading.current_thread().name, seconds)
