"""Owns a game loop of sixty frames a second, and how long its frames took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FRAME = 1 / 60
FRAMES_AFTER = 30
"""Frames that are watched after something has happened, for what comes after it."""

WORK = 0.003
"""Seconds of its own work that the game does in each frame."""


@dataclass(frozen=True)
class Frames:
    """How long each frame took beyond the game's own work, in milliseconds."""

    extra_ms: list[float]

    @property
    def worst(self) -> float:
        return max(self.extra_ms)

    def percentile(self, share: float) -> float:
        return sorted(self.extra_ms)[min(len(self.extra_ms) - 1, int(len(self.extra_ms) * share))]


def play(frame_part: Callable[[], object], frames: Iterator[object]) -> Frames:
    """Run the loop as long as `frames` goes on, calling `frame_part` in each frame."""
    extra: list[float] = []
    begun = time.perf_counter()
    for number, _ in enumerate(frames):
        due = begun + number * FRAME
        pause = due - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        _work_until(time.perf_counter() + WORK)
        frame_part()
        extra.append((time.perf_counter() - due - WORK) * 1000)
    return Frames(extra)


def as_many_as(busy: Frames) -> Iterator[object]:
    """As many frames once more, to compare with: of a longer stretch, other programs make the worst frame worse."""
    return iter(range(len(busy.extra_ms)))


def frames_until(done: Callable[[], bool]) -> Iterator[None]:
    """Frames until something has happened, and some more for what comes after it."""
    while not done():
        yield
    for _ in range(FRAMES_AFTER):
        yield


def _work_until(moment: float) -> None:
    total = 0
    while time.perf_counter() < moment:
        total += 1
