"""Owns the rules and the state of play: hero, coins and slimes. Knows nothing of screens or live content.

Distances are logical pixels, times are seconds. The same seed and the same intents give the same game.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from .intent import Intent

WIDTH = 960
HEIGHT = 540
GROUND_Y = 452.0

GRAVITY = 1700.0
JUMP_SPEED = 640.0
STOMP_BOUNCE = 430.0
ACCELERATION = 9.0
HERO_MARGIN = 28.0

COIN_SCORE = 10
COIN_FALL_SPEED = 150.0
COIN_LIFETIME = 9.0
COIN_FADE = 1.0
COIN_REACH_X = 30.0
COIN_REACH_Y = 38.0
COIN_LOWEST = 24.0
COIN_HIGHEST = 150.0
MAX_COINS = 40

SLIME_SCORE = 25
SLIME_SPEED = (45.0, 95.0)
SLIME_REACH_X = 34.0
SLIME_HEIGHT = 30.0
SLIME_SQUASH_TIME = 0.35
MAX_SLIMES = 8

HURT_TIME = 1.2
HURT_COINS = 5
HURT_KNOCKBACK = 320.0


class Kind(Enum):
    """What can happen in a step that is worth a sparkle or a sound."""

    COIN = "coin"
    STOMP = "stomp"
    HURT = "hurt"
    LAND = "land"
    GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at a place; `amount` is points, coins lost or items received."""

    kind: Kind
    x: float
    y: float
    amount: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers a designer may turn while the game runs."""

    hero_speed: float = 240.0
    coins_per_second: float = 1.5
    slimes_per_second: float = 0.4


@dataclass(slots=True)
class Hero:
    """The player's figure; `y` is where the feet are."""

    x: float = WIDTH / 2
    y: float = GROUND_Y
    vx: float = 0.0
    vy: float = 0.0
    facing: int = 1
    stride: float = 0.0
    hurt_for: float = 0.0

    @property
    def on_ground(self) -> bool:
        """Whether the hero stands and so may jump."""
        return self.y >= GROUND_Y and self.vy >= 0.0


@dataclass(slots=True)
class Coin:
    """A coin that falls to `rest_y`, hovers there and fades."""

    x: float
    y: float
    rest_y: float
    age: float = 0.0

    @property
    def fade(self) -> float:
        """1 while solid, falling to 0 at the end of its life."""
        return max(0.0, min(1.0, (COIN_LIFETIME - self.age) / COIN_FADE))


@dataclass(slots=True)
class Slime:
    """A slime that hops across the ground; once squashed it only waits to vanish."""

    x: float
    vx: float
    age: float = 0.0
    squashed_for: float | None = None

    @property
    def alive(self) -> bool:
        """Whether it can still hurt the hero."""
        return self.squashed_for is None


