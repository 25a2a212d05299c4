"""The season of Hero Wars: four weeks, played on virtual time by the game's own rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hero_wars.stage import Stage

from tests.examples.conftest import EXAMPLES
from tests.examples.season_digest import digests
from uwclient import PlayerEvent
from uwclient.qa import Player, Timeline, World
from uwclient.sandbox import Faults

SEASON = EXAMPLES / "hero_wars" / "season.yaml"
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ZONES = ("UTC", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu")

MakePlayer = Callable[..., Player]
pytestmark = pytest.mark.uw(scenario=SEASON)


def happened(timeline: Timeline, id: str) -> list[tuple[str, str]]:
    """What signals told of a record, and when."""
    return [(line.what, f"{line.time:%a %d %H:%M}") for line in timeline.only(id) if line.source != "platform"]


# Times.


@pytest.mark.parametrize("zone", ZONES)
def test_the_weekend_doubles_coins_from_the_players_own_midnight_to_midnight(
    uw_world: World, make_uw_player: MakePlayer, zone: str
) -> None:
    stage = Stage(make_uw_player(timezone=zone).uw, seed=7)
    for _ in range(24 * 28):
        uw_world.skip(hours=1)
        day = uw_world.now.astimezone(ZoneInfo(zone)).strftime("%a")
        assert stage.world.multiplier == (2 if day in ("Sat", "Sun") else 1), uw_world.now


def test_coins_rain_at_seven_in_berlin_in_winter_as_in_summer(
    uw_world: World, make_uw_player: MakePlayer, uw_timeline: Timeline
) -> None:
    stages = [Stage(make_uw_player(zone, timezone=zone).uw, seed=7) for zone in ZONES]
    uw_world.skip(to="2026-03-25T18:30:00Z")
    assert [stage.world.coin_rate for stage in stages] == [4] * len(ZONES)
    rains = [line.time for line in uw_timeline.only("active").only(ZONES[0]) if line.id.startswith("happy-hour")]
    assert [rain.astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %H:%M") for rain in rains] == ["Wed 19:00"] * 4


def test_evenings_in_the_last_week_stay_evenings_when_the_clocks_are_changed(
    uw_world: World, uw_player: Player, uw_timeline: Timeline
) -> None:
    uw_world.skip(weeks=4)
    deals = [line.time for line in uw_timeline.only("active") if line.id.startswith("evening-deal")]
    assert [f"{deal:%d %H:%M}" for deal in deals] == [f"{day} 16:00" for day in range(23, 29)] + ["29 15:00"]


# What live operations do.


def test_a_message_that_is_taken_back_goes_away(uw_world: World, uw_player: Player, uw_timeline: Timeline) -> None:
    uw_world.skip(weeks=3)
    assert happened(uw_timeline, "maintenance") == [("active", "Tue 17 10:00"), ("inactive", "Tue 17 11:00")]


def test_the_second_weekend_of_gems_is_cheaper(uw_world: World, uw_player: Player) -> None:
    prices = []
    for day in ("06", "20"):
        offer = uw_player.wait_active("offers", f"weekend-gems-2026-03-{day}", within="28d")
        prices.append(offer.payment_data.cost)
    assert prices == [4.99, 2.99]


def test_the_finale_has_its_own_numbers(uw_world: World, uw_player: Player) -> None:
    stage = Stage(uw_player.uw, seed=7)
    uw_world.skip(days=1)
    assert stage.live.balance.tuning.hero.speed == 240
    uw_world.skip(to="2026-03-27T12:00:00Z")
    assert stage.live.balance.tuning.hero.speed == 300


# Who sees what.


def test_starters_are_for_newcomers_and_the_finale_is_for_champions(
    uw_world: World, make_uw_player: MakePlayer, uw_timeline: Timeline
) -> None:
    for level in (3, 10, 25):
        make_uw_player(f"level-{level}", attributes={"level": level})
    uw_world.skip(weeks=4)
    assert {line.player for line in uw_timeline.only("starter").only("active")} == {"level-3"}
    assert {line.player for line in uw_timeline.only("finale").only("active")} == {"level-25"}


# Journeys.


def test_the_king_tries_to_buy_a_hero_a_day_after_he_was_beaten(uw_world: World, uw_player: Player) -> None:
    uw = uw_player.uw
    uw.messages.on_active.connect(lambda messages, record: messages.initialize(record), weak=False)
    uw.offers.on_active.connect(lambda offers, record: offers.show(record), weak=False)
    uw_world.skip(minutes=1)
    uw.assign_event(PlayerEvent("boss_defeated", {"level": 3}))
    uw_world.skip(days=1, minutes=2)
    assert "A chest from the king" in [offer.title for offer in uw.offers.active]

    uw.set_engagement_outcome("refused", "offer")
    uw_world.skip(minutes=2)

    assert "A true hero" in [message.title for message in uw.messages.active]
    [odyssey] = uw_player.on_platform.odysseys
    assert odyssey.path == ("royal-thanks", "a-night", "bribe", "honour")
    assert odyssey.exit_state == "completed_due_to_steps_exhausted"


# Quotas.


def test_the_dragon_thanks_once_in_a_heros_life(uw_world: World, uw_player: Player, uw_timeline: Timeline) -> None:
    for _ in range(4):
        uw_world.skip(days=1)
        uw_player.uw.assign_event(PlayerEvent("offer_bought", {"offer": "gems"}))
        uw_player.restart()
    uw_world.skip(days=1)
    assert len(uw_timeline.only("active").only("thanks")) == 1


def test_a_streak_has_a_gift_twice_a_session_and_an_hour_apart(
    uw_world: World, uw_player: Player, uw_timeline: Timeline
) -> None:
    uw_world.skip(minutes=1)
    gifts = []
    for _ in range(6):
        uw_player.uw.assign_event(PlayerEvent("streak", {"length": 20}))
        uw_world.skip(minutes=31)
        gifts.append(len(uw_timeline.only("triggered").only("on-a-roll")))
    assert gifts == [1, 1, 2, 2, 2, 2]


def test_champions_are_asked_once(uw_world: World, uw_player: Player, uw_timeline: Timeline) -> None:
    uw_player.surveys.play(("completed", "2m"), ("closed", "3m"))
    uw_player.use_ui(show=("surveys",))
    for level in (19, 20, 21):
        uw_player.uw.set_attributes({"level": level})
        uw_world.skip(days=1)
        if uw_player.ui.card:
            uw_player.ui.answer("accept")
    uw_world.skip(days=1)
    assert uw_timeline.only("ui").only("accept").lines()[0].endswith("champions")
    assert len(uw_player.surveys.pages) == 1


# What goes wrong.


def test_an_outage_on_the_first_weekend_costs_no_coins(uw_world: World, uw_player: Player, uw_faults: Faults) -> None:
    stage = Stage(uw_player.uw, seed=7)
    uw_world.skip(to="2026-03-06T22:00:00Z")
    uw_faults.profile("platform_outage", during=("+0h", "+6h"))
    uw_world.skip(to="2026-03-07T03:00:00Z")
    assert stage.world.multiplier == 2, "what is known beforehand starts without the platform"
    uw_world.skip(to="2026-03-09T12:00:00Z")
    assert stage.world.multiplier == 1


# The same each time.


def test_the_season_is_as_it_was_planned(uw_world: World, make_uw_player: MakePlayer, uw_timeline: Timeline) -> None:
    make_uw_player(timezone="America/New_York", attributes={"level": 3})
    uw_world.skip(weeks=4)
    assert uw_timeline.only("active", "inactive", "platform").matches("hero_wars_season.timeline")
    assert uw_world.now == BEGIN + timedelta(days=28)


def test_the_order_of_hashes_changes_nothing() -> None:
    assert list(digests(3).values()) == [3]
