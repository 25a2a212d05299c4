"""A survey is asked for with a card: the platform makes the invite first, and hears what the player answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.surveys.survey_steps import QUESTIONS, ViewOfTheTest, publish
from tests.ui.screen import Screen
from tests.ui.test_live import message
from uwclient.sandbox import Sandbox
from uwclient.ui.commands import Command
from uwclient.ui.scene import EMPTY
from uwclient.ui.strings import Strings
from uwclient.ui.survey_invites import TRY_AGAIN_AFTER

if TYPE_CHECKING:
    from tests.conftest import Play

STRINGS = Strings()
TITLE = STRINGS.survey_title


@pytest.fixture
def make_screen(make_screen: Any) -> Any:
    """Screens whose surveys are shown in a view of the test."""

    def make(**options: Any) -> Screen:
        screen: Screen = make_screen(**options)
        screen.game.uw.surveys.view = view_of[screen] = ViewOfTheTest()
        return screen

    return make


view_of: dict[Screen, ViewOfTheTest] = {}


def history(screen: Screen) -> list[str]:
    """The states that the player's responses went through."""
    return [change.state for response in screen.player.survey_responses for change in response.history]


def test_an_invite_is_shown_once_the_platform_has_made_it(sandbox: Sandbox, make_screen: Any) -> None:
    publish(sandbox)
    screen = make_screen()
    screen.game.pass_time(3)
    assert screen.player.survey_responses == (), "nothing is asked for before there is a screen"
    screen.until_shows(TITLE)
    assert screen.written()[-2:] == [STRINGS.survey_decline, STRINGS.survey_accept]
    assert screen.shows(f"Questions: {len(QUESTIONS)}")
    assert len(screen.player.survey_responses) == 1


def test_a_survey_that_is_accepted_is_entered_and_thanked_for(sandbox: Sandbox, make_screen: Any) -> None:
    publish(sandbox)
    message(sandbox, "welcome")
    screen = make_screen()
    while not screen.shows(TITLE):  # the message may come first
        screen.wait(0.2)
        if screen.shows("Title of welcome"):
            screen.wait()
            screen.click("dismiss")
    screen.wait()
    screen.click("accept")
    screen.until_platform(lambda: view_of[screen].pages)
    page = view_of[screen].page
    page.tell("completed")
    screen.until_platform(lambda: screen.game.seen.of("surveys", "on_completed"))
    assert screen.shows(STRINGS.survey_thanks)
    page.tell("closed")
    screen.until_platform(lambda: not screen.game.uw.surveys.in_progress)


def test_a_survey_that_is_declined_is_told_as_such_and_not_asked_for_again(
    sandbox: Sandbox, make_screen: Any
) -> None:
    publish(sandbox)
    screen = make_screen()
    screen.until_shows(TITLE)
    screen.press(Command.BACK)
    screen.until_platform(lambda: history(screen)[-1:] == ["survey_invite_denied"])
    screen.wait(5)
    assert screen.draw() is EMPTY
    assert len(screen.player.survey_responses) == 1


def test_while_the_player_is_in_a_survey_cards_wait_until_they_are_back(sandbox: Sandbox, make_screen: Any) -> None:
    publish(sandbox)
    screen = make_screen()
    screen.until_shows(TITLE)
    screen.click("accept")
    screen.until_platform(lambda: screen.game.seen.of("surveys", "on_entered"))
    message(sandbox, "welcome")
    publish(sandbox, "another survey")
    screen.refresh()
    screen.wait(3)
    assert not screen.shows("Title of welcome")
    assert not screen.press(Command.NEXT), "the player presses a key in the game: they are back"
    screen.until_shows("Title of welcome")
    screen.click("dismiss")
    screen.wait(5)
    assert len(screen.player.survey_responses) == 1, "one survey at a time"
    view_of[screen].page.tell("closed")
    screen.until_platform(lambda: not screen.game.uw.surveys.in_progress)
    screen.until_shows(TITLE)


