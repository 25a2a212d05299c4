"""The shapes of the data that live operations write, for `event.data_as(…)` and `config.json_as(…)`.

Whatever is missing has a default. What does not fit, or what a shape refuses, is a DataError that names its place:
it is shown on the screen, where those who preview content see it, and the game goes on without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..play.tuning import Tuning, check_range
from ..screen.palette import Theme, to_hex

_DEFAULT = Theme()
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Titled:
    """What every event has: its title for players."""

    title: str = ""


@dataclass(frozen=True)
class DoubleCoins(Titled):
    """The data of the event `double_coins`: how many coins each coin is."""

    multiplier: int = 1

    def __post_init__(self) -> None:
        check_range("multiplier", self.multiplier, 1, 100)


@dataclass(frozen=True)
class CoinRain(Titled):
    """The data of the event `coin_rain`: how many times as many coins fall."""

    rate: float = 1.0

    def __post_init__(self) -> None:
        check_range("rate", self.rate, 0, 20)


@dataclass(frozen=True)
class Colours:
    """`theme` in the config `balance`; each is written as #rrggbb."""

    sky: str = to_hex(_DEFAULT.sky)
    ground: str = to_hex(_DEFAULT.ground)
    accent: str = to_hex(_DEFAULT.accent)

    def __post_init__(self) -> None:
        for colour in (self.sky, self.ground, self.accent):
            if not _HEX.fullmatch(colour):
                raise ValueError(f"{colour!r} is no colour such as #ffd166")


@dataclass(frozen=True)
class Balance(Tuning):
    """The config `balance`: the game's own numbers, and its colours."""

    theme: Colours = Colours()
