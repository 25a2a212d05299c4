"""What the platform is told of the player, push notifications, and pictures: on a real platform."""

from __future__ import annotations

from typing import Any

import pytest
from hero_wars.draw_media import PICTURES, SIZE
from hero_wars.live.pictures import MISSING
from hero_wars.play.coins import Coin
from hero_wars.play.intent import Intent
from hero_wars.screen.photos import cut
from hero_wars.stage import Stage

from tests.examples.conftest import EXAMPLES
from tests.examples.playing import FRAME, PUSH, HeroGame, advance

MEDIA = EXAMPLES / "hero_wars" / "media"


def collect(stage: Stage) -> None:
    """The hero takes one coin."""
    hero = stage.world.hero
    stage.world.coins.append(Coin(hero.x, hero.chest, hero.chest))
    advance(stage, FRAME)


def events(game: HeroGame) -> list[tuple[str, dict[str, Any]]]:
    return [(event.event_id, dict(event.attributes)) for event in game.player.events]


def test_a_new_level_is_told_with_what_the_hero_owns(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    stage.world.levels.points = stage.world.levels.goal - 1
    collect(stage)
    hero_game.until(lambda: events(hero_game) == [("level_up", {"level": 2})])
    hero_game.until(lambda: hero_game.player.attributes.get("level") == 2)
    attributes = hero_game.player.attributes
    assert (attributes["coins"], attributes["gems"]) == (1, 5)


def test_a_streak_is_told_with_its_length(hero_game: HeroGame) -> None:
    hero_game.stage.world.streak = 19
    collect(hero_game.stage)
    hero_game.until(lambda: events(hero_game) == [("streak", {"length": 20})])


def test_a_fight_is_told_as_a_region_and_its_end_as_an_event(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    advance(stage, FRAME)
    stage.world.levels.level, stage.world.levels.points = 2, 1000
    advance(stage, FRAME)
    boss = stage.world.boss
    assert boss is not None
    boss.health, boss.y = 1, 452.0
    stage.world.hero.x, stage.world.hero.y, stage.world.hero.vy = boss.x, boss.top + 5.0, 200.0
    advance(stage, FRAME)
    hero_game.until(lambda: ("boss_defeated", {"level": 3}) in events(hero_game))
    regions = [(region.name, region.metadata["level"]) for region in hero_game.player.regions]
    assert regions == [("meadow", 1), ("boss_fight", 3), ("meadow", 4)]


def test_the_market_is_a_region_and_what_is_bought_there_an_event(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    stage.world.purse.coins = 20
    advance(stage, FRAME, Intent(market=True))
    advance(stage, FRAME, Intent(ware=1))
    hero_game.until(lambda: events(hero_game) == [("ware_bought", {"ware": "magnet", "coins": 20})])
    assert hero_game.player.regions[-1].name == "market"
    assert ("assign_event", "ware_bought    ware=magnet  coins=20") in hero_game.told


def test_a_notification_is_shown_and_told_as_viewed(hero_game: HeroGame) -> None:
    stage = hero_game.stage
    advance(stage, FRAME, Intent(push=True))
    hero_game.until(lambda: stage.panels.notice.push is not None)
    push = stage.panels.notice.push
    assert push is not None
    assert (push.title, push.body) == (PUSH["title"], PUSH["body"])
    hero_game.until(lambda: [one.state for one in hero_game.player.push_impressions] == ["viewed"])
    assert [token.platform for token in hero_game.player.device_tokens] == ["fcm"]


def test_without_a_push_library_the_key_does_nothing(stage: Stage) -> None:
    advance(stage, FRAME, Intent(push=True))
    assert stage.panels.notice.push is None


@pytest.mark.parametrize("kind", ["messages", "offers"])
def test_the_picture_of_what_arrives_is_there_before_it_is_drawn(hero_game: HeroGame, kind: str) -> None:
    hero_game.sandbox.add_media("dragon", MEDIA / "dragon.png")
    hero_game.publish(kind, id="hello", title="Hello", landscape_image_id="dragon")
    known = hero_game.stage.live.pictures._bytes
    hero_game.until(lambda: known.get("dragon"))
    assert hero_game.stage.live.pictures.get("dragon") == (MEDIA / "dragon.png").read_bytes()


def test_the_picture_of_a_message_that_is_still_to_come_is_fetched_ahead(hero_game: HeroGame) -> None:
    hero_game.sandbox.add_media("dragon", MEDIA / "dragon.png")
    hero_game.publish("messages", id="later", title="Later", start_at="+1h", landscape_image_id="dragon")
    hero_game.until(lambda: hero_game.sandbox.requests_to("/media/dragon"))


def test_a_picture_that_cannot_be_had_is_given_up(hero_game: HeroGame) -> None:
    hero_game.publish("messages", id="hello", title="Hello", landscape_image_id="nowhere")
    hero_game.until(lambda: hero_game.stage.live.pictures.get("nowhere") == MISSING)


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("name", sorted(PICTURES))
def test_each_picture_is_what_its_script_draws_and_small(name: str) -> None:
    path = MEDIA / f"{name}.png"
    assert PICTURES[name]().get_size() == SIZE
    assert path.stat().st_size < 50_000
    picture = cut(path.read_bytes(), (234, 104))
    assert picture is not None
    assert picture.get_size() == (234, 104)
    assert picture.get_at((0, 0)).a == 0, "the corners are round"
    assert picture.get_at((117, 52)).a > 250


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_bytes_that_are_no_picture_are_refused(data: bytes) -> None:
    assert cut(data, (100, 100)) is None
