"""A survey's invite: made live, answered live when it is accepted, and for certain when it is declined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.surveys.survey_steps import SURVEY, accept, error_of, invited, open_page, publish, states, told, until_told
from uwclient import ArgumentError, LifecycleError, RequestRejected
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play


def paths_asked(sandbox: Sandbox) -> list[str]:
    """The paths about surveys that were asked, below the player."""
    paths = [request.path.split("/", 6)[-1] for request in sandbox.requests]
    return [path for path in paths if path.startswith("survey")]


def the_survey(game: Game) -> Any:
    game.until(lambda: game.uw.surveys.get(SURVEY))
    return game.uw.surveys.get(SURVEY)


def test_an_invite_is_initialized_with_the_ids_of_the_platform(sandbox: Sandbox, play: Play) -> None:
    game = play()

    invite = invited(game)

    (response,) = sandbox.player("hero-42").survey_responses
    assert (response.id, response.invite_id) == (invite.response_id, invite.invite_id)
    assert game.seen.of("surveys", "on_invite_initialized") == [
        {
            "survey": invite.survey,
            "was_initialized": True,
            "response_id": response.id,
            "invite_id": response.invite_id,
        }
    ]
    assert states(sandbox) == ["attempted", "survey_invite_presented"]
    assert not game.uw.surveys.in_progress


def test_a_response_that_is_known_is_not_asked_for_again(sandbox: Sandbox, play: Play) -> None:
    game = play()
    first = invited(game)

    game.uw.surveys.initialize_invite(first.survey, first.response_id)
    game.until_sent("surveys", "on_invite_initialized", 2)

    assert game.seen.of("surveys", "on_invite_initialized")[1]["invite_id"] == first.invite_id
    assert paths_asked(sandbox).count("surveys/get_response_id") == 1


@pytest.mark.parametrize("fault", ["respond", "drop", "truncate", "nonsense", "no id", "blank ids", "long ids"])
@pytest.mark.parametrize("path", ["*/surveys/get_response_id", "*/survey_invites/initialize"])
def test_an_invite_that_cannot_be_initialized_is_told_too(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, path: str, fault: str
) -> None:
    game = play()
    survey = the_survey(game)
    replies: dict[str, dict[str, Any]] = {
        "respond": {"status": 503, "times": None},
        "nonsense": {"status": 200, "body": b"[1]"},
        "no id": {"status": 200, "body": {"survey_response_id": None, "survey_invite_id": {}}},
        "blank ids": {"status": 200, "body": {"survey_response_id": " ", "survey_invite_id": " "}},
        "long ids": {"status": 200, "body": {"survey_response_id": "r" * 10_000, "survey_invite_id": "i" * 10_000}},
    }
    if fault in replies:
        sandbox.faults.respond(path, **replies[fault])
    else:
        getattr(sandbox.faults, fault)(path)

    game.uw.surveys.initialize_invite(survey)
    game.until_sent("surveys", "on_invite_initialized")

    (details,) = game.seen.of("surveys", "on_invite_initialized")
    assert details["was_initialized"] is False
    assert details["invite_id"] is None
    assert (details["response_id"] is None) == path.endswith("get_response_id")
    assert "An invite to the survey 'feedback' could not be initialized" in caplog.text


def test_an_invite_to_a_survey_that_was_withdrawn_is_not_initialized(sandbox: Sandbox, play: Play) -> None:
    game = play()
    survey = the_survey(game)
    sandbox.withdraw(SURVEY)

    game.uw.surveys.initialize_invite(survey)
    game.until_sent("surveys", "on_invite_initialized")

    assert game.seen.of("surveys", "on_invite_initialized")[0]["was_initialized"] is False


def test_an_invite_asked_for_before_the_session_is_initialized_with_it(sandbox: Sandbox, play: Play) -> None:
    survey = the_survey(play())
    game = play(start=False)
    game.uw.start()

    game.uw.surveys.initialize_invite(survey)

    game.until_sent("surveys", "on_invite_initialized")
    assert game.seen.of("surveys", "on_invite_initialized")[0]["was_initialized"] is True


def test_a_declined_invite_is_told_to_the_platform_and_opens_nothing(sandbox: Sandbox, play: Play) -> None:
    game = play()
    invite = invited(game)

    game.uw.surveys.respond_to_invite(*invite, accepted=False)

    assert not game.uw.surveys.in_progress
    game.until(lambda: states(sandbox)[-1] == "survey_invite_denied")
    assert told(game) == []
    assert "survey_url" not in paths_asked(sandbox)


def test_an_invite_that_was_declined_offline_is_told_by_the_next_run(sandbox: Sandbox, play: Play) -> None:
    game = play()
    invite = invited(game)
    sandbox.faults.drop("*", times=None)
    game.uw.surveys.respond_to_invite(*invite, accepted=False)
    game.uw.stop()
    assert states(sandbox)[-1] == "survey_invite_presented"
    sandbox.faults.clear()

    later = play()

    later.until(lambda: states(sandbox)[-1] == "survey_invite_denied")


def test_a_declined_invite_that_the_platform_refuses_is_a_delivery_that_failed(sandbox: Sandbox, play: Play) -> None:
    game = play()
    invite = invited(game)

    game.uw.surveys.respond_to_invite(invite.survey, invite.response_id, "another", accepted=False)

    game.until_sent("client", "on_delivery_failed")
    (failed,) = game.seen.of("client", "on_delivery_failed")
    assert failed["action"].kind == "survey_declined"
    assert failed["action"].body["survey_invite_id"] == "another"
    assert isinstance(failed["error"], RequestRejected)


def test_a_survey_can_be_declined_while_another_is_taken(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, "other")
    game = play()
    other = invited(game, "other")
    open_page(game)

    game.uw.surveys.respond_to_invite(*other, accepted=False)

    game.until(lambda: sandbox.player("hero-42").survey_responses[0].state == "survey_invite_denied")
    assert game.uw.surveys.in_progress


def test_only_one_survey_is_taken_at_a_time(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, "other")
    game = play()
    other = invited(game, "other")
    page = open_page(game)

    with pytest.raises(LifecycleError, match=r"A survey is in progress: .* or call surveys\.close\(\) first\."):
        game.uw.surveys.respond_to_invite(*other, accepted=True)

    assert game.uw.surveys.in_progress
    page.tell("closed")
    until_told(game, "on_entered", "on_closed")


def test_the_next_survey_may_begin_as_soon_as_the_end_of_one_is_heard(sandbox: Sandbox, play: Play) -> None:
    publish(sandbox, "other")
    game = play()
    other = invited(game, "other")
    page = open_page(game)

    @game.uw.surveys.on_closed.connect
    def go_on(surveys: Any, survey: Any, response_id: str) -> None:
        assert not surveys.in_progress
        if survey.id == SURVEY:
            surveys.respond_to_invite(*other, accepted=True)

    page.tell("closed")

    until_told(game, "on_entered", "on_closed", "on_entered")
    assert game.seen.of("surveys", "on_entered")[1]["survey"].id == "other"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"survey": SURVEY}, "survey must be a record of the type Survey, not str"),
        ({"survey": None}, "survey must be a record of the type Survey"),
        ({"response_id": ""}, "response_id must be text that is not empty"),
        ({"response_id": None}, "response_id must be text"),
        ({"response_id": "\ud800"}, "response_id holds half of a character"),
        ({"invite_id": 5}, "invite_id must be text that is not empty, not 5"),
        ({"accepted": None}, "accepted must be True or False"),
        ({"accepted": "yes"}, "accepted must be True or False"),
        ({"accepted": 1}, "accepted must be True or False"),
    ],
)
def test_wrong_answers_to_an_invite_are_refused_at_the_call(
    sandbox: Sandbox, play: Play, change: dict[str, Any], sentence: str
) -> None:
    game = play()
    arguments = {"survey": the_survey(game), "response_id": "r", "invite_id": "i", "accepted": True, **change}

    with pytest.raises(ArgumentError, match=sentence):
        game.uw.surveys.respond_to_invite(**arguments)

    assert not game.uw.surveys.in_progress
    assert paths_asked(sandbox) == []


@pytest.mark.parametrize("response_id", ["", 5, b"x"])
def test_wrong_invites_are_refused_at_the_call(play: Play, response_id: Any) -> None:
    game = play()
    with pytest.raises(ArgumentError, match="response_id must be text"):
        game.uw.surveys.initialize_invite(the_survey(game), response_id)
    with pytest.raises(ArgumentError, match="survey must be a record of the type Survey"):
        game.uw.surveys.initialize_invite("feedback")  # type: ignore[arg-type]


def test_an_invite_that_was_accepted_is_told_before_its_page_is_asked_for(sandbox: Sandbox, play: Play) -> None:
    game = play()

    open_page(game)

    assert paths_asked(sandbox)[-2:] == ["survey_invites/appuser_response", "survey_url"]
    assert states(sandbox) == ["attempted", "survey_invite_presented", "survey_invite_accepted"]


def test_a_platform_without_the_path_of_the_shipped_sdk_is_asked_as_documented(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*/survey_url", status=404)
    game = play()

    page = open_page(game)

    assert paths_asked(sandbox)[-2:] == ["survey_url", "surveys/get_response_id"]
    assert "/take_survey/" in page.url


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("*/survey_invites/appuser_response", {"status": 500}),
        ("*/survey_invites/appuser_response", None),
        ("*/survey_url", {"status": 500}),
        ("*/survey_url", {"status": 200, "body": {"survey_url": None}}),
        ("*/survey_url", {"status": 200, "body": b"{"}),
        ("*/survey_url", None),
    ],
)
def test_a_survey_that_cannot_be_entered_says_so_once(
    sandbox: Sandbox, play: Play, path: str, fault: dict[str, Any] | None
) -> None:
    if fault is None:
        sandbox.faults.drop(path, times=None)
    else:
        sandbox.faults.respond(path, **fault)
    game = play()

    accept(game)

    until_told(game, "on_enter_failed")
    assert not game.uw.surveys.in_progress
    assert error_of(game).endswith(".")


def test_nobody_enters_a_survey_offline(sandbox: Sandbox, play: Play) -> None:
    game = play()
    invite = invited(game)
    sandbox.stop()

    game.uw.surveys.respond_to_invite(*invite, accepted=True)

    assert game.uw.surveys.in_progress
    until_told(game, "on_enter_failed")
    assert "refused" in error_of(game)


def test_nobody_enters_a_survey_before_the_start_of_the_client(sandbox: Sandbox, play: Play) -> None:
    invite = invited(play())
    game = play(start=False)

    game.uw.surveys.respond_to_invite(*invite, accepted=True)

    until_told(game, "on_enter_failed")
    assert "call start() first" in error_of(game)


def test_a_response_that_is_over_cannot_be_entered(sandbox: Sandbox, play: Play) -> None:
    game = play()
    invite = invited(game)
    game.uw.surveys.respond_to_invite(*invite, accepted=False)
    game.until(lambda: states(sandbox)[-1] == "survey_invite_denied")

    game.uw.surveys.respond_to_invite(*invite, accepted=True)

    until_told(game, "on_enter_failed")
    assert "422" in error_of(game)
