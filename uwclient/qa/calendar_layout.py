"""Lays what happened out as a calendar: rows of weeks, days or hours, with a bar for each stretch of time (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

MOST_ROWS = 60
MOST_LANES = 30
MOST_NAMED = 8
"""What a calendar shows at most: the last rows; of each row so many lanes; of dots at one place so many names."""

PLACES = 200
"""How many places for dots a row has: those of one kind at the same place are one."""


class Span(NamedTuple):
    """A stretch of time in which something was so, or is going to be.

    Attributes:
        start: when it began.
        end: when it ended, or is due to.
        kind: "offers", "events", … or "faults".
        label: what it was.

    """

    start: datetime
    end: datetime
    kind: str
    label: str


class Dot(NamedTuple):
    """Something that happened at a moment."""

    time: datetime
    kind: str
    label: str


class Bar(NamedTuple):
    """The part of a span that is in one row; `left` and `width` are percent of the row, lanes count from 0."""

    span: Span
    lane: int
    left: float
    width: float


class DotGroup(NamedTuple):
    """The dots of one kind that are at one place, in percent of the row; the label names the first ones."""

    kind: str
    label: str
    left: float


class Column(NamedTuple):
    """A day of a week, or some hours of a day; a weekend is shaded."""

    label: str
    is_weekend: bool


class Row(NamedTuple):
    """One week, day or hour.

    Attributes:
        label: when it is.
        columns: its parts.
        bars: the spans.
        lanes: how many lanes they take.
        hidden: how many bars had no room.
        dots: what happened at moments.
        now: where in it the calendar's moment is, in percent; None when that is in another row.
        passed: how much of it is over at that moment, in percent.

    """

    label: str
    columns: tuple[Column, ...]
    bars: tuple[Bar, ...]
    lanes: int
    hidden: int
    dots: tuple[DotGroup, ...]
    now: float | None
    passed: float


class _Scale(NamedTuple):
    """How long a row is, how many columns it has, and what they are called."""

    length: timedelta
    columns: int
    row_label: Callable[[datetime], str]
    column_label: Callable[[datetime], str]


_HOURS = _Scale(timedelta(hours=1), 6, lambda at: f"{at:%a} {at.day} {at:%b %H:%M}", lambda at: f"{at:%H:%M}")
_DAYS = _Scale(timedelta(days=1), 8, lambda at: f"{at:%a} {at.day} {at:%b %Y}", lambda at: f"{at:%H:%M}")
_WEEKS = _Scale(timedelta(days=7), 7, lambda at: f"Week of {at.day} {at:%b %Y}", lambda at: f"{at:%a} {at.day}")


def rows_of(start: datetime, now: datetime, spans: Sequence[Span], dots: Sequence[Dot]) -> list[Row]:
    """Return the rows from the start to the moment, the last ones of very many.

    Args:
        start: where the calendar begins.
        now: the moment; what is planned is shown to the end of its row.
        spans: what was so, in any order.
        dots: what happened, in any order.

    """
    scale = _scale_for(now - start)
    first = _row_start(start, scale)
    count = (now - first) // scale.length + 1
    shown = range(max(0, count - MOST_ROWS), count)
    return [_row(first + number * scale.length, scale, now, spans, dots) for number in shown]


def _scale_for(length: timedelta) -> _Scale:
    if length <= timedelta(hours=4):
        return _HOURS
    return _DAYS if length <= timedelta(days=4) else _WEEKS


def _row_start(moment: datetime, scale: _Scale) -> datetime:
    monday = datetime(2026, 1, 5, tzinfo=UTC)  # any Monday: rows of all scales begin with it
    return monday + (moment - monday) // scale.length * scale.length


def _row(start: datetime, scale: _Scale, now: datetime, spans: Sequence[Span], dots: Sequence[Dot]) -> Row:
    end = start + scale.length

    def percent(moment: datetime) -> float:
        return round(min(max((moment - start) / scale.length, 0.0), 1.0) * 100, 3)

    bars, lanes, hidden = _in_lanes([span for span in spans if _is_in(span, start, end)], percent)
    return Row(
        scale.row_label(start),
        tuple(_columns(start, scale)),
        tuple(bars),
        lanes,
        hidden,
        tuple(_grouped([dot for dot in dots if start <= dot.time < end], percent)),
        percent(now) if start <= now < end else None,
        percent(now),
    )


def _is_in(span: Span, start: datetime, end: datetime) -> bool:
    return span.start < end and (span.end > start or span.start >= start)


def _columns(start: datetime, scale: _Scale) -> Iterator[Column]:
    for number in range(scale.columns):
        at = start + number * scale.length / scale.columns
        yield Column(scale.column_label(at), at.weekday() >= 5)


def _grouped(dots: Iterable[Dot], percent: Callable[[datetime], float]) -> Iterator[DotGroup]:
    groups: dict[tuple[str, float], list[str]] = {}
    for dot in dots:
        place = round(percent(dot.time) * PLACES / 100) * 100 / PLACES
        groups.setdefault((dot.kind, place), []).append(dot.label)
    for (kind, place), labels in groups.items():
        more = [f"and {len(labels) - MOST_NAMED} more"] if len(labels) > MOST_NAMED else []
        yield DotGroup(kind, "\n".join([*labels[:MOST_NAMED], *more]), place)


def _in_lanes(spans: Iterable[Span], percent: Callable[[datetime], float]) -> tuple[list[Bar], int, int]:
    """Place each span in the first free lane: the bars, how many lanes there are, and how many had no room."""
    bars: list[Bar] = []
    free_from: list[datetime] = []
    hidden = 0
    for span in sorted(spans):
        lane = next((lane for lane, free in enumerate(free_from) if free <= span.start), len(free_from))
        if lane == MOST_LANES:
            hidden += 1
            continue
        free_from[lane : lane + 1] = [max(span.end, span.start + timedelta(microseconds=1))]
        left = percent(span.start)
        bars.append(Bar(span, lane, left, round(percent(span.end) - left, 3)))
    return bars, len(free_from), hidden
