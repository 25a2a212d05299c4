"""Reads the live content for the game: what designers have set, and which events are live."""

from __future__ import annotations

import math
from typing import Any

from panda_arena.arena import Tuning
from panda_arena.lathe import Rgb
from uwclient import GameEvent, Offer, Record, UserWise

UNITS = 30.0
"""Pixels of the other game to one unit of this one."""

SKY: Rgb = (0.35, 0.55, 0.75)
GROUND: Rgb = (0.30, 0.52, 0.32)


class LiveContent:
    """Reads what is live. The numbers are asked for in each frame; each has a default to play with."""

    def __init__(self, uw: UserWise) -> None:
        self._uw = uw

    def tuning(self) -> Tuning:
        """The designers' numbers, within what the game can bear."""
        rain = self._event("coin_rain")
        coins = self._number("spawn.coins_per_second", 1.5, 20)
        return Tuning(
            hero_speed=self._number("hero.speed", 240.0, 900) / UNITS,
            coins_per_second=coins * (_data(rain, "rate", 1.0) if rain else 1.0),
            slimes_per_second=self._number("spawn.slimes_per_second", 0.4, 5),
            coin_worth=round(_data(self._event("double_coins"), "multiplier", 1.0)),
            coins_fall=rain is not None,
        )

    def sky(self) -> Rgb:
        """The color of the sky."""
        return self._color("theme.sky", SKY)

    def ground(self) -> Rgb:
        """The color of the grass."""
        return self._color("theme.ground", GROUND)

    def banner(self) -> str:
        """The event that is on and how long it lasts, or the one that comes next."""
        now = self._uw.now().timestamp()
        event = min(self._uw.events.active, key=lambda event: event.ends, default=None)
        if event is not None:
            return f"{_title(event)}  {_left(event.ends - now)}"
        event = min(self._uw.events.upcoming, key=lambda event: event.starts, default=None)
        return "" if event is None else f"{_title(event)} in {_left(event.starts - now)}"

    def _event(self, external_id: str) -> GameEvent | None:
        return next((event for event in self._uw.events.active if event.external_id == external_id), None)

    def _number(self, key: str, default: float, most: float) -> float:
        return max(0.0, min(most, self._uw.remote_configs.value(f"balance.{key}", default)))

    def _color(self, key: str, default: Rgb) -> Rgb:
        text = self._uw.remote_configs.value(f"balance.{key}", "")
        try:
            red, green, blue = (part / 255 for part in bytes.fromhex(text.removeprefix("#")))
        except ValueError:
            return default
        return red, green, blue


def gems_of(record: Record) -> int:
    """How many gems an offer gives."""
    items: Any = record.items if isinstance(record, Offer) else None
    gems = items.get("gems", 0) if isinstance(items, dict) else 0
    return gems if isinstance(gems, int) else 0


def _data(event: GameEvent | None, key: str, default: float) -> float:
    value = event.data.get(key) if event is not None and isinstance(event.data, dict) else None
    return max(1.0, min(20.0, float(value))) if isinstance(value, (int, float)) and math.isfinite(value) else default


def _title(event: GameEvent) -> str:
    title = event.data.get("title") if isinstance(event.data, dict) else None
    return str(title or event.name)


def _left(seconds: float) -> str:
    left = max(0, math.ceil(seconds)) if math.isfinite(seconds) else 0
    return f"{left // 60}:{left % 60:02}"
