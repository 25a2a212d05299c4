"""What waits has bounds: beyond them the oldest is dropped, and that is told."""

from __future__ import annotations

from datetime import timedelta
from email.utils import formatdate
from functools import partial
from pathlib import Path

import pytest

from tests.actions.playing import assign, heard, named, pass_until, queue_files
from tests.conftest import PLAYER, Game, MakeClient, Play, VirtualTime
from uwclient import PlayerEvent
from uwclient.background import action_queues
from uwclient.sandbox import Sandbox


@pytest.fixture
def game(sandbox: Sandbox, play: Play) -> Game:
    """A game that has just lost the platform."""
    made = play(virtual=True)
    made.until_loaded()
    sandbox.stop()
    return made


def dropped(game: Game) -> int:
    return sum(details["count"] for details in game.seen.of("client", "on_actions_dropped"))


def come_back(game: Game, sandbox: Sandbox, count: int) -> None:
    sandbox.start()
    pass_until(game, lambda: sandbox.player(PLAYER).event_count >= count, within=700, step=1)


def test_when_too_many_wait_the_oldest_are_dropped_and_the_rest_is_delivered(
    sandbox: Sandbox, game: Game, monkeypatch: pytest.MonkeyPatch, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(action_queues, "MOST_ACTIONS", 50)
    told: dict[int, bool] = {}
    for number in range(80):
        game.uw.assign_event(PlayerEvent(f"e{number}"), partial(told.__setitem__, number))
        if number % 10 == 0:
            game.uw.pump()
    game.uw.pump()
    assert dropped(game) == 30
    assert told == dict.fromkeys(range(30), False)
    assert "dropped undelivered" in caplog.text

    come_back(game, sandbox, 50)
    assert heard(sandbox) == named(30, 80)
    game.pass_time(1)
    assert told == {number: number >= 30 for number in range(80)}
    assert list(told) == list(range(80)), "in order"
    game.uw.stop()
    assert queue_files(data) == []


def test_when_what_waits_is_too_large_the_oldest_is_dropped(
    sandbox: Sandbox, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(action_queues, "MOST_BYTES", 10_000)
    for number in range(30):
        game.uw.assign_event(PlayerEvent(f"e{number}", {"text": "x" * 900}))
        game.uw.pump()
    assert dropped(game) == 20
    come_back(game, sandbox, 10)
    assert heard(sandbox) == named(20, 30)


def test_when_something_waits_too_long_it_is_dropped(sandbox: Sandbox, game: Game) -> None:
    sandbox.start()
    sandbox.faults.respond("*/events", status=500, times=None)
    told: list[bool] = []
    assign(game, named(0, 3), told.append)
    game.pass_time(action_queues.GREATEST_AGE - 3600, step=action_queues.GREATEST_AGE)
    assign(game, named(3, 6), told.append)
    game.pass_time(7200, step=600)
    sandbox.faults.clear()
    come_back(game, sandbox, 3)
    game.pass_time(1)
    assert heard(sandbox) == named(3, 6)
    assert dropped(game) == 3
    assert told == [False] * 3 + [True] * 3


def test_what_earlier_runs_left_too_long_ago_is_dropped(sandbox: Sandbox, game: Game, play: Play) -> None:
    assign(game, named(0, 3))
    game.uw.stop()
    sandbox.clock.advance(days=31)
    sandbox.start()
    following = play(virtual=True)
    following.until_loaded()
    assign(following, named(3, 5))
    pass_until(following, lambda: heard(sandbox), within=5)
    assert heard(sandbox) == named(3, 5)
    assert dropped(following) == 3


@pytest.mark.parametrize("days", [-400, -31, 31, 400])
def test_a_device_clock_that_is_wrong_drops_nothing(sandbox: Sandbox, make_client: MakeClient, days: int) -> None:
    device = VirtualTime(sandbox)
    device.wall_shift = days * 86400.0
    game = Game(make_client(threaded=False, time_source=device), sandbox, device)
    assign(game, named(0, 3))
    game.uw.start()
    pass_until(game, lambda: heard(sandbox) or dropped(game), within=5)
    assert heard(sandbox) == named(0, 3)


@pytest.mark.parametrize("days", [-31, 31])
def test_a_device_clock_that_is_wrong_bears_nothing_out_before_the_platform_has_said_it_for_ten_minutes(
    sandbox: Sandbox, game: Game, make_client: MakeClient, days: int
) -> None:
    assign(game, named(0, 3))
    game.uw.stop()
    sandbox.clock.advance(days=31)
    sandbox.start()
    sandbox.faults.respond("*/events", status=503, times=None)
    device = VirtualTime(sandbox)
    device.wall_shift = days * 86400.0
    following = Game(make_client(threaded=False, time_source=device), sandbox, device)
    following.uw.start()
    following.pass_time(500, step=5)
    assert dropped(following) == (3 if days > 0 else 0)
    following.pass_time(500, step=5)
    assert dropped(following) == 3


def test_a_first_answer_that_was_wrong_ages_nothing_once_the_time_is_known(sandbox: Sandbox, play: Play) -> None:
    """What was done in between has a time of last month, which nobody has borne out."""
    stale = formatdate(sandbox.clock.now().timestamp() - 31 * 86400.0, usegmt=True)
    body = {"was_initialized": True, "session_id": "s", "survey_refresh_interval_seconds": 60}
    sandbox.faults.respond(f"*/appusers/{PLAYER}", status=200, body=body, headers={"Date": stale})
    sandbox.faults.respond("*/s/refresh_segments", status=503)
    sandbox.faults.hang("*/campaign_events", seconds=0.5)
    game = play()
    game.until(lambda: game.uw.is_session_initialized)
    assign(game, named(0, 3))
    assert game.uw.now() < sandbox.clock.now() - timedelta(days=30)
    game.until(lambda: game.uw.now() > sandbox.clock.now() - timedelta(days=1))
    game.until(lambda: len(heard(sandbox)) == 3)
    assert heard(sandbox) == named(0, 3)
    assert dropped(game) == 0


def test_dropped_impressions_are_told_as_failed_with_a_reason(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.publish("messages", id="hello")
    game = play(virtual=True)
    game.until_live("messages", "hello")
    game.until_loaded()
    sandbox.stop()
    monkeypatch.setattr(action_queues, "MOST_ACTIONS", 5)
    game.uw.messages.initialize(game.uw.messages.active[0])
    assign(game, named(0, 5))
    game.uw.pump()
    (failed,) = game.seen.of("messages", "on_initialization_failed")
    assert isinstance(failed["error"], Exception)
