"""A timeline is drawn as a calendar, in which nothing covers anything else and nothing gets lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.qa import Line, World
from uwclient.qa.calendar_content import Stretch, dots_of, spans_of
from uwclient.qa.calendar_layout import MOST_LANES, Dot, Row, Span, rows_of

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

moments = st.integers(0, 60 * 24 * 40).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        start, end = sorted((draw(moments), draw(moments)))
        found.append(Span(start, end, "offers", f"offer-{number}"))
    return found


@pytest.mark.parametrize(
    ("start", "now", "labels", "columns"),
    [
        (MONDAY + 9 * HOUR, MONDAY + 10 * HOUR, ["Mon 5 Jan 09:00", "Mon 5 Jan 10:00"], ["10:00", "10:10"]),
        (
            MONDAY + 9 * HOUR,
            MONDAY + 2 * DAY,
            ["Mon 5 Jan 2026", "Tue 6 Jan 2026", "Wed 7 Jan 2026"],
            ["00:00", "03:00"],
        ),
        (MONDAY + 9 * HOUR, MONDAY + 10 * DAY, ["Week of 5 Jan 2026", "Week of 12 Jan 2026"], ["Mon 12", "Tue 13"]),
        (MONDAY - DAY, MONDAY + 5 * DAY, ["Week of 29 Dec 2025", "Week of 5 Jan 2026"], ["Mon 5", "Tue 6"]),
    ],
)
def test_the_rows_are_hours_days_or_weeks(
    start: datetime, now: datetime, labels: list[str], columns: list[str]
) -> None:
    rows = rows_of(start, now, [], [])
    assert [row.label for row in rows] == labels
    assert [column.label for column in rows[-1].columns[:2]] == columns


def test_weekends_are_marked() -> None:
    (row,) = rows_of(MONDAY, MONDAY + 6 * DAY, [], [])
    assert [column.label for column in row.columns if column.is_weekend] == ["Sat 10", "Sun 11"]


@given(spans(), moments)
def test_no_bar_covers_another_one_and_each_is_where_its_span_is(spans: list[Span], now: datetime) -> None:
    rows = rows_of(MONDAY, max(now, MONDAY + 5 * DAY), spans, [])
    for number, row in enumerate(rows):
        begins = MONDAY + number * 7 * DAY
        for lane in range(row.lanes):
            bars = sorted((bar.left, bar.left + bar.width) for bar in row.bars if bar.lane == lane)
            assert all(one[1] <= other[0] + 0.002 for one, other in pairwise(bars))
        inside = {one.label for one in spans if one.start < begins + 7 * DAY and max(one.end, one.start) >= begins}
        touching = {one.label for one in spans if one.end == begins > one.start}
        assert {bar.span.label for bar in row.bars} == inside - touching
        for bar in row.bars:
            assert bar.left == pytest.approx(percent(bar.span.start, begins), abs=0.01)
            assert bar.left + bar.width == pytest.approx(percent(bar.span.end, begins), abs=0.01)


def percent(moment: datetime, begins: datetime) -> float:
    return min(100.0, max(0.0, (moment - begins).total_seconds() / DAY.total_seconds() / 7 * 100))


def test_what_has_no_room_is_counted() -> None:
    many = [Span(MONDAY, MONDAY + DAY, "offers", f"offer-{number:03}") for number in range(MOST_LANES + 7)]
    (row,) = rows_of(MONDAY, MONDAY + 5 * DAY, many, [])
    assert (len(row.bars), row.lanes, row.hidden) == (MOST_LANES, MOST_LANES, 7)


@given(st.lists(moments))
def test_every_dot_is_named_or_counted(times: list[datetime]) -> None:
    rows = rows_of(MONDAY, MONDAY + 40 * DAY, [], [Dot(time, "actions", "did") for time in sorted(times)])
    assert sum(map(dots_in, rows)) == len(times)


def dots_in(row: Row) -> int:
    counted = 0
    for group in row.dots:
        *named, last = group.label.split("\n")
        counted += len(named) + (int(last.split()[1]) if last.startswith("and") else 1)
    return counted


def line(hours: float, player: str, source: str, what: str, id: str = "") -> Line:
    return Line(MONDAY + hours * HOUR, player, source, what, id)


def test_content_is_a_bar_from_its_start_to_its_end() -> None:
    lines = [line(1, "a", "offers", "active", "gems"), line(5, "a", "offers", "inactive", "gems")]
    assert spans_of(lines, MONDAY + DAY, [], 1) == [Span(MONDAY + HOUR, MONDAY + 5 * HOUR, "offers", "gems")]


def test_what_is_live_goes_on_until_it_is_due_to_end() -> None:
    now, end = MONDAY + DAY, MONDAY + 3 * DAY
    lines = [line(1, "a", "offers", "active", "gems")]
    assert spans_of(lines, now, [], 1) == [Span(MONDAY + HOUR, now, "offers", "gems")]
    due = [Stretch(now, end, "offers", "gems", "a"), Stretch(end, end + DAY, "events", "later", "a")]
    assert spans_of(lines, now, due, 1) == [
        Span(MONDAY + HOUR, end, "offers", "gems"),
        Span(end, end + DAY, "events", "later"),
    ]


def test_a_bar_says_whose_it_is_unless_everybody_has_it() -> None:
    lines = [line(1, name, "offers", "active", "gems") for name in ("a", "b", "c")]
    lines += [line(2, name, "events", "active", "party") for name in ("a", "b")]
    lines += [line(3, "c", "player", "offline")]
    labels = [span.label for span in spans_of(lines, MONDAY + DAY, [], 3)]
    assert labels == ["gems", "party · 2 players", "offline · c"]


def test_a_game_that_is_killed_ends_what_was_live() -> None:
    lines = [line(1, "a", "offers", "active", "gems"), line(2, "a", "player", "kill")]
    lines += [line(2, "a", "offers", "active", "gems")]
    found = spans_of(lines, MONDAY + DAY, [], 1)
    assert [(span.start, span.end) for span in found] == [
        (MONDAY + HOUR, MONDAY + 2 * HOUR),
        (MONDAY + 2 * HOUR, MONDAY + DAY),
    ]


def test_faults_are_bars_and_what_they_cause_are_dots() -> None:
    with World({"clock": MONDAY.isoformat(), "offers": [{"id": "gems"}]}) as world:
        world.player()
        world.faults.profile("platform_outage", during=("+1h", "+2h"))
        world.skip(hours=1, minutes=30)
        spans = spans_of(world.timeline, world.now, [], 1)
        assert Span(MONDAY + HOUR, world.now, "faults", "platform_outage") in spans
        world.sandbox.publish("offers", id="flash")
        assert {dot.kind for dot in dots_of(world.timeline)} == {"failed", "platform"}
