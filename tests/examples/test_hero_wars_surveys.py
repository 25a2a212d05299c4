"""The way into a survey and back, on a real platform."""

from __future__ import annotations

import pytest
from hero_wars.live.surveys import REWARD, questions
from hero_wars.play.intent import Intent
from hero_wars.survey_bot import ANSWERS, BotView

from tests.examples.playing import FRAME, HeroGame, advance, popup
from uwclient import UserWiseError
from uwclient.survey_views import PageNews

QUESTIONS = [
    {"id": "fun", "type": "rating", "text": "Fun?", "scale": 5, "required": True},
    {"id": "next", "type": "single_select", "text": "Next?", "options": ["Caves", "Dragons"]},
    {"id": "words", "type": "open_ended", "text": "Words?"},
]


class Page:
    """A page whose news the test decides."""

    knows_end = True

    def __init__(self) -> None:
        self.news: list[PageNews] = []

    def poll(self) -> PageNews | None:
        return self.news.pop(0) if self.news else None

    def close(self) -> None:
        self.news.append(PageNews("closed"))


class View:
    """Shows one page, or cannot."""

    def __init__(self, page: Page | None) -> None:
        self._page = page

    def open(self, url: str) -> Page:
        if self._page is None:
            raise UserWiseError("There is nothing to show it on.")
        return self._page


def invite(game: HeroGame, page: Page | None) -> None:
    """The game shows an invite to a survey, whose page would be this one."""
    game.uw.surveys.view = View(page)
    game.publish("surveys", id="steps", questions=QUESTIONS, questions_count=3)
    game.until(lambda: game.stage.panels.popups.openness == 1.0)


def answer(game: HeroGame, accepted: bool) -> None:
    advance(game.stage, FRAME, Intent(accept=accepted, dismiss=not accepted))


def states(game: HeroGame) -> list[str]:
    return [response.state for response in game.player.survey_responses]


def test_a_survey_is_offered_with_what_it_asks_and_what_it_gives(hero_game: HeroGame) -> None:
    invite(hero_game, Page())
    shown = popup(hero_game.stage)
    assert shown.body.startswith("3 questions for 50 gems")
    assert (shown.accept_label, shown.dismiss_label) == ("Yes, sure", "Not now")


def test_an_invite_that_is_declined_is_told_to_the_platform(hero_game: HeroGame) -> None:
    invite(hero_game, Page())
    answer(hero_game, accepted=False)
    hero_game.until(lambda: states(hero_game) == ["survey_invite_denied"])
    hero_game.until(lambda: hero_game.stage.panels.toasts.current == "Maybe another time")


def test_the_game_waits_at_the_survey_and_thanks_for_the_answers(hero_game: HeroGame) -> None:
    page = Page()
    invite(hero_game, page)
    answer(hero_game, accepted=True)
    stage = hero_game.stage
    hero_game.until(lambda: stage.panels.popups.current and popup(stage).title == "Your survey is opening")
    before = stage.world.elapsed
    advance(stage, 1.0)
    assert stage.world.elapsed == before
    page.news += [PageNews("completed"), PageNews("closed")]
    hero_game.until(lambda: stage.panels.popups.visible is None)
    assert stage.world.purse.gems == REWARD["gems"]


def test_a_survey_that_is_closed_without_answers_gives_nothing_and_the_game_goes_on(hero_game: HeroGame) -> None:
    page = Page()
    invite(hero_game, page)
    answer(hero_game, accepted=True)
    page.news.append(PageNews("closed"))
    hero_game.until(lambda: hero_game.stage.panels.popups.visible is None)
    assert hero_game.stage.world.purse.gems == 0
    assert not hero_game.uw.surveys.in_progress


def test_a_player_who_says_i_am_back_ends_the_survey(hero_game: HeroGame) -> None:
    invite(hero_game, Page())
    answer(hero_game, accepted=True)
    hero_game.until(lambda: hero_game.stage.panels.popups.openness == 1.0 and hero_game.uw.surveys.in_progress)
    answer(hero_game, accepted=True)
    hero_game.until(lambda: not hero_game.uw.surveys.in_progress)
    hero_game.until(lambda: hero_game.stage.panels.popups.visible is None)


def test_a_survey_that_cannot_be_opened_lets_the_game_go_on_and_says_so(hero_game: HeroGame) -> None:
    invite(hero_game, None)
    answer(hero_game, accepted=True)
    hero_game.until(lambda: hero_game.stage.panels.toasts.current == "The survey could not be opened")
    hero_game.until(lambda: hero_game.stage.panels.popups.visible is None)


def test_a_survey_that_is_withdrawn_takes_its_invite_away(hero_game: HeroGame) -> None:
    invite(hero_game, Page())
    hero_game.withdraw("steps")
    hero_game.until(lambda: hero_game.stage.panels.popups.visible is None)


def test_offline_no_invite_is_shown(hero_game: HeroGame) -> None:
    hero_game.sandbox.faults.respond("*/surveys/get_response_id", status=422)
    hero_game.publish("surveys", id="steps", questions_count=3)
    hero_game.pass_time(5.0)
    advance(hero_game.stage, 1.0)
    assert hero_game.stage.panels.popups.visible is None


def test_the_bot_opens_the_page_and_its_answers_are_kept(
    hero_game: HeroGame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hero_wars.survey_bot.TIME_TO_ANSWER", 0.05)
    invite(hero_game, Page())
    hero_game.uw.surveys.view = BotView()
    answer(hero_game, accepted=True)
    hero_game.until(lambda: hero_game.stage.world.purse.gems == REWARD["gems"])
    assert [response.answers for response in hero_game.player.survey_responses] == [ANSWERS]


def test_a_survey_that_the_bot_does_not_know_is_closed_unanswered(
    hero_game: HeroGame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hero_wars.survey_bot.TIME_TO_ANSWER", 0.05)
    hero_game.publish("surveys", id="steps", questions=[{"id": "age", "type": "open_ended", "text": "Age?"}])
    hero_game.uw.surveys.view = BotView()
    hero_game.until(lambda: hero_game.stage.panels.popups.openness == 1.0)
    answer(hero_game, accepted=True)
    hero_game.until(lambda: hero_game.uw.surveys.in_progress)
    hero_game.until(lambda: not hero_game.uw.surveys.in_progress)
    assert states(hero_game) == ["entered"]
    assert hero_game.stage.world.purse.gems == 0


@pytest.mark.parametrize(
    ("count", "text"), [(None, "A few questions"), (0, "A few questions"), (1, "One question"), (4, "4 questions")]
)
def test_questions_are_counted_in_words(count: int | None, text: str) -> None:
    assert questions(count) == text
