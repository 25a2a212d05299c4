from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox, ScenarioError, UnknownRecordError

if TYPE_CHECKING:
    import requests

    from tests.sandbox.conftest import HttpPlayer, Join

COINS = {
    "type": "attribute_trigger",
    "logic": {"attribute_name": "coins", "operator": "equal", "values": [100], "data_type": "integer"},
}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def campaigns(player: HttpPlayer) -> list[dict[str, Any]]:
    reply = player.get("/triggerable_campaigns")
    assert reply.status_code == 200, reply.text
    listed: list[dict[str, Any]] = reply.json()["campaigns"]
    return listed


def impression(player: HttpPlayer) -> str:
    """The impression id of the only campaign."""
    (campaign,) = campaigns(player)
    return str(campaign["campaign_impression_id"])


def fire(player: HttpPlayer, *impression_ids: str) -> requests.Response:
    body = {"events": [{"event_id": "x"}], "triggered_campaign_impression_ids": list(impression_ids)}
    return player.do("/events", body)


def test_a_campaign_has_the_documented_shape(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish_campaign(
        id="rich", name="For the rich", trigger=COINS, messages=[{"id": "hello", "title": "Hello"}], events=[{}]
    )

    (campaign,) = campaigns(player)

    assert list(campaign) == [
        "id",
        "name",
        "events",
        "messages",
        "offers",
        "remote_configs",
        "surveys",
        "trigger",
        "campaign_impression_id",
    ]
    assert (campaign["id"], campaign["name"], campaign["trigger"]) == ("rich", "For the rich", COINS)
    (message,) = campaign["messages"]
    assert (message["id"], message["name"], message["title"]) == ("hello", "hello", "Hello")
    assert not {"start_at", "end_at", "start_at_tz", "end_at_tz", "segments"} & {*message, *campaign["events"][0]}
    assert (campaign["offers"], campaign["surveys"], campaign["remote_configs"]) == ([], [], [])


def test_campaigns_are_for_segments_and_environments(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    sandbox.define_segment("others", players=["rogue-7"])
    sandbox.publish_campaign(id="all", trigger=COINS)
    sandbox.publish_campaign(id="others", trigger=COINS, segments=["others"])
    sandbox.publish_campaign(id="qa", trigger=COINS, environments=["qa"])

    assert [one["id"] for one in campaigns(player)] == ["all"]
    assert [one["id"] for one in campaigns(join(sandbox, "rogue-7"))] == ["all", "others"]
    assert [one["id"] for one in campaigns(join(sandbox, environment_stage="qa"))] == ["all", "qa"]


def test_an_impression_id_stays_until_it_is_used(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS)
    first = impression(player)

    assert impression(player) == first
    assert impression(join(sandbox)) != first
    assert impression(join(sandbox, "rogue-7")) != first
    assert fire(player, first).status_code == 204
    assert impression(player) != first


def test_what_was_triggered_counts_against_the_quota(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    sandbox.clock.set(NOON)
    quota = {"total_triggers": 3, "session_triggers": 2, "trigger_cooldown_seconds": 60}
    sandbox.publish_campaign(id="a", trigger=COINS, quota=quota)
    (fresh,) = campaigns(player)
    assert fresh["trigger"]["quota"] == {
        "total_remaining_triggers": 3,
        "session_remaining_triggers": 2,
        "trigger_cooldown_seconds": 60,
    }

    for _ in range(2):
        fire(player, impression(player))
    (used,) = campaigns(player)
    (later,) = campaigns(join(sandbox))

    assert used["trigger"]["quota"] == {
        "total_remaining_triggers": 1,
        "session_remaining_triggers": 0,
        "trigger_cooldown_seconds": 60,
        "latest_triggered_action_timestamp": used["trigger"]["quota"]["latest_triggered_action_timestamp"],
    }
    assert used["trigger"]["quota"]["latest_triggered_action_timestamp"].startswith("2026-01-01T12:00:0")
    assert later["trigger"]["quota"]["total_remaining_triggers"] == 1
    assert later["trigger"]["quota"]["session_remaining_triggers"] == 2


def test_quotas_are_counted_for_each_player(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS, quota={"total_triggers": 1})
    fire(player, impression(player))

    assert campaigns(player)[0]["trigger"]["quota"]["total_remaining_triggers"] == 0
    assert campaigns(join(sandbox, "rogue-7"))[0]["trigger"]["quota"] == {"total_remaining_triggers": 1}


def test_a_campaign_without_a_quota_says_nothing_of_one(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS)
    fire(player, impression(player))

    assert "quota" not in campaigns(player)[0]["trigger"]


def test_everything_that_triggers_is_recorded(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.clock.set(NOON)
    sandbox.publish_campaign(id="a", trigger=COINS)
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/events", {"events": []}),
        ("/attributes", {"attributes": []}),
        ("/regions/transition", {"region": {"name": "shop"}}),
    ]
    used = []
    for path, body in bodies:
        used.append(impression(player))
        assert player.do(path, {**body, "triggered_campaign_impression_ids": [used[-1]]}).ok

    found = sandbox.player(player.id).triggered_campaigns
    assert [one.impression_id for one in found] == used
    assert {(one.campaign_id, one.session_id, one.over_quota) for one in found} == {("a", player.session_id, False)}
    assert [one.requests for one in found] == [(2,), (4,), (6,)]
    assert 0 <= (found[0].at - NOON).total_seconds() < 60


def test_an_impression_that_arrives_again_counts_once(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS, quota={"total_triggers": 5, "session_triggers": 5})
    first = impression(player)
    fire(player, first, first)
    later = join(sandbox)
    fire(later, first)

    (found,) = sandbox.player(player.id).triggered_campaigns
    assert (found.session_id, len(found.requests)) == (player.session_id, 2)
    assert campaigns(player)[0]["trigger"]["quota"]["session_remaining_triggers"] == 4
    assert campaigns(later)[0]["trigger"]["quota"]["session_remaining_triggers"] == 5
    assert campaigns(later)[0]["trigger"]["quota"]["total_remaining_triggers"] == 4


def test_what_is_over_the_quota_is_marked(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS, quota={"session_triggers": 1})
    for _ in range(2):
        fire(player, impression(player))

    assert [one.over_quota for one in sandbox.player(player.id).triggered_campaigns] == [False, True]
    assert campaigns(player)[0]["trigger"]["quota"]["session_remaining_triggers"] == 0


def test_strange_impressions_count_for_nothing_and_are_warned_of(
    sandbox: Sandbox, player: HttpPlayer, join: Join
) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS, quota={"total_triggers": 5})
    foreign = impression(join(sandbox, "rogue-7"))

    silent = fire(player, "made-up", foreign)
    warned = player.do(
        "/regions/transition", {"region": {"name": "shop"}, "triggered_campaign_impression_ids": [foreign]}
    )

    assert silent.status_code == 204
    assert warned.json()["meta"]["warnings"] == [
        f"The player was never given the campaign impression {foreign!r}; it counts for nothing."
    ]
    assert sandbox.player(player.id).triggered_campaigns == ()
    assert sandbox.player(player.id).strange_impression_ids == ("made-up", foreign)
    assert sandbox.player("rogue-7").triggered_campaigns == ()


def test_a_request_that_is_refused_triggers_nothing(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS)
    used = impression(player)
    body = {"attributes": [{"name": "coins", "value": "many", "data_type": "integer"}]}

    assert player.do("/attributes", {**body, "triggered_campaign_impression_ids": [used]}).status_code == 422

    assert sandbox.player(player.id).triggered_campaigns == ()
    assert impression(player) == used


def test_a_withdrawn_campaign_can_still_be_triggered_by_those_who_were_told(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS)
    used = impression(player)
    sandbox.withdraw_campaign("a")

    assert campaigns(player) == []
    fire(player, used)
    assert [one.campaign_id for one in sandbox.player(player.id).triggered_campaigns] == ["a"]
    with pytest.raises(UnknownRecordError, match="no campaign 'a'"):
        sandbox.withdraw_campaign("a")


def test_content_of_a_campaign_is_shown_like_any_other(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    sandbox.define_segment("heroes", players=[player.id])
    player.refresh()
    sandbox.publish_campaign(
        trigger=COINS,
        segments=["heroes"],
        events=[{"id": "rush", "data": {"factor": 2}}],
        messages=[{"id": "hello"}],
        offers=[{"id": "gems"}],
        surveys=[{"id": "feedback"}],
    )

    assert player.do("/message_impressions/initialize", {"message_id": "hello"}).status_code == 200
    assert player.do("/offer_impressions/initialize", {"offer_id": "gems"}).status_code == 200
    assert player.do("/surveys/get_response_id", {"survey_id": "feedback"}).status_code == 200
    assert player.get("/campaign_events/rush").json()["data"] == {"factor": 2}
    assert player.ids("/offers") == []
    assert join(sandbox, "rogue-7").do("/offer_impressions/initialize", {"offer_id": "gems"}).status_code == 404


def test_an_unchanged_list_of_campaigns_is_not_sent_again(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish_campaign(id="a", trigger=COINS)
    first = player.get("/triggerable_campaigns")
    query, known = {"session_id": player.session_id}, {"If-None-Match": first.headers["ETag"]}

    assert player.ask("GET", "/triggerable_campaigns", params=query, headers=known).status_code == 304
    fire(player, impression(player))
    assert player.ask("GET", "/triggerable_campaigns", params=query, headers=known).status_code == 200


def test_a_database_keeps_campaigns_and_their_counts(tmp_path: Path, join: Join) -> None:
    file = tmp_path / "state.sqlite"
    with Sandbox(database=file) as first:
        first.publish_campaign(id="a", trigger=COINS, quota={"total_triggers": 2}, offers=[{"id": "gems"}])
        hero = join(first)
        fire(hero, impression(hero))
    del first

    with Sandbox(database=file) as second:
        (campaign,) = campaigns(join(second))
        assert campaign["trigger"]["quota"]["total_remaining_triggers"] == 1
        assert campaign["offers"][0]["id"] == "gems"


@pytest.mark.parametrize(
    "trigger",
    [
        {"type": "event_trigger", "logic": {"external_event_id": "x", "event_attributes": 5}},
        {"type": "moon_trigger"},
        {**COINS, "quota": {"total_remaining_triggers": "many"}},
        "nonsense",
    ],
)
def test_python_may_publish_triggers_that_make_no_sense(sandbox: Sandbox, player: HttpPlayer, trigger: Any) -> None:
    sandbox.publish_campaign(id="a", trigger=trigger)

    assert campaigns(player)[0]["trigger"] == trigger


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": "taken"}, "id: there is a campaign 'taken' already"),
        ({"trigger": None}, "trigger: it is missing"),
        ({"trigger": float("nan")}, "trigger: it cannot be written as JSON"),
        ({"quota": {"totl_triggers": 5}}, r"quota.totl_triggers: there is no such field \(did you mean"),
        ({"quota": {"total_triggers": -1}}, "quota.total_triggers: -1 is too small: use 0 or more"),
        ({"quota": {"session_triggers": 1.5}}, "quota.session_triggers: 1.5 is not a whole number"),
        ({"quota": {"trigger_cooldown_seconds": "60"}}, '"60" is not a finite number'),
        ({"segments": ["nobody"]}, "segments: there is no segment 'nobody'"),
        ({"offers": [{"id": "a"}, {"id": "a"}]}, r"offers\[1\].id: there is 'a' already"),
        ({"offers": [{"start_at": "+1h"}]}, r"offers\[0\].start_at: content of a campaign has none of its own"),
        (
            {"surveys": [{"questions": [{"type": "essay"}]}]},
            r"surveys\[0\].questions\[0\].type: \"essay\" is not one",
        ),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_in_a_sentence(
    sandbox: Sandbox, fields: dict[str, Any], reason: str
) -> None:
    sandbox.publish_campaign(id="taken", trigger=COINS)

    with pytest.raises(ScenarioError, match=f"^.*{reason}"):
        sandbox.publish_campaign(**{"trigger": COINS, **fields})


SCENARIO = """\
    campaigns:
      - id: buyer
        trigger:
          type: event_trigger
          logic:
            external_event_id: iap_purchased
            event_attributes:
              - {attribute_name: cost, operator: between, values: [1, 9.5], data_type: float}
        quota: {total_triggers: 5}
        messages:
          - {id: thanks, title: Thanks}
      - id: shopper
        trigger: {type: region_trigger, logic: {region_name: shop, metadata: [{metadata_name: who, operator: contain, values: [a], data_type: string}]}}
      - id: visitor
        trigger: {type: region_trigger, logic: {region_name: shop}}
    """  # noqa: E501 - the third line from the end stands on one line, as people write it


def test_a_scenario_holds_campaigns(tmp_path: Path, join: Join) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(dedent(SCENARIO))
    with Sandbox(file) as sandbox:
        buyer, shopper, visitor = campaigns(join(sandbox))
    assert buyer["trigger"]["logic"]["event_attributes"][0]["values"] == [1, 9.5]
    assert (buyer["messages"][0]["title"], buyer["trigger"]["quota"]) == ("Thanks", {"total_remaining_triggers": 5})
    assert (shopper["id"], visitor["id"]) == ("shopper", "visitor")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("event_trigger", "evnt_trigger", '4: campaigns[0].trigger.type: "evnt_trigger" is not one of'),
        ("between", "betwen", '8: campaigns[0].trigger.logic.event_attributes[0].operator: "betwen" is not one of'),
        ("[1, 9.5]", "[1]", "8: campaigns[0].trigger.logic.event_attributes[0].values: 'between' needs two values"),
        (
            "[1, 9.5]",
            "[]",
            "8: campaigns[0].trigger.logic.event_attributes[0].values: [] is not a list with at least",
        ),
        ("[1, 9.5]", "[1, x]", '8: campaigns[0].trigger.logic.event_attributes[0].values[1]: "x" is not a finite'),
        ("type: float", "type: flot", '8: campaigns[0].trigger.logic.event_attributes[0].data_type: "flot" is not'),
        ("type: float", "type: string", "8: campaigns[0].trigger.logic.event_attributes[0].operator: 'between' comp"),
        ("external_event_id", "event_id", "6: campaigns[0].trigger.logic.event_id: there is no such field (did"),
        ("iap_purchased", "''", '6: campaigns[0].trigger.logic.external_event_id: "" is not a text'),
        ("total_triggers", "totals", "9: campaigns[0].quota.totals: there is no such field"),
        ("quota:", "qota:", "9: campaigns[0].qota: there is no such field (did you mean 'quota'?)"),
        ("title: Thanks", "titel: Thanks", "11: campaigns[0].messages[0].titel: there is no such field"),
        ("title: Thanks", "end_at: +1h", "11: campaigns[0].messages[0].end_at: content of a campaign has none"),
        ("id: visitor", "id: buyer", "14: campaigns[2].id: there is a campaign 'buyer' already"),
        ("id: visitor", "segments: [x]", "14: campaigns[2].segments: there is no segment 'x'"),
    ],
)
def test_a_wrong_campaign_is_refused_with_its_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(dedent(SCENARIO).replace(old, new))

    with pytest.raises(ScenarioError) as caught:
        Sandbox(file)

    assert str(caught.value).startswith(f"{file}:{reason}")
