"""A coin's way: down to where it hovers, or to a hero who carries a magnet."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .field import WIDTH

MARGIN = 30.0
FALL_SPEED = 150.0
GRAVITY = 900.0
LIFETIME = 9.0
FADE = 1.0
REACH_X = 30.0
REACH_Y = 38.0
MAGNET_REACH = 220.0
MAGNET_SPEED = 460.0


@dataclass(slots=True)
class Coin:
    """A coin that falls to `rest_y`, hovers there and fades; one that bursts out of something flies first."""

    x: float
    y: float
    rest_y: float
    vx: float = 0.0
    vy: float = FALL_SPEED
    age: float = 0.0

    @property
    def fade(self) -> float:
        """1 while solid, falling to 0 at the end of its life."""
        return max(0.0, min(1.0, (LIFETIME - self.age) / FADE))

    @property
    def rests(self) -> bool:
        """Whether it hovers where it will be found."""
        return self.vy >= 0.0 and self.y >= self.rest_y

    def step(self, dt: float) -> None:
        """Flies or falls on."""
        self.age += dt
        if self.rests:
            return
        self.vy = min(FALL_SPEED, self.vy + GRAVITY * dt)
        self.x += self.vx * dt
        self.y += self.vy * dt
        if not MARGIN < self.x < WIDTH - MARGIN:
            self.x, self.vx = max(MARGIN, min(WIDTH - MARGIN, self.x)), -self.vx
        if self.rests:
            self.y = self.rest_y

    def follow(self, dt: float, x: float, y: float) -> None:
        """Flies towards a magnet at this place, if that is near enough."""
        distance = math.hypot(x - self.x, y - self.y)
        if 0.0 < distance < MAGNET_REACH:
            share = min(1.0, MAGNET_SPEED * dt / distance)
            self.x += (x - self.x) * share
            self.y += (y - self.y) * share

    def is_touched_at(self, x: float, y: float) -> bool:
        """Whether a hero whose chest is there takes it."""
        return abs(self.x - x) < REACH_X and abs(self.y - y) < REACH_Y
