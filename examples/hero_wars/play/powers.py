"""What the hero can do beyond running and jumping: magnet, shield, feather and a golden cape."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MAGNET_TIME = 20.0
FEATHER_TIME = 30.0


class Power(Enum):
    """The powers; the value is what offers and the market's prices call them."""

    SHIELD = "shield"
    MAGNET = "magnet"
    FEATHER = "feather"
    GOLDEN_CAPE = "golden_cape"


POWERS = {power.value: power for power in Power}


@dataclass(slots=True)
class Powers:
    """Shields are counted, magnet and feather run out, the golden cape is for ever."""

    shields: int = 0
    magnet_for: float = 0.0
    feather_for: float = 0.0
    golden_cape: bool = False

    def take(self, power: Power, amount: int = 1) -> None:
        """Adds a power; times add up."""
        if power is Power.SHIELD:
            self.shields += amount
        elif power is Power.MAGNET:
            self.magnet_for += MAGNET_TIME * amount
        elif power is Power.FEATHER:
            self.feather_for += FEATHER_TIME * amount
        else:
            self.golden_cape = True

    def has(self, power: Power) -> bool:
        """Whether it is there at the moment."""
        return {
            Power.SHIELD: self.shields > 0,
            Power.MAGNET: self.magnet_for > 0.0,
            Power.FEATHER: self.feather_for > 0.0,
            Power.GOLDEN_CAPE: self.golden_cape,
        }[power]

    def owns(self, power: Power) -> bool:
        """Whether it is there for ever, and need not be bought any more."""
        return power is Power.GOLDEN_CAPE and self.golden_cape

    def use_shield(self) -> bool:
        """Takes a hit with a shield, if there is one."""
        if not self.shields:
            return False
        self.shields -= 1
        return True

    @property
    def jumps(self) -> int:
        """How often the hero can jump before landing."""
        return 2 if self.feather_for > 0.0 else 1

    def step(self, dt: float) -> None:
        """Lets magnet and feather run out."""
        self.magnet_for = max(0.0, self.magnet_for - dt)
        self.feather_for = max(0.0, self.feather_for - dt)
