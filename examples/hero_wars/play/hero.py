"""The hero: place, speed, and how far into a jump or a fright."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .field import GROUND_Y, WIDTH
from .intent import Intent

GRAVITY = 1700.0
JUMP_SPEED = 640.0
ACCELERATION = 9.0
MARGIN = 28.0
CHEST = 30.0
HEAD = 70.0
HURT_TIME = 1.2
KNOCKBACK = 320.0


@dataclass(slots=True)
class Hero:
    """The player's figure; `y` is where the feet are, `chain` counts the slimes stomped since the ground."""

    x: float = WIDTH / 2
    y: float = GROUND_Y
    vx: float = 0.0
    vy: float = 0.0
    facing: int = 1
    stride: float = 0.0
    hurt_for: float = 0.0
    jumps: int = 0
    chain: int = 0
    holds_jump: bool = False

    @property
    def on_ground(self) -> bool:
        """Whether the hero stands and so may jump."""
        return self.y >= GROUND_Y and self.vy >= 0.0

    @property
    def chest(self) -> float:
        """Where coins and effects aim at."""
        return self.y - CHEST

    @property
    def is_falling(self) -> bool:
        """Whether the hero comes down, and so stomps."""
        return self.vy > 0.0 and not self.on_ground

    def run(self, dt: float, move: float, speed: float) -> None:
        """Speeds up, slows down and keeps within the field."""
        self.hurt_for = max(0.0, self.hurt_for - dt)
        wanted = max(-1.0, min(1.0, move)) * speed
        self.vx += (wanted - self.vx) * min(1.0, ACCELERATION * dt)
        if move:
            self.facing = 1 if move > 0 else -1
        self.x = max(MARGIN, min(WIDTH - MARGIN, self.x + self.vx * dt))
        self.stride += abs(self.vx) * dt

    def jump(self, intent: Intent, most_jumps: int) -> bool:
        """Jumps from the ground, or once more in the air where `most_jumps` allows it. Returns whether in the air."""
        pressed = intent.jump and not self.holds_jump
        self.holds_jump = intent.jump
        if intent.jump and self.on_ground:
            self.vy, self.jumps = -JUMP_SPEED, 1
            return False
        if not pressed or self.on_ground or self.jumps >= most_jumps:
            return False
        self.vy, self.jumps = -JUMP_SPEED, most_jumps
        return True

    def fall(self, dt: float) -> bool:
        """Falls, unless on the ground. Returns whether the hero has just landed."""
        if self.on_ground:
            return False
        self.vy += GRAVITY * dt
        self.y += self.vy * dt
        if self.y < GROUND_Y:
            return False
        self.y, self.vy, self.jumps, self.chain = GROUND_Y, 0.0, 0, 0
        return True

    def bounce(self, speed: float) -> None:
        """Leaves what was stomped; the second jump of a feather is there again."""
        self.vy, self.jumps = -speed, 1

    def recoil(self, from_x: float) -> None:
        """Is thrown back by a hit, and safe from the next one for a moment."""
        self.hurt_for = HURT_TIME
        self.vx = math.copysign(KNOCKBACK, self.x - from_x)
