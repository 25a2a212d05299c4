"""A world goes back to a saved moment, and goes on from there as it did the first time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.qa.conftest import START, MakeWorld, names, season
from uwclient import PlayerEvent
from uwclient.qa import Timeline, TimeStuckError, World

BOSS = {
    "id": "boss",
    "trigger": {"type": "event_trigger", "logic": {"external_event_id": "boss"}},
    "quota": {"total_triggers": 1},
    "offers": [{"id": "loot"}],
}


def play_on(world: World) -> Timeline:
    """Go on in many ways; what happened."""
    began = len(world.timeline)
    player = world.players[0]
    world.skip(hours=3)
    if player.ui.card is not None:
        player.ui.answer("dismiss")
    world.sandbox.publish("offers", id="surprise", end_at="+5h")
    player.uw.assign_event(PlayerEvent("boss"))
    world.skip(hours=3)
    player.kill()
    player.uw.assign_event(PlayerEvent("after_the_crash"))
    world.faults.profile("subway", seed=3, during=("+1h", "+5h"))
    world.skip(days=2)
    player.restart()
    world.player("late", timezone="Asia/Kathmandu")
    world.skip(days=1)
    return world.timeline[began:]


def test_what_happens_after_going_back_is_the_same_each_time(make_world: MakeWorld) -> None:
    world = make_world(season(campaigns=[BOSS]), seed=3)
    player = world.player()
    world.player("other")
    player.use_ui()
    world.skip(hours=20)
    player.uw.assign_event(PlayerEvent("boss"))
    world.skip(seconds=0.1)
    saved, client = world.save(), player.uw
    first = play_on(world)
    for _ in range(2):
        world.restore(saved)
        assert player.uw is client
        assert world.now == player.uw.now() == saved.now
        assert [player.id for player in world.players] == ["hero-42", "other"]
        assert play_on(world).difference(first) is None


def test_what_a_campaign_brought_is_live_again(make_world: MakeWorld) -> None:
    world = make_world(season(campaigns=[BOSS]))
    player = world.player()
    world.skip(minutes=1)
    player.uw.assign_event(PlayerEvent("boss"))
    world.skip(seconds=10)
    saved = world.save()
    player.restart()
    world.skip(minutes=1)
    assert player.uw.offers.active == ()
    world.restore(saved)
    assert player.uw.offers.get("loot") is not None


def test_actions_that_waited_wait_again_and_are_delivered_once(make_world: MakeWorld) -> None:
    world = make_world()
    player = world.player()
    world.skip(minutes=1)
    with player.offline():
        player.uw.assign_event(PlayerEvent("battle_won"))
        saved = world.save()
    world.skip(minutes=10)
    assert names(player) == ["battle_won"]
    world.restore(saved)
    assert names(player) == []
    world.skip(minutes=30)
    player.restart()
    world.skip(minutes=30)
    assert len(names(player)) <= 1


def test_listeners_stay_connected(make_world: MakeWorld) -> None:
    world = make_world(season())
    player = world.player()
    heard: list[tuple[str, str]] = []
    player.uw.events.on_active.connect(lambda sender, record: heard.append(("before", record.id)))
    saved = world.save()
    player.uw.events.on_active.connect(lambda sender, record: heard.append(("after", record.id)))
    world.skip(hours=2)
    world.restore(saved)
    heard.clear()
    world.skip(hours=2)
    assert heard == [("before", "content-0"), ("after", "content-0")]


def test_the_timeline_ends_where_the_world_goes_back_to(make_world: MakeWorld) -> None:
    world = make_world(season())
    world.player()
    world.skip(hours=1)
    lines, saved = world.timeline.lines(), world.save()
    world.skip(days=3)
    world.restore(saved)
    assert world.timeline.lines() == lines
    assert world.now == START + timedelta(hours=1)


def test_a_world_that_is_held_is_not_saved(make_world: MakeWorld) -> None:
    world = make_world()
    with world.holding_time("loading"), pytest.raises(TimeStuckError, match="loading"):
        world.save()
