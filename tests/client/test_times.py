"""Content follows the platform's time and the player's time zone, never the device's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

DAY = 86400.0
UTC = UTC

# In Berlin clocks jump from 2:00 to 3:00 on the first of these days, and from 3:00 back to 2:00 on the second.
SPRING = datetime(2026, 3, 29, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)


def at(day: datetime, hour: int, minute: int = 0) -> datetime:
    return day.replace(hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("wall_time", "starts"),
    [
        ("2026-03-29T01:59:00", at(SPRING, 0, 59)),
        ("2026-03-29T03:00:00", at(SPRING, 1)),
        ("2026-03-29T12:00:00", at(SPRING, 10)),
        ("2026-03-28T12:00:00", at(SPRING - timedelta(days=1), 11)),
        ("2026-03-29T02:30:00", at(SPRING, 1, 30)),
        ("2026-10-25T01:30:00", at(AUTUMN - timedelta(days=1), 23, 30)),
        ("2026-10-25T02:30:00", at(AUTUMN, 0, 30)),
        ("2026-10-25T03:00:00", at(AUTUMN, 2)),
    ],
    ids=[
        "before the hour that is skipped",
        "just after it",
        "on its day",
        "the day before",
        "in the skipped hour",
        "before the hour that happens twice",
        "in it: the first time",
        "just after it",
    ],
)
def test_a_player_local_time_is_wall_clock_time_where_the_player_is(
    sandbox: Sandbox, play: Play, wall_time: str, starts: datetime
) -> None:
    sandbox.clock.set(starts - timedelta(seconds=20))
    sandbox.publish("events", id="breakfast", start_at=wall_time, start_at_tz="player_local")
    game = play(virtual=True, timezone="Europe/Berlin")
    game.until_loaded()

    game.pass_time(18)
    assert game.live("events") == []
    game.pass_time(4)
    assert game.live("events") == ["breakfast"]
    assert game.uw.events.active[0].start_at == starts


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Asia/Kathmandu", "Etc/UTC"])
def test_a_player_local_day_ends_at_midnight_of_the_player(sandbox: Sandbox, play: Play, zone: str) -> None:
    midnight = datetime(2026, 6, 2, tzinfo=ZoneInfo(zone))
    sandbox.clock.set(midnight - timedelta(seconds=20))
    sandbox.publish(
        "events",
        id="today",
        start_at="2026-06-01T00:00:00",
        end_at="2026-06-02T00:00:00",
        start_at_tz="player_local",
        end_at_tz="player_local",
    )
    game = play(virtual=True, timezone=zone)
    game.until_live("events", "today")

    game.pass_time(18)
    assert game.live("events") == ["today"]
    game.pass_time(4)
    assert game.live("events") == []


@pytest.mark.parametrize("offset", ["", "Z", "+00:00", "-11:00", "+14:00"])
def test_the_offset_printed_with_a_player_local_time_is_ignored(sandbox: Sandbox, play: Play, offset: str) -> None:
    sandbox.faults.respond(
        "*/campaign_events",
        status=200,
        body={
            "active": [],
            "upcoming": [{"id": "x", "start_at": f"2099-07-01T12:00:00{offset}", "start_at_tz": "player_local"}],
        },
    )
    game = play(timezone="Europe/Berlin")
    game.until_loaded()

    assert game.uw.events.upcoming[0].start_at == datetime(2099, 7, 1, 10, tzinfo=UTC)


def test_the_times_of_a_record_are_instants_so_that_their_difference_is_what_passes(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.clock.set(at(SPRING, 0))
    sandbox.publish(
        "events",
        id="night",
        start_at="2026-03-29T00:00:00",
        end_at="2026-03-29T06:00:00",
        start_at_tz="player_local",
        end_at_tz="player_local",
    )
    game = play(timezone="Europe/Berlin")
    game.until_live("events", "night")

    event = game.uw.events.active[0]
    assert event.end_at is not None
    assert event.start_at is not None
    assert event.end_at - event.start_at == timedelta(hours=5), "an hour of that night is skipped"


def published_around_now(sandbox: Sandbox) -> None:
    sandbox.publish("events", id="over-soon", end_at="+1h")
    sandbox.publish("events", id="tomorrow", start_at="+12h")
    sandbox.publish("events", id="yesterday", start_at="-2d", end_at="-12h")


def assert_nothing_opened_or_closed(game: Game) -> None:
    assert game.live("events") == ["over-soon"]
    assert game.seen.ids("events", "on_active") == ["over-soon"]
    assert game.seen.ids("events", "on_inactive") == []
    assert [event.id for event in game.uw.events.upcoming] == ["tomorrow"]


@pytest.mark.parametrize("shift", [DAY, -DAY], ids=["a day ahead", "a day behind"])
@pytest.mark.parametrize("cached", [False, True], ids=["first run", "second run"])
def test_a_device_clock_that_is_wrong_at_the_start_opens_and_closes_nothing(
    sandbox: Sandbox, play: Play, shift: float, cached: bool
) -> None:
    published_around_now(sandbox)
    if cached:
        first = play()
        first.until_loaded()
        first.uw.stop()
    game = play(virtual=True, start=False)
    game.device.wall_shift = shift
    wrong = play(start=False, threaded=False, time_source=game.device)

    wrong.uw.start()
    wrong.until_loaded()

    assert_nothing_opened_or_closed(wrong)
    assert abs(wrong.uw.now() - sandbox.clock.now()) < timedelta(seconds=2)


@pytest.mark.parametrize("shift", [DAY, -DAY], ids=["forwards", "backwards"])
def test_a_device_clock_that_is_moved_while_the_game_runs_opens_and_closes_nothing(
    sandbox: Sandbox, play: Play, shift: float
) -> None:
    published_around_now(sandbox)
    game = play(virtual=True)
    game.until_loaded()

    game.device.wall_shift = shift
    game.pass_time(5)
    assert game.refresh()
    game.pass_time(5)

    assert_nothing_opened_or_closed(game)


@pytest.mark.parametrize("shift", [DAY, -DAY], ids=["forwards", "backwards"])
def test_a_device_clock_that_is_moved_between_stop_and_start_opens_and_closes_nothing(
    sandbox: Sandbox, play: Play, shift: float
) -> None:
    published_around_now(sandbox)
    game = play(virtual=True)
    game.until_loaded()

    game.uw.stop()
    game.device.wall_shift = shift
    game.uw.start()
    game.until_sent("events", "on_loaded", count=2)

    assert_nothing_opened_or_closed(game)


def test_a_device_clock_set_back_while_offline_does_not_go_behind_what_the_platform_said(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("events", id="rush", start_at="-1h")
    first = play()
    first.until_loaded()
    first.uw.stop()
    sandbox.stop()
    clocks: Any = play(virtual=True, start=False).device
    clocks.wall_shift = -DAY

    game = play(threaded=False, time_source=clocks)
    game.until_live("events", "rush")


def test_a_platform_clock_set_forwards_starts_and_ends_content(sandbox: Sandbox, play: Play) -> None:
    published_around_now(sandbox)
    game = play()
    game.until_loaded()

    sandbox.clock.advance(hours=13)
    assert game.refresh()
    game.until_live("events", "tomorrow")

    assert game.seen.ids("events", "on_inactive") == ["over-soon"]


def test_a_platform_clock_set_back_takes_back_what_has_begun(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", start_at="-1h", end_at="+1h")
    sandbox.publish("offers", id="season")
    game = play()
    game.until_live("events", "rush")

    sandbox.clock.advance(hours=-2)
    assert game.refresh()
    game.until_live("events")

    assert game.live("offers") == []
    assert [event.id for event in game.uw.events.upcoming] == ["rush"]
    sandbox.clock.advance(hours=2)
    assert game.refresh()
    game.until_live("events", "rush")
    assert game.seen.ids("events", "on_active") == ["rush", "rush"]


def test_an_event_changed_shortly_before_its_start_goes_live_with_the_change(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", start_at="+30s", data={"factor": 2})
    game = play(virtual=True)
    game.until_loaded()
    game.pass_time(20)
    sandbox.forget_requests()

    sandbox.change("rush", data={"factor": 3})
    game.pass_time(12, step=0.1)

    (active,) = game.seen.of("events", "on_active")
    assert active["record"].data == {"factor": 3}
    assert game.seen.of("events", "on_updated") == []
    assert sandbox.requests_to("campaign_events") == [], "no refresh was needed"
    assert [request.status for request in sandbox.requests_to("campaign_events/rush")][:1] == [200]


def test_an_event_is_asked_for_again_only_once_before_its_start(sandbox: Sandbox, play: Play) -> None:
    events = [sandbox.publish("events", start_at="+30s", data={"factor": 2}) for _ in range(8)]
    game = play(virtual=True)
    game.until_loaded()
    for event in events:
        sandbox.change(event, data={"factor": 3})

    game.pass_time(40, step=0.05)

    assert [len(sandbox.requests_to(f"campaign_events/{event}")) for event in events] == [1] * 8


@pytest.mark.parametrize("status", [500, 404, 401, 200])
def test_an_event_that_cannot_be_loaded_again_goes_live_with_what_it_had(
    sandbox: Sandbox, play: Play, status: int
) -> None:
    sandbox.publish("events", id="rush", start_at="+30s", data={"factor": 2})
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/campaign_events/*", status=status, body="no event" if status == 200 else None)
    sandbox.change("rush", data={"factor": 3})

    game.pass_time(32)

    (active,) = game.seen.of("events", "on_active")
    assert active["record"].data == {"factor": 2}


def test_an_event_moved_shortly_before_its_start_starts_at_its_new_time(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush", start_at="+30s")
    game = play(virtual=True)
    game.until_loaded()
    game.pass_time(25, step=0.1)

    sandbox.change("rush", start_at="+25s")
    game.pass_time(15, step=0.1)
    assert game.seen.ids("events", "on_active") == []
    game.pass_time(15, step=0.1)
    assert game.seen.ids("events", "on_active") == ["rush"]


# What is slept over, and whom the time is believed.


@pytest.mark.parametrize("known", [True, False], ids=["known before", "never heard of"])
def test_an_event_that_began_and_ended_while_the_client_slept_is_not_told_of(
    sandbox: Sandbox, play: Play, known: bool
) -> None:
    sandbox.publish("events", id="before", end_at="+1h")
    game = play(virtual=True)
    game.until_live("events", "before")
    game.until_loaded()
    sandbox.publish("events", id="lunch", start_at="+2h", end_at="+3h")
    sandbox.publish("events", id="dinner", start_at="+8h")
    if known:
        assert game.refresh()
        assert [event.id for event in game.uw.events.upcoming] == ["lunch", "dinner"]
    game.seen.forget()

    game.pass_time(9 * 3600.0, step=9 * 3600.0)
    game.until_live("events", "dinner")
    game.until(lambda: game.uw.diagnostics.refresh.ok)
    game.pass_time(120)
    assert game.seen.ids("events", "on_inactive") == ["before"]
    assert game.seen.ids("events", "on_active") == ["dinner"]


def wrong_date(sandbox: Sandbox, path: str, by: float, times: int | None = 1) -> None:
    """Answers with a `Date` that is off by so many seconds, to requests for a list."""
    body = {"active": [], "upcoming": [], "campaigns": [], "meta": {"hints": [], "warnings": []}}
    told = formatdate(sandbox.clock.now().timestamp() + by, usegmt=True)
    sandbox.faults.respond(path, status=200, body=body, headers={"Date": told}, times=times)


@pytest.mark.parametrize("days", [-31, 31, 400])
def test_one_wrong_date_among_the_answers_moves_nothing(sandbox: Sandbox, play: Play, days: int) -> None:
    sandbox.publish("offers", id="gems", end_at="+1h")
    game = play(virtual=True)
    game.until_live("offers", "gems")
    game.until_loaded()
    for path in ("*/get_surveys", "*/triggerable_campaigns"):  # the last one of a refresh, too
        wrong_date(sandbox, path, days * DAY)
        assert game.refresh()
        assert abs(game.uw.now() - sandbox.clock.now()) < timedelta(seconds=3)
    assert game.seen.of("offers", "on_inactive") == []
    assert game.live("offers") == ["gems"]


def test_a_platform_whose_clock_is_set_is_believed_within_one_refresh(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems", end_at="+1h")
    game = play(virtual=True)
    game.until_live("offers", "gems")
    game.until_loaded()
    sandbox.clock.advance(hours=2)
    assert game.refresh()
    game.pass_time(1)
    assert abs(game.uw.now() - sandbox.clock.now()) < timedelta(seconds=3)
    assert game.live("offers") == []


def test_replies_of_an_outage_with_a_date_of_next_month_drop_nothing(sandbox: Sandbox, play: Play) -> None:
    """Not even when they look like answers, and there are many: the device's clock is no witness for them."""
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/engagements/outcomes", status=503, times=None)
    wrong_date(sandbox, "*", 31 * DAY, times=None)
    for number in range(20):
        game.uw.set_engagement_outcome(f"mail-{number}", "email")
    game.uw.refresh_content()
    game.pass_time(6)
    assert game.seen.of("client", "on_actions_dropped") == []
    assert game.uw.diagnostics.delivery.waiting == 20
    assert game.uw.now() - sandbox.clock.now() > timedelta(days=30), "they all agree"

    sandbox.faults.clear()
    game.pass_time(400)
    assert game.uw.diagnostics.delivery.waiting == 0
    assert game.seen.of("client", "on_actions_dropped") == []
