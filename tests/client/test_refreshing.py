"""A game can have its content refreshed now, and is told how that ended."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import ArgumentError, PlayerEvent
from uwclient.background import run_manager
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play


def loaded(play: Play, **options: Any) -> Game:
    game = play(**options)
    game.until_loaded()
    game.seen.forget()
    return game


def test_a_refresh_that_went_well_calls_back_with_true_from_pump(sandbox: Sandbox, play: Play) -> None:
    game = loaded(play)
    sandbox.publish("surveys", id="mood")
    told: list[tuple[bool, threading.Thread, list[str]]] = []

    game.uw.refresh_content(lambda ok: told.append((ok, threading.current_thread(), game.live("surveys"))))
    sandbox.wait_for_requests("get_surveys", 2)
    assert told == []
    game.until(lambda: told)

    assert told == [(True, threading.current_thread(), ["mood"])], "at the end, when all is there"
    assert len(game.seen.of("client", "on_segments_refreshed")) == 1


def test_a_refresh_needs_no_callback(sandbox: Sandbox, play: Play) -> None:
    game = loaded(play)
    sandbox.publish("surveys", id="mood")
    game.uw.refresh_content()
    game.until_live("surveys", "mood")


def test_a_refresh_that_takes_too_long_calls_back_once_with_false(sandbox: Sandbox, play: Play) -> None:
    game = loaded(play)
    sandbox.faults.hang("*/refresh_segments")
    told: list[bool] = []

    game.uw.refresh_content(told.append, timeout=0.05)
    game.until(lambda: told)
    assert told == [False]

    sandbox.publish("surveys", id="mood")
    sandbox.faults.clear()
    game.until_live("surveys", "mood")
    assert game.refresh()
    assert told == [False], "the end that came too late is not told"


@pytest.mark.parametrize("path", ["refresh_segments", "messages", "triggerable_campaigns"])
def test_a_pump_without_a_thread_waits_no_longer_than_the_refresh_may_take(
    sandbox: Sandbox, play: Play, path: str
) -> None:
    game = play(threaded=False)
    game.until_loaded()
    sandbox.faults.hang(f"*/{path}", times=None)
    told: list[bool] = []

    game.uw.refresh_content(timeout=30.0)
    game.uw.refresh_content(told.append, timeout=0.3)
    began = time.monotonic()
    game.uw.pump()
    took = time.monotonic() - began

    assert told == [False]
    assert 0.2 < took < 3.0
    sandbox.publish("surveys", id="mood")
    sandbox.faults.clear()
    game.until_live("surveys", "mood")


def test_a_pump_without_a_thread_waits_only_so_long_when_nobody_has_said_how_long(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = play(threaded=False)
    game.until_loaded()
    monkeypatch.setattr(run_manager, "LONGEST_WAIT", 0.3)
    sandbox.faults.hang("*", times=None)
    game.uw.refresh_content()
    game.uw.assign_event(PlayerEvent("battle_won"))
    began = time.monotonic()
    game.uw.pump()
    assert time.monotonic() - began < 3.0, "it waits once, not for each request"
    sandbox.faults.clear()


def test_a_refresh_that_may_take_no_time_waits_for_nothing(sandbox: Sandbox, play: Play) -> None:
    game = play(threaded=False)
    game.until_loaded()
    sandbox.forget_requests()
    told: list[bool] = []
    game.uw.refresh_content(told.append, timeout=0)
    sandbox.faults.hang("*/refresh_segments", times=1)
    game.uw.pump()
    assert told[0] is False
    sandbox.faults.clear()


def test_a_refresh_that_fails_calls_back_with_false(sandbox: Sandbox, play: Play) -> None:
    game = loaded(play)
    sandbox.faults.respond("*/offers", status=500)
    assert game.refresh() is False
    assert game.refresh() is True


@pytest.mark.parametrize("status", [400, 404, 422, 500])
def test_a_refresh_whose_segments_fail_does_not_end_the_game(sandbox: Sandbox, play: Play, status: int) -> None:
    game = loaded(play)
    sandbox.faults.respond("*/refresh_segments", status=status)
    game.refresh()
    sandbox.publish("surveys", id="mood")
    assert game.refresh()
    game.until_live("surveys", "mood")


def test_a_refresh_without_the_platform_calls_back_with_false(sandbox: Sandbox, play: Play) -> None:
    game = loaded(play)
    sandbox.stop()
    assert game.refresh() is False


def test_a_refresh_before_the_first_load_is_called_back_after_it(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play()
    assert game.refresh()
    assert game.live("offers") == ["gems"]


def test_every_refresh_is_called_back_once(play: Play) -> None:
    game = loaded(play)
    told: list[list[bool]] = [[] for _ in range(5)]
    for callback in told:
        game.uw.refresh_content(callback.append)
    game.until(lambda: all(told))
    assert game.refresh()
    assert told == [[True]] * 5


def test_a_refresh_sees_what_was_published_before_it_was_asked_for(sandbox: Sandbox, play: Play) -> None:
    game = loaded(play)
    sandbox.faults.hang("*/get_surveys")
    game.uw.refresh_content()
    sandbox.wait_for_requests("get_surveys", 2)

    sandbox.publish("events", id="rush")
    told: list[list[str]] = []
    game.uw.refresh_content(lambda ok: told.append(game.live("events")))
    sandbox.faults.clear()
    game.until(lambda: told)

    assert told == [["rush"]], "the refresh under way had asked for events already"


def test_a_refresh_inside_a_listener_works(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    told: list[bool] = []
    game.uw.on_session_initialized.connect(lambda *_, **__: game.uw.refresh_content(told.append))
    game.uw.start()
    game.until(lambda: told)
    assert told == [True]


def test_a_callback_that_raises_harms_nothing(sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture) -> None:
    game = loaded(play)
    called: list[bool] = []

    def clumsy(ok: bool) -> None:
        called.append(ok)
        raise RuntimeError("clumsy")

    game.uw.refresh_content(clumsy)
    game.until(lambda: called)

    assert "clumsy" in caplog.text
    assert "refresh_content" in caplog.text
    assert game.refresh()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"callback": "yes"}, "callback"),
        ({"timeout": "soon"}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": True}, "timeout"),
    ],
    ids=lambda value: str(value),
)
def test_a_refresh_with_wrong_arguments_is_refused(play: Play, arguments: Any, named: str) -> None:
    game = loaded(play)
    with pytest.raises(ArgumentError, match=named):
        game.uw.refresh_content(**arguments)