def test_a_survey_that_cannot_be_entered_is_told_to_the_player(sandbox: Sandbox, make_screen: Any) -> None:
    publish(sandbox)
    screen = make_screen()
    screen.until_shows(TITLE)
    for path in ("*/survey_url", "*/surveys/get_response_id"):
        sandbox.faults.respond(path, status=404, times=None)
    screen.click("accept")
    screen.until_platform(lambda: screen.game.seen.of("surveys", "on_enter_failed"))
    assert screen.shows(STRINGS.survey_failed)


def test_a_survey_without_an_invite_is_not_shown_and_tried_again_later(sandbox: Sandbox, make_screen: Any) -> None:
    publish(sandbox)
    sandbox.faults.respond("*/survey_invites/initialize", status=422, times=1)
    screen = make_screen()
    screen.draw()
    screen.until_platform(lambda: screen.game.seen.of("surveys", "on_invite_initialized"))
    screen.wait(5)
    assert screen.draw() is EMPTY
    assert [survey.id for survey in screen.ui.waiting] == ["feedback"]
    screen.game.pass_time(TRY_AGAIN_AFTER, step=30)
    screen.until_shows(TITLE)


def test_a_survey_known_from_the_cache_is_asked_for_when_there_is_a_session(
    sandbox: Sandbox, make_screen: Any, play: Play
) -> None:
    publish(sandbox)
    first = play()
    first.until_loaded()
    first.uw.stop()
    sandbox.faults.respond("*/appusers/hero-42", status=503, times=2)
    screen = make_screen(load=False)
    screen.game.until_sent("client", "on_session_initialization_failed")
    screen.until_shows(TITLE)


def test_a_survey_that_ends_before_it_could_be_shown_is_forgotten(sandbox: Sandbox, make_screen: Any) -> None:
    publish(sandbox)
    screen = make_screen()
    screen.ui.hold("boss")
    sandbox.withdraw("feedback")
    screen.refresh()
    screen.ui.release("boss")
    screen.wait(5)
    assert screen.draw() is EMPTY
    assert screen.player.survey_responses == ()


def test_an_invite_that_is_held_back_is_not_asked_for(sandbox: Sandbox, make_screen: Any) -> None:
    publish(sandbox)
    screen = make_screen()
    screen.ui.hold("boss")
    screen.wait(5)
    assert screen.player.survey_responses == ()
    assert screen.ui.held_back() == [("feedback", "waits for its invite")]


def test_several_surveys_are_asked_for_one_after_the_other(sandbox: Sandbox, make_screen: Any) -> None:
    for number in range(3):
        publish(sandbox, f"survey-{number}")
    screen = make_screen()
    asked: list[str] = []
    screen.ui.on_answer = lambda record, choice: asked.append(record.id)
    for _ in range(3):
        screen.until_shows(TITLE)
        screen.click("dismiss")
    assert asked == ["survey-0", "survey-1", "survey-2"]
    screen.until_platform(lambda: history(screen).count("survey_invite_denied") == 3)


def test_a_survey_that_the_game_itself_has_begun_meanwhile_is_not_disturbed(
    sandbox: Sandbox, make_screen: Any
) -> None:
    publish(sandbox)
    publish(sandbox, "other")
    screen = make_screen()
    screen.until_shows(TITLE)
    surveys = screen.game.uw.surveys
    (shown,) = [survey for survey in surveys.active if survey is screen.ui._feed.current]
    (other,) = [survey for survey in surveys.active if survey is not shown]
    surveys.initialize_invite(other)
    screen.until_platform(lambda: len(screen.game.seen.of("surveys", "on_invite_initialized")) >= 2)
    details = screen.game.seen.of("surveys", "on_invite_initialized")[-1]
    surveys.respond_to_invite(other, details["response_id"], details["invite_id"], True)
    screen.click("accept")
    assert screen.shows(STRINGS.survey_failed)
    assert surveys.in_progress
    surveys.close()
    screen.until_platform(lambda: not surveys.in_progress)
