from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient import StandingTime
from uwclient.rules.clock import PlatformTime, moment_of
from uwclient.time_sources import RealTime, SystemTime

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def test_it_stands_still_until_it_is_moved() -> None:
    time = StandingTime(START)
    before = time.now(), time.monotonic(), time.wall()
    assert (time.now(), time.monotonic(), time.wall()) == before

    time.advance(days=1, hours=2, minutes=3, seconds=4.5)
    assert time.now() == START + timedelta(days=1, hours=2, minutes=3, seconds=4.5)
    time.set(datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=14))))
    assert time.now() == datetime(2026, 2, 28, 22, tzinfo=UTC)


@given(st.lists(moments, min_size=1))
def test_what_is_read_from_it_is_its_moment_to_the_microsecond(shown: list[datetime]) -> None:
    time = StandingTime(shown[0])
    platform = PlatformTime(time)
    for moment in shown:
        time.set(moment)
        assert time.now() == moment
        assert moment_of(time.wall()) == moment
        assert moment_of(platform.now()) == moment


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^A time source needs a datetime with a time zone; add tzinfo="):
        StandingTime(datetime(2026, 1, 5))


def test_the_times_of_this_machine_pass() -> None:
    for time in (SystemTime(), RealTime):
        began, at = time.monotonic(), time.wall()
        RealTime.sleep(0.001)
        assert time.monotonic() > began
        assert abs(at - datetime.now(UTC).timestamp()) < 60
