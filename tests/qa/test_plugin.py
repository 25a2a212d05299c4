"""Worlds come to tests as fixtures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from uwclient.qa import Player, Timeline, World
from uwclient.sandbox import Faults, Sandbox

pytestmark = pytest.mark.uw(
    scenario={"clock": "2026-03-02T09:00:00Z", "offers": [{"id": "gems", "start_at": "+1h", "end_at": "+2h"}]}
)


def test_the_fixtures_of_a_test_are_of_one_world(
    uw_world: World,
    uw_sandbox: Sandbox,
    uw_faults: Faults,
    uw_timeline: Timeline,
    uw_player: Player,
    make_uw_player: Callable[..., Player],
) -> None:
    other = make_uw_player("hero-7", attributes={"level": 3})
    assert uw_world.players == [uw_player, other]
    assert (uw_sandbox, uw_faults, uw_timeline) == (uw_world.sandbox, uw_world.faults, uw_world.timeline)
    uw_world.skip(hours=1)
    assert [line.player for line in uw_timeline.only("gems")] == ["hero-42", "hero-7"]
    assert other.on_platform.attributes["level"] == 3


@pytest.mark.uw(seed=9, start="2026-03-02T10:30:00Z")
def test_the_mark_of_a_test_is_added_to_that_of_its_module(uw_world: World, uw_player: Player) -> None:
    assert (uw_world.seed, uw_world.now) == (9, datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
    assert uw_player.wait_active("offers", "gems").id == "gems"
