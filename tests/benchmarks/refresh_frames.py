"""Owns a game in a process of its own, whose frames are measured while a refresh changes content.

`python -m tests.benchmarks.refresh_frames ADDRESS KEY FOLDER RECORDS CONTAINERS` plays beside that many containers of
the game's own, which a full pass of the garbage collector visits. For each line of its input, a number of records
that have changed, it refreshes, and answers with a line of JSON: see `Refresh`.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.content_platform import RemotePlatform
from tests.benchmarks.frame_loop import as_many_as, frames_until, play
from uwclient import UserWise

ROOT = Path(__file__).parents[2]


class Refresh(NamedTuple):
    """What a refresh has cost.

    Attributes:
        quiet: the worst frame without, of as many as with it, in milliseconds beyond the game's own work.
        busy: the worst frame with it.
        most: 95 % of the frames with it took no more.
        passes: how often the garbage collector ran.
        full: how many of these were full passes.

    """

    quiet: float
    busy: float
    most: float
    passes: int
    full: int


class MeasuredGame:
    """Owns the process of a game."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def refresh(self, changed: int) -> Refresh:
        """Have it refresh, now that so many records have changed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{changed}\n")
        self._process.stdin.flush()
        return Refresh(*json.loads(self._process.stdout.readline()))


@contextmanager
def measured_game(platform: RemotePlatform, folder: Path, records: int, containers: int) -> Iterator[MeasuredGame]:
    """A game in which all content of the platform is live, until the block ends."""
    arguments = [platform.url, platform.api_key, str(folder), str(records), str(containers)]
    command = [sys.executable, "-m", "tests.benchmarks.refresh_frames", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "playing\n"
        yield MeasuredGame(process)


class Meter:
    """Plays stretches of frames, and counts the garbage collector's passes by their generation."""

    def __init__(self) -> None:
        self._passes = [0, 0, 0]
        gc.callbacks.append(self._collected)

    def play(self, uw: UserWise, done: Callable[[], bool]) -> Refresh:
        """Play until what has begun is done, and as many frames without it."""
        self._passes[:] = 0, 0, 0
        busy = play(uw.pump, frames_until(done))
        passes, full = sum(self._passes), self._passes[2]
        quiet = play(uw.pump, as_many_as(busy))
        return Refresh(quiet.worst, busy.worst, busy.percentile(0.95), passes, full)

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        self._passes[info["generation"]] += phase == "start"


def main(address: str, key: str, folder: str, records: int, containers: int) -> None:
    """Play until the input ends."""
    uw = UserWise(key, "hero-42", host=address, data_dir=folder)
    own = [[number] for number in range(containers)]
    updates = [0]

    def updated(*_: object, **__: object) -> None:
        updates[0] += 1

    uw.events.on_updated.connect(updated)
    meter = Meter()
    uw.start()
    while len(uw.events.active) < records:
        uw.pump()
        time.sleep(0.005)
    print("playing", flush=True)
    for line in sys.stdin:
        changed = int(line)
        updates[0] = 0
        uw.refresh_content()
        print(json.dumps(meter.play(uw, lambda changed=changed: updates[0] >= changed)), flush=True)  # type: ignore[misc]
    uw.stop()
    assert len(own) == containers


if __name__ == "__main__":
    address, key, folder, records, containers = sys.argv[1:]
    main(address, key, folder, int(records), int(containers))
