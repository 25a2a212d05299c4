"""What the debug overlay costs the frames of a game, engine aside, and what looking at a client costs at all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import pytest

from tests.benchmarks.content_platform import remote_platform
from tests.benchmarks.test_calls import settle
from tests.benchmarks.test_frames import client_of, load_all
from tests.ui.overlay_looks import PlainRuler
from uwclient import UserWise
from uwclient.ui.overlay import Overlay

RECORDS = 1000
FRAMES = 3000


@pytest.fixture(scope="module")
def uw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UserWise]:
    """A client with a thousand live records."""
    with remote_platform(RECORDS, 300) as platform:
        uw = client_of(platform, tmp_path_factory.mktemp("data"))
        load_all(uw, RECORDS)
        settle(uw)
        yield uw
        uw.stop()


def frames(part: Callable[[], object]) -> tuple[float, float, float]:
    """Median, 99.9th percentile and worst of what a part of a frame takes, in milliseconds."""
    costs = []
    for _ in range(FRAMES):
        began = time.perf_counter()
        part()
        costs.append((time.perf_counter() - began) * 1000)
    costs.sort()
    return statistics.median(costs), costs[round(FRAMES * 0.999)], costs[-1]


def report(name: str, costs: tuple[float, float, float]) -> None:
    print(f"\n{name}: median {costs[0]:.4f} ms, 99.9th percentile {costs[1]:.3f}, worst {costs[2]:.3f}")


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (3840, 2160)], ids=str)
def test_an_open_overlay_over_a_thousand_records_leaves_most_of_two_milliseconds(
    uw: UserWise, size: tuple[int, int]
) -> None:
    moment = 0.0
    ruler = PlainRuler()
    overlay = Overlay(uw, monotonic=lambda: moment)
    overlay.toggle()
    overlay.key("tab")

    def frame() -> None:
        nonlocal moment
        moment += 1 / 60
        uw.pump()
        overlay.scene(*size, ruler)

    costs = frames(frame)
    report(f"open, {size[0]}x{size[1]}", costs)
    assert costs[0] <= 0.2
    assert costs[1] <= 1.5


def test_a_closed_overlay_costs_next_to_nothing(uw: UserWise) -> None:
    overlay = Overlay(uw)
    ruler = PlainRuler()
    costs = frames(lambda: overlay.scene(1280, 720, ruler))
    report("closed", costs)
    assert costs[0] <= 0.002


def test_reading_everything_that_a_client_tells_of_itself_takes_less_than_a_millisecond(uw: UserWise) -> None:
    def read() -> None:
        view = uw.diagnostics
        for name in (
            "session",
            "clock",
            "next_change",
            "refresh",
            "delivery",
            "modules",
            "signals",
            "requests",
            "slowest_listeners",
            "frames",
        ):
            getattr(view, name)

    costs = frames(read)
    report("all of uw.diagnostics", costs)
    assert costs[0] <= 1.0
