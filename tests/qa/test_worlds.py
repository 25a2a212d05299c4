"""Time passes in a world when a test says so, from one moment at which something is due to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.qa.conftest import START, MakeWorld, season
from uwclient import ArgumentError, PlayerEvent
from uwclient.qa import TimeStuckError, World

HOUR = timedelta(hours=1)


def offer(id: str, start: str, end: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": id, "start_at": start, "end_at": end, **fields}


def test_two_weeks_pass_and_everything_comes_at_its_moment(make_world: MakeWorld) -> None:
    world = make_world(season())
    world.player()
    world.skip(weeks=2, days=1)

    starts = [START + HOUR + number * timedelta(days=14) / 20 for number in range(20)]
    assert [line.time for line in world.timeline.only("active")] == starts
    assert [line.time for line in world.timeline.only("inactive")] == [start + 20 * HOUR for start in starts]
    assert [line.id for line in world.timeline.only("active")] == [f"content-{number}" for number in range(20)]
    assert world.now == START + timedelta(days=15)


def test_at_each_stop_the_client_shows_its_moment(make_world: MakeWorld) -> None:
    world = make_world(season())
    player = world.player()
    seen: list[tuple[datetime, datetime]] = []
    stops = world.skip(days=3, frame=lambda world: seen.append((player.uw.now(), world.now)))

    assert len(seen) == stops
    assert all(shown == now for shown, now in seen)
    assert seen[-1][1] == START + timedelta(days=3)


def test_a_frame_is_not_called_for_polls_that_change_nothing(make_world: MakeWorld) -> None:
    for polls in ("elide", "all"):
        world = make_world({"offers": [offer("gems", "+30m", "+40m")], "clock": START.isoformat()}, polls=polls)
        world.player()
        moments: list[timedelta] = []

        def note(world: World, moments: list[timedelta] = moments) -> None:
            moments.append(world.now - START)

        assert world.skip(hours=2, frame=note) == 3
        assert moments == [timedelta(minutes=30), timedelta(minutes=40), timedelta(hours=2)]


def test_polls_that_change_nothing_are_counted(make_world: MakeWorld) -> None:
    world = make_world(season())
    world.player()
    world.skip(days=1)
    assert 24 * 60 / 1.1 - 5 < world.polls_elided < 24 * 60
    assert len(world.sandbox.requests_to("offers")) < 5


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        ({}, datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ({"scenario": {"clock": "2026-10-31T23:00:00Z"}}, datetime(2026, 10, 31, 23, tzinfo=UTC)),
        (
            {"scenario": {"clock": "2026-10-31T23:00:00Z"}, "start": "2026-11-01T00:00:00+01:00"},
            datetime(2026, 10, 31, 23, tzinfo=UTC),
        ),
        ({"start": datetime(2028, 2, 29, 12, 0, 0, 7, tzinfo=UTC)}, datetime(2028, 2, 29, 12, 0, 0, 7, tzinfo=UTC)),
    ],
)
def test_a_world_begins_when_it_is_told_to(make_world: MakeWorld, arguments: dict[str, Any], start: datetime) -> None:
    world = make_world(**arguments)
    player = world.player()
    world.skip(minutes=2)
    assert world.now == player.uw.now() == world.sandbox.clock.now() == start + timedelta(minutes=2)


@pytest.mark.parametrize("to", ["+2h", "2026-01-05T11:00:00Z", "2026-01-05T12:00:00+01:00", START + 2 * HOUR])
def test_a_skip_ends_at_a_moment_in_any_form(make_world: MakeWorld, to: str | datetime) -> None:
    world = make_world()
    world.skip(to=to)
    assert world.now == START + 2 * HOUR


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"to": "2026-01-05T08:59:59Z"}, "in the past"),
        ({"hours": -1}, "in the past"),
        ({"to": "2026-01-05T11:00:00"}, "has no time zone"),
        ({"to": "tomorrow"}, "is no moment"),
        ({"to": "+2h", "hours": 1}, "not both"),
    ],
)
def test_what_is_no_time_ahead_is_refused(make_world: MakeWorld, arguments: dict[str, Any], sentence: str) -> None:
    world = make_world()
    with pytest.raises(ValueError, match=sentence):
        world.skip(**arguments)
    assert world.now == START


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"transport": "carrier pigeon"}, "transport must be"),
        ({"polls": "some"}, "polls must be"),
        ({"seed": "7"}, "seed must be"),
    ],
)
def test_what_is_no_setting_of_a_world_is_refused(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        World(**arguments)


def test_an_empty_world_ends(make_world: MakeWorld) -> None:
    assert make_world().skip(weeks=2) == 1
    world = make_world()
    world.player()
    assert world.skip(weeks=2) == 1
    assert [line.what for line in world.timeline.only("client")] == ["start", "session_initialized"]


def test_live_operations_happen_in_the_middle_of_a_skip(make_world: MakeWorld) -> None:
    world = make_world(
        {"clock": START.isoformat(), "timeline": [{"at": "+90s", "publish": "offers", "with": {"id": "gems"}}]}
    )
    player = world.player()
    world.skip(hours=1)
    lines = world.timeline.only("gems")
    assert [(line.player, line.source, line.what) for line in lines] == [
        ("", "platform", "publish"),
        (player.id, "offers", "active"),
    ]
    assert lines[0].time == START + timedelta(seconds=90)
    assert timedelta() < lines[1].time - lines[0].time <= timedelta(seconds=66)


def test_players_act_in_the_order_of_making(make_world: MakeWorld) -> None:
    world = make_world({"clock": START.isoformat(), "offers": [offer("gems", "+1h")]})
    for name in ("zoe", "ann", "max"):
        world.player(name)
    world.skip(hours=1)
    assert [line.player for line in world.timeline.only("active")] == ["zoe", "ann", "max"]


# Waiting.


def test_waiting_ends_at_the_moment_and_gives_the_value(make_world: MakeWorld) -> None:
    world = make_world({"clock": START.isoformat(), "offers": [offer("gems", "+5h", "+6h")]})
    player = world.player()
    [gems] = world.wait(lambda: player.uw.offers.active)
    assert gems.id == "gems"
    assert world.now == START + 5 * HOUR
    assert world.wait(lambda: player.uw.offers.active) == (gems,)
    assert world.now == START + 5 * HOUR


def test_what_a_condition_sets_off_is_waited_for_at_this_moment(make_world: MakeWorld) -> None:
    world = make_world({"surveys": [{"id": "quiz"}]})
    player = world.player()
    card = world.wait(lambda: player.ui.card)
    assert card is not None
    assert (card.id, world.now) == ("quiz", START), "the first look at the cards asks the platform for an invite"


def test_waiting_in_vain_tells_what_is_live_held_back_and_waiting(make_world: MakeWorld) -> None:
    world = make_world({"clock": START.isoformat(), "offers": [offer("gems", "+1h"), offer("later", "+3d")]})
    player = world.player()
    player.ui.hold("a boss fight")
    with player.offline():
        world.skip(hours=1)
        player.uw.assign_event(PlayerEvent("boss"))
        with pytest.raises(TimeoutError) as told:
            world.wait(lambda: player.uw.messages.active, within="2h")
    text = str(told.value)
    assert "within 2h; it is 2026-01-05T12:00:00Z now" in text
    assert "live: nothing" in text or "live: offers gems" in text
    assert "waiting for delivery: 1 actions" in text
    assert world.now == START + 3 * HOUR


@pytest.mark.parametrize("within", ["soon", "", 5, "-2h"])
def test_what_is_no_duration_is_refused(make_world: MakeWorld, within: Any) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        make_world().wait(lambda: True, within)


# Time that does not go on.


def test_time_that_is_held_does_not_pass(make_world: MakeWorld) -> None:
    world = make_world()
    with world.holding_time("the level is loading"), pytest.raises(TimeStuckError, match="the level is loading"):
        world.skip(hours=1)
    assert world.skip(hours=1) == 1


def test_a_listener_cannot_skip(make_world: MakeWorld) -> None:
    world = make_world({"clock": START.isoformat(), "offers": [offer("gems", "+1h")]})
    player = world.player()
    told: list[str] = []

    def skip_on(sender: object, record: object) -> None:
        try:
            world.skip(hours=1)
        except TimeStuckError as error:
            told.append(str(error))

    player.uw.offers.on_active.connect(skip_on)
    world.skip(hours=2)
    assert told
    assert "a listener" in told[0]
    assert world.now == START + 2 * HOUR


def test_listeners_that_fail_do_not_stop_time(make_world: MakeWorld, caplog: pytest.LogCaptureFixture) -> None:
    world = make_world(season())
    player = world.player()

    def fail(sender: object, record: object) -> None:
        raise ZeroDivisionError

    player.uw.offers.on_active.connect(fail)
    world.skip(days=14)
    assert len(world.timeline.only("active")) == 20
    assert "ZeroDivisionError" in caplog.text


def test_a_callback_that_always_asks_again_is_named(make_world: MakeWorld) -> None:
    world = make_world()
    player = world.player("hero")

    def again(ok: bool = True) -> None:
        player.uw.refresh_content(again)

    world.skip(seconds=1)
    again()
    with pytest.raises(TimeStuckError, match=r"hero: .*callbacks .*\.again was called most"):
        world.skip(hours=1)


def test_a_page_that_is_looked_at_without_end_is_named(make_world: MakeWorld) -> None:
    class Page:
        knows_end = True

        def poll(self) -> None:
            return None

        def close(self) -> None:
            return None

    class View:
        def open(self, url: str) -> Page:
            return Page()

    world = make_world({"clock": START.isoformat(), "surveys": [offer("quiz", "+1m")]})
    player = world.player("hero")
    player.uw.surveys.view = View()
    player.use_ui()
    player.wait_active("surveys", "quiz")
    world.wait(lambda: player.ui.card)
    player.ui.answer("accept")
    with pytest.raises(TimeStuckError, match="hero: the page of a survey"):
        world.skip(days=14)


def test_a_fault_that_never_ends_does_not_stop_time(make_world: MakeWorld) -> None:
    world = make_world(season(days=1))
    player = world.player()
    world.faults.profile("platform_outage")
    world.skip(hours=4)
    assert not player.uw.is_session_initialized
    assert world.timeline.only("session_initialization_failed")
    world.faults.clear()
    world.skip(hours=1)
    assert player.uw.is_session_initialized
    assert [line.what for line in world.timeline.only("faults")] == ["begin", "end"]


# The end.


def test_a_closed_world_leaves_no_files(tmp_path: Path) -> None:
    with World() as world:
        player = world.player()
        world.skip(minutes=1)
        assert player.folder.exists()
    assert not player.folder.exists()
