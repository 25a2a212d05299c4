"""What a game asks the platform is answered: once, in a pump, if only with an error that says why."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from uwclient import PushNotification
from uwclient.background import queries
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

Answers = list[PushNotification | None]

PATH = "*/push_notifications/*"
AWAY = "No session with the platform is open; try again when it is."
GONE = "The client was stopped, or switched to another player, before the platform answered."


@pytest.fixture
def siege(sandbox: Sandbox) -> str:
    """Something to ask about: the id of a notification."""
    return notification(sandbox, "siege")


@pytest.fixture(autouse=True)
def _whole_log(caplog: pytest.LogCaptureFixture) -> None:
    """That somebody has left is no warning."""
    caplog.set_level(logging.INFO, logger="uwclient")


def notification(sandbox: Sandbox, name: str, player: str = "hero-42") -> str:
    return str(sandbox.send_push(player, name=name)["push_notification_id"])


def ask(game: Game, siege: str, answers: Answers | None = None) -> Answers:
    """Look a notification up; the list has the answer once it has come."""
    told: Answers = [] if answers is None else answers
    game.uw.push.get_notification(siege, told.append)
    return told


def names(answers: Answers) -> list[str | None]:
    return [answer and answer.name for answer in answers]


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Why questions were not answered, as the log says it."""
    said = (record.getMessage().partition(" could not be looked up: ") for record in caplog.records)
    return [reason for _, found, reason in said if found]


def asked(sandbox: Sandbox) -> int:
    return len([request for request in sandbox.requests if "push_notifications" in request.path])


def until_asked(sandbox: Sandbox) -> None:
    """Wait until the platform has a question."""
    sandbox.wait_for(lambda: asked(sandbox))


def until_answered(sandbox: Sandbox) -> None:
    """Wait until the platform has answered a question."""
    sandbox.wait_for(lambda: [one for one in sandbox.requests if "push_notifications" in one.path and one.status])


def online(play: Play) -> Game:
    game = play()
    game.until_loaded()
    return game


# Answers.


def test_a_question_is_answered_with_what_the_platform_knows(sandbox: Sandbox, play: Play, siege: str) -> None:
    game = online(play)
    first = ask(game, siege)
    game.until(lambda: first)
    again = ask(game, siege)
    game.until(lambda: again)

    assert names(first) == names(again) == ["siege"]


def test_a_question_before_the_session_waits_for_it(play: Play, siege: str) -> None:
    game = play(virtual=True)
    answers = ask(game, siege)
    assert not game.uw.is_session_initialized

    game.until(lambda: answers)

    assert names(answers) == ["siege"]


def test_every_question_is_answered_once_in_the_order_of_the_asking(sandbox: Sandbox, play: Play) -> None:
    ids = [notification(sandbox, f"push-{number}") for number in range(20)]
    game = play()
    answers: Answers = []
    for push_id in ids:
        ask(game, push_id, answers)
    game.until(lambda: len(answers) == 20)
    for _ in range(5):
        game.uw.pump()

    assert names(answers) == [f"push-{number}" for number in range(20)]
    assert asked(sandbox) == 20


def test_answers_come_in_pump_alone_on_its_thread(sandbox: Sandbox, play: Play, siege: str) -> None:
    game = online(play)
    heard_on: list[int] = []

    def tell(answer: PushNotification | None) -> None:
        heard_on.append(threading.get_ident())

    game.uw.push.get_notification(siege, tell)
    until_answered(sandbox)
    assert heard_on == []

    game.until(lambda: heard_on)

    assert heard_on == [threading.get_ident()]


def test_a_question_costs_the_game_no_wait(sandbox: Sandbox, play: Play, siege: str) -> None:
    game = online(play)
    sandbox.faults.hang(PATH)
    answers = ask(game, siege)
    until_asked(sandbox)
    game.uw.pump()
    assert answers == []

    sandbox.faults.clear()
    game.until(lambda: answers)
    assert names(answers) == ["siege"]


# Errors.


