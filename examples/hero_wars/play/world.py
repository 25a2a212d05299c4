"""The rules: what falls and comes, what meets whom, and what comes of it."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from .boss import Boss
from .coins import LIFETIME, Coin
from .field import GROUND_Y, WIDTH
from .happenings import Happening, Kind
from .hero import Hero
from .intent import Intent
from .levels import BOSS_GEMS, GEMS_PER_LEVEL, SLIME_POINTS, Levels
from .powers import POWERS, Powers
from .purse import GEMS, Purse
from .slimes import Slime
from .tuning import Tuning
from .wares import Ware

COIN_SCORE = 10
COIN_LOWEST = 24.0
COIN_HIGHEST = 150.0
MAX_COINS = 60

SLIME_SCORE = 25
SLIME_SPEED = (45.0, 95.0)
MAX_SLIMES = 8
STOMP_BOUNCE = 430.0
HURT_COINS = 5

BOSS_SCORE = 500
BOSS_HIT_SCORE = 50
BOSS_BOUNCE = 600.0
BOSS_COINS = 24
SPIT_SPEED = 90.0
SHOWER_SPEED = (260.0, 620.0)

STREAK_STEP = 20


@dataclass(slots=True)
class World:
    """The whole state of play. Call `step` with a fixed `dt`, then `take_happenings`.

    `tuning` belongs to the designers; `multiplier` (coins that a coin is) and `coin_rate` (times as many coins as
    usual) to the events that are on.
    """

    seed: int = 7
    tuning: Tuning = field(default_factory=Tuning)
    multiplier: int = 1
    coin_rate: float = 1.0
    hero: Hero = field(default_factory=Hero)
    purse: Purse = field(default_factory=Purse)
    powers: Powers = field(default_factory=Powers)
    levels: Levels = field(default_factory=Levels)
    coins: list[Coin] = field(default_factory=list)
    slimes: list[Slime] = field(default_factory=list)
    boss: Boss | None = None
    score: int = 0
    streak: int = 0
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
        self._meet_boss(dt)
        self._reach_goal()

    def take_happenings(self) -> list[Happening]:
        """Returns what happened since the last call, in order."""
        happenings, self._happenings = self._happenings, []
        return happenings

    def grant(self, items: Mapping[str, int]) -> None:
        """Hands items to the hero: coins, gems and powers by their names; what this game does not know is shown."""
        for row, (name, amount) in enumerate(items.items()):
            self.purse.gain(name, amount)
            if name in POWERS:
                self.powers.take(POWERS[name], amount)
            label = f"+{amount} {name.replace('_', ' ')}"
            self._happen(Kind.GIFT, self.hero.x, self.hero.y - 70 - 24 * row, amount, label)

    def buy(self, ware: Ware) -> bool:
        """Buys from the market, or returns False when there is too little in the purse."""
        if not self.purse.spend(ware.currency, ware.price):
            return False
        self.grant({ware.power.value: 1})
        return True

    def _happen(self, kind: Kind, x: float, y: float, amount: int = 0, label: str = "") -> None:
        self._happenings.append(Happening(kind, x, y, amount, label))

    # What comes, and how it moves

    def _spawn(self, dt: float) -> None:
        spawn = self.tuning.spawn
        coins = spawn.coins_per_second * self.coin_rate
        if self._random.random() < coins * dt and len(self.coins) < MAX_COINS:
            self.coins.append(self._new_coin())
        slimes = 0.0 if self.boss else spawn.slimes_per_second * self.levels.danger
        if self._random.random() < slimes * dt and len(self.slimes) < MAX_SLIMES:
            self.slimes.append(self._new_slime())

    def _new_coin(self) -> Coin:
        return Coin(self._random.uniform(60.0, WIDTH - 60.0), -20.0, self._coin_rest())

    def _coin_rest(self) -> float:
        return GROUND_Y - self._random.uniform(COIN_LOWEST, COIN_HIGHEST)

    def _new_slime(self) -> Slime:
        speed = self._random.uniform(*SLIME_SPEED) * self.levels.danger
        from_left = self._random.random() < 0.5
        return Slime(-40.0 if from_left else WIDTH + 40.0, speed if from_left else -speed)

    def _move_hero(self, dt: float, intent: Intent) -> None:
        hero = self.hero
        self.powers.step(dt)
        hero.run(dt, intent.move, self.tuning.hero.speed)
        if hero.jump(intent, self.powers.jumps):
            self._happen(Kind.JUMP, hero.x, hero.y)
        if hero.fall(dt):
            self._happen(Kind.LAND, hero.x, hero.y)

    def _move_coins(self, dt: float) -> None:
        for coin in self.coins:
            coin.step(dt)
            if self.powers.magnet_for > 0.0:
                coin.follow(dt, self.hero.x, self.hero.chest)
        self.coins = [coin for coin in self.coins if coin.age < LIFETIME]

    def _move_slimes(self, dt: float) -> None:
        for slime in self.slimes:
            slime.step(dt)
        self.slimes = [slime for slime in self.slimes if slime.stays]

    # Who meets whom

    def _collect_coins(self) -> None:
        taken = [coin for coin in self.coins if coin.is_touched_at(self.hero.x, self.hero.chest)]
        if not taken:
            return
        self.coins = [coin for coin in self.coins if coin not in taken]
        for coin in taken:
            points = COIN_SCORE * self.multiplier
            self.purse.coins += self.multiplier
            self.score += points
            self._happen(Kind.COIN, coin.x, coin.y, points)
            self._count(1)

    def _meet_slimes(self) -> None:
        for slime in self.slimes:
            if slime.touches(self.hero):
                self._fight(slime)

    def _fight(self, slime: Slime) -> None:
        if not self.hero.is_falling:
            self._hurt(slime.x)
            return
        slime.squashed_for = 0.0
        self.hero.chain += 1
        self.hero.bounce(STOMP_BOUNCE)
        points = SLIME_SCORE * self.hero.chain
        self.score += points
        self._happen(Kind.STOMP, slime.x, GROUND_Y - 12.0, points)
        self._count(SLIME_POINTS)

    def _hurt(self, from_x: float) -> None:
        hero = self.hero
        if hero.hurt_for > 0.0:
            return
        hero.recoil(from_x)
        if self.powers.use_shield():
            self._happen(Kind.BLOCK, hero.x, hero.chest)
            return
        self.streak = 0
        self._happen(Kind.HURT, hero.x, hero.chest, self.purse.lose_coins(HURT_COINS))

    def _count(self, points: int) -> None:
        """One more thing done without being hurt, and points for the level unless a boss decides that."""
        self.streak += 1
        if self.streak % STREAK_STEP == 0:
            self._happen(Kind.STREAK, self.hero.x, self.hero.y - 80.0, self.streak)
        if self.boss is None:
            self.levels.points += points

    # Levels and bosses

    def _reach_goal(self) -> None:
        if self.boss is None and self.levels.is_reached:
            self._go_up(GEMS_PER_LEVEL)

    def _go_up(self, gems: int) -> None:
        self.levels.go_up()
        self.purse.gain(GEMS, gems)
        self._happen(Kind.LEVEL, self.hero.x, self.hero.chest, self.levels.level)
        if self.levels.has_boss:
            self._send_boss()

    def _send_boss(self) -> None:
        """It drops from the sky on the half of the field where the hero is not."""
        x = WIDTH * (0.25 if self.hero.x > WIDTH / 2 else 0.75)
        health = self.levels.boss_health
        self.boss = Boss(x, health, health)
        self._happen(Kind.BOSS, x, 0.0, self.levels.level)

    def _meet_boss(self, dt: float) -> None:
        boss = self.boss
        if boss is None:
            return
        if boss.step(dt, self.hero.x):
            self._happen(Kind.SLAM, boss.x, GROUND_Y)
        if boss.is_stomped_by(self.hero):
            self._hit_boss(boss)
        elif boss.touches(self.hero):
            self._hurt(boss.x)

    def _hit_boss(self, boss: Boss) -> None:
        boss.take_hit()
        self.hero.bounce(BOSS_BOUNCE)
        self.score += BOSS_HIT_SCORE
        self._happen(Kind.BOSS_HIT, boss.x, boss.top, BOSS_HIT_SCORE)
        if boss.health <= 0:
            self._defeat(boss)
        else:
            self.slimes += [Slime(boss.x, SPIT_SPEED, age=0.3), Slime(boss.x, -SPIT_SPEED)]

    def _defeat(self, boss: Boss) -> None:
        self.boss = None
        self.score += BOSS_SCORE
        self.coins += [self._flying_coin(boss) for _ in range(BOSS_COINS)]
        self._happen(Kind.BOSS_DOWN, boss.x, boss.y - 40.0, self.levels.level)
        self._go_up(BOSS_GEMS)

    def _flying_coin(self, boss: Boss) -> Coin:
        angle = self._random.uniform(-0.8, 0.8)
        speed = self._random.uniform(*SHOWER_SPEED)
        vx, vy = math.sin(angle) * speed, -math.cos(angle) * speed
        return Coin(boss.x, boss.y - 60.0, self._coin_rest(), vx, vy)
