"""A request that a fault holds costs virtual time; the game goes on meanwhile, and no real time passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from tests.qa.conftest import START, MakeWorld, names
from uwclient import PlayerEvent
from uwclient.qa import TimeStuckError

SCENARIO = {"clock": START.isoformat(), "offers": [{"id": "gems", "start_at": "+30m", "end_at": "+40m"}]}
WAYS: tuple[Literal["direct", "http"], ...] = ("direct", "http")


@pytest.mark.parametrize("transport", WAYS)
def test_a_reply_comes_that_much_later(make_world: MakeWorld, transport: str) -> None:
    world = make_world(SCENARIO, transport=transport)
    world.player()
    world.faults.hang("*/messages", seconds=7)
    world.skip(minutes=1)
    moments = {line.source: line.time - START for line in world.timeline.only("loaded")}
    assert moments["events"] == timedelta()
    assert moments["messages"] == moments["offers"] == timedelta(seconds=7)


@pytest.mark.parametrize("transport", WAYS)
def test_the_game_goes_on_while_a_request_is_on_its_way(make_world: MakeWorld, transport: str) -> None:
    world = make_world(SCENARIO, transport=transport)
    world.player("slow")
    world.player("other")
    world.skip(minutes=29)
    world.faults.hang("*", seconds=9, times=None)
    world.skip(minutes=31)
    moments = [(line.player, line.time - START) for line in world.timeline.only("active", "inactive")]
    assert moments == [(name, timedelta(minutes=at)) for at in (30, 40) for name in ("slow", "other")]


@pytest.mark.parametrize("transport", WAYS)
def test_a_request_that_hangs_is_given_up_and_never_reaches_the_platform(
    make_world: MakeWorld, transport: str
) -> None:
    world = make_world(SCENARIO, transport=transport)
    player = world.player()
    world.skip(minutes=1)
    world.faults.hang("*/events", times=1)
    player.uw.assign_event(PlayerEvent("battle_won"))
    world.skip(seconds=9)
    with pytest.raises(TimeStuckError, match="hero-42"):
        world.save()
    assert names(player) == []
    world.skip(minutes=5)
    assert names(player) == ["battle_won"]


@pytest.mark.parametrize("transport", WAYS)
def test_a_request_that_is_released_is_answered_at_once(make_world: MakeWorld, transport: str) -> None:
    world = make_world(SCENARIO, transport=transport)
    player = world.player()
    world.skip(minutes=1)
    world.faults.hang("*/events", times=1)
    player.uw.assign_event(PlayerEvent("battle_won"))
    world.skip(seconds=3)
    world.faults.clear()
    assert names(player) == []
    world.skip(seconds=0)
    assert [one.at - START for one in list(player.on_platform.events)] == [timedelta(seconds=63)]


@pytest.mark.parametrize("end", ["kill", "restart"])
def test_a_game_ends_while_a_request_is_on_its_way(make_world: MakeWorld, end: str) -> None:
    world = make_world(SCENARIO)
    player = world.player()
    world.skip(minutes=1)
    world.faults.hang("*/events", times=1)
    player.uw.assign_event(PlayerEvent("battle_won"))
    world.skip(seconds=3)
    getattr(player, end)()
    world.skip(minutes=5)
    assert names(player) == ["battle_won"]
