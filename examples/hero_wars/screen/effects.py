"""What sparkles and shakes: particles, floating numbers, trembling ground. They never change the world."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from ..play.happenings import Happening, Kind

FLOATER_LIFE = 0.9
FLOATER_RISE = 46.0
PARTICLE_GRAVITY = 620.0
MAX_PARTICLES = 240


@dataclass(frozen=True, slots=True)
class Burst:
    """How many particles fly, how fast (pixels a second) and for how long (seconds)."""

    count: int
    speed: float
    life: float
    upward: float


BURSTS = {
    Kind.COIN: Burst(9, 150.0, 0.5, 90.0),
    Kind.STOMP: Burst(16, 210.0, 0.6, 120.0),
    Kind.HURT: Burst(12, 190.0, 0.5, 110.0),
    Kind.BLOCK: Burst(18, 230.0, 0.5, 60.0),
    Kind.JUMP: Burst(8, 90.0, 0.4, -40.0),
    Kind.LAND: Burst(5, 70.0, 0.3, 20.0),
    Kind.GIFT: Burst(22, 240.0, 0.9, 160.0),
    Kind.STREAK: Burst(14, 200.0, 0.7, 120.0),
    Kind.LEVEL: Burst(30, 300.0, 1.0, 200.0),
    Kind.SLAM: Burst(24, 320.0, 0.5, 60.0),
    Kind.BOSS_HIT: Burst(26, 280.0, 0.7, 140.0),
    Kind.BOSS_DOWN: Burst(70, 460.0, 1.2, 220.0),
}
SHAKES = {Kind.HURT: 3.0, Kind.SLAM: 6.0, Kind.BOSS_HIT: 4.0, Kind.BOSS_DOWN: 10.0}
SHAKE_TIME = 0.35
SHAKES_PER_SECOND = 22.0


@dataclass(slots=True)
class Particle:
    """One speck; its colour is chosen by `kind` when it is drawn."""

    kind: Kind
    x: float
    y: float
    vx: float
    vy: float
    life: float
    size: float
    age: float = 0.0

    @property
    def fade(self) -> float:
        """1 when new, 0 at the end."""
        return max(0.0, 1.0 - self.age / self.life)


@dataclass(slots=True)
class Floater:
    """A short text that rises and fades."""

    kind: Kind
    text: str
    x: float
    y: float
    age: float = 0.0

    @property
    def progress(self) -> float:
        """0 when new, 1 at the end."""
        return min(1.0, self.age / FLOATER_LIFE)


@dataclass(slots=True)
class Effects:
    """The sparkles on screen, and how far the ground is off its place."""

    seed: int = 0
    particles: list[Particle] = field(default_factory=list)
    floaters: list[Floater] = field(default_factory=list)
    _shake: float = 0.0
    _shaken_for: float = SHAKE_TIME
    _random: random.Random = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @property
    def offset(self) -> tuple[int, int]:
        """How far the picture of the world is off its place, in pixels."""
        strength = self._shake * max(0.0, 1.0 - self._shaken_for / SHAKE_TIME)
        angle = self._shaken_for * SHAKES_PER_SECOND * math.tau
        return round(math.sin(angle * 0.7) * strength * 0.5), round(math.sin(angle) * strength)

    def celebrate(self, happenings: list[Happening]) -> None:
        """Adds a burst, and a floating text where there is something to say, for each happening."""
        for happening in happenings:
            if happening.kind in BURSTS:
                self._burst(happening, BURSTS[happening.kind])
            if happening.kind in SHAKES:
                self._shake, self._shaken_for = SHAKES[happening.kind], 0.0
            text = floating_text(happening)
            if text:
                self.floaters.append(Floater(happening.kind, text, happening.x, happening.y - 18.0))

    def step(self, dt: float) -> None:
        """Moves and ages everything by `dt` seconds."""
        self._shaken_for += dt
        for particle in self.particles:
            particle.age += dt
            particle.vy += PARTICLE_GRAVITY * dt
            particle.x += particle.vx * dt
            particle.y += particle.vy * dt
        for floater in self.floaters:
            floater.age += dt
        self.particles = [particle for particle in self.particles if particle.age < particle.life]
        self.floaters = [floater for floater in self.floaters if floater.age < FLOATER_LIFE]

    def _burst(self, happening: Happening, burst: Burst) -> None:
        room = MAX_PARTICLES - len(self.particles)
        self.particles.extend(self._particle(happening, burst) for _ in range(min(burst.count, room)))

    def _particle(self, happening: Happening, burst: Burst) -> Particle:
        angle = self._random.uniform(0.0, math.tau)
        speed = burst.speed * self._random.uniform(0.3, 1.0)
        return Particle(
            kind=happening.kind,
            x=happening.x,
            y=happening.y,
            vx=math.cos(angle) * speed,
            vy=math.sin(angle) * speed - burst.upward,
            life=burst.life * self._random.uniform(0.6, 1.0),
            size=self._random.uniform(2.0, 4.5),
        )


def floating_text(happening: Happening) -> str:
    """What rises from a happening: `+20` for a coin, `-5` for lost coins, nothing for a landing."""
    if happening.kind in (Kind.COIN, Kind.STOMP, Kind.BOSS_HIT):
        return f"+{happening.amount}"
    if happening.kind is Kind.HURT:
        return f"-{happening.amount}" if happening.amount else "ouch!"
    if happening.kind is Kind.BLOCK:
        return "blocked!"
    if happening.kind is Kind.STREAK:
        return f"{happening.amount} in a row!"
    return happening.label
