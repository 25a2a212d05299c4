from __future__ import annotations

import pytest
from hero_wars.bot import BARGAIN_DELAY, PUSH_AFTER, SHOPS_AFTER, Bot, reading_time
from hero_wars.panels.panels import Panels
from hero_wars.panels.popups import Look, Popup
from hero_wars.panels.shelf import OfferCard, Price
from hero_wars.play.boss import Boss
from hero_wars.play.coins import Coin
from hero_wars.play.field import GROUND_Y
from hero_wars.play.happenings import Kind
from hero_wars.play.intent import Intent
from hero_wars.play.levels import Levels
from hero_wars.play.slimes import Slime
from hero_wars.play.world import World
from hero_wars.stage import Stage

from tests.examples.playing import FRAME

LOW = GROUND_Y - 30.0
HIGH = GROUND_Y - 140.0
CAPE = 3


def decide(world: World) -> Intent:
    return Bot().decide(FRAME, world, Panels())


def card(price: Price | None, key: str = "gems") -> OfferCard:
    return OfferCard(key, "Gems", "", (("gems", 300),), price, None)


def resting(x: float, y: float) -> Coin:
    return Coin(x, y, y)


def play(bot: Bot, stage: Stage, seconds: float) -> set[str]:
    """What the bot wanted, by name."""
    wanted: set[str] = set()
    for _ in range(round(seconds / FRAME)):
        intent = bot.decide(FRAME, stage.world, stage.panels)
        stage.advance(FRAME, intent)
        wanted |= {name for name in ("market", "buy", "push") if getattr(intent, name)}
        wanted |= set() if intent.ware is None else {f"ware {intent.ware}"}
    return wanted


def test_the_bot_runs_to_the_nearest_coin() -> None:
    assert decide(World(coins=[resting(900.0, LOW), resting(300.0, LOW)])).move == -1.0


def test_the_bot_stands_still_when_there_is_nothing_to_collect() -> None:
    assert decide(World()) == Intent()


def test_the_bot_jumps_for_a_coin_above_it_but_not_while_that_still_falls() -> None:
    world = World()
    world.coins.append(resting(world.hero.x, HIGH))
    assert decide(world).jump
    world.coins[0].y = 0.0
    assert not decide(world).jump


@pytest.mark.parametrize(("speed", "jumps"), [(-80.0, True), (80.0, False)])
def test_the_bot_jumps_only_over_slimes_that_come_closer(speed: float, jumps: bool) -> None:
    world = World()
    world.slimes.append(Slime(world.hero.x + 80.0, speed))
    assert decide(world).jump is jumps


def test_the_bot_reads_a_popup_before_it_closes_it() -> None:
    panels, bot, seconds = Panels(), Bot(), 0.0
    panels.popups.push(Popup("news", Look.MESSAGE, "News", "x" * 96, "OK", None, lambda accepted: None))
    panels.step(FRAME)
    while not bot.decide(FRAME, World(), panels).accept:
        panels.step(FRAME)
        seconds += FRAME
    assert seconds == pytest.approx(reading_time("News" + "x" * 96), abs=2 * FRAME)
    assert seconds == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize(
    ("before", "after", "buys"),
    [
        (Price(4.99), Price(6.99), False),
        (Price(4.99), Price(2.99), True),
        (None, None, True),
        (Price(10.0, "coins"), Price(10.0, "coins"), True),
        (Price(11.0, "coins"), Price(11.0, "coins"), False),
        (Price(10.0, "pearls"), Price(10.0, "pearls"), False),
    ],
)
def test_the_bot_buys_bargains_and_what_it_has_coins_for(
    before: Price | None, after: Price | None, buys: bool
) -> None:
    world, panels, bot = World(), Panels(), Bot()
    world.purse.coins = 10
    panels.shelf.put(card(before))
    panels.shelf.update(card(after))
    frames = round(BARGAIN_DELAY / FRAME) + 2
    assert any(bot.decide(FRAME, world, panels).buy for _ in range(frames)) is buys


def test_the_bot_looks_at_each_offer_before_it_buys_it() -> None:
    panels, bot, bought = Panels(), Bot(), []
    for key in ("first", "second"):
        panels.shelf.put(card(None, key))
    for frame in range(round(2 * BARGAIN_DELAY / FRAME) + 4):
        if bot.decide(FRAME, World(), panels).buy and panels.shelf.front:
            bought.append(frame * FRAME)
            panels.shelf.remove(panels.shelf.front.key)
    assert bought == pytest.approx([BARGAIN_DELAY, 2 * BARGAIN_DELAY], abs=0.1)


def test_the_bot_shops_once_it_can_afford_something_and_comes_back(stage: Stage) -> None:
    bot = Bot(_since_market=SHOPS_AFTER - 1.0)
    stage.world.purse.gems = 300
    assert "market" not in play(bot, stage, 0.9)
    assert play(bot, stage, 6.0) >= {"market", f"ware {CAPE}"}
    assert stage.world.powers.golden_cape
    assert not stage.panels.market.is_open


def test_the_bot_stays_in_the_field_without_money(stage: Stage) -> None:
    stage.world.tuning = stage.live.balance.tuning
    bot = Bot(_since_market=SHOPS_AFTER)
    assert "market" not in play(bot, stage, 1.0)


def test_the_bot_fights_and_reads_before_it_shops(stage: Stage) -> None:
    bot, panels = Bot(_since_market=SHOPS_AFTER), stage.panels
    stage.world.purse.gems = 300
    stage.world.boss = Boss(700.0, 4, 4)
    assert not bot.decide(FRAME, stage.world, panels).market
    stage.world.boss = None
    panels.herald.proclaim("VICTORY!")
    assert not bot.decide(FRAME, stage.world, panels).market
    panels.herald.step(60.0)
    panels.popups.push(Popup("news", Look.MESSAGE, "News", "", "OK", None, lambda accepted: None))
    assert not bot.decide(FRAME, stage.world, panels).market
    panels.popups.withdraw("news")
    assert bot.decide(FRAME, stage.world, panels).market


def test_the_bot_asks_for_one_notification(stage: Stage) -> None:
    bot = Bot(_age=PUSH_AFTER)
    assert "push" in play(bot, stage, 0.1)
    assert "push" not in play(bot, stage, 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_bot_beats_the_boss(seed: int) -> None:
    world, bot, panels = World(seed=seed, levels=Levels(level=3)), Bot(), Panels()
    world.boss = Boss(700.0, 4, 4)
    for _ in range(60 * 40):
        world.step(FRAME, bot.decide(FRAME, world, panels))
        if world.boss is None:
            break
    assert Kind.BOSS_DOWN in [happening.kind for happening in world.take_happenings()]


def test_the_bot_makes_a_living() -> None:
    world, bot, panels = World(seed=7), Bot(), Panels()
    for _ in range(60 * 60):
        intent = bot.decide(FRAME, world, panels)
        world.step(FRAME, intent)
    assert world.score > 1000
    assert world.levels.level > 3
