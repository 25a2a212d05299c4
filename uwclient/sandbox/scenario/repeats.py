"""Writes a record that repeats out as one record for each time, as live operations do it on the platform (pure).

    repeat: {weekly: [sat, sun], until: 2026-01-31}
    repeat: {weekly: [fri], every: 2, times: 6, zone: Europe/Berlin}
    repeat: {daily: true, times: 7}
    repeat: {monthly: [1, -1], times: 12}                # the first and the last day

`start_at` is the earliest start, and gives the time of day; `end_at` is the end of a time that starts on that very
day. Both move by days of the calendar, so that an evening stays an evening when the clocks are changed: in `zone`, or
in the offset that `start_at` is written with, or, where they are `player_local`, wherever the player is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from itertools import islice
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.times import has_offset, is_date, is_relative, parse_time, zone_named
from uwclient.sandbox.scenario.calendar_days import pattern_days
from uwclient.sandbox.services.content.records import KINDS

MOST_TIMES = 1_000
"""How often one record may repeat."""

_NEEDED = {
    "id": "the ids of its times begin with it",
    "start_at": "it gives the time of day, and no time starts before it",
    "end_at": "else none of its times would end",
}


def written_out(kind: str, fields: Mapping[str, Any], origin: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield the fields of each record that a record stands for; of one that does not repeat, its own.

    The id of each time is that of the record and the day of its start, such as "weekend-2026-01-10". All times have
    the name, the title and the external id that the record would have.

    Args:
        kind: one of KINDS.
        fields: the record's; `repeat` has the form that the schema asks for.
        origin: the time that relative times count from.

    Raises:
        FieldError: its times make no sense; the path leads to the field.

    """
    repeat = fields.get("repeat")
    common = {name: value for name, value in fields.items() if name != "repeat"}
    if repeat is None:
        yield common
        return
    for name, why in _NEEDED.items():
        if fields.get(name) is None:
            raise FieldError(name, f"it is missing, and a record that repeats needs it: {why}")
    common.setdefault("name", fields["id"])
    if "external_id" in KINDS[kind]:
        common.setdefault("external_id", fields["id"])
    start, end = _edges(fields, origin)
    for day in _days(repeat, start, origin):
        yield {**common, "id": f"{fields['id']}-{day.isoformat()}", **_times_on(day, start, end)}


@dataclass(frozen=True, slots=True)
class _Clock:
    """The clock on the wall by which a time is one of day.

    Attributes:
        zone: where it hangs; None for that of each player.
        is_named: whether `repeat` names the zone, so that times without an offset are read by this clock.

    """

    zone: tzinfo | None
    is_named: bool = False

    def read(self, value: object, origin: datetime) -> datetime:
        """Return what it shows at a time that is written somewhere. ValueError where that makes no sense."""
        moment = parse_time(value, origin)
        if self.zone is None and is_relative(value):
            raise ValueError(f"{value!r} is an instant, but times are player_local: write it in ISO 8601")
        if self.zone is not None and (has_offset(value) or not self.is_named):
            moment = moment.astimezone(self.zone)
        return moment.replace(tzinfo=None, fold=0)

    def moment(self, shown: datetime) -> datetime:
        """Return when it shows a time first; where each player has one, the time as if in UTC."""
        return shown.replace(tzinfo=self.zone or UTC).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Edge:
    """The start or the end that a record is written with, as its clock shows it."""

    clock: _Clock
    shown: datetime


def _edges(fields: Mapping[str, Any], origin: datetime) -> tuple[_Edge, _Edge]:
    named = _named_zone(fields)
    kinds = [fields.get("start_at_tz"), fields.get("end_at_tz") or fields.get("start_at_tz")]
    edges: list[_Edge] = []
    for name, kind in zip(("start_at", "end_at"), kinds, strict=True):
        value = fields[name]
        try:
            if kind == "player_local":
                clock = _Clock(None)
            elif named is not None:
                clock = _Clock(named, is_named=True)
            elif edges and edges[0].clock.zone is not None:
                clock = edges[0].clock
            else:
                clock = _Clock(parse_time(value, origin).tzinfo)
            edges.append(_Edge(clock, clock.read(value, origin)))
        except ValueError as problem:
            raise FieldError(name, str(problem)) from None
    return edges[0], edges[1]


def _named_zone(fields: Mapping[str, Any]) -> tzinfo | None:
    name = fields["repeat"].get("zone")
    if name is None:
        return None
    if "player_local" in (fields.get("start_at_tz"), fields.get("end_at_tz")):
        raise FieldError(("repeat", "zone"), "player_local times are those of each player's zone: leave it out")
    try:
        return zone_named(name)
    except ValueError as problem:
        raise FieldError(("repeat", "zone"), f"{problem}: write such as Europe/Berlin") from None


def _times_on(day: date, start: _Edge, end: _Edge) -> dict[str, datetime]:
    """The times of a record that starts on a day."""
    later = day - start.shown.date()
    try:
        starts, ends = (edge.clock.moment(edge.shown + later) for edge in (start, end))
        if start.clock == end.clock and ends < starts and start.shown <= end.shown:
            ends = starts + (end.shown - start.shown)  # its hour is left out, because the clocks are changed
    except OverflowError:
        raise FieldError("repeat", f"the time of {day.isoformat()} ends outside the calendar") from None
    return {"start_at": starts, "end_at": ends}


def _days(repeat: Mapping[str, Any], start: _Edge, origin: datetime) -> list[date]:
    """The days on which a record starts."""
    ends = [name for name in ("until", "times") if repeat.get(name) is not None]
    if len(ends) != 1:
        raise FieldError("repeat", "say when it ends: write either until, the last day, or times, how often")
    days = pattern_days(repeat, start.shown.date())
    if ends == ["times"]:
        return list(islice(days, repeat["times"]))
    last = _last_start(repeat["until"], start, origin)
    found: list[date] = []
    for day in days:
        if datetime.combine(day, start.shown.time()) > last:
            break
        if len(found) == MOST_TIMES:
            raise FieldError(
                ("repeat", "until"), f"until then it repeats more than {MOST_TIMES:,} times: end earlier"
            )
        found.append(day)
    if not found:
        raise FieldError(("repeat", "until"), f"there is no time until then: the first would be on {day.isoformat()}")
    return found


def _last_start(until: object, start: _Edge, origin: datetime) -> datetime:
    """The last time on the start's clock at which a record may start."""
    try:
        if is_date(until):
            return datetime.combine(parse_time(until, origin).date(), time.max)
        return start.clock.read(until, origin)
    except ValueError as problem:
        raise FieldError(("repeat", "until"), str(problem)) from None
