"""What a game asks the platform is answered: once, in a pump, if only with an error that says why."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from uwclient import ApiError, ConnectionFailed, LifecycleError, ReplyError, RequestRejected, Unavailable
from uwclient.background import queries
from uwclient.models.queries import Answer, SurveyResponseWanted
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

PATH = "*/surveys/get_response_id"
GONE = "The client was stopped, or switched to another player, before the platform answered."


@pytest.fixture(autouse=True)
def _survey(sandbox: Sandbox) -> None:
    """Something to ask about."""
    sandbox.publish("surveys", id="siege")


def ask(game: Game, survey_id: str = "siege", answers: list[Answer] | None = None) -> list[Answer]:
    """Ask for the id of a response; the list has the answer once it has come."""
    told: list[Answer] = [] if answers is None else answers

    def tell(answer: Answer) -> int:
        told.append(answer)
        return 0

    game.uw.surveys._queries.ask(SurveyResponseWanted(survey_id), tell)
    return told


def online(play: Play) -> Game:
    game = play()
    game.until_loaded()
    return game


def errors_of(*answers: Answer) -> list[tuple[object, str]]:
    assert [answer.value for answer in answers] == [None] * len(answers)
    return [(type(answer.error), str(answer.error)) for answer in answers]


# Answers.


def test_a_question_is_answered_with_what_the_platform_knows(sandbox: Sandbox, play: Play) -> None:
    game = online(play)
    first = ask(game)
    game.until(lambda: first)
    again = ask(game)
    game.until(lambda: again)

    assert first == again == [Answer(sandbox.player("hero-42").survey_responses[0].id)]


def test_a_question_before_the_session_waits_for_it(play: Play) -> None:
    game = play(virtual=True)
    answers = ask(game)
    assert not game.uw.is_session_initialized

    game.until(lambda: answers)

    assert answers[0].error is None
    assert answers[0].value


def test_every_question_is_answered_once_in_the_order_of_the_asking(sandbox: Sandbox, play: Play) -> None:
    for number in range(20):
        sandbox.publish("surveys", id=f"survey-{number}")
    game = play()
    answers: list[Answer] = []
    for number in range(20):
        ask(game, f"survey-{number}", answers)
    game.until(lambda: len(answers) == 20)
    for _ in range(5):
        game.uw.pump()

    by_survey = {response.id: response.survey_id for response in sandbox.player("hero-42").survey_responses}
    assert [by_survey[answer.value] for answer in answers] == [f"survey-{number}" for number in range(20)]


def test_answers_come_in_pump_alone_on_its_thread(sandbox: Sandbox, play: Play) -> None:
    game = online(play)
    heard_on: list[int] = []

    def tell(answer: Answer) -> int:
        heard_on.append(threading.get_ident())
        return 0

    game.uw.surveys._queries.ask(SurveyResponseWanted("siege"), tell)
    sandbox.wait_for(lambda: sandbox.player("hero-42").survey_responses)
    assert heard_on == []

    game.until(lambda: heard_on)

    assert heard_on == [threading.get_ident()]


def test_a_question_costs_the_game_no_wait(sandbox: Sandbox, play: Play) -> None:
    game = online(play)
    sandbox.faults.hang(PATH)
    answers = ask(game)
    sandbox.wait_for_requests("surveys/get_response_id")
    game.uw.pump()
    assert answers == []

    sandbox.faults.clear()
    game.until(lambda: answers)
    assert answers[0].value


# Errors.


def test_a_question_before_the_start_is_answered_in_the_next_pump(play: Play) -> None:
    game = play(start=False)
    answers = ask(game)
    assert answers == []

    game.uw.pump()

    assert errors_of(*answers) == [(LifecycleError, "The client is not running: call start() first.")]


def test_a_question_while_the_platform_is_away_is_answered_at_once(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.drop("*", times=None)
    game = play()
    before = ask(game)
    game.until(lambda: before)
    afterwards = ask(game)
    game.until(lambda: afterwards)

    sentence = "No session with the platform is open; try again when it is."
    assert errors_of(*before, *afterwards) == [(ConnectionFailed, sentence)] * 2
    assert sandbox.requests_to("surveys/get_response_id") == []


def test_a_question_while_access_is_denied_is_answered_at_once(play: Play) -> None:
    game = play(api_key="wrong")
    answers = ask(game)
    game.until(lambda: answers)

    assert errors_of(*answers) == [(ConnectionFailed, "No session with the platform is open; try again when it is.")]


@pytest.mark.parametrize(
    ("status", "body", "error", "sentence"),
    [
        (404, {"errors": ["No such survey."]}, RequestRejected, "was answered with 404: No such survey."),
        (503, None, Unavailable, "was answered with 503: "),
        (200, {}, ReplyError, "cannot be used: reply.survey_response_id: expected an id, got nothing."),
        (200, [], ReplyError, "but the reply is not the platform's"),
        (404, "<html>", Unavailable, "was answered with 404: The reply is not the platform's"),
        (302, b"", Unavailable, "was answered with 302: The reply is not the platform's"),
        (200, {"survey_response_id": ["x"]}, ReplyError, "cannot be used: reply.survey_response_id: expected an id"),
        (200, b"<html>", ReplyError, "but the reply is not the platform's"),
        (200, b"[" * 100_000, ReplyError, "but the reply is not the platform's"),
    ],
)
def test_an_answer_that_is_none_is_an_error_and_the_next_question_fares_better(
    sandbox: Sandbox, play: Play, status: int, body: object, error: type[Exception], sentence: str
) -> None:
    game = online(play)
    sandbox.faults.respond(PATH, status=status, body=body)  # type: ignore[arg-type]
    answers = ask(game)
    game.until(lambda: answers)

    assert isinstance(answers[0].error, error)
    assert answers[0].error.status == status if isinstance(answers[0].error, ApiError) else status == 200
    assert sentence in str(answers[0].error)
    better = ask(game)
    game.until(lambda: better)
    assert better[0].value


def test_a_connection_that_is_cut_is_an_error(sandbox: Sandbox, play: Play) -> None:
    game = online(play)
    sandbox.faults.drop(PATH, times=None)
    answers = ask(game)
    game.until(lambda: answers)

    assert isinstance(answers[0].error, ConnectionFailed)


def test_a_fault_of_uwclients_own_is_answered_and_logged(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.hang("*/hero-42", seconds=0.05)  # so that both questions wait for the session
    game = play()
    with monkeypatch.context() as patched:
        patched.setattr(queries, "request_for", lambda ask: 1 / 0)
        answers: list[Answer] = []
        ask(game, answers=answers)
        ask(game, answers=answers)
        game.until(lambda: len(answers) == 2)
    game.until_loaded()

    assert {str(answer.error) for answer in answers} == {
        "The query failed in an unexpected way; the log has the details."
    }
    assert any("ZeroDivisionError" in str(entry.exc_info) for entry in caplog.records)
    better = ask(game)
    game.until(lambda: better)
    assert better[0].value


# Stopping and switching.


@pytest.mark.parametrize("moment", ["before the session", "while it is asked"])
def test_a_stop_answers_every_question_once_with_an_error(sandbox: Sandbox, play: Play, moment: str) -> None:
    sandbox.faults.hang("*/hero-42" if moment == "before the session" else PATH, times=None)
    game = play()
    if moment == "while it is asked":
        game.until_loaded()
    answers: list[Answer] = []
    for _ in range(3):
        ask(game, answers=answers)
    sandbox.wait_for_requests("hero-42" if moment == "before the session" else "surveys/get_response_id")

    game.uw.stop()

    assert errors_of(*answers) == [(LifecycleError, GONE)] * 3
    sandbox.faults.clear()
    game.uw.start()
    game.until_loaded()
    assert len(answers) == 3
    better = ask(game)
    game.until(lambda: better)
    assert better[0].value


def test_a_stop_after_the_answer_arrived_tells_either_once(sandbox: Sandbox, play: Play) -> None:
    game = online(play)
    answers = ask(game)
    sandbox.wait_for(lambda: sandbox.player("hero-42").survey_responses)

    game.uw.stop()
    game.uw.pump()

    assert len(answers) == 1


def test_a_stop_inside_the_answer_to_a_question_answers_the_others(sandbox: Sandbox, play: Play) -> None:
    game = online(play)
    sandbox.faults.hang(PATH, seconds=0.02, times=None)

    def stop(answer: Answer) -> int:
        game.uw.stop()
        return 0

    game.uw.surveys._queries.ask(SurveyResponseWanted("siege"), stop)
    others = ask(game, answers=ask(game))
    game.until(lambda: len(others) == 2)
    game.uw.pump()

    assert errors_of(*others) == [(LifecycleError, GONE)] * 2


@pytest.mark.parametrize("virtual", [False, True], ids=["with a thread", "without"])
def test_a_game_that_asks_again_whenever_it_fails_does_not_keep_the_stop_from_ending(
    sandbox: Sandbox, play: Play, virtual: bool
) -> None:
    game = play(virtual=virtual)
    game.until_loaded()
    sandbox.faults.hang(PATH, times=None)
    answers: list[Answer] = []

    def ask_again(answer: Answer) -> int:
        answers.append(answer)
        assert len(answers) < 100, "it never ends"
        game.uw.surveys._queries.ask(SurveyResponseWanted("siege"), ask_again)
        return 0

    if not virtual:
        game.uw.surveys._queries.ask(SurveyResponseWanted("siege"), ask_again)
        sandbox.wait_for_requests("surveys/get_response_id")
    game.uw.stop()
    if virtual:
        game.uw.surveys._queries.ask(SurveyResponseWanted("siege"), ask_again)
    told = len(answers)
    for _ in range(3):
        game.uw.pump()

    assert told == (0 if virtual else 2)
    assert len(answers) == told + 3, "a frame, an answer"
    assert game.seen.of("client", "on_stop")


def test_a_switch_answers_the_old_players_questions_once_and_the_new_ones_are_the_new_players(
    sandbox: Sandbox, play: Play
) -> None:
    game = online(play)
    sandbox.faults.hang("*/hero-42/surveys/get_response_id", times=None)
    old = ask(game)
    sandbox.wait_for_requests("surveys/get_response_id")

    game.uw.switch_player("bob")
    new = ask(game)
    sandbox.faults.clear()
    game.until(lambda: old and new)
    game.until_loaded()

    assert errors_of(*old) == [(LifecycleError, GONE)]
    assert [answer.value for answer in new] == [sandbox.player("bob").survey_responses[0].id]


def test_two_switches_in_one_frame_answer_once(sandbox: Sandbox, play: Play) -> None:
    game = online(play)
    sandbox.faults.hang(PATH, times=None)
    answers = ask(game)
    sandbox.wait_for_requests("surveys/get_response_id")

    game.uw.switch_player("bob")
    game.uw.switch_player("cleo")
    sandbox.faults.clear()
    game.until_loaded()

    assert errors_of(*answers) == [(LifecycleError, GONE)]


def test_without_a_thread_a_question_is_asked_and_answered_in_the_next_pump(play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    game.uw.pump()
    answers = ask(game)
    assert answers == []

    game.uw.pump()

    assert [answer.error for answer in answers] == [None]
