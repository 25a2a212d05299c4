from __future__ import annotations

import pytest
from hero_wars.bot import BARGAIN_DELAY, Bot, reading_time
from hero_wars.intent import Intent
from hero_wars.popups import Look, Popup, PopupQueue
from hero_wars.shelf import OfferCard, Price, Shelf
from hero_wars.world import GROUND_Y, Coin, Slime, World

STEP = 1 / 60
LOW = GROUND_Y - 30.0
HIGH = GROUND_Y - 140.0


def decide(world: World) -> Intent:
    return Bot().decide(STEP, world, PopupQueue(), Shelf())


def card(cost: float) -> OfferCard:
    return OfferCard("gems", "Gems", "", (("gems", 300),), Price(cost), None)


def test_the_bot_runs_to_the_nearest_coin() -> None:
    world = World(coins=[Coin(900.0, LOW, LOW), Coin(300.0, LOW, LOW)])
    assert decide(world).move == -1.0


def test_the_bot_stands_still_when_there_is_nothing_to_collect() -> None:
    assert decide(World()) == Intent()


def test_the_bot_jumps_for_a_coin_above_it() -> None:
    world = World()
    world.coins.append(Coin(world.hero.x, HIGH, HIGH))
    assert decide(world).jump


def test_the_bot_does_not_jump_for_a_coin_that_still_falls() -> None:
    world = World()
    world.coins.append(Coin(world.hero.x, 0.0, HIGH))
    assert not decide(world).jump


@pytest.mark.parametrize(("speed", "jumps"), [(-80.0, True), (80.0, False)])
def test_the_bot_jumps_only_over_slimes_that_come_closer(speed: float, jumps: bool) -> None:
    world = World()
    world.slimes.append(Slime(world.hero.x + 80.0, speed))
    assert decide(world).jump is jumps


def test_the_bot_reads_a_popup_before_it_closes_it() -> None:
    popups = PopupQueue()
    popups.push(Popup("news", Look.MESSAGE, "News", "x" * 96, "OK", None, lambda accepted: None))
    popups.step(STEP)
    bot, seconds = Bot(), 0.0
    while not bot.decide(STEP, World(), popups, Shelf()).accept:
        popups.step(STEP)
        seconds += STEP
    assert seconds == pytest.approx(reading_time("News" + "x" * 96), abs=2 * STEP)
    assert seconds == pytest.approx(5.0, abs=0.1)


def test_the_bot_buys_an_offer_only_when_it_has_become_cheaper() -> None:
    shelf, bot = Shelf(), Bot()
    shelf.put(card(4.99))
    frames = round(BARGAIN_DELAY / STEP) + 2

    def buys() -> bool:
        return any(bot.decide(STEP, World(), PopupQueue(), shelf).buy for _ in range(frames))

    assert not buys()
    shelf.update(card(6.99))
    assert not buys()
    shelf.update(card(2.99))
    assert buys()


def test_the_bot_makes_a_living() -> None:
    world, bot, popups, shelf = World(seed=7), Bot(), PopupQueue(), Shelf()
    for _ in range(60 * 60):
        world.step(STEP, bot.decide(STEP, world, popups, shelf))
    assert world.score > 200
    assert world.purse > 10
