"""The scenario of the sample game, told by the real sandbox to the real client, at several moments of its story."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

import pytest
from hero_wars.play.coins import Coin
from hero_wars.play.intent import Intent
from hero_wars.stage import Stage

from tests.conftest import MakeSandbox, Play
from tests.examples.playing import FRAME, HeroGame, advance, card
from uwclient import UserWise
from uwclient.cli import main
from uwclient.demo import examples_folder
from uwclient.sandbox import Sandbox

SCENARIO = examples_folder() / "hero_wars" / "scenario.yaml"
PATIENCE = 10.0


class Story(Protocol):
    """The game of a player who comes in so many seconds after the start of the sandbox."""

    def __call__(self, seconds: float) -> HeroGame: ...


@pytest.fixture
def story(play: Play, make_sandbox: MakeSandbox, tmp_path: Path) -> Story:
    def begin(seconds: float) -> HeroGame:
        sandbox = make_sandbox(scenario=SCENARIO)
        sandbox.clock.set(sandbox.clock.started_at)
        sandbox.clock.advance(seconds=seconds)
        folder = tmp_path / str(seconds)
        game = HeroGame(play(at=sandbox, virtual=True, start=False, data_dir=folder), sandbox)
        advance(game.stage, 1.0)
        return game

    return begin


def banner(stage: Stage) -> str | None:
    shown = stage.live.events.banner()
    return shown.title if shown else None


def popups(game: HeroGame) -> list[str]:
    """The pop-ups, read one after another."""
    queue = game.stage.panels.popups
    titles = []
    while queue.visible or (queue.waiting and not queue.held_for):
        advance(game.stage, 0.5)
        if queue.current is not None:
            titles.append(queue.current.title)
        advance(game.stage, 0.5, Intent(accept=True))
    return titles


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (1, ([], None, None, 1)),
        (5, (["Welcome to Hero Wars!"], None, None, 1)),
        (20, (["Welcome to Hero Wars!"], "Double Coins", "$4.99", 2)),
        (30, (["Welcome to Hero Wars!"], "Double Coins", "$2.99", 2)),
        (58, (["Maintenance tonight"], None, None, 1)),
    ],
)
def test_the_story_goes_as_its_comments_say(
    story: Story, seconds: float, shown: tuple[list[str], str | None, str | None, int]
) -> None:
    game = story(seconds)
    front = game.stage.panels.shelf.front
    price = front.price_text if front else None
    said = (banner(game.stage), price, game.stage.world.multiplier)
    assert (popups(game), *said) == shown


def test_the_mistaken_message_goes_away_while_it_is_read(story: Story) -> None:
    game = story(57)
    assert game.stage.panels.popups.holds("maintenance")
    game.sandbox.clock.advance(seconds=5)
    game.refresh()
    assert not game.stage.panels.popups.holds("maintenance")


def test_the_config_speeds_the_hero_up_and_changes_the_colours(story: Story) -> None:
    before, after = story(30).stage.live.balance, story(55).stage.live.balance
    assert (before.tuning.hero.speed, after.tuning.hero.speed) == (240.0, 330.0)
    assert before.theme != after.theme


def test_the_coin_rain_ends_the_story(story: Story) -> None:
    game = story(74)
    assert banner(game.stage) == "Coin Rain"
    assert game.stage.world.coin_rate == 4.0


def test_the_coin_rain_is_announced_before_it_begins(story: Story) -> None:
    following = story(45).stage.live.events.next_event()
    assert following is not None
    assert following.title == "Coin Rain"
    assert following.remaining == pytest.approx(27, abs=5)


def test_the_survey_invites_new_heroes(story: Story) -> None:
    game = story(68)
    game.until(lambda: game.stage.panels.popups.current)
    assert popups(game)[0] == "May we ask you something?"


def test_the_first_walk_into_the_market_brings_a_deal_and_the_second_none(story: Story) -> None:
    game = story(1)
    for _ in range(2):
        advance(game.stage, FRAME, Intent(market=True))
        game.until(lambda: game.stage.panels.shelf.front)
        assert card(game.stage).title == "The starter kit"
        assert card(game.stage).price_text == "15 coins"
        advance(game.stage, FRAME, Intent(market=True))
    game.stage.panels.shelf.remove("starter-kit")
    advance(game.stage, FRAME, Intent(market=True))
    game.pass_time(1.0)
    assert game.stage.panels.shelf.front is None


def test_the_first_purchase_is_thanked_for_once(story: Story) -> None:
    game = story(20)
    popups(game)
    advance(game.stage, FRAME, Intent(buy=True))
    game.uw.pump()
    advance(game.stage, FRAME)
    assert popups(game) == ["The dragon thanks you"]
    game.publish("offers", id="more", title="More")
    advance(game.stage, FRAME, Intent(buy=True))
    game.uw.pump()
    advance(game.stage, FRAME)
    assert popups(game) == []


def test_a_streak_of_twenty_brings_a_gift(story: Story) -> None:
    game = story(1)
    world = game.stage.world
    world.streak = 19
    world.coins.append(Coin(world.hero.x, world.hero.chest, world.hero.chest))
    advance(game.stage, FRAME)
    game.uw.pump()
    assert (card(game.stage).title, card(game.stage).price_text) == ("On a roll!", "Free")


def test_the_kings_letter_comes_in_the_fight_and_is_read_after_it(story: Story) -> None:
    game = story(1)
    world = game.stage.world
    world.levels.level, world.levels.points = 2, world.levels.goal + 1000
    advance(game.stage, FRAME)
    game.uw.pump()
    advance(game.stage, 3.0)
    assert world.boss is not None
    assert game.stage.panels.popups.visible is None
    world.boss = None
    advance(game.stage, FRAME)
    assert popups(game) == ["A letter from the king"]


def test_every_picture_that_the_scenario_names_can_be_had(story: Story) -> None:
    game = story(20)
    pictures = game.stage.live.pictures
    for name in ("meadow", "dragon", "kit", "feast"):
        pictures.want(name)
        game.until(lambda name=name: pictures.get(name))  # type: ignore[misc]


def test_without_a_platform_the_game_plays_on_and_says_so(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        gone = sandbox.url
    uw = UserWise("key", "hero-42", "live", host=gone, data_dir=tmp_path, threaded=False)
    stage = Stage(uw, seed=7)
    uw.start()
    give_up_at = time.monotonic() + PATIENCE
    while stage.panels.toasts.current is None and time.monotonic() < give_up_at:
        uw.pump()
        stage.advance(FRAME, Intent())
    uw.stop()
    assert stage.panels.toasts.current == "Offline: playing with the content saved last time"
    assert stage.world.elapsed > 0
    assert not stage.live.session.is_online


def test_the_game_runs_from_its_own_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--headless", "--seconds", "0.1", "--screenshot", str(tmp_path)]) == 0
    assert "game over" in capsys.readouterr().out
    assert (tmp_path / "01-end.png").is_file()
