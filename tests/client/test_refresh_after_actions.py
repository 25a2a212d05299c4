"""A refresh that the game asks for comes after what the player did before it, if that can be delivered soon."""

from __future__ import annotations

import time

import pytest

from tests.conftest import PLAYER, Game, MakeClient, Play
from uwclient import PlayerEvent, Region
from uwclient.background.wanted_refreshes import ACTIONS_FIRST
from uwclient.sandbox import Sandbox

LEVEL_3 = [{"name": "level", "operator": "greater_than", "values": [2]}]


@pytest.fixture(autouse=True)
def _offers_of_level_3(sandbox: Sandbox) -> None:
    sandbox.define_segment("level-3", attributes=LEVEL_3)
    sandbox.publish("offers", id="gems", segments=["level-3"])


def offers_when_refreshed(game: Game) -> list[list[str]]:
    """Asks for a refresh; what is on offer when it calls back comes into the list."""
    told: list[list[str]] = []
    game.uw.refresh_content(lambda ok: told.append(game.live("offers")))
    return told


@pytest.mark.parametrize("virtual", [False, True], ids=["thread", "no thread"])
def test_an_attribute_that_was_set_before_targets_what_the_refresh_brings(play: Play, virtual: bool) -> None:
    game = play(virtual=virtual)
    game.until_loaded()
    game.uw.set_attributes({"level": 3})
    told = offers_when_refreshed(game)
    game.until(lambda: told)
    assert told == [["gems"]]


@pytest.mark.parametrize("virtual", [False, True], ids=["thread", "no thread"])
def test_so_it_does_before_the_session_begins(play: Play, virtual: bool) -> None:
    game = play(virtual=virtual)
    game.uw.set_attributes({"level": 3})
    told = offers_when_refreshed(game)
    game.until(lambda: told)
    assert told == [["gems"]]


def test_so_does_what_an_earlier_run_has_left(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    earlier = play()
    earlier.uw.set_attributes({"level": 3})
    earlier.uw.stop()
    sandbox.start()
    game = play()
    told = offers_when_refreshed(game)
    game.until(lambda: told)
    assert told == [["gems"]]


def test_everything_that_was_done_before_comes_first(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    for number in range(250):
        game.uw.assign_event(PlayerEvent(f"e{number}"))
        if number % 50 == 0:
            game.uw.transition_to_region(Region("shop"))
    game.uw.set_attributes({"level": 3})
    told = offers_when_refreshed(game)
    game.uw.set_attributes({"level": 4})  # comes after the refresh was asked for: it may come before or after
    game.until(lambda: told)
    assert sandbox.player(PLAYER).event_count == 250
    game.until(lambda: sandbox.player(PLAYER).attributes["level"] == 4)


def test_each_refresh_follows_what_was_done_before_it(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    first = offers_when_refreshed(game)
    game.uw.set_attributes({"level": 3})
    second = offers_when_refreshed(game)
    game.until(lambda: first and second)
    assert second == [["gems"]]


@pytest.mark.parametrize("status", [500, 503])
def test_what_cannot_be_delivered_does_not_hold_it_up(sandbox: Sandbox, play: Play, status: int) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/attributes", status=status, times=None)
    sandbox.publish("offers", id="gold")
    game.uw.set_attributes({"level": 3})
    told = offers_when_refreshed(game)
    game.until(lambda: told)
    assert told == [["gold"]]


def test_a_request_that_hangs_holds_it_up_for_no_longer_than_itself(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    sandbox.faults.hang("*/attributes", seconds=0.5)
    game.uw.set_attributes({"level": 3})
    told = offers_when_refreshed(game)
    began = time.monotonic()
    game.until(lambda: told)
    assert told == [["gems"]]
    assert time.monotonic() - began < 15


def test_without_the_platform_it_calls_back_with_false_all_the_same(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    sandbox.stop()
    game.uw.set_attributes({"level": 3})
    assert game.refresh() is False


def test_without_a_thread_nothing_waits_in_a_pump(sandbox: Sandbox, make_client: MakeClient) -> None:
    uw = make_client(threaded=False)
    uw.start()
    while not uw.is_session_initialized:
        uw.pump()
    uw.pump()
    sandbox.faults.respond("*/attributes", status=503, times=None)
    uw.set_attributes({"level": 3})
    told: list[bool] = []
    uw.refresh_content(told.append)
    began = time.monotonic()
    uw.pump()
    assert time.monotonic() - began < ACTIONS_FIRST
    while not told:
        uw.pump()
        time.sleep(0.001)
    assert told == [True]
    assert time.monotonic() - began < ACTIONS_FIRST + 10
