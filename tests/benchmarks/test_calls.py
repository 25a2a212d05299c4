"""What single calls cost the game's thread. Run with `pytest tests/benchmarks`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from functools import partial

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.content_platform import RemotePlatform, remote_platform
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.test_frames import REFRESHES, client_of, load_all
from uwclient import UserWise

RECORDS = 10_000


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[UserWise, RemotePlatform]]:
    """A client with ten thousand live records, and its platform."""
    with remote_platform(RECORDS, 300) as platform:
        uw = client_of(platform, tmp_path_factory.mktemp("data"))
        load_all(uw, RECORDS)
        settle(uw)
        yield uw, platform
        uw.stop()


def settle(uw: UserWise) -> None:
    """Pump until nothing is left to deliver."""
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < 0.5:
        if uw.pump(budget_ms=float("inf")):
            quiet_since = time.monotonic()
        time.sleep(0.005)


def test_a_pump_with_nothing_due_takes_at_most_a_microsecond(
    loaded: tuple[UserWise, RemotePlatform], benchmark: BenchmarkFixture, figures: Figures
) -> None:
    uw, _ = loaded
    run = partial(benchmark.pedantic, rounds=200, iterations=1000, warmup_rounds=5)
    run(uw.pump)
    assert benchmark.stats is not None
    times = [seconds * 1e6 for seconds in benchmark.stats.stats.data]
    figures.add(Figure("calls", "`pump()` with nothing due, 10,000 live records", times, "µs", headline=True))
    assert benchmark.stats.stats.median <= 1e-6


def test_ten_changes_in_ten_thousand_records_cost_the_game_thread_little(
    loaded: tuple[UserWise, RemotePlatform], figures: Figures
) -> None:
    uw, platform = loaded
    recorder = uw.diagnostics._recorder
    costs = []
    for _ in range(REFRESHES):
        platform.change(10)
        done: list[bool] = []
        updates: list[str] = []
        uw.events.on_updated.connect(collect := lambda _, record, previous: updates.append(record.id))  # noqa: B023
        uw.refresh_content(done.append)
        cost = 0.0
        while not done:
            begun = time.thread_time()
            uw.pump()
            took = time.thread_time() - begun
            if recorder.busy_frames[-1] == recorder.frame:  # hundreds of others have nothing to do
                cost += took
            assert len(uw.events.active) == RECORDS
            time.sleep(0.002)
        uw.events.on_updated.disconnect(collect)
        assert len(updates) == 10
        costs.append(cost * 1000)
    print(f"\n10 of 10,000 changed: median {statistics.median(costs):.2f} ms, worst {max(costs):.2f} (game thread)")
    title = "a refresh that changes 10 of 10,000 records, all its frames together"
    figures.add(Figure("calls", title, costs, headline=True))
    assert statistics.median(costs) <= 2.0
