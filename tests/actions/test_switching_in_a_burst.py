"""The player changes in the middle of a burst: nobody's action is ever sent as another's, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.playing import (
    action_requests,
    assign,
    first_of_each,
    heard,
    logs,
    queue_files,
    seconds_of,
    until_heard,
    until_online,
)
from tests.conftest import Game, Play
from uwclient.sandbox import Sandbox

ADA, BOB = "ada", "bob"


def burst(game: Game, player: str, first: int, last: int) -> None:
    """Events that tell whose they are."""
    assert game.uw.player_id == player
    assign(game, [f"{player}-{number}" for number in range(first, last)])


def of(player: str, first: int, last: int) -> list[str]:
    return [f"{player}-{number}" for number in range(first, last)]


def until_nothing_is_left(game: Game, data: Path, player: str) -> None:
    """Pump until no queue of this player holds anything."""

    def is_left(path: Path) -> bool:
        try:
            return f'"{player}-'.encode() in path.read_bytes()
        except OSError:  # it is just going
            return True

    game.until(lambda: not any(map(is_left, logs(data))))


def strangers(sandbox: Sandbox) -> list[str]:
    """Events that arrived as another player's."""
    return [
        f"{name} as {player}"
        for player in (ADA, BOB)
        for name in heard(sandbox, player)
        if not name.startswith(player)
    ]


@pytest.mark.parametrize("frames", [0, 1, 3, 40])
def test_a_switch_in_a_burst_delivers_each_action_as_its_player_s(
    sandbox: Sandbox, play: Play, data: Path, frames: int
) -> None:
    game = until_online(play(ADA))
    burst(game, ADA, 0, 250)
    for _ in range(frames):
        game.uw.pump()
    game.uw.switch_player(BOB)
    burst(game, BOB, 0, 250)
    game.until(lambda: sandbox.player(ADA).event_count >= 250 and sandbox.player(BOB).event_count >= 250)

    assert heard(sandbox, ADA) == of(ADA, 0, 250)
    assert heard(sandbox, BOB) == of(BOB, 0, 250)
    game.until(lambda: len(logs(data)) <= 1)
    game.uw.stop()
    assert queue_files(data) == []


def test_a_switch_before_the_start_keeps_what_each_player_did(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA, start=False)
    burst(game, ADA, 0, 5)
    game.uw.switch_player(BOB)
    burst(game, BOB, 0, 5)
    game.uw.start()
    until_heard(game, sandbox, 5, BOB)
    assert heard(sandbox, ADA) == []
    game.uw.switch_player(ADA)
    until_heard(game, sandbox, 5, ADA)
    assert (heard(sandbox, ADA), heard(sandbox, BOB)) == (of(ADA, 0, 5), of(BOB, 0, 5))


def test_switching_back_and_forth_loses_and_confuses_nothing(sandbox: Sandbox, play: Play, data: Path) -> None:
    game = until_online(play(ADA))
    for turn in range(8):
        player = (ADA, BOB)[turn % 2]
        burst(game, player, turn * 30, turn * 30 + 30)
        for _ in range(turn * 3):
            game.uw.pump()
        game.uw.switch_player((BOB, ADA)[turn % 2])
    game.until(lambda: game.uw.is_session_initialized)
    game.uw.stop()
    for player in (ADA, BOB):
        last = play(player)
        count = 4 * 30
        until_heard(last, sandbox, count, player)
        until_nothing_is_left(last, data, player)
        last.uw.stop()

    assert strangers(sandbox) == []
    for index, player in enumerate((ADA, BOB)):
        wanted = [name for turn in range(index, 8, 2) for name in of(player, turn * 30, turn * 30 + 30)]
        assert sorted(heard(sandbox, player)) == sorted(wanted)
    assert queue_files(data) == []


def test_a_player_who_comes_back_at_once_keeps_the_order(sandbox: Sandbox, play: Play) -> None:
    game = until_online(play(ADA))
    burst(game, ADA, 0, 300)
    game.uw.switch_player(BOB)
    game.uw.switch_player(ADA)
    burst(game, ADA, 300, 600)
    until_heard(game, sandbox, 600, ADA)
    assert heard(sandbox, ADA) == of(ADA, 0, 600)


