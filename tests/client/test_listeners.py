"""Listeners run in pump(), on its thread, within its budget, and harm neither each other nor the game."""

from __future__ import annotations

import gc
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import ArgumentError
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Play


class Shop:
    """A part of a game that listens."""

    def __init__(self) -> None:
        self.offers: list[str] = []

    def show(self, _: object, record: Any) -> None:
        self.offers.append(record.id)

    def drop(self, _: object, record: Any) -> None:
        raise RuntimeError(f"dropped {record.id}")


def test_a_listener_that_raises_is_logged_by_its_name_and_the_others_are_called(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("offers", id="coins")
    shop = Shop()
    game = play(start=False)
    game.uw.offers.on_active.connect(shop.drop)
    game.uw.offers.on_active.connect(shop.show)
    game.uw.start()
    game.until_loaded()

    assert shop.offers == ["gems", "coins"]
    assert game.live("offers") == ["gems", "coins"]
    failed = [record for record in caplog.records if record.exc_info]
    assert [record.name for record in failed] == ["uwclient", "uwclient"]
    assert [record.levelno for record in failed] == [logging.ERROR] * 2
    assert "Shop.drop" in failed[0].getMessage()
    assert "on_active" in failed[0].getMessage()
    assert "dropped gems" in caplog.text


def test_listeners_run_only_inside_pump_and_only_on_its_thread(sandbox: Sandbox, play: Play) -> None:
    for kind in ("events", "messages", "offers", "remote_configs", "surveys"):
        sandbox.publish(kind)
    game = play(start=False)
    pumping: list[bool] = []
    heard: list[tuple[bool, threading.Thread]] = []
    game.uw.events.on_active.connect(lambda *_, **__: heard.append((bool(pumping), threading.current_thread())))
    game.uw.start()

    sandbox.wait_for_requests("get_surveys")
    assert game.seen.sent == []
    assert game.uw.events.active == ()
    assert game.uw.session_id is None
    pumping.append(True)
    game.until_loaded()
    pumping.clear()

    assert heard == [(True, threading.current_thread())]


def test_listeners_that_nobody_else_holds_stay_connected(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    heard: list[str] = []
    game = play(start=False)

    def connect() -> None:
        def local(_: object, record: Any) -> None:
            heard.append("a local function")

        shop = Shop()
        shop.offers = heard
        game.uw.offers.on_active.connect(local)
        game.uw.offers.on_active.connect(shop.show)
        game.uw.offers.on_active.connect(lambda *_, **__: heard.append("a lambda"))

    connect()
    gc.collect()
    game.uw.start()
    game.until_loaded()

    assert sorted(heard) == ["a lambda", "a local function", "gems"]


def test_a_listener_that_was_disconnected_is_not_called(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    shop = Shop()
    game = play(start=False)
    game.uw.offers.on_active.connect(shop.show)
    game.uw.offers.on_active.disconnect(shop.show)
    game.uw.start()
    game.until_live("offers", "gems")
    assert shop.offers == []


def test_a_listener_connected_inside_a_listener_hears_the_next_signal(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("offers", id="coins")
    shop = Shop()
    game = play(start=False)
    game.uw.offers.on_active.connect(lambda *_, **__: game.uw.offers.on_active.connect(shop.show))
    game.uw.start()
    game.until_live("offers", "gems", "coins")
    assert shop.offers == ["coins"]


def test_pump_inside_a_listener_does_nothing_and_breaks_nothing(sandbox: Sandbox, play: Play) -> None:
    for number in range(3):
        sandbox.publish("offers", id=f"offer-{number}")
    game = play(start=False)
    sent: list[int] = []
    game.uw.offers.on_active.connect(lambda *_, **__: sent.append(game.uw.pump()))
    game.uw.start()
    game.until_loaded()

    assert sent == [0, 0, 0]
    assert game.seen.ids("offers", "on_active") == ["offer-0", "offer-1", "offer-2"]


def test_a_listener_sees_what_the_signal_says(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("offers", id="coins")
    game = play(start=False)
    views: list[tuple[str, bool]] = []

    def look(offers: Any, record: Any) -> None:
        views.append((record.id, record in offers.active))

    game.uw.offers.on_active.connect(look)
    game.uw.offers.on_inactive.connect(look)
    game.uw.start()
    game.until_loaded()
    sandbox.withdraw("gems")
    assert game.refresh()

    assert views == [("gems", True), ("coins", True), ("gems", False)]


def test_pump_tells_how_many_signals_it_sent(sandbox: Sandbox, play: Play) -> None:
    for number in range(20):
        sandbox.publish("offers", id=f"offer-{number}")
    game = play(start=False)
    game.uw.start()
    sent = 0
    while len(game.loads("surveys")) == 0:
        sent += game.uw.pump()

    assert sent == len(game.seen.sent)


def test_a_small_budget_spreads_two_thousand_records_over_many_frames(sandbox: Sandbox, play: Play) -> None:
    for number in range(2000):
        sandbox.publish("offers", id=f"offer-{number:04}")
    game = play(start=False)
    game.uw.start()
    sandbox.wait_for_requests("get_surveys")
    frames: list[int] = []
    changed_between = []
    while not game.loads("surveys"):
        before = len(game.uw.offers.active)
        sent = game.uw.pump(budget_ms=0.2)
        shown = len(game.uw.offers.active)
        changed_between.append(before - (frames[-1] if frames else 0))
        frames.append(shown)
        assert sent >= shown - before

    assert game.seen.ids("offers", "on_active") == [f"offer-{number:04}" for number in range(2000)]
    assert frames[-1] == 2000
    assert len(set(frames)) > 5, "they came bit by bit"
    assert not any(changed_between), "nothing changed between two pumps"


@pytest.mark.parametrize("budget", ["fast", float("nan"), -1])
def test_a_budget_that_is_none_is_refused(play: Play, budget: Any) -> None:
    game = play()
    with pytest.raises(ArgumentError, match="budget_ms"):
        game.uw.pump(budget)
