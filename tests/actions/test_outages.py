"""The platform is away, busy, or loses replies: everything arrives, in order, and no sooner than it asked for."""

from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path

import pytest

from tests.actions.playing import (
    action_requests,
    assign,
    first_of_each,
    heard,
    named,
    pass_until,
    queue_files,
    until_heard,
    until_online,
)
from tests.conftest import PLAYER, MakeSandbox, Play
from uwclient import AccessDenied, PlayerEvent, Region, RequestRejected
from uwclient.models.player import AttributeValue
from uwclient.sandbox import Sandbox

COUNT = 500


@pytest.mark.usefixtures("short_waits", "no_linger")
def test_an_outage_in_the_middle_of_500_events_loses_and_repeats_none(sandbox: Sandbox, play: Play) -> None:
    game = until_online(play())
    told: list[bool] = []
    for number in range(COUNT):
        game.uw.assign_event(PlayerEvent(f"e{number}"), told.append)
        game.uw.pump()
        if number == COUNT // 3:
            game.until(lambda: len(told) == COUNT // 3 + 1)  # the server has answered each
            sandbox.stop()
        if number == 2 * COUNT // 3:
            sandbox.start()
    game.until(lambda: len(told) == COUNT)
    assert heard(sandbox) == named(0, COUNT)
    assert told == [True] * COUNT


def test_an_outage_of_ten_seconds_costs_no_more_than_the_next_try(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    assign(game, named(0, 250))
    pass_until(game, lambda: sandbox.player(PLAYER).event_count == 250, within=2)
    sandbox.stop()
    assign(game, named(250, 400))
    game.pass_time(10)
    assign(game, named(400, COUNT))
    sandbox.start()
    pass_until(game, lambda: sandbox.player(PLAYER).event_count >= COUNT, within=20)
    assert heard(sandbox) == named(0, COUNT)


def test_an_outage_of_hours_is_asked_about_seldom(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*", status=500, times=None)
    assign(game, named(0, 10))
    game.pass_time(3 * 3600, step=5)
    assert 36 <= len(action_requests(sandbox)) < 200, "no wait is longer than five minutes"
    sandbox.faults.clear()
    pass_until(game, lambda: heard(sandbox), within=310, step=5)
    assert heard(sandbox) == named(0, 10)


@pytest.mark.usefixtures("short_waits", "no_linger")
def test_a_lost_reply_repeats_its_own_request_alone(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    assign(game, named(0, 350))
    sandbox.faults.lose_reply("*/events")
    game.uw.start()
    until_heard(game, sandbox, 450)
    assert heard(sandbox) == [*named(0, 100), *named(0, 350)]
    assert game.seen.of("client", "on_delivery_failed") == []


@pytest.mark.usefixtures("short_waits", "no_linger")
def test_a_reply_that_is_cut_short_loses_nothing(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    told: list[bool] = []
    assign(game, named(0, 350), told.append)
    sandbox.faults.truncate("*/events", times=2)
    game.uw.start()
    game.until(lambda: told == [True] * 350)
    assert first_of_each(heard(sandbox)) == named(0, 350)
    assert len(heard(sandbox)) in (350, 450, 550), "what is repeated is a whole request"


@pytest.mark.usefixtures("short_waits", "no_linger")
def test_a_reply_to_an_impression_that_is_cut_short_is_asked_for_again(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play()
    game.until_live("offers", "gems")
    sandbox.faults.truncate("*/offer_impressions/initialize")
    game.uw.offers.show(game.uw.offers.active[0])
    game.until_sent("offers", "on_viewed")
    assert [one.state for one in sandbox.player(PLAYER).offer_impressions] == ["initialized", "viewed"]


@pytest.mark.usefixtures("short_waits", "no_linger")
def test_lost_replies_of_every_kind_lose_nothing(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play()
    game.until_live("offers", "gems")
    game.until_loaded()
    for path in ("*/events", "*/offer_impressions/*", "*/email_address", "*/attributes"):
        sandbox.faults.lose_reply(path, times=2)
    told: list[bool] = []
    offer = game.uw.offers.active[0]
    game.uw.offers.show(offer, told.append)
    game.uw.assign_event(PlayerEvent("x"), told.append)
    game.uw.set_attributes({"a": 1}, told.append)
    game.uw.emails.set_address("hero@example.com", told.append)
    game.uw.offers.accept(offer, told.append)
    game.until(lambda: len(told) == 5)
    assert told == [True] * 5
    assert sandbox.player(PLAYER).offer_impressions[-1].state == "accepted"
    assert heard(sandbox) == ["x"] * 3


@pytest.mark.parametrize("fault", ["drop", "hang"])
@pytest.mark.usefixtures("short_waits", "no_linger")
def test_requests_that_never_reach_the_platform_are_sent_again(sandbox: Sandbox, play: Play, fault: str) -> None:
    game = until_online(play())
    if fault == "drop":
        sandbox.faults.drop("*/events", times=3)
    else:
        sandbox.faults.hang("*/events", seconds=0.2)
    assign(game, named(0, 10))
    until_heard(game, sandbox, 10)
    assert heard(sandbox) == named(0, 10)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_busy_platform_is_asked_again(sandbox: Sandbox, play: Play, status: int) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/events", status=status, times=3)
    assign(game, named(0, 3))
    pass_until(game, lambda: heard(sandbox), within=20)
    assert heard(sandbox) == named(0, 3)
    assert [request.status for request in action_requests(sandbox)] == [status] * 3 + [204]
    assert game.seen.of("client", "on_delivery_failed") == []


@pytest.mark.parametrize("status", [429, 503])
def test_the_platform_s_wish_to_wait_is_honoured(sandbox: Sandbox, play: Play, status: int) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/events", status=status, headers={"Retry-After": "40"})
    assign(game, named(0, 3))
    pass_until(game, lambda: action_requests(sandbox), within=2, step=0.05)
    for number in range(3, 10):
        assign(game, named(number, number + 1))
        game.pass_time(5)
    assert len(action_requests(sandbox)) == 1
    pass_until(game, lambda: len(action_requests(sandbox)) >= 2, within=12)
    assert heard(sandbox) == named(0, 10)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_access_stops_delivery_says_so_and_keeps_the_queue(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*", status=status, times=None)
    told: list[bool] = []
    assign(game, named(0, 3), told.append)
    pass_until(game, lambda: game.seen.of("client", "on_session_initialization_failed"), within=2)
    (failed,) = game.seen.of("client", "on_session_initialization_failed")
    assert isinstance(failed["error"], AccessDenied)
    assert not game.uw.is_session_initialized
    assert f"{status}" in caplog.text

    assign(game, named(3, 6), told.append)
    game.pass_time(120, step=5)
    assert len(action_requests(sandbox)) == 1, "it does not knock on"
    assert told == []
    assert game.seen.of("client", "on_delivery_failed") == []

    sandbox.faults.clear()
    pass_until(game, lambda: told, within=310, step=5)
    assert heard(sandbox) == named(0, 6)
    assert told == [True] * 6


# What the platform refuses for good.


@pytest.mark.parametrize("wrong", [0, 37, 99])
def test_one_refused_action_among_a_hundred_is_a_dead_letter_alone(sandbox: Sandbox, play: Play, wrong: int) -> None:
    game = play(virtual=True)
    game.until_loaded()
    told: dict[int, bool] = {}
    for number in range(100):
        attributes: dict[str, AttributeValue] = {"level": "five"} if number == wrong else {f"a{number}": number}
        game.uw.set_attributes(attributes, partial(told.__setitem__, number))
    sandbox.player(PLAYER).set_attributes(level=5)  # so that the platform alone knows that the other is wrong
    seconds = pass_until(game, lambda: len(told) == 100, within=60)

    assert told == {number: number != wrong for number in range(100)}
    assert list(told) == list(range(100)), "in order"
    (failed,) = game.seen.of("client", "on_delivery_failed")
    assert failed["action"].kind == "attributes"
    assert failed["action"].body == [{"name": "level", "value": "five", "data_type": "string"}]
    assert isinstance(failed["error"], RequestRejected)
    attributes = sandbox.player(PLAYER).attributes
    assert {name: value for name, value in attributes.items() if name[0] == "a"} == {
        f"a{number}": number for number in range(100) if number != wrong
    }
    assert seconds < 3.0, "the others do not wait for each other"


def test_events_around_a_refused_one_arrive_in_order_once(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    for number in range(60):
        game.uw.assign_event(PlayerEvent(f"e{number}"))
        if number == 30:
            game.uw.emails.set_address("hero@example")  # fine here, not for the platform
    pass_until(game, lambda: sandbox.player(PLAYER).event_count == 60, within=30)
    assert heard(sandbox) == named(0, 60)
    (failed,) = game.seen.of("client", "on_delivery_failed")
    assert failed["action"].kind == "set_email"


@pytest.mark.parametrize("status", [400, 404, 405, 413, 422])
def test_a_refused_action_is_not_tried_again_by_the_next_run(sandbox: Sandbox, play: Play, status: int) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/regions/transition", status=status, times=None)
    game.uw.transition_to_region(Region("shop"))
    pass_until(game, lambda: game.seen.of("client", "on_delivery_failed"), within=3)
    game.uw.stop()
    sandbox.forget_requests()
    following = play(virtual=True)
    following.until_loaded()
    following.pass_time(5)
    assert action_requests(sandbox) == []


# The session is gone.


def test_actions_in_a_session_that_the_platform_forgot_are_delivered_in_a_new_one(
    sandbox: Sandbox, play: Play
) -> None:
    game = play(virtual=True)
    game.until_loaded()
    old = game.uw.session_id
    assert old is not None
    sandbox.faults.respond("*/events", status=404)
    sandbox.faults.respond(f"*/sessions/{old}", status=404)
    told: list[bool] = []
    assign(game, named(0, 5), told.append)
    pass_until(game, lambda: told, within=10)
    assert told == [True] * 5
    assert game.seen.of("client", "on_delivery_failed") == []
    assert heard(sandbox) == named(0, 5)


def test_a_platform_that_lost_its_memory_gets_what_waits_in_a_new_session(
    make_sandbox: MakeSandbox, play: Play, sandbox: Sandbox
) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.stop()
    reborn = make_sandbox(port=sandbox.port)
    told: list[bool] = []
    assign(game, named(0, 5), told.append)
    pass_until(game, lambda: told, within=30)
    assert told == [True] * 5
    assert game.seen.of("client", "on_delivery_failed") == []
    assert heard(reborn) == named(0, 5)


def test_a_session_that_ends_soon_after_a_refused_action_costs_no_other_action(
    make_sandbox: MakeSandbox, play: Play, sandbox: Sandbox
) -> None:
    game = play(virtual=True)
    game.until_loaded()
    game.uw.emails.set_address("hero@example")  # the platform refuses this, and confirms the session
    pass_until(game, lambda: game.seen.of("client", "on_delivery_failed"), within=3)
    sandbox.stop()
    reborn = make_sandbox(port=sandbox.port)

    told: list[bool] = []
    assign(game, named(0, 5), told.append)
    pass_until(game, lambda: told, within=30)
    assert told == [True] * 5
    assert len(game.seen.of("client", "on_delivery_failed")) == 1
    assert heard(reborn) == named(0, 5)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_refusal_counts_only_when_the_session_is_known_to_be_there(
    sandbox: Sandbox, play: Play, status: int
) -> None:
    game = play(virtual=True)
    game.until_loaded()
    session_id = game.uw.session_id
    sandbox.faults.respond("*/events", status=404)
    sandbox.faults.respond(f"*/sessions/{session_id}", status=status)
    told: list[bool] = []
    assign(game, ["x"], told.append)
    pass_until(game, lambda: told, within=400, step=1)
    assert told == [True]
    assert game.seen.of("client", "on_delivery_failed") == []


def test_nothing_is_left_on_disk_after_an_outage(sandbox: Sandbox, play: Play, data: Path) -> None:
    game = play(virtual=True)
    game.until_loaded()
    for fault, number in itertools.product((500, 429), range(3)):
        sandbox.faults.respond("*/events", status=fault)
        assign(game, named(number, number + 1))
    pass_until(game, lambda: sandbox.player(PLAYER).event_count == 6, within=100)
    game.uw.stop()
    assert queue_files(data) == []
