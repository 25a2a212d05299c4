"""The sandbox's clock runs at a speed, and players follow it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PATIENCE
from uwclient import StandingTime
from uwclient.sandbox import Sandbox
from uwclient.sandbox.core.clock import SandboxClock

if TYPE_CHECKING:
    from tests.conftest import MakeClient
    from tests.sandbox.conftest import Join

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def seconds() -> StandingTime:
    return StandingTime(NINE)


@pytest.fixture
def clock(seconds: StandingTime) -> SandboxClock:
    return SandboxClock(NINE, seconds)


def test_a_fast_clock_moves_once_a_second_and_stands_in_between(clock: SandboxClock, seconds: StandingTime) -> None:
    clock.speed = 3600
    shown = []
    for _ in range(8):
        shown.append(clock.now() - NINE)
        seconds.advance(seconds=0.5)
    assert shown == [timedelta(hours=hours) for hours in (0, 0, 1, 1, 2, 2, 3, 3)]


def test_a_change_of_speed_loses_no_time(clock: SandboxClock, seconds: StandingTime) -> None:
    shown = []
    for speed in (60, 0, 1, 0.5, 3600):
        clock.speed = speed
        seconds.advance(seconds=10)
        shown.append((clock.now() - NINE).total_seconds())
    assert shown == [600, 600, 610, 615, 36615]
    clock.advance(hours=-1)
    assert (clock.now() - NINE).total_seconds() == 33015


@pytest.mark.parametrize("speed", [-1, 604_801, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused_in_a_sentence(speed: float, clock: SandboxClock) -> None:
    with pytest.raises(ValueError, match="not a speed"):
        clock.speed = speed
    assert clock.speed == 1


def test_a_clock_that_is_left_alone_stops_at_the_end_of_the_calendar(
    clock: SandboxClock, seconds: StandingTime
) -> None:
    clock.speed = 604_800
    seconds.advance(days=7)
    assert clock.now().year == 9998


@pytest.mark.parametrize(
    ("speed", "configured", "told"), [(1, 60, 60), (0, 60, 60), (6, 60, 10), (3600, 60, 5), (3600, 2, 2)]
)
def test_while_time_is_fast_sessions_are_told_to_ask_more_often(
    speed: float, configured: float, told: float, visitor: Join
) -> None:
    with Sandbox(refresh_interval=configured) as sandbox:
        sandbox.clock.speed = speed
        assert visitor(sandbox).start().json()["survey_refresh_interval_seconds"] == told


def test_a_game_follows_a_clock_that_runs_fast(make_client: MakeClient, seconds: StandingTime) -> None:
    with Sandbox(time_source=seconds) as sandbox:
        sandbox.publish("offers", id="on Friday", start_at="+4d", end_at="+9d")
        sandbox.clock.speed = 86_400
        uw = make_client(host=sandbox.url, api_key=sandbox.api_key)
        uw.start()
        deadline = time.monotonic() + PATIENCE
        while not uw.offers.active and time.monotonic() < deadline:
            seconds.advance(seconds=1)
            asked = len(sandbox.requests_to("offers"))
            uw.refresh_content()
            while len(sandbox.requests_to("offers")) == asked:
                uw.pump()
        assert [offer.id for offer in uw.offers.active] == ["on Friday"]
        assert abs(sandbox.clock.now() - uw.now()) <= timedelta(days=2)
        uw.stop()
