"""What the market sells; the prices are the designers'."""

from __future__ import annotations

from dataclasses import dataclass

from .powers import Power
from .purse import COINS, GEMS
from .tuning import Prices


@dataclass(frozen=True, slots=True)
class Ware:
    """A power on the counter."""

    power: Power
    title: str
    text: str
    price: int
    currency: str


def wares(prices: Prices) -> tuple[Ware, ...]:
    """The counter, from left to right."""
    return (
        Ware(Power.SHIELD, "Shield", "Takes the next hit", prices.shield, COINS),
        Ware(Power.MAGNET, "Magnet", "Draws coins for 20 s", prices.magnet, COINS),
        Ware(Power.FEATHER, "Feather", "Jump twice for 30 s", prices.feather, COINS),
        Ware(Power.GOLDEN_CAPE, "Golden cape", "For heroes of taste", prices.golden_cape, GEMS),
    )
