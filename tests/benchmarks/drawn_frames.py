"""Owns a game in a process of its own, whose frames are measured while live content is drawn over it.

`python -m tests.benchmarks.pygame_frames …` and `python -m tests.benchmarks.panda3d_frames …` are the games. For each
line of input, the name of a stretch and a number of frames, they answer with a line of JSON: see `Stretch`.
"""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import yaml

from uwclient import UserWise
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay

FRAME = 1 / 60
RECORDS_OF_A_KIND = 250
KINDS = ("events", "messages", "offers", "remote_configs")
ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
HOLD = "no card"
SETTLED = ("idle", "lists", "answers")
SETTLING = 60
"""Frames before the measured ones of these: something was opened or closed in them."""


class Stretch(NamedTuple):
    """What each frame of a stretch took, in milliseconds.

    Attributes:
        whole: the frame, by the clock on the wall.
        work: what was for live content, on the processor, without the collector's passes.
        collected: what the collector's passes took meanwhile, of the game's thread.

    """

    whole: list[float]
    work: list[float]
    collected: list[float]

    @property
    def passes(self) -> int:
        """In how many frames the collector ran."""
        return sum(1 for one in self.collected if one)


def share(values: list[float], part: float) -> float:
    """The value that this part of all values does not exceed."""
    return sorted(values)[min(len(values) - 1, round(len(values) * part) - 1)]


def row(name: str, stretch: Stretch) -> str:
    """One line of a report."""
    parts = (0.5, 0.99, 0.999, 1.0)
    told = " | ".join(" ".join(f"{share(times, part):7.3f}" for part in parts) for times in stretch[:2])
    return f"  {name:32} | {told} | {stretch.passes:3} {max(stretch.collected):7.3f}"


HEADING = f"{'ms: 50 %, 99 %, 99.9 %, worst':34} | {'whole frame':31} | {'for live content':31} | passes, longest"


class Meter:
    """Takes the time on the processor of the parts of a frame that are for live content."""

    def __init__(self) -> None:
        self.work = self.collected = 0.0
        self._began = 0.0
        self._pass_began = 0.0
        self._is_on = False

    def __enter__(self) -> None:
        self._is_on = True
        self._began = time.thread_time()

    def __exit__(self, *_: object) -> None:
        self.work += time.thread_time() - self._began
        self._is_on = False

    def take(self) -> tuple[float, float]:
        """What a frame has taken, and of the collector, in milliseconds."""
        work, collected = self.work, self.collected
        self.work = self.collected = 0.0
        return (work - collected) * 1000, collected * 1000

    def collect(self, phase: str, info: dict[str, Any]) -> None:
        """Count a pass of the collector, as one of `gc.callbacks`."""
        if not self._is_on:  # of another thread, or of the game's own
            return
        if phase == "start":
            self._pass_began = time.thread_time()
        else:
            self.collected += time.thread_time() - self._pass_began


class Game(Protocol):
    """A game with live content that may be switched off."""

    def frame(self, meter: Meter) -> None:
        """Play one frame."""

    def begin(self, stretch: str) -> None:
        """Begin a stretch by its name."""


def show(stretch: str, ui: LiveUI, overlay: Overlay) -> None:
    """Have on the screen what a stretch is about."""
    if overlay.visible != (stretch in ("overlay", "lists")):
        overlay.toggle()
    if stretch in ("card", "answers"):
        ui.release(HOLD)
    else:
        ui.hold(HOLD)


def play(game: Game, frames: int) -> Stretch:
    """Play sixty frames a second."""
    stretch = Stretch([], [], [])
    meter = Meter()
    gc.callbacks.append(meter.collect)
    begun = time.perf_counter()
    for number in range(frames):
        pause = begun + number * FRAME - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        began = time.perf_counter()
        game.frame(meter)
        stretch.whole.append((time.perf_counter() - began) * 1000)
        work, collected = meter.take()
        stretch.work.append(work)
        stretch.collected.append(collected)
    gc.callbacks.remove(meter.collect)
    return stretch


def serve(game: Game) -> None:
    """Play what the lines of the input name, until it ends."""
    print("playing", flush=True)
    for line in sys.stdin:
        name, frames = line.rsplit(" ", 1)
        game.begin(name)
        if name in SETTLED:
            play(game, SETTLING)
        print(json.dumps(play(game, int(frames))), flush=True)


def load(uw: UserWise, update: Any) -> None:
    """Update until everything is live."""
    ends = time.monotonic() + PATIENCE
    while not is_loaded(uw) and time.monotonic() < ends:
        update()
        time.sleep(0.002)
    assert is_loaded(uw)


def is_loaded(uw: UserWise) -> bool:
    """Whether all records are live."""
    return sum(len(getattr(uw, kind).active) for kind in KINDS) == len(KINDS) * RECORDS_OF_A_KIND


class Process:
    """Owns the process of a game."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def play(self, stretch: str, frames: int) -> Stretch:
        """Have it play a stretch."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{stretch} {frames}\n")
        self._process.stdin.flush()
        return Stretch(*json.loads(self._process.stdout.readline()))


@contextmanager
def game(module: str, folder: Path, environment: dict[str, str]) -> Iterator[Process]:
    """A game in a process of its own, and in another one a platform with 1,000 live records."""
    with platform(folder) as (url, api_key):
        command = [sys.executable, "-m", f"tests.benchmarks.{module}", url, api_key, str(folder)]
        everything = {**os.environ, **environment, "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=everything
        ) as process:
            assert process.stdout is not None
            while (said := process.stdout.readline()) != "playing\n":
                assert said, "the game has ended"
            yield Process(process)


@contextmanager
def platform(folder: Path) -> Iterator[tuple[str, str]]:
    """A platform in another process, with 1,000 live records; its address and API key."""
    scenario: dict[str, Any] = {"survey_refresh_interval_seconds": 5}
    for kind in KINDS:
        scenario[kind] = [{"id": f"{kind}-{number}"} for number in range(RECORDS_OF_A_KIND)]
    for number, offer in enumerate(scenario["offers"]):
        offer.update(title=f"Offer {number}", body="A hero's handful. " * 5, items={"gems": 300}, end_at="+2h")
    for number, message in enumerate(scenario["messages"]):
        message.update(title=f"Message {number}", body="The quick brown fox jumps over the lazy dog. " * 12)
    file = folder / "scenario.yaml"
    file.write_text(yaml.safe_dump(scenario))
    command = [sys.executable, "-m", "uwclient", "sandbox", "--scenario", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"at (\S+)\s+API key: (\S+)", process.stdout.readline())
        assert found is not None
        yield found[1], found[2]
        process.terminate()
