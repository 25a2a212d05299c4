"""Attribute targeting: whether a player's attributes meet conditions (pure; guide: Segment Targeting).

Conditions are joined from left to right, each with its own `group_logical_operator` (the first one's is
ignored): `a and b or c` is `(a and b) or c`. A condition on an attribute that the player does not have is
false, and so is one that does not fit the attribute's type.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from uwclient.sandbox.core.times import parse_iso

OPERATORS = ("equal", "greater_than", "less_than", "contain", "between")


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of a segment's targeting."""

    name: str
    operator: str
    values: tuple[Any, ...]
    joined_by: str = "and"


def read_condition(raw: Mapping[str, Any]) -> Condition:
    """The condition that a mapping in the guide's schema describes; ValueError says what is wrong with it."""
    name, operator, values = raw.get("name"), raw.get("operator"), raw.get("values")
    joined_by = raw.get("group_logical_operator") or "and"
    if not isinstance(name, str) or not name:
        raise ValueError("a condition needs the name of an attribute")
    if operator not in OPERATORS:
        raise ValueError(f"{operator!r} is not an operator: use one of {', '.join(OPERATORS)}")
    if joined_by not in ("and", "or"):
        raise ValueError(f"{joined_by!r} cannot join conditions: use 'and' or 'or'")
    if not isinstance(values, (list, tuple)) or not values:
        raise ValueError(f"'{operator}' needs a list with at least one value")
    _check_values(operator, values)
    return Condition(name, operator, tuple(values), joined_by)


def matches(conditions: Sequence[Condition], attributes: Mapping[str, Any]) -> bool:
    """Whether a player with these attributes meets the conditions; without conditions, nobody does."""
    met = False
    for position, condition in enumerate(conditions):
        this = condition.name in attributes and meets(condition, attributes[condition.name])
        if position == 0:
            met = this
        elif condition.joined_by == "or":
            met = met or this
        else:
            met = met and this
    return met


def meets(condition: Condition, value: Any) -> bool:
    """Whether one value meets one condition."""
    wanted = condition.values
    if condition.operator == "equal":
        return any(_equal(value, one) for one in wanted)
    if condition.operator == "contain":
        return isinstance(value, str) and any(str(one).casefold() in value.casefold() for one in wanted)
    if condition.operator == "greater_than":
        return _order(value, wanted[0]) == 1
    if condition.operator == "less_than":
        return _order(value, wanted[0]) == -1
    return _order(value, wanted[0]) in (0, 1) and _order(value, wanted[1]) in (-1, 0)


def _check_values(operator: str, values: Sequence[Any]) -> None:
    for value in values:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{value!r} is not a finite number, and no attribute is either")
    if operator == "between" and len(values) != 2:
        raise ValueError(f"'between' needs two values, the lowest and the highest, not {len(values)}")
    if operator in ("greater_than", "less_than", "between"):
        for value in values:
            if not isinstance(_comparable(value), (int, float, datetime)):
                raise ValueError(f"'{operator}' compares numbers and datetimes; {value!r} is neither")


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return bool(value == wanted) or _order(value, wanted) == 0


def _order(value: Any, wanted: Any) -> Literal[-1, 0, 1] | None:
    """-1, 0 or 1 as `value` is below, at or above `wanted`; None when the two cannot be compared."""
    left, right = _comparable(value), _comparable(wanted)
    if left is None or right is None or isinstance(left, datetime) != isinstance(right, datetime):
        return None
    if left == right:
        return 0
    return 1 if left > right else -1


def _comparable(value: Any) -> Any:
    """A number as it is, a datetime (or its ISO 8601 text) as an instant, None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, datetime):
        return value if value.utcoffset() is not None else parse_iso(value.isoformat())
    return parse_iso(value) if isinstance(value, str) else None
