"""Converts numbers in JSON to Python. JSON has one type of numbers: 5 and 5.0 are the same.

true and false are no numbers, and neither are NaN and infinity, which JSON does not have.
"""

from __future__ import annotations

import math
from typing import Any

LARGEST_EXACT = 2.0**53
"""Below this a float stands for exactly one whole number; from here on it is not converted to an int."""


def as_int(value: Any) -> int | None:
    """Convert a whole number to an int; None for anything else."""
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer() and abs(value) < LARGEST_EXACT:
        return int(value)
    return None


def as_float(value: Any) -> float | None:
    """Convert a number to a float; None for anything else, and for an int that is too large for a float."""
    if type(value) is not int and type(value) is not float:
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
