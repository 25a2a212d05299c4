"""What live content costs the frames of a real Panda3D game. Ratios within one run: frames with it, and without."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from tests.benchmarks.figures import Figure, Figures
from tests.conftest import MODULES
from uwclient import UserWise
from uwclient.sandbox import Sandbox

FRAME = 1 / 60
FRAMES = 1000
ROUNDS = 2
TURNS = 5
SETTLING = 60
"""Frames before the measured ones, in each turn."""

PATIENCE = 30.0


class Costs(NamedTuple):
    """How long something took, in milliseconds: the median, and the 99.9th percentile."""

    median: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:6.3f} {self.most:6.3f}"


def costs_of(times: list[float]) -> Costs:
    times = sorted(times)
    return Costs(statistics.median(times), times[round(len(times) * 0.999) - 1])


class Stopwatch:
    """Takes the processor time of the tasks between its own two: of the adapter's, when there is one.

    That is what the adapter costs, however many other programs there are.
    """

    def __init__(self, base: Any) -> None:
        self.times: list[float] = []
        self._began = 0.0
        self._manager = base.taskMgr
        self._tasks = [base.taskMgr.add(self._begin, "begin", sort=39), base.taskMgr.add(self._end, "end", sort=41)]

    def _begin(self, task: Any) -> Any:
        self._began = time.thread_time()
        return task.cont

    def _end(self, task: Any) -> Any:
        self.times.append((time.thread_time() - self._began) * 1000)
        return task.cont

    def close(self) -> None:
        for task in self._tasks:
            self._manager.remove(task)


@pytest.fixture(scope="module")
def base() -> Iterator[Any]:
    """A game with something to draw."""
    core = pytest.importorskip("panda3d.core", reason="Panda3D is not installed: pip install 'uwclient[panda3d]'")
    core.loadPrcFileData("", "load-display p3tinydisplay\nwindow-type offscreen\nwin-size 640 360\n")
    core.loadPrcFileData("", "audio-library-name null\nprint-pipe-types #f")
    from direct.showbase.ShowBase import ShowBase

    base = ShowBase()
    panda = base.loader.loadModel("smiley")
    panda.reparentTo(base.render)
    panda.setPos(0, 20, 0)
    panda.hprInterval(3, (360, 0, 0)).loop()
    yield base
    base.destroy()


@pytest.fixture(scope="module")
def uw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UserWise]:
    """A client of a thousand live records, which runs through all frames, attached or not."""
    with Sandbox() as sandbox:
        fill(sandbox)
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path_factory.mktemp("data"))
        uw.start()
        deadline = time.monotonic() + PATIENCE
        while sum(len(getattr(uw, name).active) for name in MODULES) < 1000 and time.monotonic() < deadline:
            uw.pump()
            time.sleep(0.001)
        assert sum(len(getattr(uw, name).active) for name in MODULES) == 1000
        yield uw
        uw.stop()


def fill(sandbox: Sandbox) -> None:
    for number in range(600):
        sandbox.publish("events", id=f"event-{number}", data={"level": number})
    for number in range(200):
        body = f"Number {number}: everything that a hero needs for a long way through the mountains, and back again."
        sandbox.publish("offers", id=f"offer-{number}", title="300 gems", body=body, items={"gems": 3}, end_at="+3h")
    for number in range(100):
        sandbox.publish("messages", id=f"message-{number}", title="News", body="The castle opens at noon.")
        sandbox.publish("remote_configs", id=f"config-{number}", external_id=f"config-{number}", json={"a": number})


class Frames:
    """Owns what frames took beyond waiting for the next one, and what of it the adapter's task did."""

    def __init__(self) -> None:
        self._whole: list[float] = []
        self._task: list[float] = []

    @property
    def whole(self) -> Costs:
        return costs_of(self._whole)

    @property
    def task(self) -> Costs:
        return costs_of(self._task)

    def play(self, base: Any, frames: int) -> None:
        """Play sixty frames a second."""
        whole = []
        stopwatch = Stopwatch(base)
        due = time.perf_counter()
        for _ in range(SETTLING + frames):
            due += FRAME
            began = time.perf_counter()
            base.taskMgr.step()
            whole.append((time.perf_counter() - began) * 1000)
            time.sleep(max(0.0, due - time.perf_counter()))
        stopwatch.close()
        self._whole += whole[SETTLING:]
        self._task += stopwatch.times[SETTLING:]


def rounds(
    base: Any, uw: UserWise, figures: Figures, name: str, opened: bool = False, held: bool = False
) -> tuple[float, Costs]:
    """What live content adds to the median frame, and what its task costs; the least of some rounds.

    Other programs run as well, so frames with it and without take turns. What is added to a frame are also the
    pixels, which a graphics card would draw.
    """
    print(f"\n{name}: median and 99.9th percentile of frames without; of frames with; of the task in them (ms)")
    added, tasks = [], []
    for _ in range(ROUNDS):
        without, along = Frames(), Frames()
        for _ in range(TURNS):
            without.play(base, FRAMES // TURNS)
            with attached(base, uw, opened, held):
                along.play(base, FRAMES // TURNS)
        print(f"  {without.whole}  ;  {along.whole}  ;  {along.task}")
        added.append(along.whole.median - without.whole.median)
        tasks.append(along.task)
        figures.add(Figure("frames", f"Panda3D, {name}", along._task))
    return min(added), Costs(min(task.median for task in tasks), min(task.most for task in tasks))


@contextmanager
def attached(base: Any, uw: UserWise, opened: bool, held: bool) -> Iterator[None]:
    """The game with live content: a card, none, or the overlay is on its screen."""
    from uwclient.engines.panda3d import attach

    loop = attach(uw, base)
    assert loop.ui is not None
    assert loop.overlay is not None
    if held:
        loop.ui.hold()
    if opened:
        loop.overlay.toggle()
    yield
    assert loop.takes_input is not held
    loop.detach()


def test_a_thousand_records_and_nothing_on_the_screen(base: Any, uw: UserWise, figures: Figures) -> None:
    added, task = rounds(base, uw, figures, "cards are held back", held=True)
    assert added < 0.1
    assert task.median < 0.1
    assert task.most < 1.0


def test_a_card_with_a_countdown_over_a_thousand_records(base: Any, uw: UserWise, figures: Figures) -> None:
    _, task = rounds(base, uw, figures, "a card is open")
    assert task.median < 0.1
    assert task.most < 1.0


def test_the_overlay_over_a_thousand_records(base: Any, uw: UserWise, figures: Figures) -> None:
    _, task = rounds(base, uw, figures, "the overlay is open", opened=True)
    assert task.most < 2.0


def test_attaching_takes_a_moment_once(base: Any, uw: UserWise) -> None:
    from uwclient.engines.panda3d import attach

    began = time.perf_counter()
    loop = attach(uw, base)
    took = (time.perf_counter() - began) * 1000
    loop.detach()
    print(f"\nattach(): {took:.1f} ms")
    assert took < 200
