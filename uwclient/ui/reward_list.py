"""Lists what an offer gives, from whatever JSON the studio has set up."""

from __future__ import annotations

from typing import Any, NamedTuple

from uwclient.ui.sanitize import sanitize
from uwclient.ui.strings import number

NAMES = ("name", "title", "label", "name_plural", "name_singular", "external_id", "id", "key", "item", "currency")
AMOUNTS = ("amount", "quantity", "count", "qty", "value")
MOST_LINES = 20
LONGEST_NAME = 80


class Reward(NamedTuple):
    """One reward. The amount is text, "" when the content names none."""

    amount: str
    name: str


def reward_list(currencies: Any, items: Any) -> tuple[tuple[Reward, ...], int]:
    """The currencies and items of an offer, and how many more there are than can be listed.

    Both may be an object such as {"gems": 300}, or a list of names or of objects that have a name and an amount.
    What cannot be read as either is left out.
    """
    lines = [*_lines(currencies), *_lines(items)]
    return tuple(lines[:MOST_LINES]), max(0, len(lines) - MOST_LINES)


def _lines(given: Any) -> list[Reward]:
    if isinstance(given, dict):
        return [line for name, value in given.items() if (line := _line(value, _text(name))) is not None]
    if isinstance(given, list):
        return [line for value in given if (line := _line(value, "")) is not None]
    return []


def _line(value: Any, name: str) -> Reward | None:
    if isinstance(value, dict):
        name = next((said for key in NAMES if (said := _text(value.get(key)))), name)
        amount = next((said for key in AMOUNTS if (said := _text(value.get(key)))), "")
        return Reward(amount, name) if name else None
    said = _text(value)
    if not name:
        return Reward("", said) if said and isinstance(value, str) else None
    return Reward(said, name) if said or value is True else None


def _text(value: Any) -> str:
    """A number or a short text; "" for all else, and for amounts that are none."""
    if isinstance(value, str):
        return " ".join(sanitize(value, LONGEST_NAME).split())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return number(value)