@dataclass(slots=True)
class World:
    """The whole state of play. Call `step` with a fixed `dt`, then `take_happenings`."""

    seed: int = 7
    tuning: Tuning = field(default_factory=Tuning)
    multiplier: int = 1
    hero: Hero = field(default_factory=Hero)
    coins: list[Coin] = field(default_factory=list)
    slimes: list[Slime] = field(default_factory=list)
    purse: int = 0
    score: int = 0
    gems: int = 0
    elapsed: float = 0.0
    _random: random.Random = field(init=False, repr=False, compare=False)
    _happenings: list[Happening] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def step(self, dt: float, intent: Intent) -> None:
        """Moves the world `dt` seconds on."""
        self.elapsed += dt
        self._spawn(dt)
        self._move_hero(dt, intent)
        self._move_coins(dt)
        self._move_slimes(dt)
        self._collect_coins()
        self._meet_slimes()

    def take_happenings(self) -> list[Happening]:
        """Returns what happened since the last call, in order."""
        happenings, self._happenings = self._happenings, []
        return happenings

    def grant(self, items: Mapping[str, int]) -> None:
        """Hands items to the hero: coins go to the purse, gems to the gems, the rest is only shown."""
        self.purse += items.get("coins", 0)
        self.gems += items.get("gems", 0)
        for row, (name, amount) in enumerate(items.items()):
            self._happen(Kind.GIFT, self.hero.x, self.hero.y - 70 - 24 * row, amount, f"+{amount} {name}")

    def spend_coins(self, amount: int) -> bool:
        """Takes coins from the purse, or returns False and takes none when there are too few."""
        if amount > self.purse:
            return False
        self.purse -= amount
        return True

    def _happen(self, kind: Kind, x: float, y: float, amount: int = 0, label: str = "") -> None:
        self._happenings.append(Happening(kind, x, y, amount, label))

    def _spawn(self, dt: float) -> None:
        if self._random.random() < self.tuning.coins_per_second * dt and len(self.coins) < MAX_COINS:
            self.coins.append(self._new_coin())
        if self._random.random() < self.tuning.slimes_per_second * dt and len(self.slimes) < MAX_SLIMES:
            self.slimes.append(self._new_slime())

    def _new_coin(self) -> Coin:
        x = self._random.uniform(60.0, WIDTH - 60.0)
        return Coin(x, -20.0, GROUND_Y - self._random.uniform(COIN_LOWEST, COIN_HIGHEST))

    def _new_slime(self) -> Slime:
        speed = self._random.uniform(*SLIME_SPEED)
        from_left = self._random.random() < 0.5
        return Slime(-40.0 if from_left else WIDTH + 40.0, speed if from_left else -speed)

    def _move_hero(self, dt: float, intent: Intent) -> None:
        hero = self.hero
        hero.hurt_for = max(0.0, hero.hurt_for - dt)
        wanted = max(-1.0, min(1.0, intent.move)) * self.tuning.hero_speed
        hero.vx += (wanted - hero.vx) * min(1.0, ACCELERATION * dt)
        if intent.move:
            hero.facing = 1 if intent.move > 0 else -1
        if intent.jump and hero.on_ground:
            hero.vy = -JUMP_SPEED
        self._fall(dt)
        hero.x = max(HERO_MARGIN, min(WIDTH - HERO_MARGIN, hero.x + hero.vx * dt))
        hero.stride += abs(hero.vx) * dt

    def _fall(self, dt: float) -> None:
        hero = self.hero
        if hero.on_ground:
            return
        hero.vy += GRAVITY * dt
        hero.y += hero.vy * dt
        if hero.y >= GROUND_Y:
            hero.y, hero.vy = GROUND_Y, 0.0
            self._happen(Kind.LAND, hero.x, hero.y)

    def _move_coins(self, dt: float) -> None:
        for coin in self.coins:
            coin.age += dt
            coin.y = min(coin.rest_y, coin.y + COIN_FALL_SPEED * dt)
        self.coins = [coin for coin in self.coins if coin.age < COIN_LIFETIME]

    def _move_slimes(self, dt: float) -> None:
        for slime in self.slimes:
            slime.age += dt
            if slime.squashed_for is None:
                slime.x += slime.vx * dt
            else:
                slime.squashed_for += dt
        self.slimes = [slime for slime in self.slimes if self._stays(slime)]

    @staticmethod
    def _stays(slime: Slime) -> bool:
        if slime.squashed_for is not None:
            return slime.squashed_for < SLIME_SQUASH_TIME
        return -60.0 < slime.x < WIDTH + 60.0

    def _collect_coins(self) -> None:
        kept = []
        for coin in self.coins:
            if self._touches(coin):
                self._gain(coin)
            else:
                kept.append(coin)
        self.coins = kept

    def _touches(self, coin: Coin) -> bool:
        chest = self.hero.y - 30.0
        return abs(coin.x - self.hero.x) < COIN_REACH_X and abs(coin.y - chest) < COIN_REACH_Y

    def _gain(self, coin: Coin) -> None:
        points = COIN_SCORE * self.multiplier
        self.purse += self.multiplier
        self.score += points
        self._happen(Kind.COIN, coin.x, coin.y, points)

    def _meet_slimes(self) -> None:
        for slime in self.slimes:
            if slime.alive and self._overlaps(slime):
                self._fight(slime)

    def _overlaps(self, slime: Slime) -> bool:
        return abs(slime.x - self.hero.x) < SLIME_REACH_X and self.hero.y > GROUND_Y - SLIME_HEIGHT

    def _fight(self, slime: Slime) -> None:
        if self.hero.vy > 0.0 and not self.hero.on_ground:
            slime.squashed_for = 0.0
            self.hero.vy = -STOMP_BOUNCE
            self.score += SLIME_SCORE
            self._happen(Kind.STOMP, slime.x, GROUND_Y - 12.0, SLIME_SCORE)
        elif self.hero.hurt_for == 0.0:
            self._hurt(slime)

    def _hurt(self, slime: Slime) -> None:
        hero = self.hero
        lost = min(HURT_COINS, self.purse)
        self.purse -= lost
        hero.hurt_for = HURT_TIME
        hero.vx = math.copysign(HURT_KNOCKBACK, hero.x - slime.x)
        self._happen(Kind.HURT, hero.x, hero.y - 30.0, lost)
