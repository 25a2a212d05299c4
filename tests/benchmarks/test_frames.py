"""What a refresh costs a game of sixty frames a second. Ratios within one run: with the refresh, and without.

Game and platform have a process each, so that neither feels what else the tests keep in memory.
"""

from __future__ import annotations

import json
import statistics
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from tests.benchmarks.content_platform import NEVER, RemotePlatform
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.frame_loop import as_many_as, frames_until, play
from tests.benchmarks.load_frames import Loads, loading_game
from tests.benchmarks.ready_platform import ready_platform
from tests.benchmarks.refresh_frames import Refresh, measured_game
from uwclient import UserWise

RUNS = 5
REFRESHES = 20

LARGE_HEAP = 300_000
"""Containers of a game that keeps much."""


class Most(NamedTuple):
    """How much more the worst frame may take with something than without, in milliseconds.

    Attributes:
        median: of all rounds.
        worst: of all frames of all rounds, compared with as many frames without.

    """

    median: float
    worst: float


FIRST_LOAD = Most(2.0, 6.0)


def client_of(platform: RemotePlatform, folder: Path) -> UserWise:
    return UserWise(platform.api_key, "hero-42", host=platform.url, data_dir=folder)


def load_all(uw: UserWise, records: int) -> None:
    """Start, and pump until every record is live."""
    uw.start()
    deadline = time.monotonic() + 60
    while len(uw.events.active) < records and time.monotonic() < deadline:
        uw.pump()
        time.sleep(0.005)
    assert len(uw.events.active) == records


def report(name: str, rows: list[tuple[float, float, float]]) -> float:
    """Print a run a line; the median of what the worst frame took more than without the refresh."""
    print(f"\n{name}: worst frame without | with it | its 95th percentile (ms beyond the game's own work)")
    for quiet, busy, most in rows:
        print(f"  {quiet:6.2f} | {busy:6.2f} | {most:6.2f}")
    median = statistics.median(busy - quiet for quiet, busy, _ in rows)
    print(f"  median of the difference: {median:.2f} ms")
    return median


def check(name: str, rows: list[Refresh], most: Most) -> None:
    """Print a round a line, and see whether its frames took no more than they may."""
    print(f"\n{name}: worst frame without | with it | its 95th percentile (ms) | passes | full ones")
    for row in rows:
        print("  " + " | ".join(f"{value:6.2f}" for value in row[:3]) + f" | {row.passes:3} | {row.full}")
    differences = [row.busy - row.quiet for row in rows]
    median, worst = statistics.median(differences), max(row.busy for row in rows) - max(row.quiet for row in rows)
    print(f"  more: median {median:.2f} ms, of all frames {worst:.2f}, of one round at most {max(differences):.2f}")
    assert median <= most.median, name
    assert worst <= most.worst, name


@pytest.mark.parametrize(
    ("records", "record_bytes", "containers", "ends", "most"),
    [
        (5000, 1000, LARGE_HEAP, NEVER, Most(1.0, 3.0)),
        (5000, 1000, LARGE_HEAP, "2090-01-01T00:00:00Z", Most(1.0, 3.0)),
        (5000, 1000, 0, NEVER, Most(1.0, 4.0)),
        (5, 1_000_000, LARGE_HEAP, NEVER, Most(2.0, 5.0)),
        (10_000, 2000, LARGE_HEAP, NEVER, Most(2.0, 5.0)),
    ],
    ids=["5 MB", "5 MB that ends", "5 MB in an empty game", "5 MB in 5 records", "20 MB"],
)
def test_a_refresh_of_changed_content_hardly_shows_in_the_worst_frame(
    records: int, record_bytes: int, containers: int, ends: str, most: Most, tmp_path: Path, figures: Figures
) -> None:
    rows = []
    with (
        ready_platform(records, record_bytes, ends) as platform,
        measured_game(platform, tmp_path, records, containers) as game,
    ):
        for _ in range(REFRESHES):
            platform.change(records)
            rows.append(game.refresh(records))
    content = f"{records * record_bytes / 1e6:.0f} MB in {records:,} records{'' if ends == NEVER else ' with an end'}"
    heap = f"a game of {containers:,} objects" if containers else "an empty game"
    title = f"a refresh of {content}, all changed, in {heap}: the worst frame, more"
    figures.add(figure_of(title, rows, headline=most == Most(1.0, 3.0) and ends == NEVER))
    check(title, rows, most)
    assert statistics.mean(row.passes for row in rows) <= 1
    assert sum(row.full for row in rows) == 0


@pytest.mark.parametrize("containers", [0, LARGE_HEAP], ids=["small heap", "large heap"])
def test_records_that_a_game_has_not_yet_hardly_show_in_the_worst_frame(
    containers: int, tmp_path: Path, figures: Figures
) -> None:
    """There is nothing that new records take the place of, so that the collector runs, but not through everything."""
    loads: list[Loads] = []
    with ready_platform(10_000, 1000) as platform, loading_game(platform, tmp_path, 10_000, containers) as game:
        for _ in range(RUNS):
            loads.append(game.load())
    heap = f"a game of {containers:,} objects" if containers else "an empty game"
    names = ("a first load", "a start from the cache", "a switch of player")
    for name, rows in zip(names, map(list, zip(*loads, strict=True)), strict=True):
        title = f"{name}, 10,000 records of 1 KB, in {heap}: the worst frame, more"
        figures.add(figure_of(title, rows, headline=False))
        check(title, rows, FIRST_LOAD)


def figure_of(title: str, rows: list[Refresh], headline: bool) -> Figure:
    """What the worst frame took more than without the refresh, each time."""
    more, passes, full = (
        [row.busy - row.quiet for row in rows],
        [row.passes for row in rows],
        [row.full for row in rows],
    )
    return Figure("refresh", title, more, passes=passes, full=full, headline=headline)


def test_a_naive_client_for_comparison(tmp_path: Path, figures: Figures) -> None:
    """requests.get().json() in a thread, and the cache written by json.dumps: what uwclient does not do."""
    rows = []
    with ready_platform(5000, 1000) as platform:
        uw = client_of(platform, tmp_path)
        load_all(uw, 5000)
        session_id = uw.session_id
        url = f"{platform.url}/api/sdk/v1/appusers/hero-42/campaign_events"
        uw.stop()

        def refresh() -> None:
            content = requests.get(url, params={"session_id": session_id, "api_key": platform.api_key}).json()
            (tmp_path / "naive.json").write_text(json.dumps(content))

        for _ in range(RUNS):
            thread = threading.Thread(target=refresh)
            thread.start()
            busy = play(lambda: None, frames_until(lambda thread=thread: not thread.is_alive()))  # type: ignore[misc]
            thread.join()
            quiet = play(lambda: None, as_many_as(busy))
            rows.append((quiet.worst, busy.worst, busy.percentile(0.95)))
    report("naive client, 5 MB", rows)
    title = "for comparison, 5 MB by `requests.get().json()` in a thread: the worst frame, more"
    figures.add(Figure("refresh", title, [busy - quiet for quiet, busy, _ in rows], headline=True))
