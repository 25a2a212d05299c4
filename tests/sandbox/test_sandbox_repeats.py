"""A record that repeats is written out as one record for each time."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.sandbox import Sandbox, ScenarioError
from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.scenario.reading import load_scenario

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

CLOCK = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEKENDS = {"weekly": ["sat", "sun"], "until": "2026-01-18"}
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def payloads(repeat: Any, kind: str = "events", **fields: Any) -> list[dict[str, Any]]:
    """The records of a scenario with one that repeats, as players are sent them."""
    record = {"id": "weekend", "start_at": "2026-01-05", "end_at": "2026-01-06", "repeat": repeat, **fields}
    scenario = load_scenario({"clock": CLOCK.isoformat(), kind: [record]}, CLOCK)
    return [json.loads(record.text) for record in scenario.records]


def starts(repeat: Any, **fields: Any) -> list[str]:
    return [payload["start_at"] for payload in payloads(repeat, **fields)]


def days(repeat: Any, **fields: Any) -> list[str]:
    return [start[:10] for start in starts(repeat, **fields)]


def moments(payload: dict[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(payload["start_at"]), datetime.fromisoformat(payload["end_at"])


def test_a_weekend_is_one_record_for_each_day() -> None:
    written = payloads(WEEKENDS, data={"multiplier": 2})
    assert [(one["id"], one["start_at"], one["end_at"]) for one in written] == [
        ("weekend-2026-01-10", "2026-01-10T00:00:00+00:00", "2026-01-11T00:00:00+00:00"),
        ("weekend-2026-01-11", "2026-01-11T00:00:00+00:00", "2026-01-12T00:00:00+00:00"),
        ("weekend-2026-01-17", "2026-01-17T00:00:00+00:00", "2026-01-18T00:00:00+00:00"),
        ("weekend-2026-01-18", "2026-01-18T00:00:00+00:00", "2026-01-19T00:00:00+00:00"),
    ]
    assert {(one["name"], one["external_id"], json.dumps(one["data"])) for one in written} == {
        ("weekend", "weekend", '{"multiplier": 2}')
    }
    assert all("repeat" not in one for one in written)


def test_a_name_a_title_and_an_external_id_are_those_of_the_record() -> None:
    offers = payloads(WEEKENDS, "offers", name="Weekend offer")
    assert {(one["name"], one["title"]) for one in offers} == {("Weekend offer", "Weekend offer")}
    configs = payloads(WEEKENDS, "remote_configs", external_id="balance")
    assert {(one["name"], one["external_id"]) for one in configs} == {("weekend", "balance")}


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        ({"daily": True, "times": 3}, ["05", "06", "07"]),
        ({"daily": True, "every": 5, "until": "2026-01-15"}, ["05", "10", "15"]),
        ({"weekly": ["mon"], "times": 2}, ["05", "12"]),
        ({"weekly": ["Sunday", "SAT", "sat"], "times": 3}, ["10", "11", "17"]),
        ({"weekly": ["wed", "mon"], "every": 2, "times": 4}, ["05", "07", "19", "21"]),
        ({"monthly": [6, 20], "times": 2}, ["06", "20"]),
        ({"daily": False, "weekly": ["tue"], "until": "+9d"}, ["06", "13"]),
        ({"daily": True, "until": "2026-01-06T00:00:00Z"}, ["05", "06"]),
        ({"daily": True, "until": "2026-01-05T23:59:59Z"}, ["05"]),
    ],
)
def test_a_record_repeats_by_days_weeks_and_months(repeat: Any, expected: list[str]) -> None:
    assert days(repeat) == [f"2026-01-{day}" for day in expected]


def test_months_end_when_they_end() -> None:
    last = ["2028-01-31", "2028-02-29", "2028-03-31"]
    assert days({"monthly": [-1], "times": 3}, start_at="2028-01-05", end_at="2028-01-06") == last
    assert days({"monthly": [31], "until": "2026-05-31"}) == ["2026-01-31", "2026-03-31", "2026-05-31"]
    assert days({"monthly": [31, -1, 30], "times": 3}) == ["2026-01-30", "2026-01-31", "2026-02-28"]
    leap_day = {"monthly": [29], "every": 12, "times": 2}
    assert days(leap_day, start_at="2028-02-01", end_at="2028-02-02") == ["2028-02-29", "2032-02-29"]


def test_an_evening_stays_an_evening_when_the_clocks_are_changed() -> None:
    evening = {"start_at": "2026-03-28T18:00", "end_at": "2026-03-28T22:00"}
    assert starts({"daily": True, "times": 2}, **evening) == [
        "2026-03-28T18:00:00+00:00",
        "2026-03-29T18:00:00+00:00",
    ]
    in_berlin = {"daily": True, "times": 2, "zone": "Europe/Berlin"}
    assert starts(in_berlin, **evening) == ["2026-03-28T17:00:00+00:00", "2026-03-29T16:00:00+00:00"]
    as_instants = {"start_at": "2026-03-28T17:00Z", "end_at": "2026-03-28T22:00+01:00"}
    assert payloads(in_berlin, **as_instants) == payloads(in_berlin, **evening)


def test_times_of_players_move_with_the_players() -> None:
    evening = {"start_at": "2026-03-28T18:00", "end_at": "2026-03-28T22:00", "start_at_tz": "player_local"}
    first, second = payloads({"daily": True, "times": 2}, **evening)
    assert (first["start_at"], first["start_at_tz"], first["end_at_tz"]) == (
        "2026-03-28T18:00:00+00:00",
        "player_local",
        "player_local",
    )
    assert (second["start_at"], second["end_at"]) == ("2026-03-29T18:00:00+00:00", "2026-03-29T22:00:00+00:00")


def test_days_of_the_week_are_those_where_the_start_is_written() -> None:
    in_apia = {"start_at": "2026-01-10T00:30:00+13:00", "end_at": "2026-01-10T12:00:00+13:00"}
    assert payloads({"weekly": ["sat"], "times": 1}, **in_apia)[0]["id"] == "weekend-2026-01-10"
    assert starts({"weekly": ["sat"], "times": 1}, **in_apia) == ["2026-01-09T11:30:00+00:00"]


def test_a_time_that_the_clocks_leave_out_lasts_as_long_as_others() -> None:
    gap = {"start_at": "2026-03-28T02:30", "end_at": "2026-03-28T03:15"}
    written = payloads({"daily": True, "times": 2, "zone": "Europe/Berlin"}, **gap)
    assert [end - start for start, end in map(moments, written)] == [timedelta(minutes=45)] * 2
    assert written[1]["start_at"] == "2026-03-29T01:30:00+00:00"


ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(date(2026, 1, 1), date(2029, 1, 1)),
    minute=st.integers(0, 24 * 60 - 1),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    every=st.integers(1, 4),
    length=st.integers(0, 400),
)
def test_repeats_are_the_days_that_a_calendar_shows(
    zone: str, first: date, minute: int, weekdays: set[int], every: int, length: int
) -> None:
    last = first + timedelta(days=length)
    wall = datetime.combine(first, datetime.min.time()) + timedelta(minutes=minute)
    monday = first - timedelta(days=first.weekday())
    all_days = [first + timedelta(days=number) for number in range(length + 1)]
    expected = [day for day in all_days if day.weekday() in weekdays and ((day - monday).days // 7) % every == 0]
    repeat = {
        "weekly": [DAY_NAMES[number] for number in weekdays],
        "every": every,
        "until": last.isoformat(),
        "zone": zone,
    }
    fields = {"start_at": wall.isoformat(), "end_at": (wall + timedelta(hours=20)).isoformat()}
    if not expected:
        with pytest.raises(ScenarioError, match="there is no time until then"):
            payloads(repeat, **fields)
        return
    written = payloads(repeat, **fields)
    assert [one["id"] for one in written] == [f"weekend-{day.isoformat()}" for day in expected]
    for day, (start, end) in zip(expected, map(moments, written), strict=True):
        shown = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        by_the_wall = datetime.combine(day, wall.time())
        left_out = shown - by_the_wall
        assert left_out in (timedelta(0), timedelta(minutes=30), timedelta(hours=1))
        if left_out:  # no clock there shows the time that is written
            assert by_the_wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) == start
        assert timedelta(hours=18) < end - start < timedelta(hours=22)


@pytest.mark.parametrize(
    ("repeat", "fields", "sentence"),
    [
        ({"weekly": ["sat"]}, {}, "repeat: say when it ends"),
        ({"weekly": ["sat"], "until": "2026-02-01", "times": 2}, {}, "repeat: say when it ends"),
        ({"times": 3}, {}, "repeat: say on which days"),
        ({"daily": True, "weekly": ["sat"], "times": 3}, {}, "repeat: say on which days"),
        ({"weekly": ["satt"], "times": 2}, {}, r"repeat\.weekly\[0\]: 'satt' is no day of the week"),
        ({"weekly": ["saturdy"], "times": 2}, {}, "did you mean 'saturday'"),
        ({"weekly": [], "times": 2}, {}, r"repeat\.weekly: name at least one day"),
        ({"monthly": [1, 0], "times": 2}, {}, r"repeat\.monthly\[1\]: 0 is no day of a month"),
        ({"monthly": [], "times": 2}, {}, r"repeat\.monthly: name at least one day"),
        ({"monthly": [30], "every": 12, "times": 1}, {"start_at": "2026-02-01"}, "beyond the calendar"),
        ({"daily": True, "until": "9000-01-01"}, {}, "more than 1,000 times"),
        ({"daily": True, "until": "2026-01-04"}, {}, "there is no time until then: the first would be on 2026-01-05"),
        ({"daily": True, "until": "soon"}, {}, r"repeat\.until: 'soon' is not a time"),
        ({"daily": True, "times": 1001}, {}, r"repeat\.times: 1001 is too large"),
        ({"daily": True, "times": 0}, {}, r"repeat\.times: 0 is too small"),
        ({"daily": True, "every": 0, "times": 1}, {}, r"repeat\.every: 0 is too small"),
        ({"daily": 3, "times": 1}, {}, r"repeat\.daily: 3 is not true or false"),
        ({"dayly": True, "times": 1}, {}, r"repeat\.dayly: there is no such field \(did you mean 'daily'"),
        ({"daily": True, "times": 1, "zone": "Berlin"}, {}, r"repeat\.zone: 'Berlin' is not the name of a time zone"),
        ({"daily": True, "times": 1, "zone": "UTC"}, {"start_at_tz": "player_local"}, "leave it out"),
        ({"daily": True, "until": "+2d"}, {"start_at_tz": "player_local"}, r"repeat\.until: '\+2d' is an instant"),
        ({"daily": True, "times": 1}, {"start_at_tz": "player_local", "start_at": "+1d"}, r"start_at: '\+1d' is an"),
        ({"daily": True, "times": 1}, {"end_at": None}, "end_at: it is missing"),
        ({"daily": True, "times": 1}, {"start_at": None}, "start_at: it is missing"),
        ({"daily": True, "times": 1}, {"start_at": "noon"}, "start_at: 'noon' is not a time"),
        ({"daily": True, "times": 1}, {"end_at": "2026-01-04"}, "end_at: .* is before the start"),
        ({"daily": True, "times": 2}, {"start_at": "9998-12-30", "end_at": "9998-12-31"}, "calendar"),
        ("daily", {}, 'repeat: "daily" is not an object'),
    ],
)
def test_a_repeat_that_makes_no_sense_is_refused_with_its_place(
    repeat: Any, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ScenarioError, match=rf"events\[0\]\.{sentence}" if "." in sentence[:9] else sentence):
        payloads(repeat, **fields)


def test_a_mistake_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "season.yaml"
    file.write_text(
        "events:\n"
        "  - id: weekend\n"
        "    start_at: 2026-01-05\n"
        "    end_at: 2026-01-06\n"
        "    repeat:\n"
        "      weekly: [sat, sonday]\n"
        "      times: 2\n"
    )
    with pytest.raises(ScenarioError, match=r"season\.yaml:6: events\[0\]\.repeat\.weekly\[1\]: 'sonday'"):
        Sandbox(file)


def test_a_repeat_without_an_id_is_refused() -> None:
    record = {"start_at": "2026-01-05", "end_at": "2026-01-06", "repeat": WEEKENDS}
    with pytest.raises(ScenarioError, match=r"events\[0\]\.id: it is missing, and a record that repeats needs it"):
        Sandbox({"events": [record]})


def test_the_times_are_changed_and_withdrawn_like_other_records(join: Join) -> None:
    record = {"id": "weekend", "start_at": "2026-01-05", "end_at": "2026-01-06", "repeat": WEEKENDS}
    timeline = [
        {"at": "2026-01-12", "withdraw": "weekend-2026-01-17"},
        {"at": "2026-01-12", "change": "weekend-2026-01-18", "with": {"data": {"multiplier": 3}}},
    ]
    with Sandbox({"clock": CLOCK.isoformat(), "events": [record], "timeline": timeline}) as sandbox:
        hero = join(sandbox)
        assert hero.ids("/campaign_events") == []
        sandbox.clock.advance(days=7)
        left = hero.get("/campaign_events").json()["upcoming"]
        assert [(one["id"], one["data"]) for one in left] == [("weekend-2026-01-18", {"multiplier": 3})]
    with pytest.raises(ScenarioError, match="did you mean 'weekend-2026-01-1"):
        Sandbox({"events": [record], "timeline": [{"at": "+1d", "withdraw": "weekend"}]})


def test_a_timeline_publishes_a_repeat() -> None:
    published = {"id": "weekend", "start_at": "2026-01-05", "end_at": "2026-01-06", "repeat": WEEKENDS}
    timeline = [{"at": "2026-01-06", "publish": "events", "with": published}]
    found = load_scenario({"clock": CLOCK.isoformat(), "timeline": timeline}, CLOCK)
    ids = [getattr(entry, "record").id for entry in found.timeline]  # noqa: B009
    assert ids == [f"weekend-2026-01-{day}" for day in ("10", "11", "17", "18")]
    assert {entry.at for entry in found.timeline} == {datetime(2026, 1, 6, tzinfo=UTC)}


@pytest.mark.parametrize("other", ["events", "offers"])
def test_an_id_that_is_taken_is_refused(other: str) -> None:
    record = {"id": "weekend", "start_at": "2026-01-05", "end_at": "2026-01-06", "repeat": WEEKENDS}
    scenario = {"messages": [record], other: [{"id": "weekend-2026-01-11"}]}
    with pytest.raises(ScenarioError, match="there is content 'weekend-2026-01-11' already"):
        Sandbox({"clock": CLOCK.isoformat(), **scenario})


def test_only_records_of_a_scenario_repeat() -> None:
    trigger = {"type": "event_trigger", "logic": {"external_event_id": "won"}}
    campaign = {"id": "gift", "trigger": trigger, "offers": [{"id": "gems", "repeat": WEEKENDS}]}
    with pytest.raises(ScenarioError, match=r"campaigns\[0\]\.offers\[0\]\.repeat: only a record"):
        Sandbox({"campaigns": [campaign]})
    timeline = [{"at": "+1d", "change": "gems", "with": {"repeat": WEEKENDS}}]
    with pytest.raises(ScenarioError, match=r"timeline\[0\]\.with\.repeat: only a record"):
        Sandbox({"offers": [{"id": "gems"}], "timeline": timeline})
    with Sandbox() as sandbox, pytest.raises(FieldError, match="repeat: only a record"):
        sandbox.publish("offers", id="gems", repeat=WEEKENDS)


def test_weekends_of_one_config_are_no_rivals(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "uwclient.sandbox"):
        payloads(WEEKENDS, "remote_configs")
        assert caplog.messages == []
        payloads(WEEKENDS, "remote_configs", end_at="2026-01-07")
    assert "remote_configs[0].external_id" in caplog.messages[0]
    assert len(caplog.messages) == 2, "Sundays meet the Saturday before"


def test_there_is_a_bound_to_what_is_written_out() -> None:
    record = {"start_at": "2026-01-05", "end_at": "2026-01-06", "repeat": {"daily": True, "times": 1000}}
    records = [{"id": f"daily-{number}", **record} for number in range(101)]
    with pytest.raises(ScenarioError, match=r"events\[100\]\.repeat: there are 100,000 pieces of content already"):
        load_scenario({"events": records}, CLOCK)
