"""A slime's way across the field."""

from __future__ import annotations

from dataclasses import dataclass

from .field import GROUND_Y, WIDTH
from .hero import Hero

REACH_X = 34.0
HEIGHT = 30.0
SQUASH_TIME = 0.35
BEYOND = 60.0


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

    @property
    def stays(self) -> bool:
        """Whether it is still to be seen."""
        if self.squashed_for is not None:
            return self.squashed_for < SQUASH_TIME
        return -BEYOND < self.x < WIDTH + BEYOND

    def step(self, dt: float) -> None:
        """Hops on, or lies flat a little longer."""
        self.age += dt
        if self.squashed_for is None:
            self.x += self.vx * dt
        else:
            self.squashed_for += dt

    def touches(self, hero: Hero) -> bool:
        """Whether it and the hero are in the same place."""
        return self.alive and abs(self.x - hero.x) < REACH_X and hero.y > GROUND_Y - HEIGHT
