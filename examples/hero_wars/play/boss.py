"""King Slime: it drops from the sky, hops after the hero, and grows angrier with every hit."""

from __future__ import annotations

from dataclasses import dataclass

from .field import GROUND_Y, WIDTH
from .hero import HEAD, Hero

GRAVITY = 1500.0
HOP_SPEED = 600.0
FASTEST = 230.0
HALF_WIDTH = 62.0
HEIGHT = 92.0
SOFT_TOP = 50.0
DROPS_FROM = -60.0
STUN_TIME = 1.0
LONGEST_REST = 1.15
SHORTEST_REST = 0.45
AIR_TIME = 2 * HOP_SPEED / GRAVITY


@dataclass(slots=True)
class Boss:
    """A boss with `health` hits left; `y` is where it sits, `rests_for` the time until it hops."""

    x: float
    health: int
    most_health: int
    y: float = DROPS_FROM
    vx: float = 0.0
    vy: float = 0.0
    age: float = 0.0
    rests_for: float = 0.0
    stunned_for: float = 0.0

    @property
    def on_ground(self) -> bool:
        """Whether it sits."""
        return self.y >= GROUND_Y

    @property
    def top(self) -> float:
        """The height of its crown."""
        return self.y - HEIGHT

    @property
    def share(self) -> float:
        """Its health, 1 to 0."""
        return self.health / self.most_health

    def step(self, dt: float, hero_x: float) -> bool:
        """Rests, hops or falls. Returns whether it has just come down."""
        self.age += dt
        self.stunned_for = max(0.0, self.stunned_for - dt)
        if self.on_ground and self.vy >= 0.0:
            self._rest(dt, hero_x)
            return False
        self.vy += GRAVITY * dt
        self.x = max(HALF_WIDTH, min(WIDTH - HALF_WIDTH, self.x + self.vx * dt))
        self.y = min(GROUND_Y, self.y + self.vy * dt)
        if not self.on_ground:
            return False
        self.vx = self.vy = 0.0
        self.rests_for = SHORTEST_REST + (LONGEST_REST - SHORTEST_REST) * self.share
        return True

    def is_stomped_by(self, hero: Hero) -> bool:
        """Whether the hero comes down on its crown."""
        above = hero.y < self.top + SOFT_TOP
        return hero.is_falling and above and hero.y >= self.top and self._is_near(hero)

    def touches(self, hero: Hero) -> bool:
        """Whether it and the hero are in the same place."""
        return self._is_near(hero) and hero.y > self.top + SOFT_TOP and self.y > hero.y - HEAD

    def take_hit(self) -> None:
        """Loses one health, and is harmless for a moment."""
        self.health -= 1
        self.stunned_for = STUN_TIME
        self.rests_for = max(self.rests_for, STUN_TIME)

    def _is_near(self, hero: Hero) -> bool:
        return self.stunned_for == 0.0 and abs(self.x - hero.x) < HALF_WIDTH

    def _rest(self, dt: float, hero_x: float) -> None:
        self.rests_for -= dt
        if self.rests_for <= 0.0:
            self.vy = -HOP_SPEED
            self.vx = max(-FASTEST, min(FASTEST, (hero_x - self.x) / AIR_TIME))