def test_a_player_who_comes_back_is_not_told_of_another_copy_of_the_game(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    game = until_online(play(ADA))
    sandbox.faults.hang("*/ada/events", seconds=0.3)
    burst(game, ADA, 0, 100)
    sandbox.wait_for_requests("ada/events")
    game.uw.switch_player(BOB)
    until_online(game)
    game.uw.switch_player(ADA)
    until_online(game)
    until_heard(game, sandbox, 100, ADA)
    assert "Another copy" not in caplog.text


def test_a_switch_while_a_request_hangs_waits_for_nothing_and_delivers_everything(
    sandbox: Sandbox, play: Play, data: Path
) -> None:
    game = until_online(play(ADA))
    sandbox.faults.hang("*/ada/events")
    burst(game, ADA, 0, 250)
    sandbox.wait_for_requests("ada/events")

    assert seconds_of(lambda: game.uw.switch_player(BOB)) < 1.5
    burst(game, BOB, 0, 100)
    until_heard(game, sandbox, 100, BOB)
    assert heard(sandbox, ADA) == []
    sandbox.faults.clear()
    until_heard(game, sandbox, 250, ADA)
    assert (heard(sandbox, ADA), heard(sandbox, BOB)) == (of(ADA, 0, 250), of(BOB, 0, 100))
    game.until(lambda: len(logs(data)) <= 1)
    game.uw.stop()
    assert queue_files(data) == []


def test_what_the_old_player_left_when_the_platform_was_down_is_delivered_when_they_come_back(
    sandbox: Sandbox, play: Play, data: Path
) -> None:
    game = until_online(play(ADA))
    sandbox.stop()
    burst(game, ADA, 0, 50)
    game.uw.switch_player(BOB)
    burst(game, BOB, 0, 50)
    game.until_sent("client", "on_session_initialization_failed")
    game.uw.stop()
    sandbox.start()

    game.uw.start()
    until_heard(game, sandbox, 50, BOB)
    assert heard(sandbox, ADA) == []
    game.uw.switch_player(ADA)
    burst(game, ADA, 50, 60)
    until_heard(game, sandbox, 60, ADA)
    assert (heard(sandbox, ADA), heard(sandbox, BOB)) == (of(ADA, 0, 60), of(BOB, 0, 50))
    game.until(lambda: len(logs(data)) <= 1)
    game.uw.stop()
    assert queue_files(data) == []


def test_a_stop_right_after_a_switch_loses_nothing_of_either_player(sandbox: Sandbox, play: Play, data: Path) -> None:
    game = until_online(play(ADA))
    sandbox.faults.hang("*/ada/events", times=None)
    burst(game, ADA, 0, 250)
    sandbox.wait_for_requests("ada/events")
    game.uw.switch_player(BOB)
    burst(game, BOB, 0, 250)
    assert seconds_of(game.uw.stop) < 5.0
    sandbox.faults.clear()

    for player in (ADA, BOB):
        following = play(player)
        until_heard(following, sandbox, 250, player)
        following.until(lambda player=player: f"{player}-249" in heard(sandbox, player))  # type: ignore[misc]
        until_nothing_is_left(following, data, player)
        following.uw.stop()
    assert strangers(sandbox) == []
    for player in (ADA, BOB):
        assert first_of_each(heard(sandbox, player)) == of(player, 0, 250)
    assert queue_files(data) == []


@pytest.mark.parametrize("virtual", [True, False], ids=["without a thread", "with a thread"])
def test_callbacks_and_signals_of_the_old_player_are_not_told_to_the_new_one(
    sandbox: Sandbox, play: Play, virtual: bool
) -> None:
    sandbox.publish("messages", id="hello")
    game = play(ADA, virtual=virtual)
    game.until_live("messages", "hello")
    told: list[bool] = []
    assign(game, of(ADA, 0, 3), told.append)
    game.uw.messages.initialize(game.uw.messages.active[0], told.append)
    game.uw.switch_player(BOB)
    game.until_loaded()
    burst(game, BOB, 0, 100)
    until_heard(game, sandbox, 100, BOB)
    assert told == []
    assert game.seen.of("messages", "on_initialized") == []


@pytest.mark.usefixtures("no_linger")
def test_an_offer_that_one_player_was_shown_is_not_the_next_player_s(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play(ADA)
    game.until_live("offers", "gems")
    game.uw.offers.show(game.uw.offers.active[0])
    game.until_sent("offers", "on_viewed")
    game.uw.switch_player(BOB)
    game.until_live("offers")
    game.until_live("offers", "gems")
    game.uw.offers.accept(game.uw.offers.active[0])
    game.until_sent("offers", "on_accepted")
    assert [one.state for one in sandbox.player(ADA).offer_impressions] == ["viewed"]
    assert [one.state for one in sandbox.player(BOB).offer_impressions] == ["accepted"]


def test_without_a_thread_what_the_old_player_left_waits_for_them(sandbox: Sandbox, play: Play) -> None:
    game = play(ADA, virtual=True)
    game.until_loaded()
    burst(game, ADA, 0, 30)
    game.uw.switch_player(BOB)
    burst(game, BOB, 0, 30)
    game.until(lambda: game.uw.is_session_initialized)
    game.pass_time(2)
    game.uw.switch_player(ADA)
    game.until(lambda: game.uw.is_session_initialized)
    game.pass_time(2)
    assert (heard(sandbox, ADA), heard(sandbox, BOB)) == (of(ADA, 0, 30), of(BOB, 0, 30))
    assert {request.status for request in action_requests(sandbox, ADA)} == {204}
