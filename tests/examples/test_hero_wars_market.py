"""What the hero can buy, what it does, and the way to the market and back."""

from __future__ import annotations

import pytest
from hero_wars.play.coins import Coin
from hero_wars.play.field import GROUND_Y
from hero_wars.play.happenings import Kind
from hero_wars.play.intent import Intent
from hero_wars.play.powers import FEATHER_TIME, MAGNET_TIME, Power, Powers
from hero_wars.play.purse import Purse
from hero_wars.play.slimes import Slime
from hero_wars.play.tuning import Prices, SpawnNumbers, Tuning
from hero_wars.play.wares import wares
from hero_wars.play.world import World
from hero_wars.stage import Stage

from tests.examples.playing import FRAME, advance

STILL = Intent()
EMPTY = Tuning(spawn=SpawnNumbers(0.0, 0.0))
SHIELD, MAGNET, FEATHER, CAPE = range(4)


def jump_twice(world: World) -> float:
    """Presses the key on the ground and again in the air; how high the hero came."""
    highest = GROUND_Y
    for step in range(90):
        world.step(FRAME, Intent(jump=step < 5 or 22 < step < 28))
        highest = min(highest, world.hero.y)
    return GROUND_Y - highest


def test_a_shield_takes_one_hit() -> None:
    world = World(tuning=EMPTY, purse=Purse(coins=9), powers=Powers(shields=1))
    world.slimes.append(Slime(world.hero.x, 0.0))
    world.step(FRAME, STILL)
    assert (world.powers.shields, world.purse.coins) == (0, 9)
    assert [happening.kind for happening in world.take_happenings()] == [Kind.BLOCK]


def test_a_magnet_draws_coins_that_are_near() -> None:
    world = World(tuning=EMPTY, powers=Powers(magnet_for=MAGNET_TIME))
    near, far = (Coin(world.hero.x + offset, GROUND_Y - 60.0, GROUND_Y - 60.0) for offset in (150.0, 400.0))
    world.coins += [near, far]
    for _ in range(60):
        world.step(FRAME, STILL)
    assert (world.purse.coins, world.coins) == (1, [far])


def test_a_feather_lets_the_hero_jump_once_more_in_the_air() -> None:
    assert jump_twice(World(tuning=EMPTY, powers=Powers(feather_for=FEATHER_TIME))) > 180.0
    assert jump_twice(World(tuning=EMPTY)) < 130.0


def test_a_key_that_is_held_does_not_jump_again_in_the_air() -> None:
    world = World(tuning=EMPTY, powers=Powers(feather_for=FEATHER_TIME))
    highest = GROUND_Y
    for _ in range(40):
        world.step(FRAME, Intent(jump=True))
        highest = min(highest, world.hero.y)
    assert GROUND_Y - highest < 130.0


def test_magnet_and_feather_run_out_and_a_second_one_lasts_longer() -> None:
    powers = Powers()
    powers.take(Power.MAGNET, 2)
    powers.take(Power.FEATHER)
    powers.step(FEATHER_TIME)
    assert (powers.has(Power.MAGNET), powers.has(Power.FEATHER)) == (True, False)
    assert powers.magnet_for == 2 * MAGNET_TIME - FEATHER_TIME


def test_granted_coins_gems_and_powers_are_kept_and_every_item_is_shown() -> None:
    world = World(purse=Purse(coins=1))
    world.grant({"coins": 100, "gems": 300, "shield": 2, "golden_cape": 1, "sword": 1})
    assert world.purse == Purse(coins=101, gems=300)
    assert (world.powers.shields, world.powers.golden_cape) == (2, True)
    labels = [happening.label for happening in world.take_happenings()]
    assert labels == ["+100 coins", "+300 gems", "+2 shield", "+1 golden cape", "+1 sword"]


def test_spending_more_than_the_purse_holds_is_refused_and_takes_nothing() -> None:
    purse = Purse(coins=10)
    assert not purse.spend("coins", 11)
    assert not purse.spend("gems", 1)
    assert not purse.spend("pearls", 1)
    assert purse == Purse(coins=10)
    assert purse.spend("coins", 10)
    assert purse == Purse()


def test_the_market_asks_what_the_designers_say() -> None:
    prices = [(ware.power, ware.price, ware.currency) for ware in wares(Prices(shield=1, golden_cape=7))]
    assert prices[SHIELD] == (Power.SHIELD, 1, "coins")
    assert prices[CAPE] == (Power.GOLDEN_CAPE, 7, "gems")
    with pytest.raises(ValueError, match="magnet is -1"):
        Prices(magnet=-1)


def test_the_field_waits_while_the_hero_is_in_the_market(stage: Stage) -> None:
    advance(stage, FRAME, Intent(market=True))
    before = stage.world.elapsed
    advance(stage, 1.0)
    assert stage.world.elapsed == before
    advance(stage, FRAME, Intent(market=True))
    advance(stage, 1.0)
    assert stage.world.elapsed > before


def test_a_ware_is_bought_with_coins_and_works_at_once(stage: Stage) -> None:
    stage.world.purse.coins = 40
    advance(stage, FRAME, Intent(market=True))
    advance(stage, FRAME, Intent(ware=SHIELD))
    assert (stage.world.purse.coins, stage.world.powers.shields) == (25, 1)
    assert stage.panels.market.flash_of(Power.SHIELD) > 0.9
    assert stage.panels.market.flash_of(Power.MAGNET) == 0.0


def test_a_ware_that_is_too_dear_stays_on_the_counter(stage: Stage) -> None:
    advance(stage, FRAME, Intent(market=True))
    advance(stage, FRAME, Intent(ware=CAPE))
    assert not stage.world.powers.golden_cape
    assert stage.panels.toasts.current == "Not enough gems yet"


def test_what_lasts_for_ever_is_bought_once(stage: Stage) -> None:
    stage.world.purse.gems = 1000
    advance(stage, FRAME, Intent(market=True))
    for _ in range(3):
        advance(stage, FRAME, Intent(ware=CAPE))
    assert (stage.world.powers.golden_cape, stage.world.purse.gems) == (True, 750)


def test_outside_of_the_market_nothing_is_bought(stage: Stage) -> None:
    stage.world.purse.coins = 40
    advance(stage, FRAME, Intent(ware=SHIELD))
    assert stage.world.purse.coins == 40


def test_during_a_boss_fight_the_market_is_closed(stage: Stage) -> None:
    stage.world.levels.level = 2
    stage.world.levels.points = stage.world.levels.goal
    advance(stage, FRAME)
    advance(stage, FRAME, Intent(market=True))
    assert stage.world.boss is not None
    assert not stage.panels.market.is_open
    assert stage.panels.toasts.current == "The market is closed during a fight"
