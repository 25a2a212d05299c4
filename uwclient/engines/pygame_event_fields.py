"""Reads what a pygame event says. Games post events of their own, which may lack anything or hold anything."""

from __future__ import annotations

from typing import Any

from pygame import Rect
from pygame.event import Event

LARGEST = 2**31 - 1

Place = tuple[float, float]
Area = Rect | tuple[int, int, int, int]


def number(event: Event, name: str) -> float | None:
    """A finite number of an event, or None."""
    return _number(getattr(event, name, None))


def whole(event: Event, name: str) -> int | None:
    """A whole number of an event, such as a key, or None."""
    value = getattr(event, name, None)
    return value if isinstance(value, int) and abs(value) <= LARGEST else None


def pair(event: Event, name: str) -> Place | None:
    """Two finite numbers of an event, such as a place, or None."""
    value: Any = getattr(event, name, None)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return None
    x, y = map(_number, value)
    return None if x is None or y is None else (x, y)


def _number(value: object) -> float | None:
    fits = isinstance(value, (int, float)) and abs(value) <= LARGEST
    return float(value) if fits else None  # type: ignore[arg-type]
