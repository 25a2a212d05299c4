"""What the player does waits in order, before there is a session, offline and across runs, and travels in batches."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.actions.playing import (
    action_requests,
    asked,
    assign,
    heard,
    logs,
    named,
    pass_until,
    queue_files,
    until_heard,
    until_online,
)
from tests.conftest import PLAYER, Game, Play
from uwclient import PlayerEvent, Region
from uwclient.disk import outbox as outbox_file
from uwclient.sandbox import Sandbox


def test_actions_before_the_start_are_delivered_after_it(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    told: list[bool] = []
    assign(game, named(0, 5), told.append)
    game.uw.start()
    game.until(lambda: told == [True] * 5)
    assert heard(sandbox) == named(0, 5)


def test_actions_before_the_session_are_delivered_in_it(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.hang(f"*/{PLAYER}")
    game = play()
    sandbox.wait_for_requests(PLAYER)
    assign(game, named(0, 5))
    sandbox.faults.clear()
    until_heard(game, sandbox, 5)
    assert heard(sandbox) == named(0, 5)


@pytest.mark.usefixtures("short_waits")
def test_actions_offline_are_delivered_when_the_platform_is_there(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play()
    assign(game, named(0, 5))
    game.until_sent("client", "on_session_initialization_failed")
    sandbox.start()
    until_heard(game, sandbox, 5)
    assert heard(sandbox) == named(0, 5)


def test_what_one_client_left_the_next_one_delivers(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    offline = play()
    assign(offline, named(0, 5))
    offline.until_sent("client", "on_session_initialization_failed")
    offline.uw.stop()
    sandbox.start()

    game = play()
    until_heard(game, sandbox, 5)
    assert heard(sandbox) == named(0, 5)


def test_what_a_client_left_that_was_never_started_the_next_one_delivers(sandbox: Sandbox, play: Play) -> None:
    assign(play(start=False), named(0, 5))
    game = play()
    game.uw.stop()
    game.uw.start()
    assign(game, named(5, 7))
    until_heard(game, sandbox, 2)
    assert heard(sandbox) == named(5, 7), "the other client is still there, and may be started yet"


def test_what_was_left_at_a_stop_is_delivered_at_the_next_start_of_the_same_client(
    sandbox: Sandbox, play: Play
) -> None:
    game = until_online(play())
    sandbox.stop()
    before: list[bool] = []
    after: list[bool] = []
    assign(game, named(0, 5), before.append)
    game.uw.stop()
    assign(game, named(5, 8), after.append)
    sandbox.start()

    game.uw.start()
    game.until(lambda: after == [True] * 3)
    assert before == [], "the stop has ended the wait for these"
    assert heard(sandbox) == named(0, 8)


def test_what_earlier_runs_left_comes_first_in_the_order_of_the_runs(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    for run in range(3):
        offline = play(virtual=True)
        assign(offline, named(run * 4, run * 4 + 4))
        offline.uw.stop()
    sandbox.start()

    game = play(virtual=True)
    assign(game, named(12, 16))
    pass_until(game, lambda: sandbox.player(PLAYER).event_count == 16, within=5)
    assert heard(sandbox) == named(0, 16)


def do_something(game: Game, kind: int, number: int) -> str:
    """One of several kinds of things; what the platform is to see of it."""
    if kind == 0:
        game.uw.assign_event(PlayerEvent(f"e{number}"))
        return f"event e{number}"
    if kind == 1:
        game.uw.set_attributes({f"a{number % 7}": number})
        return f"attribute a{number % 7}={number}"
    if kind == 2:
        game.uw.transition_to_region(Region(f"r{number}"))
        return f"region r{number}"
    if kind == 3:
        game.uw.set_engagement_outcome(f"o{number}", "email")
        return f"outcome o{number}"
    game.uw.emails.set_address(f"hero{number}@example.com")
    return f"address hero{number}@example.com"


def seen_of(sandbox: Sandbox) -> list[str]:
    """Everything that requests brought, in order."""
    found: list[str] = []
    for request in action_requests(sandbox):
        match asked(request):
            case _, "/events", {"events": events}:
                found += [f"event {event['event_id']}" for event in events]
            case _, "/attributes", {"attributes": attributes}:
                found += [f"attribute {one['name']}={one['value']}" for one in attributes]
            case _, "/regions/transition", {"region": region}:
                found.append(f"region {region['name']}")
            case _, "/engagements/outcomes", body:
                found.append(f"outcome {body['engagement_outcome_key']}")
            case _, "/email_address", body:
                found.append(f"address {body['email_address']}")
    return found


@pytest.mark.usefixtures("no_linger")
def test_the_order_is_kept_over_all_kinds(sandbox: Sandbox, play: Play) -> None:
    source = random.Random(11)
    game = play(start=False)
    kinds = [kind for _ in range(60) for kind in [source.randrange(5)] * source.choice((1, 1, 2, 9))]
    expected = [do_something(game, kind, number) for number, kind in enumerate(kinds)]
    game.uw.start()
    game.until(lambda: len(seen_of(sandbox)) >= len(expected))
    game.until(lambda: action_requests(sandbox)[-1].status is not None)
    assert seen_of(sandbox) == expected


@pytest.mark.usefixtures("no_linger")
def test_the_order_is_kept_across_runs_over_all_kinds(sandbox: Sandbox, play: Play) -> None:
    source = random.Random(12)
    expected: list[str] = []
    sandbox.stop()
    for _ in range(3):
        offline = play(virtual=True)
        expected += [do_something(offline, source.randrange(5), len(expected) + one) for one in range(15)]
        offline.uw.stop()
    sandbox.start()
    game = play()
    game.until(lambda: len(seen_of(sandbox)) >= len(expected))
    assert seen_of(sandbox) == expected


@pytest.mark.usefixtures("no_linger")
def test_neighbouring_events_travel_together_at_most_a_hundred(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    assign(game, named(0, 130))
    game.uw.transition_to_region(Region("shop"))
    assign(game, named(130, 133))
    game.uw.start()
    until_heard(game, sandbox, 133)
    sizes = [len(request.json.get("events", ["region"])) for request in action_requests(sandbox)]
    assert sizes == [100, 30, 1, 3]
    assert heard(sandbox) == named(0, 133)


@pytest.mark.usefixtures("no_linger")
def test_neighbouring_attributes_travel_together_until_a_name_comes_again(sandbox: Sandbox, play: Play) -> None:
    game = play(start=False)
    told: list[bool] = []
    for attributes in ({"a": 1}, {"b": 1, "c": 1}, {"a": 2}, {"d": 1}, {"e": 1}, {"d": 2}):
        game.uw.set_attributes(attributes, told.append)
    game.uw.set_attributes({f"n{number}": number for number in range(98)}, told.append)
    game.uw.set_attributes({f"m{number}": number for number in range(2)}, told.append)
    game.uw.start()
    game.until(lambda: told == [True] * 8)
    names = [[one["name"] for one in request.json["attributes"]] for request in action_requests(sandbox)]
    assert names[:2] == [["a", "b", "c"], ["a", "d", "e"]]
    assert [len(sent) for sent in names] == [3, 3, 99, 2]
    assert (sandbox.player(PLAYER).attributes["a"], sandbox.player(PLAYER).attributes["d"]) == (2, 2)


def test_actions_of_many_kinds_do_not_wait_for_each_other(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until(lambda: game.uw.is_session_initialized)
    for number in range(40):
        do_something(game, 2 * (number % 2), number)
    assert pass_until(game, lambda: len(action_requests(sandbox)) >= 40, within=30) < 2.0


def test_a_burst_while_the_worker_delivers_arrives_once_each(sandbox: Sandbox, play: Play) -> None:
    game = until_online(play())
    told: list[bool] = []
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for number in range(4000):
            game.uw.assign_event(PlayerEvent(f"e{number}"), told.append)
            if number % 50 == 0:
                game.uw.pump()
    finally:
        sys.setswitchinterval(usual)
    game.until(lambda: len(told) == 4000)
    assert heard(sandbox) == named(0, 4000)


# What is on disk.


def test_an_action_is_on_disk_when_the_call_returns(play: Play, data: Path) -> None:
    game = play(start=False)
    for number in range(5):
        game.uw.assign_event(PlayerEvent(f"e{number}"))
        (path,) = logs(data)
        assert f'"e{number}"'.encode() in path.read_bytes()


def test_when_all_is_delivered_nothing_is_left_on_disk(
    sandbox: Sandbox, play: Play, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "SEGMENT_BYTES", 500)
    game = play()
    assign(game, named(0, 300))
    assert len(logs(data)) > 5
    until_heard(game, sandbox, 300)
    game.until(lambda: len(logs(data)) == 1)
    game.uw.stop()
    assert queue_files(data) == []


def test_after_an_earlier_run_was_delivered_nothing_is_left_on_disk(sandbox: Sandbox, play: Play, data: Path) -> None:
    sandbox.stop()
    offline = play(virtual=True)
    assign(offline, named(0, 300))
    offline.uw.stop()
    assert queue_files(data)
    sandbox.start()
    game = play()
    until_heard(game, sandbox, 300)
    game.until(lambda: not logs(data))
    game.uw.stop()
    assert queue_files(data) == []


def test_a_client_that_stops_and_starts_over_and_over_delivers_each_action_once(
    sandbox: Sandbox, play: Play, data: Path
) -> None:
    game = play(start=False)
    for number in range(8):
        game.uw.start()
        until_online(game)
        assign(game, named(number * 3, number * 3 + 3))
        game.uw.stop()
    assert heard(sandbox) == named(0, 24)
    assert queue_files(data) == []


def test_a_queue_does_not_tell_the_player_s_name_in_its_file_names(play: Play, data: Path) -> None:
    assign(play("../../etc/ada lovelace", start=False), ["x"])
    names = [path.relative_to(data).as_posix() for path in queue_files(data)]
    assert names
    assert not [name for name in names if "ada" in name or ".." in name]


# Impressions across runs.


def offline_offer(sandbox: Sandbox, play: Play) -> tuple[Game, Any]:
    """A game that knows an offer, and lost the platform."""
    sandbox.publish("offers", id="gems")
    game = play()
    game.until_live("offers", "gems")
    game.until_loaded()
    sandbox.stop()
    return game, game.uw.offers.active[0]


@pytest.mark.parametrize("calls", [("show", "accept"), ("show", "dismiss"), ("accept",)])
@pytest.mark.usefixtures("no_linger", "short_waits")
def test_an_offer_that_was_shown_offline_is_told_of_later(
    sandbox: Sandbox, play: Play, calls: tuple[str, ...]
) -> None:
    game, offer = offline_offer(sandbox, play)
    told: list[bool] = []
    for call in calls:
        getattr(game.uw.offers, call)(offer, told.append)
    sandbox.start()
    game.until(lambda: told == [True] * len(calls))
    (impression,) = sandbox.player(PLAYER).offer_impressions
    assert impression.state == {"accept": "accepted", "dismiss": "dismissed"}[calls[-1]]


@pytest.mark.usefixtures("no_linger")
def test_an_offer_that_was_shown_offline_is_told_of_by_the_next_run(sandbox: Sandbox, play: Play) -> None:
    game, offer = offline_offer(sandbox, play)
    game.uw.offers.show(offer)
    game.uw.offers.accept(offer)
    game.uw.stop()
    sandbox.start()
    following = play()
    following.until(lambda: [one.state for one in sandbox.player(PLAYER).offer_impressions] == ["accepted"])
    assert following.seen.of("client", "on_delivery_failed") == []


@pytest.mark.usefixtures("no_linger")
def test_an_offer_that_was_shown_online_and_accepted_after_a_restart_offline_is_told_of_by_the_next_run(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("offers", id="gems")
    game = play()
    game.until_live("offers", "gems")
    game.uw.offers.show(game.uw.offers.active[0])
    game.until_sent("offers", "on_viewed")
    game.uw.stop()
    sandbox.stop()
    game.uw.start()
    game.uw.offers.accept(game.uw.offers.active[0])
    game.uw.stop()
    sandbox.start()

    following = play()
    following.until(lambda: [one.state for one in sandbox.player(PLAYER).offer_impressions] == ["accepted"])
    assert following.seen.of("client", "on_delivery_failed") == []
