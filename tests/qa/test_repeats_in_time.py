"""Content that repeats comes at the right second wherever players live, whatever the clocks and the calendar do."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from uwclient.qa import World

PLACES = ("Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Berlin", "America/New_York")
EVENING, NIGHT, GAP = time(18, 0), time(23, 59, 59), time(2, 15)
YEARS = {
    "Australia/Lord_Howe": [date(2026, 4, 3), date(2026, 10, 2)],
    "Europe/Berlin": [date(2026, 3, 27), date(2026, 10, 23)],
    "America/New_York": [date(2026, 3, 6), date(2026, 10, 30)],
    "Pacific/Apia": [date(2026, 2, 27), date(2027, 12, 30)],
    "Asia/Kathmandu": [date(2026, 2, 27), date(2028, 2, 27)],
}
"""For each place, days before the clocks are changed, before a month ends, and before a leap day."""

CASES = [(zone, first, at) for zone, firsts in YEARS.items() for first in firsts for at in (EVENING, NIGHT, GAP)]


def shown(zone: str, day: date, at: time) -> datetime:
    """The first second, counted in UTC, at which a clock there shows this time or, if it leaves it out, a later one.

    It is found by looking at the clock each second around it, without asking when a wall-clock time is.
    """
    place = ZoneInfo(zone)
    wanted = datetime.combine(day, at)
    moment = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
    step = timedelta(minutes=15)
    while moment.astimezone(place).replace(tzinfo=None) < wanted - step:
        moment += step
    while moment.astimezone(place).replace(tzinfo=None) < wanted:
        moment += timedelta(seconds=1)
    return moment


def signals(record: dict[str, Any], start: datetime, days: int, zone: str) -> list[datetime]:
    """When the game of a player there hears of each start."""
    with World({"events": [{"id": "evening", **record}]}, start=start) as world:
        world.player(timezone=zone)
        world.skip(days=days)
        return [line.time for line in world.timeline.only("active")]


def repeating(first: date, at: time, **repeat: Any) -> dict[str, Any]:
    start = datetime.combine(first, at)
    return {
        "start_at": start.isoformat(),
        "end_at": (start + timedelta(minutes=10)).isoformat(),
        "repeat": {"daily": True, "times": 4, **repeat},
    }


@pytest.mark.parametrize(("zone", "first", "at"), CASES)
def test_a_zone_and_the_player_agree_on_every_day(zone: str, first: date, at: time) -> None:
    start = datetime.combine(first, time(0), UTC) - timedelta(days=2)
    in_zone = signals(repeating(first, at, zone=zone), start, 8, "Asia/Tokyo")
    of_player = signals({**repeating(first, at), "start_at_tz": "player_local"}, start, 8, zone)
    assert in_zone == of_player
    for number, moment in enumerate(in_zone):
        day = first + timedelta(days=number)
        expected = shown(zone, day, at)
        if expected.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(day, at):
            assert moment == expected
        else:  # the clocks leave this time out: it counts with the offset from before the change
            assert timedelta(0) < moment - expected <= timedelta(hours=1)


@pytest.mark.parametrize("zone", PLACES)
def test_the_last_days_of_months_come_in_leap_years_too(zone: str) -> None:
    record = {**repeating(date(2028, 1, 1), EVENING), "start_at_tz": "player_local"}
    record["repeat"] = {"monthly": [-1], "times": 3}
    found = signals(record, datetime(2028, 1, 1, tzinfo=UTC), 95, zone)
    lasts = [date(2028, month, calendar.monthrange(2028, month)[1]) for month in (1, 2, 3)]
    assert found == [shown(zone, last, EVENING) for last in lasts]
