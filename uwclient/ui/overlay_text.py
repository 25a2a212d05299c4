"""The texts of the overlay: moments, spans of time, and lines that are cut to fit."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from textwrap import wrap

CUT = "…"
LONGEST = 300
"""Characters of a text that are looked at: more never fit into a line."""

MOST_LINES = 4
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def countdown(seconds: float) -> str:
    """The time left, such as "2d 05h", "5:09:00" or "0:07"; a second that has begun counts as whole."""
    left = math.ceil(max(0.0, min(seconds, 1e9)))
    if left >= 86_400:
        return f"{left // 86_400}d {left % 86_400 // 3600:02}h"
    hours, minutes = left // 3600, left % 3600 // 60
    return f"{hours}:{minutes:02}:{left % 60:02}" if hours else f"{minutes}:{left % 60:02}"


def until(moment: datetime | None, now: datetime) -> str:
    """The time left until a moment."""
    return "" if moment is None else countdown((moment - now).total_seconds())


def clock(moment: datetime) -> str:
    """The time of the day, to the second."""
    return f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"


def since(moment: datetime | None, now: datetime) -> str:
    """A moment of the past or of the future, in a few characters: the time where it is near, else the day or year."""
    if moment is None:
        return "always"
    if abs(moment - now) < timedelta(hours=20):
        return f"{moment.hour:02}:{moment.minute:02}"
    return f"{MONTHS[moment.month - 1]} {moment.day}" if abs(moment - now) < timedelta(days=300) else str(moment.year)


def printable(text: str) -> str:
    """Replace the characters that cannot be printed, and cut a long text."""
    text = text[:LONGEST]
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


@lru_cache(maxsize=256)
def broken(text: str, characters: int) -> tuple[str, ...]:
    """A sentence in lines of about so many characters; a few at most."""
    return tuple(wrap(printable(text), max(characters, 10), max_lines=MOST_LINES, placeholder=CUT)) or ("",)


def fitted(text: str, width: float, measure: Callable[[str], float], keep_end: bool = False) -> str:
    """As much of a line as fits, with an ellipsis where it was cut: at its end, or (`keep_end`) at its beginning."""
    text = printable(text)
    if measure(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(_cut(text, middle, keep_end)) <= width:
            low = middle
        else:
            high = middle - 1
    cut = _cut(text, low, keep_end)
    return cut if measure(cut) <= width else ""


def _cut(text: str, length: int, keep_end: bool) -> str:
    return CUT + text[len(text) - length :].lstrip() if keep_end else text[:length].rstrip() + CUT
