"""What a thousand triggered campaigns cost: an action that sets none of them off, and the frames when they arrive.

Run with `pytest tests/benchmarks/test_triggers.py -s`. Differences within one run: with the campaigns, and without.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.campaign_platform import EVENT, SCENARIOS, RemoteCampaigns, remote_campaigns
from tests.benchmarks.frame_loop import as_many_as, frames_until, play
from tests.benchmarks.test_frames import RUNS, report
from uwclient import PlayerEvent, UserWise
from uwclient.models.player import ActionKind
from uwclient.rules.actions import event_body

CAMPAIGNS = 1000
CALLS = 3000
LIMIT_US = 20.0
TITLES = (
    "assign_event without",
    "with campaigns",
    "difference",
    "its 99th percentile",
    "evaluation alone",
    "its 99th",
)


def client_of(platform: RemoteCampaigns, folder: Path) -> UserWise:
    return UserWise(platform.api_key, "hero-42", host=platform.url, data_dir=folder)


def load_all(uw: UserWise, campaigns: int) -> None:
    """Start, and pump until every campaign is there."""
    loads: list[bool] = []
    uw.campaigns.on_loaded.connect(hear := lambda _, from_cache: loads.append(from_cache))
    uw.start()
    deadline = time.monotonic() + 60
    while False not in loads and time.monotonic() < deadline:
        uw.pump()
        time.sleep(0.005)
    uw.campaigns.on_loaded.disconnect(hear)
    assert len(uw.campaigns.loaded) == campaigns


def seconds_of(call: Any) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def at(share: float, times: list[float]) -> float:
    """A percentile, in microseconds."""
    return sorted(times)[int(len(times) * share)] * 1e6


@pytest.fixture(scope="module")
def rows() -> Iterator[dict[str, list[float]]]:
    """What was measured, printed at the end as one table."""
    measured: dict[str, list[float]] = {}
    yield measured
    print(f"\n\nMicroseconds of an action that sets off none of {CAMPAIGNS} campaigns (medians of {CALLS} calls):")
    print(f"  {'':<26}" + "  ".join(TITLES))
    for name, numbers in measured.items():
        cells = (f"{number:>{len(title)}.1f}" for number, title in zip(numbers, TITLES, strict=True))
        print(f"  {name:<26}" + "  ".join(cells))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_thousand_campaigns_cost_an_action_that_matches_none_little(
    name: str, tmp_path: Path, rows: dict[str, list[float]]
) -> None:
    said = SCENARIOS[name].attributes
    at_moment = {key: datetime.fromisoformat(value) if key == "at" else value for key, value in said.items()}
    event = PlayerEvent(EVENT, at_moment)
    body = event_body(event)
    with remote_campaigns(name, CAMPAIGNS) as full, remote_campaigns(name, 0) as empty:
        clients = [client_of(empty, tmp_path / "without"), client_of(full, tmp_path / "with")]
        for uw, count in zip(clients, (0, CAMPAIGNS), strict=True):
            load_all(uw, count)
    without, with_campaigns = clients
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    try:
        for _ in range(CALLS):
            times[0].append(seconds_of(lambda: without.assign_event(event)))
            times[1].append(seconds_of(lambda: with_campaigns.assign_event(event)))
            times[2].append(seconds_of(lambda: with_campaigns.campaigns._trigger(ActionKind.EVENT, body)))
    finally:
        for uw in clients:
            uw.stop()
    medians = [statistics.median(one) * 1e6 for one in times]
    tails = [at(0.99, one) for one in times]
    rows[name] = [medians[0], medians[1], medians[1] - medians[0], tails[1] - tails[0], medians[2], tails[2]]
    assert not with_campaigns.campaigns._has_triggered
    assert medians[1] - medians[0] <= LIMIT_US
    assert medians[2] <= LIMIT_US


def test_a_thousand_campaigns_of_5_kb_hardly_show_in_the_frames_in_which_they_arrive(tmp_path: Path) -> None:
    measured = []
    with remote_campaigns("equal, number", CAMPAIGNS, 5000) as platform:
        uw = client_of(platform, tmp_path)
        loads: list[bool] = []
        uw.campaigns.on_loaded.connect(hear := lambda _, from_cache: loads.append(from_cache))
        try:
            load_all(uw, CAMPAIGNS)
            assert sum(len(campaign.text) for campaign in uw.campaigns.loaded) > 4.5e6
            for _ in range(RUNS):
                platform.change()
                loads.clear()
                uw.refresh_content()
                busy = play(uw.pump, frames_until(lambda: bool(loads)))
                quiet = play(uw.pump, as_many_as(busy))
                measured.append((quiet.worst, busy.worst, busy.percentile(0.95)))
        finally:
            uw.campaigns.on_loaded.disconnect(hear)
            uw.stop()
    assert report("1000 campaigns of 5 KB", measured) <= 4.0


def test_an_action_that_triggers_costs_no_frame(tmp_path: Path) -> None:
    """With a thousand campaigns that were all triggered before, whose counts are kept with each one."""
    with remote_campaigns("greater_than", CAMPAIGNS) as platform:
        uw = client_of(platform, tmp_path)
        load_all(uw, CAMPAIGNS)
    try:
        uw.assign_event(PlayerEvent(EVENT, {"score": CAMPAIGNS + 1}))
        times = []
        for _ in itertools.repeat(None, 500):
            uw.pump(float("inf"))
            times.append(seconds_of(lambda: uw.assign_event(PlayerEvent(EVENT, {"score": 1}))))
    finally:
        uw.stop()
    print(f"\nan action that triggers one campaign: median {at(0.5, times):.0f} us, 99th {at(0.99, times):.0f} us")
    assert at(0.5, times) <= 200
