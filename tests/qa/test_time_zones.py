"""Content by the player's own clock comes at the right second, wherever the player lives and clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.qa.conftest import MakeWorld

CASES = [
    ("Europe/Berlin", "2026-03-29T02:30:00"),  # does not exist
    ("Europe/Berlin", "2026-10-25T02:30:00"),  # twice
    ("America/New_York", "2026-11-01T01:30:00"),
    ("Australia/Lord_Howe", "2026-04-05T01:45:00"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-04T02:15:00"),
    ("Pacific/Apia", "2026-02-28T23:59:59"),
    ("Asia/Kathmandu", "2028-02-29T00:00:00"),
    ("Asia/Kathmandu", "2026-12-31T23:59:59"),
    ("UTC", "2028-02-29T23:59:59"),
]


def moment(zone: str, text: str) -> datetime:
    """When a clock on the wall shows this for the first time; a time that is left out is that much later."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(("zone", "text"), CASES)
def test_local_content_starts_and_ends_at_its_second(make_world: MakeWorld, zone: str, text: str) -> None:
    start = moment(zone, text)
    ends = (datetime.fromisoformat(text) + timedelta(days=1)).isoformat()
    record = {"id": "gems", "start_at": text, "start_at_tz": "player_local", "end_at": ends}
    world = make_world({"offers": [record]}, start=start - timedelta(days=2))
    player = world.player(timezone=zone)
    world.skip(days=4)
    assert [(line.what, line.time) for line in world.timeline.only("gems")] == [
        ("active", start),
        ("inactive", moment(zone, ends)),
    ]
    assert player.uw.now() == start + timedelta(days=2)


def test_players_all_over_the_world_see_the_same_evening_at_their_own_time(make_world: MakeWorld) -> None:
    record = {"id": "evening", "start_at": "2026-10-25T18:00:00", "start_at_tz": "player_local"}
    zones = ("Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Berlin", "America/New_York")
    world = make_world({"events": [record], "clock": "2026-10-20T00:00:00Z"})
    for zone in zones:
        world.player(zone, timezone=zone)
    world.skip(days=7)
    started = {line.player: line.time for line in world.timeline.only("active")}
    assert started == {zone: moment(zone, "2026-10-25T18:00:00") for zone in zones}
    assert list(started) == list(zones)
