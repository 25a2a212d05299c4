from __future__ import annotations

import pytest
from hero_wars.intent import Intent
from hero_wars.world import (
    GROUND_Y,
    HERO_MARGIN,
    HURT_COINS,
    MAX_COINS,
    MAX_SLIMES,
    WIDTH,
    Coin,
    Kind,
    Slime,
    Tuning,
    World,
)

STEP = 1 / 60
STILL = Intent()
RIGHT = Intent(move=1.0)
EMPTY = Tuning(coins_per_second=0.0, slimes_per_second=0.0)


def play(world: World, seconds: float, intent: Intent = STILL) -> None:
    for _ in range(round(seconds / STEP)):
        world.step(STEP, intent)


def coin_at_hero(world: World) -> Coin:
    y = world.hero.y - 30.0
    return Coin(world.hero.x, y, y)


def kinds(world: World) -> list[Kind]:
    return [happening.kind for happening in world.take_happenings()]


def test_the_same_seed_and_the_same_intents_give_the_same_game() -> None:
    first, second = World(seed=3), World(seed=3)
    for world in (first, second):
        play(world, 10, RIGHT)
        play(world, 10, Intent(move=-1.0, jump=True))
    assert first == second
    assert first.coins or first.purse


def test_another_seed_gives_another_game() -> None:
    first, second = World(seed=3), World(seed=4)
    play(first, 10)
    play(second, 10)
    assert first.coins != second.coins


def test_a_coin_that_the_hero_touches_is_kept_and_scores() -> None:
    world = World(tuning=EMPTY)
    world.coins.append(coin_at_hero(world))
    world.step(STEP, STILL)
    assert (world.purse, world.score, world.coins) == (1, 10, [])
    assert kinds(world) == [Kind.COIN]


def test_with_a_multiplier_of_two_a_coin_counts_twice() -> None:
    world = World(tuning=EMPTY, multiplier=2)
    world.coins.append(coin_at_hero(world))
    world.step(STEP, STILL)
    assert (world.purse, world.score) == (2, 20)


def test_a_coin_that_nobody_takes_vanishes() -> None:
    world = World(tuning=EMPTY)
    world.coins.append(Coin(100.0, 0.0, GROUND_Y - 100.0))
    play(world, 10)
    assert world.coins == []
    assert world.purse == 0


def test_the_hero_runs_as_fast_as_the_tuning_says() -> None:
    slow, fast = World(tuning=Tuning(100.0, 0.0, 0.0)), World(tuning=Tuning(200.0, 0.0, 0.0))
    play(slow, 1, RIGHT)
    play(fast, 1, RIGHT)
    assert fast.hero.x - WIDTH / 2 == pytest.approx(2 * (slow.hero.x - WIDTH / 2))


def test_the_hero_never_leaves_the_field() -> None:
    world = World(tuning=Tuning(1000.0, 0.0, 0.0))
    play(world, 3, RIGHT)
    assert world.hero.x == WIDTH - HERO_MARGIN


def test_a_jump_ends_on_the_ground() -> None:
    world = World(tuning=EMPTY)
    world.step(STEP, Intent(jump=True))
    assert not world.hero.on_ground
    play(world, 2)
    assert world.hero.on_ground
    assert world.hero.y == GROUND_Y
    assert kinds(world) == [Kind.LAND]


def test_landing_on_a_slime_squashes_it_and_bounces() -> None:
    world = World(tuning=EMPTY, purse=9)
    world.slimes.append(Slime(world.hero.x, 0.0))
    world.hero.y, world.hero.vy = GROUND_Y - 25.0, 300.0
    world.step(STEP, STILL)
    assert world.hero.vy < 0
    assert not world.slimes[0].alive
    assert (world.purse, world.score) == (9, 25)


def test_touching_a_slime_costs_coins_once_and_not_more_than_there_are() -> None:
    rich, poor = World(tuning=EMPTY, purse=9), World(tuning=EMPTY, purse=2)
    for world in (rich, poor):
        world.slimes.append(Slime(world.hero.x + 10.0, 0.0))
        play(world, 0.1)
    assert rich.purse == 9 - HURT_COINS
    assert poor.purse == 0


def test_absurd_spawn_rates_do_not_flood_the_field() -> None:
    world = World(tuning=Tuning(0.0, 60.0, 60.0))
    play(world, 5)
    assert len(world.coins) <= MAX_COINS
    assert len(world.slimes) <= MAX_SLIMES


def test_granted_coins_and_gems_are_kept_and_every_item_is_shown() -> None:
    world = World(purse=1)
    world.grant({"coins": 100, "gems": 300, "sword": 1})
    assert (world.purse, world.gems) == (101, 300)
    assert [happening.label for happening in world.take_happenings()] == [
        "+100 coins",
        "+300 gems",
        "+1 sword",
    ]


def test_spending_more_than_the_purse_holds_is_refused_and_takes_nothing() -> None:
    world = World(purse=10)
    assert not world.spend_coins(11)
    assert world.purse == 10
    assert world.spend_coins(10)
    assert world.purse == 0
