"""The days on which something happens that repeats daily, on days of the week, or on days of the month (pure)."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.times import LAST

WEEKDAYS = tuple(name.lower() for name in calendar.day_name)

_PATTERNS = ("daily", "weekly", "monthly")


def pattern_days(repeat: Mapping[str, Any], first: date) -> Iterator[date]:
    """Yield the days of a repeat in their order, from its first day on.

    `every: n` leaves out all but each n-th day, week or month, counted from that of the first day. Weeks begin on
    Monday. A day that a month does not have is left out.

    Args:
        repeat: what a scenario says; it has the form that the schema asks for.
        first: the earliest day.

    Raises:
        FieldError: it makes no sense, or the calendar ends.

    """
    patterns = [name for name in _PATTERNS if repeat.get(name) not in (None, False)]
    if len(patterns) != 1:
        raise FieldError("repeat", "say on which days: write one of daily: true, weekly: [sat, sun] or monthly: [1]")
    every = repeat.get("every") or 1
    if patterns == ["daily"]:
        days = _each_day(first, every)
    elif patterns == ["weekly"]:
        days = _in_weeks(first, every, _weekdays(repeat["weekly"]))
    else:
        days = _in_months(first, every, _days_of_month(repeat["monthly"]))
    return (day for day in days if day >= first)


def _each_day(first: date, every: int) -> Iterator[date]:
    for number in count(0, every):
        yield _moved(first, number)


def _in_weeks(first: date, every: int, weekdays: list[int]) -> Iterator[date]:
    monday = first - timedelta(days=first.weekday())
    for week in count(0, every):
        for weekday in weekdays:
            yield _moved(monday, 7 * week + weekday)


def _in_months(first: date, every: int, numbers: list[int]) -> Iterator[date]:
    for month in count(first.year * 12 + first.month - 1, every):
        year, index = divmod(month, 12)
        if year > LAST.year:
            raise _end_of_calendar()
        length = calendar.monthrange(year, index + 1)[1]
        days = {number if number > 0 else length + 1 + number for number in numbers}
        for day in sorted(days.intersection(range(1, length + 1))):
            yield date(year, index + 1, day)


def _moved(day: date, days: int) -> date:
    try:
        moved = day + timedelta(days=days)
    except OverflowError:
        raise _end_of_calendar() from None
    if moved > LAST.date():
        raise _end_of_calendar()
    return moved


def _end_of_calendar() -> FieldError:
    return FieldError("repeat", f"its times go on beyond the calendar, which ends in {LAST.year}: end it earlier")


def _weekdays(names: list[str]) -> list[int]:
    """The numbers of days of the week, 0 for Monday, in their order."""
    short = {name[:3]: number for number, name in enumerate(WEEKDAYS)}
    known = short | {name: number for number, name in enumerate(WEEKDAYS)}
    found: set[int] = set()
    for position, name in enumerate(names):
        if name.lower() not in known:
            close = did_you_mean(name.lower(), WEEKDAYS)
            raise FieldError(
                ("repeat", "weekly", position), f"{name!r} is no day of the week{close}: use {', '.join(short)}"
            )
        found.add(known[name.lower()])
    if not found:
        raise FieldError(("repeat", "weekly"), "name at least one day, such as [sat, sun]")
    return sorted(found)


def _days_of_month(numbers: list[int]) -> list[int]:
    for position, number in enumerate(numbers):
        if not 1 <= abs(number) <= 31:
            raise FieldError(
                ("repeat", "monthly", position), f"{number} is no day of a month: use 1 to 31, or -1 for the last one"
            )
    if not numbers:
        raise FieldError(("repeat", "monthly"), "name at least one day, such as [1], or [-1] for the last one")
    return numbers
