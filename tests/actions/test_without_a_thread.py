"""The same road without a thread: `pump()` does the work, at moments that a test knows."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from tests.actions.playing import action_requests, assign, heard, named, pass_until, queue_files
from tests.conftest import PLAYER, Game, Play
from uwclient import PlayerEvent
from uwclient.background import delivery
from uwclient.sandbox import Sandbox


def asked_so_often(sandbox: Sandbox, count: int) -> bool:
    return len(action_requests(sandbox)) >= count


@pytest.fixture
def game(play: Play) -> Game:
    made = play(virtual=True)
    made.until_loaded()
    return made


def test_nothing_is_sent_outside_pump(sandbox: Sandbox, game: Game) -> None:
    assign(game, named(0, 250))
    assert action_requests(sandbox) == []
    game.uw.pump()
    assert heard(sandbox) == named(0, 250)[: len(heard(sandbox))]
    assert not [one for one in threading.enumerate() if one.name.startswith("uwclient-worker")]


def test_an_action_is_sent_after_a_moment_for_its_neighbours(sandbox: Sandbox, game: Game) -> None:
    assign(game, ["a"])
    game.pass_time(delivery.LINGER * 0.6, step=0.01)
    assign(game, ["b"])
    assert action_requests(sandbox) == []
    game.pass_time(delivery.LINGER * 0.6, step=0.01)
    assert [len(request.json["events"]) for request in action_requests(sandbox)] == [2]


def test_the_next_try_comes_at_the_moment_that_the_platform_asked_for(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.respond("*/events", status=429, headers={"Retry-After": "30"})
    assign(game, ["a"])
    pass_until(game, lambda: action_requests(sandbox), within=1, step=0.01)
    seconds = pass_until(game, lambda: heard(sandbox), within=40, step=0.1)
    assert 30.0 <= seconds <= 33.2


def test_tries_after_a_failure_are_spread_below_a_growing_ceiling(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.respond("*/events", status=500, times=6)
    assign(game, ["a"])
    pass_until(game, lambda: action_requests(sandbox), within=1, step=0.05)
    for count, ceiling in enumerate((2, 4, 8, 16, 32, 64), start=2):
        seconds = pass_until(game, partial(asked_so_often, sandbox, count), within=ceiling + 1, step=0.1)
        assert seconds <= ceiling + 0.2
    assert heard(sandbox) == ["a"]


def test_a_stop_delivers_what_waits(sandbox: Sandbox, game: Game, data: Path) -> None:
    told: list[bool] = []
    assign(game, named(0, 250), told.append)
    game.uw.stop()
    assert heard(sandbox) == named(0, 250)
    assert told == [True] * 250
    assert queue_files(data) == []


def test_a_stop_while_the_platform_is_down_keeps_everything(sandbox: Sandbox, game: Game, play: Play) -> None:
    sandbox.stop()
    assign(game, named(0, 250))
    game.uw.stop()
    assert heard(sandbox) == []
    sandbox.start()
    game.uw.start()
    pass_until(game, lambda: sandbox.player(PLAYER).event_count >= 250, within=3)
    assert heard(sandbox) == named(0, 250)


def test_actions_carry_the_time_of_the_platform_and_not_of_the_device(
    sandbox: Sandbox, game: Game, data: Path
) -> None:
    game.device.wall_shift = 40 * 86400.0
    sandbox.stop()
    game.uw.assign_event(PlayerEvent("x"))
    (line,) = next(iter(sorted(data.rglob("outbox/*/*.log")))).read_bytes().splitlines()
    assert abs(int(line.split(b" ")[2]) - sandbox.clock.now().timestamp()) < 5
