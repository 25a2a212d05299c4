"""Triggered campaigns: what the player does sets them off, their content goes live, and the platform is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.client.campaigning import counted, fire, on_attribute, on_event, on_region, triggered, wanting
from tests.conftest import MODULES, PLAYER, Game, Play
from uwclient import ArgumentError, PlayerEvent, Region
from uwclient.background import delivery as delivery_module
from uwclient.sandbox import Sandbox
from uwclient.sandbox.http.request_log import LoggedRequest

MESSAGE = [{"id": "hello", "title": "Hello"}]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def loaded(play: Play, **options: Any) -> Game:
    game = play(**options)
    game.until_loaded()
    return game


def bodies(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    return [request.json for request in sandbox.requests_to(path)]


def told(requests: list[LoggedRequest]) -> list[list[str]]:
    """The impressions that each request told of."""
    return [request.json.get("triggered_campaign_impression_ids", []) for request in requests]


def impression(game: Game, campaign_id: str) -> str:
    return next(one.impression_id for one in game.uw.campaigns.loaded if one.id == campaign_id)


# Each type of trigger.


def test_an_event_sets_off_the_campaigns_whose_conditions_hold(sandbox: Sandbox, play: Play) -> None:
    costly = wanting("cost", "greater_than", 9.5, data_type="float")
    sandbox.publish_campaign(id="big", trigger=on_event("iap_purchased", costly), messages=MESSAGE)
    game = loaded(play)

    for event in (
        PlayerEvent("iap_purchased"),
        PlayerEvent("iap_purchased", {"cost": 9.5}),
        PlayerEvent("iap_purchased", {"Cost": 10}),
        PlayerEvent("purchased", {"cost": 10}),
    ):
        game.uw.assign_event(event)
        game.uw.pump()
    assert (triggered(game), game.live("messages")) == ([], [])

    game.uw.assign_event(PlayerEvent("iap_purchased", {"cost": 10, "shop": "gems"}))
    assert game.live("messages") == [], "nothing changes outside pump()"
    game.uw.pump()
    assert (triggered(game), game.live("messages")) == (["big"], ["hello"])


def test_an_attribute_sets_off_campaigns_by_its_own_value_alone(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="rich", trigger=on_attribute("coins", "equal", 100), messages=MESSAGE)
    sandbox.publish_campaign(
        id="late", trigger=on_attribute("born", "less_than", NOON.isoformat(), data_type="datetime")
    )
    game = loaded(play)

    for attributes in ({"coins": 99}, {"gems": 100}, {"coins": "100"}, {"coins": True}, {"born": NOON}):
        game.uw.set_attributes(attributes)
        game.uw.pump()
    assert triggered(game) == []

    game.uw.set_attributes({"gems": 5, "coins": 100.0, "born": NOON.replace(year=1999)})
    game.uw.pump(float("inf"))
    assert triggered(game) == ["rich", "late"]
    assert game.live("messages") == ["hello"]


def test_a_region_sets_off_campaigns(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="any", trigger=on_region("shop"))
    sandbox.publish_campaign(id="strong", trigger=on_region("shop", wanting("power", "between", 10, 20)))
    game = loaded(play)

    found = []
    for region in (Region("Shop"), Region("shop"), Region("shop", {"power": 21}), Region("shop", {"power": 20})):
        game.seen.forget()
        game.uw.transition_to_region(region)
        game.uw.pump(float("inf"))
        found.append(triggered(game))
    assert found == [[], ["any"], ["any"], ["any", "strong"]]


def test_types_of_triggers_do_not_mix(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="event", trigger=on_event("shop"))
    sandbox.publish_campaign(id="region", trigger=on_region("shop"))
    sandbox.publish_campaign(id="attribute", trigger=on_attribute("shop", "equal", 1))
    game = loaded(play)

    game.uw.assign_event(PlayerEvent("shop", {"shop": 1}))
    game.uw.pump()
    assert triggered(game) == ["event"]
    game.uw.set_attributes({"shop": 1})
    game.uw.pump()
    assert triggered(game) == ["event", "attribute"]
    game.uw.transition_to_region(Region("shop", {"shop": 1}))
    game.uw.pump()
    assert triggered(game) == ["event", "attribute", "region"]


def test_campaigns_that_one_action_sets_off_come_in_the_order_of_the_platform(sandbox: Sandbox, play: Play) -> None:
    for number in range(8):
        sandbox.publish_campaign(id=f"c{number}", trigger=on_event("x", *[wanting("a", "equal", 1)] * (number % 2)))
    game = loaded(play)
    game.uw.assign_event(PlayerEvent("x", {"a": 1}))
    game.uw.pump(float("inf"))
    assert triggered(game) == [f"c{number}" for number in range(8)]


def test_an_action_that_is_wrong_sets_nothing_off(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), quota={"total_triggers": 1})
    game = loaded(play)
    with pytest.raises(ArgumentError):
        game.uw.assign_event(PlayerEvent("x", {"a": float("nan")}))
    with pytest.raises(ArgumentError):
        game.uw.assign_event(PlayerEvent("x", {"a": "x" * 70_000}))
    with pytest.raises(ArgumentError):
        game.uw.assign_event(PlayerEvent("x"), "not a function")  # type: ignore[arg-type]
    game.uw.pump()
    assert triggered(game) == []
    assert fire(game) == 1, "and has taken nothing of its quota"


def test_nothing_is_set_off_by_a_client_that_does_not_run(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    game.uw.stop()
    game.uw.assign_event(PlayerEvent("x"))
    game.uw.pump()
    game.uw.start()
    game.until(lambda: sandbox.player(PLAYER).event_count == 1)
    assert triggered(game) == []
    assert counted(sandbox) == []


# Their content.


def test_the_content_goes_live_in_the_same_pump_each_kind_in_its_module(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(
        id="all",
        name="Everything",
        trigger=on_event("x"),
        events=[{"id": "e", "external_id": "double", "data": {"factor": 2}}],
        messages=[{"id": "m", "title": "Hello"}],
        offers=[{"id": "o", "title": "Gems"}],
        remote_configs=[{"id": "r", "external_id": "balance", "json": {"hero": {"speed": 9}}}],
        surveys=[{"id": "s", "questions_count": 3}],
    )
    game = loaded(play)
    assert game.uw.remote_configs.value("balance.hero.speed", 1) == 1
    game.seen.forget()

    game.uw.assign_event(PlayerEvent("x"))
    assert game.uw.pump() == 6

    assert {name: game.live(name) for name in MODULES} == {
        "events": ["e"],
        "messages": ["m"],
        "offers": ["o"],
        "remote_configs": ["r"],
        "surveys": ["s"],
    }
    assert game.uw.remote_configs.value("balance.hero.speed", 1) == 9
    found = game.uw.events.get_by_external_id("double")
    assert found is not None
    assert found.data == {"factor": 2}
    assert (found.start_at, found.end_at) == (None, None)
    (campaign,) = (details["campaign"] for details in game.seen.of("campaigns", "on_triggered"))
    assert (campaign.name, campaign.offers, campaign.surveys) == (
        "Everything",
        *(getattr(game.uw, m).active for m in ("offers", "surveys")),
    )


def test_a_campaign_is_told_before_its_content(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE, offers=[{"id": "o"}])
    game = loaded(play)
    game.seen.forget()
    fire(game)
    assert [str(sent) for sent in game.seen.sent] == [
        "campaigns.on_triggered",
        "messages.on_active",
        "offers.on_active",
    ]


def test_a_campaign_without_content_is_told_all_the_same(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    assert fire(loaded(play)) == 1


def test_triggered_once_more_content_goes_live_once_more(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    assert fire(game, times=2) == 2
    assert game.live("messages") == ["hello"]
    signals = [sent.signal for sent in game.seen.sent if sent.source == "messages" and sent.signal != "on_loaded"]
    assert signals == ["on_active", "on_inactive", "on_active"]


def test_triggered_content_stays_through_refreshes_and_its_campaigns_end(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    fire(game)
    assert game.refresh()
    sandbox.withdraw_campaign("c")
    sandbox.publish("messages", id="another")
    assert game.refresh()
    assert game.live("messages") == ["hello", "another"]
    assert game.seen.ids("messages", "on_inactive") == []
    assert fire(game) == 0, "the campaign is withdrawn"


def test_triggered_content_is_gone_with_its_player(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(
        id="c", trigger=on_event("x"), messages=MESSAGE, remote_configs=[{"id": "r", "json": {"a": 1}}]
    )
    game = loaded(play)
    fire(game)
    game.uw.switch_player("rogue-7")
    game.uw.pump()
    assert (game.live("messages"), game.uw.remote_configs.value("a", 0)) == ([], 0)
    game.until(lambda: len(game.loads("campaigns")) >= 2)
    assert fire(game) == 1, "the next player has campaigns of their own"
    assert game.live("messages") == ["hello"]


def test_nothing_of_a_player_who_has_left_comes_back_with_a_record_of_the_next(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    fire(game)
    sandbox.publish("messages", id="hello", title="for all")
    game.uw.switch_player("rogue-7")
    game.until(lambda: [message.title for message in game.uw.messages.active] == ["for all"])
    sandbox.withdraw("hello")
    assert game.refresh()
    assert game.live("messages") == []


def test_triggered_content_stays_when_the_client_is_stopped_and_started_again(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    fire(game)
    game.uw.stop()
    game.seen.forget()
    game.uw.start()
    game.until_loaded()
    assert game.live("messages") == ["hello"]
    assert game.seen.ids("messages", "on_active") == []


def test_what_a_stop_finds_triggered_is_shown_before_it_ends(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    game.uw.assign_event(PlayerEvent("x"))
    game.uw.stop()
    assert game.live("messages") == ["hello"]
    assert str(game.seen.sent[-1]) == "client.on_stop"


def test_a_record_that_is_scheduled_and_live_stays_as_it_is_when_it_is_triggered(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("messages", id="hello", title="scheduled")
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    game.seen.forget()
    assert fire(game) == 1
    assert game.seen.about_content() == []
    assert [message.title for message in game.uw.messages.active] == ["scheduled"]


def test_a_record_that_is_triggered_before_its_schedule_changes_over_and_stays(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="hello", title="scheduled", start_at="+60s", end_at="+120s")
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play, virtual=True)
    assert [message.id for message in game.uw.messages.upcoming] == ["hello"]
    fire(game)
    assert game.uw.messages.upcoming == ()

    titles = []
    for _ in range(3):
        titles.append([message.title for message in game.uw.messages.active])
        game.pass_time(60)
    assert titles == [["Hello"], ["scheduled"], ["Hello"]]
    assert game.seen.ids("messages", "on_active") == ["hello"]
    assert len(game.seen.of("messages", "on_updated")) == 2
    assert game.seen.ids("messages", "on_inactive") == []


def test_a_scheduled_record_that_is_withdrawn_stays_as_it_was_triggered(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="hello", title="scheduled")
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    fire(game)
    sandbox.withdraw("hello")
    assert game.refresh()
    assert [message.title for message in game.uw.messages.active] == ["Hello"]


def test_two_campaigns_may_bring_one_record(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="a", trigger=on_event("x"), messages=[{"id": "m", "title": "from a"}])
    sandbox.publish_campaign(id="b", trigger=on_event("y"), messages=[{"id": "m", "title": "from b"}])
    game = loaded(play)
    fire(game, "x")
    fire(game, "y")
    assert [message.title for message in game.uw.messages.active] == ["from b"]


# A listener that acts.


def test_a_listener_that_acts_sets_off_the_next_campaign_in_the_same_pump(sandbox: Sandbox, play: Play) -> None:
    for number in range(5):
        sandbox.publish_campaign(
            id=f"c{number}",
            trigger=on_event(f"e{number}"),
            messages=[{"id": f"m{number}"}],
            offers=[{"id": f"o{number}"}],
        )
    game = loaded(play)

    def act(messages: object, record: Any) -> None:
        game.uw.assign_event(PlayerEvent(f"e{int(record.id[1:]) + 1}"))

    game.uw.messages.on_active.connect(act)
    game.uw.assign_event(PlayerEvent("e0"))
    game.uw.pump(float("inf"))
    assert game.live("messages") == [f"m{number}" for number in range(5)]
    assert game.live("offers") == [f"o{number}" for number in range(5)]
    game.until(lambda: len(counted(sandbox)) == 5)


def test_a_listener_of_a_load_that_acts_is_not_kept_waiting_by_the_load(sandbox: Sandbox, play: Play) -> None:
    """A load of many records takes several frames; what was triggered comes before the rest of it."""
    sandbox.publish_campaign(id="c", trigger=on_event("offer_seen"), messages=MESSAGE)
    game = loaded(play)
    for number in range(200):
        sandbox.publish("offers", id=f"o{number:03}")

    @game.uw.offers.on_active.connect
    def act(offers: object, record: Any) -> None:
        if record.id == "o005":
            game.uw.assign_event(PlayerEvent("offer_seen"))

    game.uw.refresh_content()
    game.until(lambda: game.uw.pump(0.0) >= 0 and game.live("messages"))
    assert len(game.live("offers")) < 200
    game.until(lambda: len(game.live("offers")) == 200)


def test_what_is_done_while_a_load_is_shown_goes_live_in_the_next_frame(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)
    for number in range(200):
        sandbox.publish("offers", id=f"o{number:03}")
    game.uw.refresh_content()
    game.until(lambda: game.uw.pump(0.0) >= 0 and game.live("offers"))
    game.uw.assign_event(PlayerEvent("x"))
    game.uw.pump(0.0)
    assert game.live("messages") == ["hello"]
    assert len(game.live("offers")) < 200


def test_a_listener_that_fails_keeps_nobody_from_the_content(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play)

    @game.uw.campaigns.on_triggered.connect
    def fail(campaigns: object, campaign: object) -> None:
        raise RuntimeError("in the game")

    fire(game)
    assert game.live("messages") == ["hello"]


# What the platform hears.


def test_the_impressions_are_in_the_same_request_as_what_set_them_off(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="event", trigger=on_event("x"))
    sandbox.publish_campaign(id="attribute", trigger=on_attribute("coins", "equal", 5))
    sandbox.publish_campaign(id="region", trigger=on_region("shop"))
    sandbox.publish_campaign(id="region too", trigger=on_region("shop"))
    game = loaded(play)
    ids = {one.id: one.impression_id for one in game.uw.campaigns.loaded}

    game.uw.assign_event(PlayerEvent("x"))
    game.uw.set_attributes({"coins": 5})
    game.uw.transition_to_region(Region("shop"))
    game.until(lambda: len(counted(sandbox)) == 4)

    assert bodies(sandbox, "events") == [
        {"events": [{"event_id": "x"}], "triggered_campaign_impression_ids": [ids["event"]]}
    ]
    assert bodies(sandbox, "attributes") == [
        {
            "attributes": [{"name": "coins", "value": 5, "data_type": "integer"}],
            "triggered_campaign_impression_ids": [ids["attribute"]],
        }
    ]
    assert bodies(sandbox, "regions/transition") == [
        {
            "region": {"name": "shop", "metadata": []},
            "triggered_campaign_impression_ids": [ids["region"], ids["region too"]],
        }
    ]
    assert [one.campaign_id for one in counted(sandbox)] == ["event", "attribute", "region", "region too"]


def test_requests_without_campaigns_do_not_speak_of_them(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    game.uw.assign_event(PlayerEvent("y"))
    game.until(lambda: sandbox.player(PLAYER).event_count)
    assert bodies(sandbox, "events") == [{"events": [{"event_id": "y"}]}]


def test_actions_travel_together_whether_they_set_campaigns_off_or_not(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="a", trigger=on_event("a"))
    sandbox.publish_campaign(id="b", trigger=on_event("b"))
    game = loaded(play, virtual=True)
    ids = [impression(game, "a"), impression(game, "b")]
    for name in ("first", "a", "b", "a", "last"):
        game.uw.assign_event(PlayerEvent(name))
    game.pass_time(1.0)
    (body,) = bodies(sandbox, "events")
    assert [event["event_id"] for event in body["events"]] == ["first", "a", "b", "a", "last"]
    assert body["triggered_campaign_impression_ids"] == ids


def test_the_callback_of_an_action_hears_that_it_arrived(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    heard: list[bool] = []
    game.uw.assign_event(PlayerEvent("x"), heard.append)
    game.until(lambda: heard)
    assert (heard, len(counted(sandbox))) == ([True], 1)


def test_each_triggering_is_counted_once_the_platform_has_given_the_next_impression(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play)
    used = []
    for number in range(3):
        used.append(impression(game, "c"))
        fire(game)
        game.until(lambda: len(counted(sandbox)) == number + 1)  # noqa: B023
        game.until(lambda: impression(game, "c") not in used)
    assert [one.impression_id for one in counted(sandbox)] == used


def test_what_is_delivered_twice_is_counted_once(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), quota={"total_triggers": 3})
    game = loaded(play, virtual=True)
    sandbox.faults.lose_reply("*/events")
    fire(game)
    game.pass_time(10)
    (one,) = counted(sandbox)
    assert len(one.requests) == 2
    assert told(sandbox.requests_to("events")) == [[one.impression_id]] * 2
    game.until(lambda: impression(game, "c") != one.impression_id)
    assert fire(game, times=5) == 2


# Without a thread, and players that change.


def test_a_client_without_a_thread_triggers_alike(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE)
    game = loaded(play, threaded=False)
    game.uw.assign_event(PlayerEvent("x"))
    assert game.live("messages") == []
    game.uw.pump()
    assert game.live("messages") == ["hello"]
    game.until(lambda: len(counted(sandbox)) == 1)


@pytest.mark.parametrize("threaded", [True, False])
def test_a_player_who_leaves_between_action_and_frame_leaves_nothing_to_be_seen(
    sandbox: Sandbox, play: Play, threaded: bool
) -> None:
    sandbox.define_segment("heroes", players=[PLAYER])
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE, segments=["heroes"])
    game = loaded(play, threaded=threaded)
    game.uw.assign_event(PlayerEvent("x"))
    game.uw.switch_player("rogue-7")
    game.until(lambda: len(game.loads("campaigns")) >= 2)
    assert fire(game) == 0
    assert (triggered(game), game.seen.ids("messages", "on_active"), game.live("messages")) == ([], [], [])
    if not threaded:
        game.uw.switch_player(PLAYER)
    game.until(lambda: len(counted(sandbox)) == 1)
    assert counted(sandbox, "rogue-7") == []


def test_a_listener_that_changes_the_player_ends_the_campaign_at_once(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), messages=MESSAGE, offers=[{"id": "o"}])
    sandbox.publish_campaign(id="d", trigger=on_event("x"), messages=[{"id": "other"}])
    game = loaded(play)

    @game.uw.messages.on_active.connect
    def leave(messages: object, record: object) -> None:
        game.uw.switch_player("rogue-7")

    game.uw.assign_event(PlayerEvent("x"))
    game.until(lambda: len(game.loads("campaigns")) >= 2)
    assert triggered(game) == ["c"]
    assert game.seen.ids("messages", "on_active") == game.seen.ids("messages", "on_inactive") == ["hello"]
    assert game.seen.ids("offers", "on_active") == []


def test_a_player_who_comes_back_finds_their_own_campaigns(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"), quota={"total_triggers": 2})
    game = loaded(play)
    assert fire(game) == 1
    game.uw.switch_player("rogue-7")
    game.until(lambda: len(game.loads("campaigns")) >= 2)
    assert fire(game, times=3) == 2
    game.until(lambda: len(counted(sandbox)) == 1)
    game.seen.forget()
    game.uw.switch_player(PLAYER)
    game.until(game.has_campaigns)
    assert fire(game, times=3) == 1
    game.until(lambda: len(counted(sandbox)) == 2)
    game.until(lambda: len(counted(sandbox, "rogue-7")) == 1)  # both with one impression: there was no other yet


# What a game hears of loads.


def test_the_game_hears_when_campaigns_are_loaded(sandbox: Sandbox, play: Play) -> None:
    game = loaded(play)
    assert game.loads("campaigns") == [{"from_cache": False}]
    assert game.refresh()
    assert len(game.loads("campaigns")) == 1, "nothing was new"
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    assert game.refresh()
    sandbox.withdraw_campaign("c")
    assert game.refresh()
    assert game.loads("campaigns") == [{"from_cache": False}] * 3
    assert game.seen.of("campaigns", "on_load_failed") == []


def test_the_loaded_campaigns_can_be_looked_at(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="a", name="A", trigger=on_event("x"), quota={"total_triggers": 3})
    sandbox.publish_campaign(id="b", trigger=on_region("shop"))
    game = loaded(play)
    a, b = game.uw.campaigns.loaded
    assert (a.name, a.trigger.name, a.quota.total, b.id) == ("A", "x", 3, "b")
    assert repr(game.uw.campaigns) == "<CampaignsModule: 2 loaded>"


def test_a_campaign_whose_trigger_changes_waits_for_the_new_one(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    sandbox.publish_campaign(id="d", trigger=on_event("x"))
    game = loaded(play)
    sandbox.withdraw_campaign("c")
    sandbox.publish_campaign(id="c", trigger=on_event("y"))
    assert game.refresh()
    fire(game, "x")
    fire(game, "y")
    assert triggered(game) == ["d", "c"]


def test_campaigns_come_and_go_with_the_segments_of_the_player(sandbox: Sandbox, play: Play) -> None:
    sandbox.define_segment("rich", attributes=[{"name": "coins", "operator": "greater_than", "values": [10]}])
    sandbox.publish_campaign(id="c", trigger=on_event("x"), segments=["rich"])
    game = loaded(play)
    found = []
    for coins in (5, 15, 5):
        sandbox.player(PLAYER).set_attributes(coins=coins)
        assert game.refresh()
        found.append(fire(game))
    assert found == [0, 1, 0]


def test_a_first_action_waits_for_neighbours_also_when_it_sets_campaigns_off(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish_campaign(id="c", trigger=on_event("x"))
    game = loaded(play, virtual=True)
    fire(game)
    game.pass_time(delivery_module.LINGER / 2, step=0.05)
    assert counted(sandbox) == []
    game.pass_time(delivery_module.LINGER, step=0.05)
    assert len(counted(sandbox)) == 1
