"""The game itself: a panda that catches coins and jumps on slimes. It knows nothing of live content."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Any

from direct.actor.Actor import Actor
from direct.interval.IntervalGlobal import Func, LerpColorScaleInterval, LerpScaleInterval, Parallel, Sequence

from panda_arena.scenery import RADIUS, coin, shadow, slime

REACH = 1.3
GRAVITY = 18.0
HIGH = 11.0
"""How high above the meadow coins begin to rain."""

MOST_COINS, MOST_SLIMES = 60, 10
SLIME_WORTH = 3


@dataclass(frozen=True)
class Tuning:
    """The numbers that designers may change while the game runs; speeds in units a second."""

    hero_speed: float = 8.0
    coins_per_second: float = 1.5
    slimes_per_second: float = 0.4
    coin_worth: int = 1
    coins_fall: bool = False


@dataclass(eq=False)
class Thing:
    """A coin or a slime on the meadow."""

    node: Any
    shade: Any
    worth: int
    speed: float = 0.0
    heading: float = 0.0
    falling: float = field(default=0.0)


class Arena:
    """Owns the hero, what there is to catch, and how much was caught."""

    def __init__(self, base: Any, dice: random.Random) -> None:
        self.coins = 0
        self.caught = 0
        self._dice = dice
        self._root = base.render.attachNewNode("arena")
        self._coin, self._slime = coin(), slime()
        self._things: list[Thing] = []
        self._owed = {"coins": 0.0, "slimes": 0.0}
        self.hero = self._root.attachNewNode("hero")
        self._panda = Actor("panda-model", {"walk": "panda-walk4"})
        self._panda.setScale(0.0042)
        self._panda.reparentTo(self.hero)
        self._panda.loop("walk")
        shadow(1.0).reparentTo(self.hero)

    def nearest(self) -> tuple[float, float]:
        """The way from the hero to the next thing, for one who plays by itself; (0, 0) when there is none."""
        x, y = self.hero.getX(), self.hero.getY()
        ways = [(thing.node.getX() - x, thing.node.getY() - y) for thing in self._things if not thing.falling]
        return min(ways, key=lambda way: math.hypot(*way), default=(0.0, 0.0))

    def advance(self, seconds: float, way: tuple[float, float], tuning: Tuning) -> None:
        """Let time pass, while the hero walks some way."""
        self._walk(seconds, way, tuning.hero_speed)
        for kind, rate in (("coins", tuning.coins_per_second), ("slimes", tuning.slimes_per_second)):
            self._owed[kind] = min(3.0, self._owed[kind] + rate * seconds)
            while self._owed[kind] >= 1:
                self._owed[kind] -= 1
                self._appear(kind, tuning)
        for thing in list(self._things):
            self._move(thing, seconds)
            if not thing.falling and self._is_reached(thing):
                self._catch(thing, tuning.coin_worth)

    def _walk(self, seconds: float, way: tuple[float, float], speed: float) -> None:
        far = math.hypot(*way)
        self._panda.setPlayRate(0.4 if far < 0.1 else speed / 5, "walk")
        if far < 0.1:
            return
        step = min(far, speed * seconds) if far > 1 else speed * seconds * far
        x, y = self.hero.getX() + way[0] / far * step, self.hero.getY() + way[1] / far * step
        out = max(1.0, math.hypot(x, y) / RADIUS)
        self.hero.setPos(x / out, y / out, 0)
        wanted = math.degrees(math.atan2(way[0], -way[1]))
        turned = (wanted - self.hero.getH() + 180) % 360 - 180
        self.hero.setH(self.hero.getH() + turned * min(1.0, 10 * seconds))

    def _appear(self, kind: str, tuning: Tuning) -> None:
        number = sum((thing.speed > 0) == (kind == "slimes") for thing in self._things)
        if number >= (MOST_COINS if kind == "coins" else MOST_SLIMES):
            return
        angle, away = self._dice.uniform(0, 2 * math.pi), RADIUS * math.sqrt(self._dice.uniform(0.02, 0.95))
        place = (away * math.cos(angle), away * math.sin(angle))
        thing = self._make_slime() if kind == "slimes" else self._make_coin(HIGH if tuning.coins_fall else 0.0)
        for node in (thing.node, thing.shade):
            node.reparentTo(self._root)
            node.setX(place[0])
            node.setY(place[1])
        self._things.append(thing)

    def _make_coin(self, height: float) -> Thing:
        node = self._root.attachNewNode("coin")
        self._coin.instanceTo(node)
        node.hprInterval(2.2, (360, 0, 0), startHpr=(0, 0, 0)).loop()
        node.setZ(0.75 + height)
        if not height:
            LerpScaleInterval(node, 0.3, 1.0, startScale=0.01, blendType="easeOut").start()
        return Thing(node, shadow(0.35), 1, falling=height)

    def _make_slime(self) -> Thing:
        node = self._root.attachNewNode("slime")
        self._slime.instanceTo(node)
        Sequence(
            LerpScaleInterval(node, 0.35, (1.15, 1.15, 0.8), startScale=(0.95, 0.95, 1.1), blendType="easeInOut"),
            LerpScaleInterval(node, 0.35, (0.95, 0.95, 1.1), startScale=(1.15, 1.15, 0.8), blendType="easeInOut"),
        ).loop()
        speed, heading = self._dice.uniform(1, 2), self._dice.uniform(0, 360)
        return Thing(node, shadow(0.9), SLIME_WORTH, speed=speed, heading=heading)

    def _move(self, thing: Thing, seconds: float) -> None:
        if thing.falling:
            fallen = GRAVITY * seconds * (0.3 + HIGH - thing.falling) / 3
            thing.falling = max(0.0, thing.falling - fallen)
            thing.node.setZ(0.75 + thing.falling)
        if thing.speed:
            x, y = thing.node.getX(), thing.node.getY()
            if math.hypot(x, y) > RADIUS:
                thing.heading = math.degrees(math.atan2(-y, -x))
            way = math.radians(thing.heading)
            thing.node.setPos(x + math.cos(way) * thing.speed * seconds, y + math.sin(way) * thing.speed * seconds, 0)
            thing.node.setH(thing.heading + 90)
            thing.shade.setPos(thing.node.getX(), thing.node.getY(), 0)

    def _is_reached(self, thing: Thing) -> bool:
        return math.hypot(thing.node.getX() - self.hero.getX(), thing.node.getY() - self.hero.getY()) < REACH

    def _catch(self, thing: Thing, coin_worth: int) -> None:
        self._things.remove(thing)
        self.coins += thing.worth * coin_worth
        self.caught += 1
        thing.shade.removeNode()
        thing.node.setTransparency(True)
        x, y, z = thing.node.getPos()
        Sequence(
            Parallel(
                thing.node.posInterval(0.35, (x, y, z + 2.2), blendType="easeOut"),
                LerpScaleInterval(thing.node, 0.35, 1.6),
                LerpColorScaleInterval(thing.node, 0.35, (1, 1, 1, 0)),
            ),
            Func(thing.node.removeNode),
        ).start()
