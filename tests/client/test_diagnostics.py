"""What a client tells of itself: true at every moment, changed by nothing but a pump, and cheap."""

from __future__ import annotations

import gc
import json
import logging
import time
import weakref
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import until
from uwclient import PlayerEvent
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeClient, Play


def module(game: Game, name: str) -> Any:
    """What is told of one content module."""
    return next(status for status in game.uw.diagnostics.modules if status.name == name)


# Session and time.


def test_the_session_is_told_from_before_the_start_until_after_the_stop(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    assert tuple(game.uw.diagnostics.session) == ("stopped", None, None)
    game.uw.start()
    assert tuple(game.uw.diagnostics.session) == ("opening", None, None)
    game.until(lambda: game.uw.is_session_initialized)
    assert tuple(game.uw.diagnostics.session) == ("open", game.uw.session_id, None)
    game.uw.stop()
    assert tuple(game.uw.diagnostics.session) == ("stopped", None, None)


def test_a_session_that_fails_tells_why_until_it_is_open(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*", status=401, body={"errors": ["Wrong key."]}, times=1)
    game = play(virtual=True)
    game.until_sent("client", "on_session_initialization_failed")

    status = game.uw.diagnostics.session
    assert (status.state, status.id) == ("failed", None)
    assert "401" in str(status.error)
    assert "Wrong key." in str(status.error)
    game.pass_time(301)
    assert game.uw.diagnostics.session.state == "open"
    assert game.uw.diagnostics.session.error is None


@pytest.mark.parametrize("wrong_by", [-3600.0, 86_400.0])
def test_the_clock_tells_how_far_the_platform_is_ahead_of_the_device(play: Play, wrong_by: float) -> None:
    game = play(virtual=True, start=False)
    game.device.wall_shift = wrong_by
    game.uw.start()
    assert not game.uw.diagnostics.clock.is_synchronized
    game.until_loaded()

    assert game.uw.diagnostics.clock.is_synchronized
    assert game.uw.diagnostics.clock.offset == pytest.approx(-wrong_by, abs=1.0)


@pytest.mark.parametrize(("wrong_by", "year"), [(1e15, 9999), (-1e15, 1970)])
def test_a_clock_that_is_beyond_the_calendar_harms_nobody(
    sandbox: Sandbox, play: Play, wrong_by: float, year: int
) -> None:
    game = play(virtual=True, start=False)
    game.device.wall_shift = wrong_by
    sandbox.stop()
    absurd = play(virtual=True, start=False, time_source=game.device)
    absurd.uw.start()
    absurd.uw.pump()
    assert absurd.uw.now().year == year
    assert absurd.uw.diagnostics.signals[0].at.year == year


def test_the_next_change_is_told_with_a_countdown_that_moves(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems", name="Gems", start_at="+60s", end_at="+90s")
    game = play(virtual=True)
    assert game.uw.diagnostics.next_change is None
    game.until_loaded()

    change = game.uw.diagnostics.next_change
    assert change is not None
    assert change[:4] == ("offers", "gems", "Gems", "goes live")
    assert change.at == game.uw.offers.upcoming[0].start_at
    assert change.seconds == pytest.approx(60.0, abs=1.5)
    game.pass_time(10)
    later = game.uw.diagnostics.next_change
    assert later is not None
    assert later.seconds == pytest.approx(change.seconds - 10, abs=0.01)
    game.pass_time(55)
    ends = game.uw.diagnostics.next_change
    assert ends is not None
    assert ends[:4] == ("offers", "gems", "Gems", "ends")
    game.pass_time(30)
    assert game.uw.diagnostics.next_change is None


def test_an_event_is_told_to_be_loaded_again_before_it_goes_live(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", start_at="+60s")
    game = play(virtual=True)
    game.until_loaded()

    change = game.uw.diagnostics.next_change
    assert change is not None
    assert (change.record_id, change.change) == ("rush", "is loaded again")
    while change is not None and change.change != "goes live":
        game.pass_time(0.5)
        change = game.uw.diagnostics.next_change
    assert game.live("events") == []


# Content.


def test_each_module_tells_its_counts_and_where_they_are_from(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("offers", id="coins", start_at="+1h")
    game = play()
    assert module(game, "offers") == ("offers", 0, 0, "", None, 0, ())
    game.until_loaded()
    assert module(game, "offers") == ("offers", 1, 1, "platform", None, 0, ())
    assert [status.name for status in game.uw.diagnostics.modules] == [
        "events",
        "messages",
        "offers",
        "remote_configs",
        "surveys",
    ]
    game.uw.stop()

    sandbox.stop()
    again = play()
    again.until_live("offers", "gems")
    assert module(again, "offers") == ("offers", 1, 1, "cache", None, 0, ())


def test_a_load_that_failed_is_told_until_one_goes_well(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/messages", status=500, times=1)
    game = play(virtual=True)
    game.until_sent("messages", "on_load_failed")
    assert "500" in module(game, "messages").failure
    assert module(game, "offers").failure is None

    game.pass_time(20)
    assert module(game, "messages").failure is None


def test_a_load_that_failed_is_over_when_the_next_reply_has_nothing_new(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    sandbox.faults.respond("*/messages", status=500, times=1)
    assert not game.refresh()
    assert "500" in module(game, "messages").failure
    assert game.refresh()
    assert module(game, "messages").failure is None


def test_records_that_were_left_out_are_told_with_the_reason_until_the_reply_is_good(
    sandbox: Sandbox, play: Play
) -> None:
    good = {"id": "good", "title": "Hello"}
    bad = [{"id": f"bad-{number}", "start_at": "tomorrow"} for number in range(30)]
    sandbox.faults.respond("*/messages", status=200, body={"active": [good, *bad], "upcoming": []}, times=1)
    game = play()
    game.until_loaded()

    status = module(game, "messages")
    assert (status.active, status.left_out, status.failure) == (1, 30, None)
    assert len(status.reasons) == 20
    assert "start_at" in status.reasons[0]
    assert game.refresh()
    assert module(game, "messages")[5:] == (0, ())


# What was sent and asked.


def test_the_last_twenty_signals_are_told_with_what_they_were_about(sandbox: Sandbox, play: Play) -> None:
    for number in range(30):
        sandbox.publish("offers", id=f"offer-{number:02}")
    game = play()
    game.until_loaded()

    signals = game.uw.diagnostics.signals
    assert len(signals) == 20
    expected = [(sent.source, sent.signal) for sent in game.seen.sent[-20:]]
    assert [(signal.module, signal.name) for signal in signals] == expected
    about = [signal.about for signal in signals if signal.name == "on_active"]
    assert about == [f"offer-{number:02}" for number in range(30)][-len(about) :]
    assert all(abs(signal.at - game.uw.now()) < timedelta(seconds=30) for signal in signals)
    assert [signal.about for signal in signals if signal.module == "surveys"] == ["from_api"]


def test_a_signal_that_is_about_an_error_tells_it(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/events", status=422, body={"errors": ["No such event."]}, times=None)
    game = play()
    game.until(lambda: game.uw.is_session_initialized)
    game.uw.assign_event(PlayerEvent("odd"))
    game.until_sent("client", "on_delivery_failed")

    (told,) = [signal for signal in game.uw.diagnostics.signals if signal.name == "on_delivery_failed"]
    assert told.module == "client"
    assert told.about.startswith("event ")
    assert "No such event." in told.about


def test_requests_are_told_without_player_session_and_query(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/surveys", status=503, times=None)
    game = play(secret_key="hush")
    game.until_loaded()
    assert game.refresh()

    requests = game.uw.diagnostics.requests
    seen = [(request.method, request.path, request.status) for request in requests]
    assert seen[0] == ("GET", "/appusers/…", 200)
    assert ("GET", "/appusers/…/campaign_events", 200) in seen
    assert ("POST", "/appusers/…/sessions/…/refresh_segments", 200) in seen
    assert all(0 <= request.milliseconds < 5000 for request in requests)
    assert [request.at for request in requests] == sorted(request.at for request in requests)
    told = json.dumps(requests, default=str)
    assert not [secret for secret in ("hero-42", game.uw.session_id, "enc=", "hush") if str(secret) in told]


def test_a_request_without_a_reply_tells_why(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play()
    game.until(lambda: game.uw.diagnostics.requests)

    request = game.uw.diagnostics.requests[0]
    assert request.status is None
    assert "refused" in str(request.error)


def test_only_the_last_fifty_requests_are_kept(play: Play) -> None:
    game = play()
    game.until_loaded()
    for _ in range(10):
        assert game.refresh()
    assert len(game.uw.diagnostics.requests) == 50


def test_nothing_that_is_told_changes_between_two_pumps(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play()
    game.uw.assign_event(PlayerEvent("first"))

    def told() -> list[object]:
        view = game.uw.diagnostics
        return [view.session, view.modules, view.delivery, view.requests, view.signals, view.refresh, view.frames]

    before = told()
    sandbox.wait_for_requests("get_surveys")
    sandbox.wait_for(lambda: sandbox.player("hero-42").event_count == 1)
    assert told() == before

    game.until(lambda: game.uw.diagnostics.delivery.waiting == 0)
    assert told() != before


# What the player does.


def test_what_waits_is_counted_also_that_of_an_earlier_run(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play()
    assert tuple(game.uw.diagnostics.delivery) == (0, None, 0, False, None)
    for number in range(3):
        game.uw.assign_event(PlayerEvent(f"e{number}"))
    assert game.uw.diagnostics.delivery.waiting == 3
    game.uw.stop()
    assert game.uw.diagnostics.delivery.waiting == 3
    game.uw.assign_event(PlayerEvent("while stopped"))
    assert game.uw.diagnostics.delivery.waiting == 4

    game.uw.start()
    numbers = {game.uw.diagnostics.delivery.waiting}

    def has_tried() -> bool:
        numbers.add(game.uw.diagnostics.delivery.waiting)
        return game.uw.diagnostics.session.error is not None

    game.until(has_tried)
    assert numbers == {4}, "also before it is read again"
    sandbox.start()
    assert game.uw.diagnostics.delivery.at is None, "nothing was tried"
    game.uw.refresh_content()
    game.until(lambda: game.uw.diagnostics.delivery.waiting == 0)
    delivery = game.uw.diagnostics.delivery
    assert (delivery.ok, delivery.error) == (True, None)
    assert delivery.number >= 1
    assert delivery.at is not None


def test_a_delivery_that_fails_is_told_with_the_reason(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/events", status=503, times=None)
    game = play()
    game.until(lambda: game.uw.is_session_initialized)
    game.uw.assign_event(PlayerEvent("first"))
    game.until(lambda: game.uw.diagnostics.delivery.at)

    delivery = game.uw.diagnostics.delivery
    assert (delivery.waiting, delivery.number, delivery.ok) == (1, 0, False)
    assert "503" in str(delivery.error)


def test_what_the_stop_still_delivers_is_told(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until(lambda: game.uw.is_session_initialized)
    game.uw.assign_event(PlayerEvent("the last"))
    game.uw.stop()
    assert sandbox.player("hero-42").event_count == 1
    assert game.uw.diagnostics.delivery[:1] + game.uw.diagnostics.delivery[2:] == (0, 1, True, None)


def test_what_another_player_has_left_is_not_counted(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play()
    game.uw.assign_event(PlayerEvent("of the first"))
    game.uw.switch_player("second")
    assert game.uw.diagnostics.delivery.waiting == 0
    game.uw.assign_event(PlayerEvent("of the second"))
    game.uw.stop()
    assert game.uw.diagnostics.delivery.waiting == 1
    game.uw.switch_player("third")
    assert game.uw.diagnostics.delivery.waiting == 0


# Refreshing.


def test_the_last_and_the_next_refresh_are_told(play: Play) -> None:
    game = play(virtual=True)
    assert tuple(game.uw.diagnostics.refresh) == (None, False, None, 0)
    game.until_loaded()
    game.uw.pump()

    refresh = game.uw.diagnostics.refresh
    assert (refresh.ok, refresh.failures) == (True, 0)
    assert refresh.at is not None
    assert refresh.next_at is not None
    assert abs(refresh.at - game.uw.now()) < timedelta(seconds=2)
    assert timedelta(seconds=59) < refresh.next_at - refresh.at < timedelta(seconds=67)
    game.uw.stop()
    assert game.uw.diagnostics.refresh.next_at is None


def test_tries_that_fail_are_counted_and_the_next_one_is_told(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play(virtual=True)
    failures: list[int] = []
    for _ in range(3):
        game.until(lambda: game.uw.diagnostics.refresh.failures > len(failures))
        refresh = game.uw.diagnostics.refresh
        failures.append(refresh.failures)
        assert not refresh.ok
        assert refresh.next_at is not None
        game.device.moment += (refresh.next_at - game.uw.now()).total_seconds() + 0.001
    assert failures == [1, 2, 3]


# What it costs.


def slow_listener(_: object, record: object) -> None:
    time.sleep(0.02)


def test_the_slowest_listeners_are_told_by_their_names(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("offers", id="coins")
    game = play(start=False)
    game.uw.offers.on_active.connect(slow_listener)
    game.uw.offers.on_active.connect(lambda *_, **__: None)
    game.uw.start()
    game.until_live("offers", "gems", "coins")

    slowest, *others = game.uw.diagnostics.slowest_listeners
    assert slowest.name == f"{__name__}.slow_listener"
    assert slowest.calls == 2
    assert 20 <= slowest.worst_ms <= slowest.total_ms
    assert slowest.total_ms >= 40
    assert any(other.name.endswith("by_their_names.<locals>.<lambda>") for other in others)
    assert all(other.worst_ms <= slowest.worst_ms for other in others)


def test_a_callback_and_a_listener_that_raises_are_timed_too(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("of the game")

    def delivered(ok: bool) -> None:
        """The game hears."""

    game.uw.on_start.connect(fail)
    game.uw.start()
    game.uw.assign_event(PlayerEvent("first"), delivered)
    names = [fail.__qualname__, delivered.__qualname__]
    game.until(
        lambda: len([cost for cost in game.uw.diagnostics.slowest_listeners if cost.name.endswith(tuple(names))]) == 2
    )


def test_two_clients_do_not_tell_of_each_other(sandbox: Sandbox, play: Play) -> None:
    inner = play("inner", start=False)
    outer = play("outer", start=False)

    def start_inner(*_: object, **__: object) -> None:
        inner.uw.start()
        inner.uw.pump()

    outer.uw.on_start.connect(start_inner)
    outer.uw.start()
    outer.uw.pump()

    assert [signal.name for signal in inner.uw.diagnostics.signals] == ["on_start"]
    assert not [cost for cost in inner.uw.diagnostics.slowest_listeners if "start_inner" in cost.name]
    assert [cost for cost in outer.uw.diagnostics.slowest_listeners if "start_inner" in cost.name]
    outer.until(lambda: outer.uw.is_session_initialized)
    told = [signal.name for signal in outer.uw.diagnostics.signals]
    assert told.count("on_start") == 1
    assert "on_session_initialized" in told


def test_frames_tell_what_a_pump_costs_listeners_included(play: Play) -> None:
    game = play(start=False)
    game.uw.pump()
    for _ in range(1000):
        game.uw.pump()
    quiet = game.uw.diagnostics.frames
    assert (quiet.frames, quiet.idle, quiet.median_ms) == (600, 600, 0.0)

    game.uw.on_start.connect(lambda *_, **__: time.sleep(0.03))
    game.uw.start()
    game.uw.pump()
    frames = game.uw.diagnostics.frames
    assert frames.frames == 600
    assert frames.idle < 600
    assert frames.last_ms >= 30
    assert frames.worst_ms == frames.last_ms
    assert frames.median_ms == 0.0
    game.uw.stop()


def test_nothing_of_the_game_is_kept_alive_by_being_watched(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("uwclient"), "propagate", False)  # pytest keeps what is logged
    game = play(start=False)

    class Shop:
        def hear(self, *_: object, **__: object) -> None:
            raise RuntimeError("of the shop")

    shop = Shop()
    listener = shop.hear
    game.uw.on_start.connect(listener)
    game.uw.start()
    game.uw.pump()
    game.uw.on_start.disconnect(listener)
    seen = weakref.ref(shop)
    del shop, listener
    gc.collect()

    assert seen() is None
    assert game.uw.diagnostics.slowest_listeners[0].name.endswith("Shop.hear")


def test_an_error_is_told_without_being_kept(
    sandbox: Sandbox, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("uwclient"), "propagate", False)  # pytest keeps what is logged
    sandbox.faults.respond("*/messages", status=200, body=b'{"active": [{"id": "a"}, {', times=1)
    uw = make_client()
    errors: list[weakref.ref[Exception]] = []
    uw.messages.on_load_failed.connect(lambda _, error: errors.append(weakref.ref(error)))
    uw.start()
    until(lambda: errors, uw)
    assert "not complete JSON" in str(uw.diagnostics.modules[1].failure)
    done: list[bool] = []
    uw.refresh_content(done.append)
    until(lambda: done, uw)

    gc.collect()
    assert errors[0]() is None, "its traceback holds what was read of the reply"
    (told,) = [signal.about for signal in uw.diagnostics.signals if signal.name == "on_load_failed"]
    assert "not complete JSON" in told


def test_the_slowest_frames_name_what_ran_in_them(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    assert not any(game.uw.diagnostics.slow_frames), "nobody has looked before"

    @game.uw.events.on_active.connect
    def be_slow(events: object, record: object) -> None:
        time.sleep(0.05)

    sandbox.publish("events", id="weekend")
    assert game.refresh()
    game.uw.diagnostics.record_work("the game's own drawing", 0.001)
    game.uw.pump()

    slowest = game.uw.diagnostics.slow_frames
    assert [frame.milliseconds for frame in slowest] == sorted((one.milliseconds for one in slowest), reverse=True)
    ran = {part.what: part for frame in slowest for part in frame.parts}
    (listener,) = (part for what, part in ran.items() if "be_slow" in what)
    assert listener.calls == 1
    assert listener.milliseconds >= 50
    assert any(part.what == "pump" and part.milliseconds >= 50 for frame in slowest for part in frame.parts)
    assert game.uw.diagnostics.slow_frames[0].seconds_ago >= 0
