"""Moments and durations as testers write them, and whole microseconds, in which a world counts its time."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEVER = float("inf")

_DURATION = re.compile(r"\+?(?:\d+(?:\.\d+)?[wdhms])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([wdhms])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def read_duration(value: str | timedelta) -> timedelta:
    """Return the duration of a text such as "14d", "2h30m" or "+90s"; a timedelta is one already.

    Raises:
        ValueError: it is no duration, or less than nothing.

    """
    if isinstance(value, str) and _DURATION.fullmatch(value.replace(" ", "")):
        parts = _PART.findall(value)
        return sum((timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta())
    if not isinstance(value, timedelta):
        raise ValueError(f'{value!r} is no duration: write such as "14d", "2h30m" or "90s" (weeks are "w").')
    if value < timedelta():
        raise ValueError(f"{value} is less than nothing: time goes on, it does not go back.")
    return value


def read_moment(value: str | datetime, now: datetime) -> datetime:
    """Return the moment that a text means: ISO 8601 with a time zone, or "+2h" from now; an aware datetime is one.

    Raises:
        ValueError: it is no moment, or has no time zone.

    """
    if isinstance(value, str):
        if value.strip().startswith("+"):
            return now + read_duration(value.strip())
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f'{value!r} is no moment: write ISO 8601, or "+2h" for two hours from now.') from None
    if not isinstance(value, datetime):
        raise ValueError(f'{value!r} is no moment: give a datetime with a time zone, ISO 8601, or "+2h".')
    if value.utcoffset() is None:
        raise ValueError(f'{value} has no time zone: add one, such as the "Z" of 2026-01-05T09:00:00Z.')
    return value.astimezone(UTC)


def microseconds(moment: datetime) -> int:
    """Return the whole microseconds since 1970 of an aware moment."""
    return (moment - EPOCH) // MICROSECOND


def moment_at(count: int) -> datetime:
    """Return the moment so many microseconds after the beginning of 1970."""
    return EPOCH + count * MICROSECOND


def first_microsecond(seconds: float) -> int:
    """Return the first whole microsecond at which a clock that counts them shows `seconds` or more."""
    whole = math.ceil(seconds * 1e6)
    return whole + 1 if whole / 1e6 < seconds else whole


def shown_at(seconds: float) -> float:
    """Return what such a clock shows then."""
    return first_microsecond(seconds) / 1e6
