"""What the player has bought, read and answered does not come back when Hero Wars is started again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.examples.playing import HeroGame, advance, card, popup
from tests.surveys.survey_steps import QUESTIONS

if TYPE_CHECKING:
    from tests.conftest import Play
    from uwclient.sandbox import Sandbox


def again(hero_game: HeroGame, play: Play, sandbox: Sandbox) -> HeroGame:
    """The next time that the game is started."""
    hero_game.uw.stop()
    return HeroGame(play(virtual=True, start=False), sandbox)


def test_an_offer_that_was_bought_is_not_on_the_shelf_again_and_another_is(
    hero_game: HeroGame, play: Play, sandbox: Sandbox
) -> None:
    hero_game.publish("offers", id="gems", title="300 gems", items={"gems": 300})
    hero_game.publish("offers", id="kit", title="A kit")
    assert card(hero_game.stage).key == "gems"
    hero_game.stage.live.offers.buy_front()
    for _ in range(2):
        hero_game = again(hero_game, play, sandbox)
        assert [card(hero_game.stage).key, hero_game.stage.panels.shelf.waiting] == ["kit", 0]


def test_an_offer_whose_payment_failed_is_on_the_shelf_again(
    hero_game: HeroGame, play: Play, sandbox: Sandbox
) -> None:
    hero_game.publish("offers", id="gems", title="300 gems")
    hero_game.stage.live.offers.buy_front()
    hero_game.uw.offers.purchase_failed(hero_game.uw.offers.active[0])
    assert card(again(hero_game, play, sandbox).stage).key == "gems"


def test_a_message_that_was_read_does_not_pop_up_again(hero_game: HeroGame, play: Play, sandbox: Sandbox) -> None:
    hero_game.publish("messages", id="hello", title="Hello")
    advance(hero_game.stage, 1.0)
    assert popup(hero_game.stage).title == "Hello"
    hero_game = again(hero_game, play, sandbox)
    advance(hero_game.stage, 1.0)
    assert popup(hero_game.stage).title == "Hello", "it was not read yet"
    hero_game.stage.panels.popups.answer(True)
    hero_game = again(hero_game, play, sandbox)
    advance(hero_game.stage, 1.0)
    assert hero_game.stage.panels.popups.current is None


def test_an_invite_that_was_declined_is_not_repeated(hero_game: HeroGame, play: Play, sandbox: Sandbox) -> None:
    hero_game.publish("surveys", id="poll", questions=QUESTIONS)
    hero_game.until(lambda: hero_game.stage.panels.popups.current is not None)
    advance(hero_game.stage, 1.0)
    hero_game.stage.panels.popups.answer(False)
    hero_game = again(hero_game, play, sandbox)
    hero_game.pass_time(3.0)
    advance(hero_game.stage, 1.0)
    assert hero_game.stage.panels.popups.current is None
