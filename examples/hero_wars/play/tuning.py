"""The numbers that designers may turn while the game runs, in the shape in which they write them."""

from __future__ import annotations

from dataclasses import dataclass


def check_range(name: str, value: float, least: float, most: float) -> None:
    """ValueError when a value is out of its range."""
    if not least <= value <= most:
        raise ValueError(f"{name} is {value}, and must be {least} to {most}")


@dataclass(frozen=True)
class HeroNumbers:
    """The hero; the speed is in pixels a second."""

    speed: float = 240.0

    def __post_init__(self) -> None:
        check_range("speed", self.speed, 0, 1000)


@dataclass(frozen=True)
class SpawnNumbers:
    """What comes into the field, on average."""

    coins_per_second: float = 1.5
    slimes_per_second: float = 0.4

    def __post_init__(self) -> None:
        check_range("coins_per_second", self.coins_per_second, 0, 60)
        check_range("slimes_per_second", self.slimes_per_second, 0, 60)


@dataclass(frozen=True)
class Prices:
    """What the market asks: gems for the cape, coins for the rest."""

    shield: int = 15
    magnet: int = 20
    feather: int = 25
    golden_cape: int = 250

    def __post_init__(self) -> None:
        for name, price in vars(self).items():
            check_range(name, price, 0, 1_000_000)


@dataclass(frozen=True)
class Tuning:
    """All the numbers; each has a default that the game can live with."""

    hero: HeroNumbers = HeroNumbers()
    spawn: SpawnNumbers = SpawnNumbers()
    prices: Prices = Prices()
