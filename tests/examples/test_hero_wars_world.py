from __future__ import annotations

import pytest
from hero_wars.play.coins import Coin
from hero_wars.play.field import GROUND_Y, WIDTH
from hero_wars.play.happenings import Kind
from hero_wars.play.hero import MARGIN
from hero_wars.play.intent import Intent
from hero_wars.play.purse import Purse
from hero_wars.play.slimes import Slime
from hero_wars.play.tuning import HeroNumbers, SpawnNumbers, Tuning
from hero_wars.play.world import HURT_COINS, MAX_COINS, MAX_SLIMES, STREAK_STEP, World

STEP = 1 / 60
STILL = Intent()
RIGHT = Intent(move=1.0)
EMPTY = Tuning(spawn=SpawnNumbers(0.0, 0.0))


def play(world: World, seconds: float, intent: Intent = STILL) -> None:
    for _ in range(round(seconds / STEP)):
        world.step(STEP, intent)


def coin_at_hero(world: World) -> Coin:
    return Coin(world.hero.x, world.hero.chest, world.hero.chest)


def stomp(world: World) -> None:
    """The hero comes down on a slime."""
    world.slimes.append(Slime(world.hero.x, 0.0))
    world.hero.y, world.hero.vy = GROUND_Y - 25.0, 300.0
    world.step(STEP, STILL)


def kinds(world: World) -> list[Kind]:
    return [happening.kind for happening in world.take_happenings()]


def test_the_same_seed_and_the_same_intents_give_the_same_game() -> None:
    first, second = World(seed=3), World(seed=3)
    for world in (first, second):
        play(world, 10, RIGHT)
        play(world, 10, Intent(move=-1.0, jump=True))
    assert first == second
    assert first.coins or first.purse.coins


def test_another_seed_gives_another_game() -> None:
    first, second = World(seed=3), World(seed=4)
    play(first, 10)
    play(second, 10)
    assert first.coins != second.coins


def test_a_coin_that_the_hero_touches_is_kept_and_scores() -> None:
    world = World(tuning=EMPTY)
    world.coins.append(coin_at_hero(world))
    world.step(STEP, STILL)
    assert (world.purse, world.score, world.coins) == (Purse(coins=1), 10, [])
    assert kinds(world) == [Kind.COIN]


def test_with_a_multiplier_of_two_a_coin_counts_twice() -> None:
    world = World(tuning=EMPTY, multiplier=2)
    world.coins.append(coin_at_hero(world))
    world.step(STEP, STILL)
    assert (world.purse.coins, world.score) == (2, 20)


def test_a_coin_rate_of_four_lets_four_times_as_many_coins_fall() -> None:
    usual, rain = World(seed=5), World(seed=5, coin_rate=4.0)
    play(usual, 6)
    play(rain, 6)
    assert len(rain.coins) > 2.5 * len(usual.coins)


def test_a_coin_that_nobody_takes_vanishes() -> None:
    world = World(tuning=EMPTY)
    world.coins.append(Coin(100.0, 0.0, GROUND_Y - 100.0))
    play(world, 10)
    assert world.coins == []
    assert world.purse.coins == 0


def test_a_coin_that_flies_out_of_something_comes_down_within_the_field() -> None:
    world = World(tuning=EMPTY)
    coin = Coin(40.0, 300.0, GROUND_Y - 60.0, vx=-500.0, vy=-400.0)
    world.coins.append(coin)
    play(world, 3)
    assert coin.rests
    assert coin.y == coin.rest_y
    assert 0.0 < coin.x < WIDTH


def test_the_hero_runs_as_fast_as_the_tuning_says() -> None:
    slow, fast = (World(tuning=Tuning(HeroNumbers(speed), EMPTY.spawn)) for speed in (100.0, 200.0))
    play(slow, 1, RIGHT)
    play(fast, 1, RIGHT)
    assert fast.hero.x - WIDTH / 2 == pytest.approx(2 * (slow.hero.x - WIDTH / 2))


def test_the_hero_never_leaves_the_field() -> None:
    world = World(tuning=Tuning(HeroNumbers(1000.0), EMPTY.spawn))
    play(world, 3, RIGHT)
    assert world.hero.x == WIDTH - MARGIN


def test_a_jump_ends_on_the_ground() -> None:
    world = World(tuning=EMPTY)
    world.step(STEP, Intent(jump=True))
    assert not world.hero.on_ground
    play(world, 2)
    assert world.hero.on_ground
    assert world.hero.y == GROUND_Y
    assert kinds(world) == [Kind.LAND]


def test_landing_on_a_slime_squashes_it_and_bounces() -> None:
    world = World(tuning=EMPTY, purse=Purse(coins=9))
    stomp(world)
    assert world.hero.vy < 0
    assert not world.slimes[0].alive
    assert (world.purse.coins, world.score) == (9, 25)


def test_slimes_stomped_without_touching_the_ground_score_more_and_more() -> None:
    world = World(tuning=EMPTY)
    stomp(world)
    stomp(world)
    assert world.score == 25 + 50
    play(world, 2)
    stomp(world)
    assert world.score == 25 + 50 + 25


def test_touching_a_slime_costs_coins_once_and_not_more_than_there_are() -> None:
    rich, poor = World(tuning=EMPTY, purse=Purse(coins=9)), World(tuning=EMPTY, purse=Purse(coins=2))
    for world in (rich, poor):
        world.slimes.append(Slime(world.hero.x + 10.0, 0.0))
        play(world, 0.1)
    assert rich.purse.coins == 9 - HURT_COINS
    assert poor.purse.coins == 0


def test_a_streak_is_told_of_and_ends_with_a_hit() -> None:
    world = World(tuning=EMPTY)
    for _ in range(STREAK_STEP):
        world.coins.append(coin_at_hero(world))
        world.step(STEP, STILL)
    told = [happening.amount for happening in world.take_happenings() if happening.kind is Kind.STREAK]
    assert told == [STREAK_STEP]
    world.slimes.append(Slime(world.hero.x + 10.0, 0.0))
    world.step(STEP, STILL)
    assert world.streak == 0


def test_absurd_spawn_rates_do_not_flood_the_field() -> None:
    world = World(tuning=Tuning(HeroNumbers(0.0), SpawnNumbers(60.0, 60.0)), coin_rate=20.0)
    play(world, 5)
    assert len(world.coins) <= MAX_COINS
    assert len(world.slimes) <= MAX_SLIMES


@pytest.mark.parametrize("speed", [-1.0, 1001.0, float("nan"), float("inf")])
def test_numbers_that_would_break_the_game_are_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed is"):
        HeroNumbers(speed)
