"""What happens in play, for effects, sounds, banners and the platform."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What can happen in a step that is worth telling."""

    COIN = "coin"
    STOMP = "stomp"
    HURT = "hurt"
    BLOCK = "block"
    JUMP = "jump"
    LAND = "land"
    GIFT = "gift"
    STREAK = "streak"
    LEVEL = "level"
    BOSS = "boss"
    SLAM = "slam"
    BOSS_HIT = "boss hit"
    BOSS_DOWN = "boss down"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at a place.

    `amount` is what the kind counts: points, coins lost, items received, things in a row, the level that was reached.
    """

    kind: Kind
    x: float
    y: float
    amount: int = 0
    label: str = ""
