"""How far the hero has come: levels by points, and every third one a boss."""

from __future__ import annotations

from dataclasses import dataclass

BOSS_EVERY = 3
FIRST_GOAL = 12
GOAL_STEP = 14
SLIME_POINTS = 2
GEMS_PER_LEVEL = 5
BOSS_GEMS = 20
FEWEST_HITS = 4


@dataclass(slots=True)
class Levels:
    """The level that is played, from 1, and the points on the way to the next."""

    level: int = 1
    points: int = 0

    @property
    def goal(self) -> int:
        """The points that the level asks for."""
        return FIRST_GOAL + GOAL_STEP * (self.level - 1)

    @property
    def share(self) -> float:
        """How much of the goal is reached, 0 to 1."""
        return min(1.0, self.points / self.goal)

    @property
    def is_reached(self) -> bool:
        """Whether all the points are there."""
        return self.points >= self.goal

    @property
    def has_boss(self) -> bool:
        """Whether this level is not about points, but about a boss."""
        return self.level % BOSS_EVERY == 0

    @property
    def boss_health(self) -> int:
        """How many hits this level's boss takes."""
        return FEWEST_HITS + self.level // BOSS_EVERY - 1

    @property
    def danger(self) -> float:
        """How much faster, and more often, slimes come than in level 1."""
        return min(2.0, 1.0 + 0.1 * (self.level - 1))

    def go_up(self) -> None:
        """Begins the next level."""
        self.level, self.points = self.level + 1, 0
