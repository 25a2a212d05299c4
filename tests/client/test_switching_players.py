"""Another player takes over: what was the last one's ends, and nothing of it reaches the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from uwclient import ArgumentError
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

ADA, BOB = "ada", "bob"


@pytest.fixture(autouse=True)
def content(sandbox: Sandbox) -> None:
    """A message and two offers for each of two players, and an event for both."""
    for player in (ADA, BOB):
        sandbox.define_segment(player, players=[player])
        sandbox.publish("messages", id=f"for-{player}", segments=[player])
        for number in range(2):
            sandbox.publish("offers", id=f"for-{player}-{number}", segments=[player])
    sandbox.publish("events", id="for-both")


def of_ada(game: Game) -> list[str]:
    """What the game shows or has announced that is Ada's alone."""
    shown = [*game.live("messages"), *game.live("offers")]
    told = [*game.seen.ids("messages", "on_active"), *game.seen.ids("offers", "on_active")]
    return [record_id for record_id in shown + told if ADA in record_id]


def test_the_content_of_the_old_player_ends_and_that_of_the_new_one_starts(play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    game.seen.forget()

    game.uw.switch_player(BOB)
    assert game.live("messages") == ["for-ada"], "nothing changes outside pump()"
    game.until_loaded()

    assert game.uw.player_id == BOB
    assert game.seen.ids("messages", "on_inactive") == ["for-ada"]
    assert game.seen.ids("offers", "on_inactive") == ["for-ada-0", "for-ada-1"]
    assert game.live("messages") == ["for-bob"]
    assert game.live("offers") == ["for-bob-0", "for-bob-1"]
    assert game.seen.ids("events", "on_inactive") == ["for-both"]
    assert game.seen.ids("events", "on_active") == ["for-both"]


def test_the_old_player_leaves_before_the_new_one_arrives(play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    game.seen.forget()

    game.uw.switch_player(BOB)
    game.until_loaded()

    signals = [sent.signal for sent in game.seen.sent if sent.signal in ("on_active", "on_inactive")]
    assert signals == sorted(signals, reverse=True)


def test_a_reply_that_is_in_flight_for_the_old_player_never_reaches_the_new_one(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.hang("*/ada/messages")
    game = play(ADA)
    sandbox.wait_for_requests("ada/messages")

    game.uw.switch_player(BOB)
    sandbox.faults.clear()
    game.until_loaded()
    game.until_live("messages", "for-bob")
    assert game.refresh()

    assert of_ada(game) == []


def test_a_reply_that_no_frame_has_seen_yet_never_reaches_the_new_player(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA)
    sandbox.wait_for_requests("ada/get_surveys")

    game.uw.switch_player(BOB)
    game.until_loaded()
    game.until_live("messages", "for-bob")

    assert of_ada(game) == []
    assert len(game.seen.of("client", "on_session_initialized")) == 1


def test_a_switch_at_any_moment_of_the_load_shows_nothing_of_the_old_player(sandbox: Sandbox, play: Play) -> None:
    for frames in range(12):
        game = play(ADA, start=False)
        game.uw.start()
        for _ in range(frames):
            game.uw.pump(budget_ms=0)
        game.uw.switch_player(BOB)
        game.uw.pump()
        game.seen.forget()
        game.until_loaded()
        assert of_ada(game) == []
        game.uw.stop()


def test_each_player_has_a_session_and_a_cache_of_their_own(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    session_of_ada = game.uw.session_id
    game.uw.switch_player(BOB)
    game.until(lambda: game.uw.session_id not in (None, session_of_ada))
    game.until_live("messages", "for-bob")
    game.until_live("offers", "for-bob-0", "for-bob-1")
    game.uw.stop()
    sandbox.stop()

    for player in (ADA, BOB):
        offline = play(player)
        offline.until_live("messages", f"for-{player}")
        offline.until_live("offers", f"for-{player}-0", f"for-{player}-1")
        offline.uw.stop()
    assert [len(sandbox.player(player).sessions) for player in (ADA, BOB)] == [1, 1]


def test_a_new_player_without_a_cache_sees_nothing_of_the_old_one_offline(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    sandbox.stop()

    game.uw.switch_player(BOB)
    game.until_sent("client", "on_session_initialization_failed")

    assert [game.live(module) for module in ("events", "messages", "offers")] == [[], [], []]


@pytest.mark.parametrize("pumped", [True, False], ids=["after a frame", "at once"])
def test_a_switch_followed_by_a_stop_shows_nothing_of_the_old_player_to_the_new_one(
    sandbox: Sandbox, play: Play, pumped: bool
) -> None:
    game = play(ADA)
    game.until_loaded()
    sandbox.stop()

    game.uw.switch_player(BOB)
    if pumped:
        game.uw.pump()
    game.uw.stop()
    game.uw.start()
    game.until_sent("client", "on_session_initialization_failed")

    assert [game.live(module) for module in ("events", "messages", "offers")] == [[], [], []]
    assert game.seen.ids("messages", "on_inactive") == ["for-ada"]


def test_a_switch_while_stopped_counts_at_the_next_start(play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    game.uw.stop()
    game.seen.forget()

    game.uw.switch_player(BOB)
    game.uw.start()
    game.until_loaded()

    assert game.seen.ids("messages", "on_inactive") == ["for-ada"]
    assert game.live("messages") == ["for-bob"]


def test_two_switches_in_one_frame_end_the_old_content_once(play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    game.seen.forget()

    game.uw.switch_player("carol")
    game.uw.switch_player(BOB)
    game.until_loaded()

    assert game.seen.ids("messages", "on_inactive") == ["for-ada"]
    assert game.live("messages") == ["for-bob"]


def test_a_switch_while_the_old_player_is_still_leaving_leaves_nothing_behind(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    game.uw.switch_player("carol")
    while not game.seen.ids("offers", "on_inactive"):
        assert game.uw.pump(budget_ms=0) <= 1
    assert len(game.seen.ids("offers", "on_inactive")) == 1, "the old player's farewells are not all told yet"
    assert [game.live(module) for module in ("events", "messages", "offers")] == [[], [], []]
    sandbox.stop()

    game.uw.switch_player(BOB)
    game.until_sent("client", "on_session_initialization_failed")

    assert [game.live(module) for module in ("events", "messages", "offers")] == [[], [], []]
    assert sorted(game.seen.ids("offers", "on_inactive")) == ["for-ada-0", "for-ada-1"]


def test_a_switch_inside_a_listener_of_a_leaving_record_leaves_nothing_behind(play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    game.uw.offers.on_inactive.connect(lambda *_, **__: game.uw.switch_player(BOB))

    game.uw.switch_player("carol")
    game.until_live("messages", "for-bob")
    game.until_live("offers", "for-bob-0", "for-bob-1")

    assert sorted(game.seen.ids("offers", "on_inactive")) == ["for-ada-0", "for-ada-1"]


def test_a_switch_inside_a_listener_of_an_arriving_record_shows_no_more_of_the_old_player(
    sandbox: Sandbox, play: Play
) -> None:
    game = play(ADA, start=False)
    game.uw.offers.on_active.connect(
        lambda _, record: game.uw.switch_player(BOB) if record.id == "for-ada-0" else None
    )

    game.uw.start()
    game.until_live("offers", "for-bob-0", "for-bob-1")

    assert game.seen.ids("offers", "on_active") == ["for-ada-0", "for-bob-0", "for-bob-1"]
    assert game.seen.ids("offers", "on_inactive") == ["for-ada-0"]


def test_a_switch_to_the_same_player_changes_nothing(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    game.seen.forget()

    game.uw.switch_player(ADA)
    assert game.refresh()

    assert game.seen.about_content() == []
    assert game.uw.is_session_initialized


@pytest.mark.parametrize("player_id", ["", " ", ".", "..", None, 42, "a\nb"])
def test_a_switch_to_no_player_is_refused_and_changes_nothing(play: Play, player_id: str) -> None:
    game = play(ADA)
    with pytest.raises(ArgumentError, match="player_id"):
        game.uw.switch_player(player_id)
    assert game.uw.player_id == ADA


def test_a_refresh_of_the_old_player_is_called_back_with_false(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA)
    game.until_loaded()
    sandbox.faults.hang("*/ada/*", times=None)
    told: list[bool] = []
    game.uw.refresh_content(told.append)

    game.uw.switch_player(BOB)
    game.until(lambda: told)

    assert told == [False]
