"""The market: whether the hero stands in it, and what has just been bought there."""

from __future__ import annotations

from ..play.powers import Power

OPEN_TIME = 0.25
FLASH_TIME = 0.6


class Market:
    """Open or closed; `step` it every frame."""

    def __init__(self) -> None:
        self.is_open = False
        self._age = OPEN_TIME
        self._bought: Power | None = None
        self._flash = 0.0

    @property
    def openness(self) -> float:
        """0 (not there) to 1 (fully open), linear."""
        share = min(1.0, self._age / OPEN_TIME)
        return share if self.is_open else 1.0 - share

    def flash_of(self, power: Power) -> float:
        """1 right after this was bought, falling to 0."""
        return self._flash / FLASH_TIME if power is self._bought else 0.0

    def enter(self) -> None:
        """The hero goes in."""
        self.is_open, self._age = True, 0.0

    def leave(self) -> None:
        """The hero goes back to the field."""
        self.is_open, self._age = False, 0.0

    def celebrate(self, power: Power) -> None:
        """Something was bought."""
        self._bought, self._flash = power, FLASH_TIME

    def step(self, dt: float) -> None:
        """Moves on by `dt` seconds."""
        self._age += dt
        self._flash = max(0.0, self._flash - dt)
