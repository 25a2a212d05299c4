"""Polls that cannot change anything pass without a request, and nothing that happens is another for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.qa.conftest import KINDS, START, MakeWorld, season
from uwclient import PlayerEvent
from uwclient.qa import Timeline, World
from uwclient.sandbox import Sandbox
from uwclient.sandbox.services.segments.rules import segment_id

EXAMPLES = int(os.environ.get("UW_QA_EXAMPLES", "25"))
"""How many random days are compared; more where there is time."""

DAY = 24 * 60
MINUTES = st.integers(0, DAY - 1)
ZONES = ("UTC", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York")


class Step(NamedTuple):
    """Something that happens at a minute of the day."""

    minute: int
    what: str
    number: int


WHAT = (
    *("act", "join", "publish", "change", "withdraw", "pause", "run", "share"),
    *("kill", "restart", "fault", "refresh", "limit"),
)
STEPS = st.builds(Step, MINUTES, st.sampled_from(WHAT), st.integers(0, 7))
FAULTS = ("offline", "subway", "slow_3g", "lost_replies", "truncated", "rate_limited", "clock_wrong", "flaky(0.3)")


class Plan(NamedTuple):
    """A day: what there is, who plays, and what happens."""

    content: list[tuple[str, int, int, bool, bool]]
    interval: int
    zones: list[str]
    steps: list[Step]
    seed: int

    def scenario(self) -> dict[str, Any]:
        content: dict[str, Any] = {kind: [] for kind in KINDS}
        for number, (kind, start, length, local, for_heroes) in enumerate(self.content):
            first = START.replace(tzinfo=None) + timedelta(minutes=start)
            content[kind].append(
                {
                    "id": f"c{number}",
                    "start_at": first.isoformat(),
                    "end_at": (first + timedelta(minutes=length + 1)).isoformat(),
                    "start_at_tz": "player_local" if local else "utc",
                    "segments": ["heroes"] if for_heroes else [],
                }
            )
        boss = triggered_by("boss")
        return {
            **content,
            "clock": START.isoformat(),
            "survey_refresh_interval_seconds": self.interval,
            "segments": [{"name": "heroes", "attributes": [{"name": "hero", "operator": "equal", "values": [True]}]}],
            "campaigns": [
                {"id": "boss", "trigger": boss, "quota": {"total_triggers": 2}, "offers": [{"id": "loot"}]}
            ],
        }


PLANS = st.builds(
    Plan,
    st.lists(st.tuples(st.sampled_from(KINDS), MINUTES, MINUTES, st.booleans(), st.booleans()), max_size=8),
    st.sampled_from((2345, 3600)),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=2),
    st.lists(STEPS, max_size=8),
    st.integers(0, 99),
)


def do(world: World, step: Step) -> None:
    """Let a step happen."""
    player = world.players[step.number % len(world.players)]
    published = [line.id for line in world.timeline.only("publish")]
    match step.what:
        case "act":
            player.uw.assign_event(PlayerEvent("boss"))
        case "join":
            player.uw.set_attributes({"hero": bool(step.number % 2)})
        case "publish":
            world.sandbox.publish(KINDS[step.number % 5], end_at=f"+{1 + step.number}h")
        case "change" if published:
            world.sandbox.change(published[0], name=f"named {step.number}")
        case "withdraw" if published and not world.timeline.only("withdraw"):
            world.sandbox.withdraw(published[0])
        case "pause":
            world.sandbox.campaigns.pause("boss")
        case "run":
            world.sandbox.campaigns.run("boss")
        case "share":
            world.sandbox.campaigns.update("boss", segment_ids=[segment_id("heroes")] if step.number % 2 else [])
            world.sandbox.releases.share("boss", to="live")
        case "kill":
            player.kill()
        case "restart":
            player.restart()
        case "fault":
            world.faults.profile(FAULTS[step.number], seed=step.number, during=("+10m", "+70m"))
        case "refresh":
            player.uw.refresh_content()
        case "limit":
            player.uw.offers.upcoming_starts_before = world.now + timedelta(hours=step.number)


def day_of(plan: Plan, **arguments: Any) -> tuple[Timeline, list[int], int]:
    """Play a day: what happened, the stops of each skip, and how many polls passed."""
    with World(plan.scenario(), seed=plan.seed, **arguments) as world:
        for number, zone in enumerate(plan.zones):
            world.player(f"player-{number}", timezone=zone).use_ui()
        stops = []
        for step in sorted(plan.steps):
            stops.append(world.skip(to=max(world.now, START + timedelta(minutes=step.minute))))
            do(world, step)
        stops.append(world.skip(to=START + timedelta(days=1)))
        return world.timeline, stops, world.polls_elided


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize="UW_QA_EXAMPLES" not in os.environ,
)
@given(plan=PLANS)
def test_a_day_is_the_same_whether_polls_are_made_or_not(plan: Plan) -> None:
    elided, stops, _ = day_of(plan)
    made, stops_made, none_passed = day_of(plan, polls="all")

    assert elided.difference(made) is None
    assert stops == stops_made
    assert none_passed == 0


@settings(
    max_examples=max(5, EXAMPLES // 5), deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(plan=PLANS)
@example(
    plan=Plan([("offers", 30, 300, False, False)], 2345, ["UTC"], [Step(0, "fault", FAULTS.index("truncated"))], 0)
)
def test_a_day_is_the_same_over_loopback(plan: Plan) -> None:
    assert day_of(plan, transport="http")[0].difference(day_of(plan)[0]) is None


def polls_in_an_hour(world: World) -> int:
    """How many polls are made in an hour."""
    before = len(world.sandbox.requests_to("offers"))
    world.skip(hours=1)
    return len(world.sandbox.requests_to("offers")) - before


def test_after_a_change_polls_are_made_until_one_tells_nothing(make_world: MakeWorld) -> None:
    world = make_world(season(5, days=30))
    player = world.player()
    world.skip(hours=2)
    assert polls_in_an_hour(world) == 0
    world.sandbox.publish("offers", id="gems")
    assert 1 <= polls_in_an_hour(world) <= 3
    player.uw.assign_event(PlayerEvent("battle_won"))
    assert 1 <= polls_in_an_hour(world) <= 3
    world.sandbox.define_segment("heroes", players=[player.id])
    assert 1 <= polls_in_an_hour(world) <= 3
    assert polls_in_an_hour(world) == 0


def triggered_by(event_id: str) -> dict[str, Any]:
    """The trigger of a campaign."""
    return {"type": "event_trigger", "logic": {"external_event_id": event_id}}


def pause_and_run(sandbox: Sandbox) -> None:
    """Go on with a campaign after a pause."""
    sandbox.campaigns.pause("boss")
    sandbox.campaigns.run("boss")


def share_with_a_test(sandbox: Sandbox) -> None:
    """Have half of the players see nothing of a campaign."""
    control: dict[str, Any] = {"name": "as it is", "percentage": 50, "control_group": True}
    sandbox.ab_tests.define("boss", [control, {"name": "empty", "percentage": 50, "contents": []}])
    sandbox.releases.share("boss", to="live")


CHANGES: dict[str, Callable[[Sandbox], object]] = {
    "campaigns.pause": lambda sandbox: sandbox.campaigns.pause("boss"),
    "campaigns.run": pause_and_run,
    "campaigns.complete": lambda sandbox: sandbox.campaigns.complete("boss"),
    "campaigns.delete": lambda sandbox: sandbox.campaigns.delete("boss"),
    "releases.share": share_with_a_test,
    "releases.delete": lambda sandbox: sandbox.releases.delete("boss", "live"),
    "publish_campaign": lambda sandbox: sandbox.publish_campaign(trigger=triggered_by("raid")),
    "define_segment": lambda sandbox: sandbox.define_segment("heroes", players=["hero-42"]),
    "set_attributes": lambda sandbox: sandbox.player("hero-42").set_attributes(level=9),
    "localizations": lambda sandbox: sandbox.localizations.update(hello={"en": "Hi", "de": "Hallo"}),
    "bundles.define": lambda sandbox: sandbox.bundles.define("starter", name="Starter"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_live_operation_makes_polls_and_is_told(make_world: MakeWorld, what: str) -> None:
    world = make_world({"clock": START.isoformat(), "campaigns": [{"id": "boss", "trigger": triggered_by("boss")}]})
    world.player()
    world.skip(hours=2)
    assert polls_in_an_hour(world) == 0
    CHANGES[what](world.sandbox)
    assert polls_in_an_hour(world) >= 1
    assert polls_in_an_hour(world) == 0
    if what not in ("localizations", "bundles.define"):
        assert [line.what for line in world.timeline if line.source == "platform"][-1] == what


@pytest.mark.parametrize("polls", ["elide", "all"])
def test_a_player_whose_polls_pass_is_active_on_the_platform(make_world: MakeWorld, polls: str) -> None:
    world = make_world({"clock": START.isoformat(), "survey_refresh_interval_seconds": 3600}, polls=polls)
    leaves, _ = world.player("leaves"), world.player("stays")
    world.sandbox.define_segment("all", players=["leaves", "stays"])
    world.skip(hours=1)
    leaves.uw.stop()
    world.skip(days=8)
    counts = world.sandbox.segments.audience("all")
    assert counts == {"trailing_30d_active_user_count": 2, "trailing_7d_active_user_count": 1}


def test_what_one_player_does_makes_no_other_poll(make_world: MakeWorld) -> None:
    world = make_world(season(5, days=30))
    busy, idle = world.player("busy"), world.player("idle")
    world.skip(hours=2)
    before = [request.path for request in world.sandbox.requests]
    busy.uw.assign_event(PlayerEvent("battle_won"))
    world.skip(hours=1)
    after = [request.path for request in world.sandbox.requests][len(before) :]
    assert any(f"/{busy.id}/" in path for path in after)
    assert not any(f"/{idle.id}/" in path for path in after)


def test_a_known_start_or_end_makes_no_poll(make_world: MakeWorld) -> None:
    world = make_world({"clock": START.isoformat(), "offers": [{"id": "gems", "start_at": "+3h", "end_at": "+4h"}]})
    world.player()
    world.skip(hours=2)
    before = len(world.sandbox.requests)
    world.skip(hours=3)
    assert [line.what for line in world.timeline.only("gems")] == ["active", "inactive"]
    assert len(world.sandbox.requests) == before


def test_content_beyond_the_horizon_is_found_by_a_poll_after_its_start(make_world: MakeWorld) -> None:
    world = make_world({"clock": START.isoformat(), "offers": [{"id": "gems", "start_at": "+30h"}]})
    player = world.player()
    player.uw.offers.upcoming_starts_before = START + timedelta(hours=1)
    frames: list[timedelta] = []
    world.skip(hours=48, frame=lambda world: frames.append(world.now - START))
    [line] = world.timeline.only("active")
    assert timedelta(hours=30) < line.time - START < timedelta(hours=30, seconds=66)
    assert frames == [line.time - START, timedelta(hours=48)]


def test_a_fault_is_met_by_polls_that_would_have_passed(make_world: MakeWorld) -> None:
    world = make_world(season(5, days=30))
    world.player()
    world.skip(hours=2)
    world.faults.drop("*/offers", times=3)
    world.skip(minutes=10)
    assert len(world.timeline.only("load_failed")) == 3
    world.faults.drop("*/emails", times=None)
    world.skip(minutes=10)
    assert polls_in_an_hour(world) == 0


def test_a_player_without_a_network_polls_in_vain(make_world: MakeWorld) -> None:
    world = make_world(season(5, days=30))
    player = world.player()
    world.skip(hours=2)
    with player.offline():
        world.skip(minutes=30)
    assert world.timeline.only("load_failed")
    world.skip(minutes=10)
    assert polls_in_an_hour(world) == 0


def test_another_language_is_asked_for_at_once(make_world: MakeWorld) -> None:
    world = make_world(season(5, days=30))
    player = world.player()
    world.skip(hours=2)
    player.uw.language = "de"
    world.skip(seconds=1)
    assert world.sandbox.player(player.id).sessions[-1].details.language == "de"


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=3)])
def test_a_platform_whose_clock_is_moved_is_followed(make_world: MakeWorld, ahead: timedelta) -> None:
    scenario = {"clock": START.isoformat(), "offers": [{"id": "gems", "start_at": "+4d"}]}
    timelines = []
    for polls in ("elide", "all"):
        world = make_world(scenario, polls=polls)
        player = world.player()
        world.skip(hours=1)
        world.sandbox.clock.advance(seconds=ahead.total_seconds())
        world.skip(hours=23)
        assert abs(player.uw.now() - world.now - ahead) < timedelta(seconds=1)
        timelines.append(world.timeline)
    assert timelines[0].difference(timelines[1]) is None
