"""Levels, and the boss of every third."""

from __future__ import annotations

import pytest
from hero_wars.play.boss import STUN_TIME, Boss
from hero_wars.play.coins import Coin
from hero_wars.play.field import GROUND_Y, WIDTH
from hero_wars.play.happenings import Kind
from hero_wars.play.intent import Intent
from hero_wars.play.levels import BOSS_GEMS, GEMS_PER_LEVEL, Levels
from hero_wars.play.purse import Purse
from hero_wars.play.tuning import SpawnNumbers, Tuning
from hero_wars.play.world import BOSS_COINS, World

STEP = 1 / 60
STILL = Intent()
EMPTY = Tuning(spawn=SpawnNumbers(0.0, 0.0))


def play(world: World, seconds: float) -> None:
    for _ in range(round(seconds / STEP)):
        world.step(STEP, STILL)


def fill_level(world: World) -> None:
    """One coin short of the next level, and the coin."""
    world.levels.points = world.levels.goal - 1
    world.coins.append(Coin(world.hero.x, world.hero.chest, world.hero.chest))
    world.step(STEP, STILL)


def fight(health: int = 4) -> World:
    """A boss that sits at the left, a hero at the right."""
    world = World(tuning=EMPTY, levels=Levels(level=3), purse=Purse(coins=50))
    world.boss = Boss(200.0, health, 4, y=GROUND_Y, rests_for=60.0)
    world.hero.x = WIDTH - 100.0
    return world


def drop_on_crown(world: World) -> None:
    assert world.boss is not None
    world.boss.stunned_for = 0.0
    world.hero.x, world.hero.y, world.hero.vy = world.boss.x, world.boss.top + 5.0, 200.0
    world.step(STEP, STILL)


def amounts(world: World, kind: Kind) -> list[int]:
    return [happening.amount for happening in world.take_happenings() if happening.kind is kind]


def test_enough_points_begin_the_next_level_and_bring_gems() -> None:
    world = World(tuning=EMPTY)
    fill_level(world)
    assert (world.levels.level, world.levels.points, world.purse.gems) == (2, 0, GEMS_PER_LEVEL)
    assert amounts(world, Kind.LEVEL) == [2]
    assert world.boss is None


def test_each_level_asks_for_more_and_is_more_dangerous() -> None:
    levels = [Levels(level) for level in range(1, 8)]
    assert [level.goal for level in levels] == sorted({level.goal for level in levels})
    assert [level.danger for level in levels] == sorted({level.danger for level in levels})


def test_the_third_level_is_a_boss_who_drops_where_the_hero_is_not() -> None:
    world = World(tuning=EMPTY, levels=Levels(level=2))
    world.hero.x = 100.0
    fill_level(world)
    assert world.boss is not None
    assert world.boss.x > WIDTH / 2
    assert amounts(world, Kind.BOSS) == [3]


def test_while_a_boss_is_there_coins_bring_no_points_and_no_new_slimes_come() -> None:
    world = fight()
    world.tuning = Tuning(spawn=SpawnNumbers(coins_per_second=0.0, slimes_per_second=60.0))
    world.coins.append(Coin(world.hero.x, world.hero.chest, world.hero.chest))
    play(world, 2)
    assert (world.levels.points, world.slimes) == (0, [])
    assert world.purse.coins == 51


def test_a_hit_on_the_crown_stuns_the_boss_and_spits_two_slimes() -> None:
    world = fight()
    drop_on_crown(world)
    assert world.boss is not None
    assert (world.boss.health, len(world.slimes)) == (3, 2)
    assert world.boss.stunned_for == STUN_TIME
    assert world.hero.vy < 0


def test_a_stunned_boss_can_neither_be_hit_nor_hurt() -> None:
    world = fight()
    drop_on_crown(world)
    world.slimes.clear()
    assert world.boss is not None
    world.hero.x, world.hero.y, world.hero.vy = world.boss.x, world.boss.top + 5.0, 200.0
    play(world, 0.3)
    assert (world.boss.health, world.purse.coins) == (3, 50)


def test_running_into_the_boss_hurts() -> None:
    world = fight()
    assert world.boss is not None
    world.hero.x = world.boss.x + 40.0
    world.step(STEP, STILL)
    assert amounts(world, Kind.HURT) == [5]


def test_a_boss_that_hops_high_can_be_run_under() -> None:
    world = fight()
    assert world.boss is not None
    world.boss.y, world.boss.vy = GROUND_Y - 120.0, -1.0
    world.hero.x = world.boss.x
    world.step(STEP, STILL)
    assert amounts(world, Kind.HURT) == []


def test_the_boss_hops_after_the_hero() -> None:
    world = fight()
    assert world.boss is not None
    world.boss.rests_for = 0.0
    play(world, 1.2)
    assert world.boss.x > 300.0
    assert Kind.SLAM in [happening.kind for happening in world.take_happenings()]


def test_an_angry_boss_rests_less() -> None:
    fresh, hurt = Boss(200.0, 4, 4, y=GROUND_Y - 1.0), Boss(200.0, 1, 4, y=GROUND_Y - 1.0)
    for boss in (fresh, hurt):
        while not boss.step(STEP, 400.0):
            pass
    assert hurt.rests_for < fresh.rests_for


def test_the_last_hit_ends_the_fight_with_a_shower_of_coins_and_the_next_level() -> None:
    world = fight(health=1)
    drop_on_crown(world)
    assert world.boss is None
    assert len(world.coins) == BOSS_COINS
    assert (world.levels.level, world.purse.gems) == (4, BOSS_GEMS)
    assert amounts(world, Kind.BOSS_DOWN) == [3]


@pytest.mark.parametrize(("level", "health"), [(3, 4), (6, 5), (9, 6)])
def test_later_bosses_take_more_hits(level: int, health: int) -> None:
    assert Levels(level).has_boss
    assert Levels(level).boss_health == health