def test_a_question_before_the_start_is_answered_in_the_next_pump(
    play: Play, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    game = play(start=False)
    answers = ask(game, siege)
    assert answers == []

    game.uw.pump()

    assert answers == [None]
    assert reasons(caplog) == ["The client is not running: call start() first."]


def test_a_question_while_the_platform_is_away_is_answered_at_once(
    sandbox: Sandbox, play: Play, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.drop("*", times=None)
    game = play()
    before = ask(game, siege)
    game.until(lambda: before)
    afterwards = ask(game, siege)
    game.until(lambda: afterwards)

    assert [before, afterwards] == [[None], [None]]
    assert reasons(caplog) == [AWAY] * 2
    assert asked(sandbox) == 0


def test_a_question_while_access_is_denied_is_answered_at_once(
    play: Play, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    game = play(api_key="wrong")
    answers = ask(game, siege)
    game.until(lambda: answers)

    assert answers == [None]
    assert reasons(caplog) == [AWAY]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, {"errors": ["No such notification."]}, "was answered with 404: No such notification."),
        (503, None, "was answered with 503: "),
        (200, {}, "cannot be used: reply.id: expected an id, got nothing."),
        (200, [], "but the reply is not the platform's"),
        (404, "<html>", "was answered with 404: The reply is not the platform's"),
        (302, b"", "was answered with 302: The reply is not the platform's"),
        (200, {"id": ["x"]}, "cannot be used: reply.id: expected an id"),
        (200, b"<html>", "but the reply is not the platform's"),
        (200, b"[" * 100_000, "but the reply is not the platform's"),
    ],
)
def test_an_answer_that_is_none_is_an_error_and_the_next_question_fares_better(
    sandbox: Sandbox, play: Play, status: int, body: object, reason: str, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    game = online(play)
    sandbox.faults.respond(PATH, status=status, body=body)  # type: ignore[arg-type]
    answers = ask(game, siege)
    game.until(lambda: answers)

    assert answers == [None]
    (said,) = reasons(caplog)
    assert reason in said
    better = ask(game, siege)
    game.until(lambda: better)
    assert names(better) == ["siege"]


def test_a_connection_that_is_cut_is_an_error(
    sandbox: Sandbox, play: Play, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    game = online(play)
    sandbox.faults.drop(PATH, times=None)
    answers = ask(game, siege)
    game.until(lambda: answers)

    assert answers == [None]
    assert len(reasons(caplog)) == 1
    assert "failed or was cut before the reply was complete" in reasons(caplog)[0]


def test_a_fault_of_uwclients_own_is_answered_and_logged(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, siege: str
) -> None:
    sandbox.faults.hang("*/hero-42", seconds=0.05)  # so that both questions wait for the session
    game = play()
    with monkeypatch.context() as patched:
        patched.setattr(queries, "request_for", lambda ask: 1 / 0)
        answers: Answers = []
        ask(game, siege, answers=answers)
        ask(game, siege, answers=answers)
        game.until(lambda: len(answers) == 2)
    game.until_loaded()

    assert answers == [None, None]
    assert reasons(caplog) == ["The query failed in an unexpected way; the log has the details."] * 2
    assert any("ZeroDivisionError" in str(entry.exc_info) for entry in caplog.records)
    better = ask(game, siege)
    game.until(lambda: better)
    assert names(better) == ["siege"]


# Stopping and switching.


@pytest.mark.parametrize("moment", ["before the session", "while it is asked"])
def test_a_stop_answers_every_question_once_with_an_error(
    sandbox: Sandbox, play: Play, moment: str, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.hang("*/hero-42" if moment == "before the session" else PATH, times=None)
    game = play()
    if moment == "while it is asked":
        game.until_loaded()
    answers: Answers = []
    for _ in range(3):
        ask(game, siege, answers=answers)
    sandbox.wait_for(lambda: sandbox.requests if moment == "before the session" else asked(sandbox))

    game.uw.stop()

    assert answers == [None] * 3
    assert reasons(caplog) == [GONE] * 3
    sandbox.faults.clear()
    game.uw.start()
    game.until_loaded()
    assert len(answers) == 3
    better = ask(game, siege)
    game.until(lambda: better)
    assert names(better) == ["siege"]


def test_a_stop_after_the_answer_arrived_tells_either_once(sandbox: Sandbox, play: Play, siege: str) -> None:
    game = online(play)
    answers = ask(game, siege)
    until_answered(sandbox)

    game.uw.stop()
    game.uw.pump()

    assert len(answers) == 1


def test_a_stop_inside_the_answer_to_a_question_answers_the_others(
    sandbox: Sandbox, play: Play, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    game = online(play)
    sandbox.faults.hang(PATH, seconds=0.02, times=None)

    def stop(answer: PushNotification | None) -> None:
        game.uw.stop()

    game.uw.push.get_notification(siege, stop)
    others = ask(game, siege, answers=ask(game, siege))
    game.until(lambda: len(others) == 2)
    game.uw.pump()

    assert others == [None] * 2
    assert reasons(caplog) == [GONE] * 2


@pytest.mark.parametrize("virtual", [False, True], ids=["with a thread", "without"])
def test_a_game_that_asks_again_whenever_it_fails_does_not_keep_the_stop_from_ending(
    sandbox: Sandbox, play: Play, virtual: bool, siege: str
) -> None:
    game = play(virtual=virtual)
    game.until_loaded()
    sandbox.faults.hang(PATH, times=None)
    answers: Answers = []

    def ask_again(answer: PushNotification | None) -> None:
        answers.append(answer)
        assert len(answers) < 100, "it never ends"
        game.uw.push.get_notification(siege, ask_again)

    if not virtual:
        game.uw.push.get_notification(siege, ask_again)
        until_asked(sandbox)
    game.uw.stop()
    if virtual:
        game.uw.push.get_notification(siege, ask_again)
    told = len(answers)
    for _ in range(3):
        game.uw.pump()

    assert told == (0 if virtual else 2)
    assert len(answers) == told + 3, "a frame, an answer"
    assert game.seen.of("client", "on_stop")


def test_a_switch_answers_the_old_players_questions_once_and_the_new_ones_are_the_new_players(
    sandbox: Sandbox, play: Play, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    game = online(play)
    sandbox.faults.hang("*/hero-42/push_notifications/*", times=None)
    old = ask(game, siege)
    until_asked(sandbox)

    game.uw.switch_player("bob")
    new = ask(game, notification(sandbox, "harvest", player="bob"))
    sandbox.faults.clear()
    game.until(lambda: old and new)
    game.until_loaded()

    assert old == [None]
    assert reasons(caplog) == [GONE]
    assert names(new) == ["harvest"]


def test_two_switches_in_one_frame_answer_once(
    sandbox: Sandbox, play: Play, siege: str, caplog: pytest.LogCaptureFixture
) -> None:
    game = online(play)
    sandbox.faults.hang(PATH, times=None)
    answers = ask(game, siege)
    until_asked(sandbox)

    game.uw.switch_player("bob")
    game.uw.switch_player("cleo")
    sandbox.faults.clear()
    game.until_loaded()

    assert answers == [None]
    assert reasons(caplog) == [GONE]


def test_without_a_thread_a_question_is_asked_and_answered_in_the_next_pump(play: Play, siege: str) -> None:
    game = play(virtual=True)
    game.until_loaded()
    game.uw.pump()
    answers = ask(game, siege)
    assert answers == []

    game.uw.pump()

    assert names(answers) == ["siege"]
