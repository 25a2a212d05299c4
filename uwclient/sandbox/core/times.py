"""Reads, prints and compares times (pure; guide: Scheduled Campaigns).

A time with `*_tz: utc` is an instant. A time with `*_tz: player_local` is wall-clock time where the
player is: its printed offset means nothing, and each time zone reaches it at another instant. A wall-clock
time that daylight saving skips counts with the offset from before the change; of one that happens twice, the
first counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
MICROSECOND = timedelta(microseconds=1)
FIRST = datetime(2, 1, 1, tzinfo=UTC)
LAST = datetime(9998, 12, 31, tzinfo=UTC)
"""What lies between them can be read in every time zone."""

_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|z|[+-]\d{2}:?\d{2})?)?"
)
_RELATIVE = re.compile(r"(?P<sign>[+-])(?P<parts>(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)")
_PART = re.compile(r"(?P<amount>\d+(?:\.\d+)?)(?P<unit>ms|s|m|h|d)")
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_HOW_TO_WRITE_ISO = "write ISO 8601, such as 2022-03-14T01:00:00Z"
_HOW_TO_WRITE = "write ISO 8601 or a relative time such as +10s, +2m, +1h, -30s"


def parse_iso(text: str) -> datetime | None:
    """The aware time that an ISO 8601 text names; UTC without an offset. None when it is no such text."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    zone = (found["zone"] or "Z").upper().replace("Z", "+00:00")
    if ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    try:
        return datetime.fromisoformat(
            f"{found['date']}T{found['time'] or '00:00'}:{found['second'] or '00'}.{fraction}{zone}"
        )
    except ValueError:
        return None


def parse_relative(text: str) -> timedelta | None:
    """The distance that a text such as "+1h30m" or "-250ms" names, or None when it is no such text."""
    found = _RELATIVE.fullmatch(text)
    if found is None:
        return None
    try:
        distance = sum(
            (float(part["amount"]) * _UNITS[part["unit"]] for part in _PART.finditer(found["parts"])),
            timedelta(),
        )
    except OverflowError:
        return None
    return -distance if found["sign"] == "-" else distance


def parse_time(value: object, origin: datetime | None) -> datetime:
    """The aware time that `value` names: a datetime, ISO 8601, or a time relative to `origin` (None takes none).

    Raises ValueError, with a sentence that says how to write it.
    """
    moment: datetime | None = None
    if isinstance(value, datetime):
        moment = value if value.utcoffset() is not None else value.replace(tzinfo=UTC)
    elif isinstance(value, str):
        distance = None if origin is None else parse_relative(value)
        moment = parse_iso(value) if origin is None or distance is None else _moved(origin, distance)
    if moment is None:
        raise ValueError(f"{value!r} is not a time: {_HOW_TO_WRITE if origin is not None else _HOW_TO_WRITE_ISO}")
    if not FIRST <= moment <= LAST:
        raise ValueError(f"{value!r} is outside the calendar: use the years {FIRST.year} to {LAST.year}")
    return moment


def is_relative(value: object) -> bool:
    """Whether `value` is written as a distance, such as "+10s"."""
    return isinstance(value, str) and parse_relative(value) is not None


def is_date(value: object) -> bool:
    """Whether `value` is written as a day, without a time."""
    found = _ISO.fullmatch(value) if isinstance(value, str) else None
    return found is not None and found["time"] is None


def has_offset(value: object) -> bool:
    """Whether `value` is written as an instant: relative, or with a time zone."""
    if isinstance(value, datetime):
        return value.utcoffset() is not None
    found = _ISO.fullmatch(value) if isinstance(value, str) else None
    return is_relative(value) or (found is not None and found["zone"] is not None)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 of an aware time: the precision that the sandbox keeps and prints."""
    return (moment - EPOCH) // MILLISECOND


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970 of an aware time: the precision of the clock."""
    return (moment - EPOCH) // MICROSECOND


def from_microseconds(value: int) -> datetime:
    """The UTC time at `value` microseconds since 1970."""
    return EPOCH + value * MICROSECOND


def wall_clock(moment: datetime) -> datetime:
    """The wall-clock time of `moment` in its own time zone, as if it were UTC."""
    return moment.replace(tzinfo=UTC)


def from_milliseconds(value: int) -> datetime:
    """The UTC time at `value` milliseconds since 1970."""
    return EPOCH + value * MILLISECOND


def printed(value: int) -> str:
    """`value` milliseconds since 1970 as the platform prints times: 2022-03-14T01:00:00+00:00."""
    return from_milliseconds(value).isoformat(timespec="milliseconds" if value % 1000 else "seconds")


def instant(value: int, tz: str, zone: ZoneInfo) -> int:
    """The instant (milliseconds since 1970) at which a player in `zone` reaches the printed time `value`."""
    if tz == "utc":
        return value
    return milliseconds(from_milliseconds(value).replace(tzinfo=zone).astimezone(UTC))


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name ("Europe/Berlin"); ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not the name of a time zone") from None


def _moved(origin: datetime, distance: timedelta) -> datetime | None:
    try:
        return origin + distance
    except OverflowError:
        return None
