"""Campaigns are edited in dev; players see what was shared, as it was then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox, ScenarioError, UnknownRecordError

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def titles(player: HttpPlayer, state: str = "active") -> list[str]:
    """The titles of the messages that a player sees."""
    return [record["title"] for record in player.get("/messages").json()[state]]


def make_message(sandbox: Sandbox, **content: Any) -> tuple[str, str]:
    """A campaign with one message, in dev."""
    campaign = sandbox.campaigns.create(name="Hello")
    return campaign, sandbox.campaigns.add_content(campaign, "message", content={"title": "one", **content})


def test_what_is_edited_in_dev_shows_when_it_is_shared(sandbox: Sandbox, player: HttpPlayer) -> None:
    campaign, message = make_message(sandbox)
    assert titles(player) == []

    assert sandbox.releases.share(campaign, "live", run=True) == 1
    assert titles(player) == ["one"]
    sandbox.campaigns.update_content(campaign, message, content={"title": "two"})
    assert titles(player) == ["one"]
    assert sandbox.releases.share(campaign, "live") == 2
    assert titles(player) == ["two"]


def test_sharing_does_not_start_a_campaign(sandbox: Sandbox, player: HttpPlayer) -> None:
    campaign, _ = make_message(sandbox)
    sandbox.releases.share(campaign, "live")

    assert (titles(player), sandbox.campaigns.state(campaign)) == ([], "draft")
    sandbox.campaigns.run(campaign)
    assert (titles(player), sandbox.campaigns.state(campaign)) == (["one"], "running")


def test_each_environment_has_its_own_release(sandbox: Sandbox, join: Join) -> None:
    campaign, message = make_message(sandbox)
    sandbox.releases.share(campaign, "qa", run=True)
    sandbox.campaigns.update_content(campaign, message, content={"title": "two"})
    sandbox.releases.share(campaign, "live", run=True)

    assert titles(join(sandbox, environment_stage="qa")) == ["one"]
    assert titles(join(sandbox)) == ["two"]


def test_a_segment_is_frozen_with_the_campaign_that_names_it(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("heroes", players=["anna"])
    (segment,) = join(sandbox, "anna").get(f"/sessions/{sandbox.player('anna').sessions[0].id}").json()["segment_ids"]
    campaign = sandbox.campaigns.create(segment_ids=[segment])
    sandbox.campaigns.add_content(campaign, "message", content={"title": "one"})
    sandbox.releases.share(campaign, "live", run=True)

    assert titles(join(sandbox, "anna")) == ["one"]
    assert titles(join(sandbox, "bert")) == []


def test_a_paused_campaign_vanishes_and_comes_back(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("messages", id="hello", title="one")

    sandbox.campaigns.pause("hello")
    assert (titles(player), sandbox.campaigns.state("hello")) == ([], "paused")
    assert sandbox.campaigns.state("hello", "qa") == "running"
    sandbox.campaigns.run("hello")
    assert titles(player) == ["one"]
    sandbox.campaigns.complete("hello")
    assert (titles(player), sandbox.campaigns.state("hello")) == ([], "completed")
    with pytest.raises(ScenarioError, match="the campaign is completed: only one that is draft or paused"):
        sandbox.campaigns.run("hello")


def test_a_campaign_is_completed_when_its_end_has_passed_everywhere(sandbox: Sandbox) -> None:
    sandbox.clock.set(NOON)
    sandbox.publish("messages", id="utc", end_at="2026-01-01T13:00:00Z")
    local = {"start_at": "2026-01-01", "start_at_tz": "player_local", "end_at": "2026-01-01T13:00"}
    sandbox.publish("messages", id="local", **local)

    seen = []
    for hours in (0, 1, 12):
        sandbox.clock.advance(hours=hours)
        seen.append((sandbox.campaigns.state("utc"), sandbox.campaigns.state("local")))
    assert seen == [("running", "running"), ("completed", "running"), ("completed", "completed")]
    sandbox.clock.set(NOON)
    assert sandbox.campaigns.state("utc") == "running"


def test_content_that_lacks_something_is_not_delivered(sandbox: Sandbox, player: HttpPlayer) -> None:
    campaign = sandbox.campaigns.create()
    offer = sandbox.campaigns.add_content(campaign, "offer", content={"title": "Gems"})
    sandbox.campaigns.add_content(campaign, "message", content={"title": "one"})
    sandbox.releases.share(campaign, "live", run=True)

    assert sandbox.campaigns.state(campaign) == "attention_required"
    assert sandbox.campaigns.problems(campaign) == [f"{offer}: content.payment is missing"]
    assert (player.ids("/offers"), titles(player)) == ([], ["one"])
    bundle = sandbox.bundles.define(
        "chest", bundle_units=[{"unit_type": "item", "unit_external_id": "gem", "default_amount": 5}]
    )
    sandbox.campaigns.update_content(campaign, offer, content={"app_bundle_id": bundle})
    sandbox.releases.share(campaign, "live")
    assert sandbox.campaigns.state(campaign) == "running"
    assert player.get("/offers").json()["active"][0]["items"] == {"gem": 5}


def test_an_override_is_for_one_environment_and_stays(sandbox: Sandbox, join: Join) -> None:
    campaign, message = make_message(sandbox)
    override = {"contents": {message: {"content": {"title": "tested"}}}}
    sandbox.releases.share(campaign, "qa", run=True, override=override)
    sandbox.releases.share(campaign, "live", run=True)
    qa, live = join(sandbox, environment_stage="qa"), join(sandbox)
    assert (titles(qa), titles(live)) == (["tested"], ["one"])

    sandbox.campaigns.update_content(campaign, message, content={"title": "two", "body": "new"})
    sandbox.releases.share(campaign, "qa")
    assert titles(qa) == ["tested"]
    assert qa.get("/messages").json()["active"][0]["body"] == "new"
    sandbox.releases.delete(campaign, "qa", override_only=True)
    assert titles(qa) == ["two"]
    sandbox.releases.delete(campaign, "qa")
    assert (titles(qa), titles(live)) == ([], ["one"])
    with pytest.raises(UnknownRecordError, match="There is no release"):
        sandbox.releases.delete(campaign, "qa")


def test_what_is_published_for_all_comes_to_later_environments(sandbox: Sandbox) -> None:
    sandbox.define_segment("heroes", players=["anna"])
    sandbox.publish("messages", id="all")
    sandbox.publish("messages", id="live", environments=["live"])
    sandbox._platform.environments.create({"name": "Soft launch", "key": "soft", "type": "live"})

    assert sandbox.campaigns.state("all", "soft") == "running"
    with pytest.raises(UnknownRecordError):
        sandbox.campaigns.state("live", "soft")


def test_a_change_keeps_what_the_server_api_set(sandbox: Sandbox, player: HttpPlayer) -> None:
    payment = {"payment_type": "iap", "iap_data": {"cost": 1}}
    sandbox.publish("offers", id="gems", items={"gem": 1}, payment_data=payment)
    (campaign,) = sandbox._platform.campaigns.all(sandbox._platform.environments.dev.id)
    units = [{"unit_type": "item", "unit_external_id": "ruby", "default_amount": 7}]

    sandbox.campaigns.update_content(campaign["id"], "gems", content={"bundle_units": units})
    sandbox.change("gems", title="Rubies")

    (offer,) = player.get("/offers").json()["active"]
    assert (offer["title"], offer["items"], offer["payment_data"]["iap_data"]["cost"]) == ("Rubies", {"ruby": 7}, 1)


@pytest.mark.parametrize(("language", "title"), [("de", "Hallo"), ("en", "Hello"), ("fr", "Hello"), (None, "Hello")])
def test_titles_are_translated_into_the_language_of_the_session(
    sandbox: Sandbox, join: Join, language: str | None, title: str
) -> None:
    sandbox.publish("messages", id="hello", title="greeting", body="as it is")
    sandbox.localizations["greeting"] = {"de": "Hallo", "en": "Hello"}

    player = join(sandbox, **({} if language is None else {"language": language}))

    (record,) = player.get("/messages").json()["active"]
    assert (record["title"], record["body"]) == (title, "as it is")


def test_an_a_b_test_shows_each_player_one_variant_for_good(sandbox: Sandbox, join: Join) -> None:
    campaign, message = make_message(sandbox)
    halves: list[dict[str, Any]] = [
        {"name": "as it is", "percentage": 50, "control_group": True},
        {"name": "loud", "percentage": 50, "fields": {"title": "ONE"}},
    ]
    test = sandbox.ab_tests.define(campaign, halves, message)
    sandbox.releases.share(campaign, "live", run=True)
    players = [join(sandbox, f"player-{number}") for number in range(20)]
    seen = [titles(player)[0] for player in players]

    assert {*seen} == {"one", "ONE"}
    assert sandbox.ab_tests.assigned(test) == {"as it is": seen.count("one"), "loud": seen.count("ONE")}
    halves[0]["percentage"], halves[1]["percentage"] = 0, 100
    sandbox.ab_tests.define(campaign, halves, message)
    sandbox.releases.share(campaign, "live")
    assert [titles(player)[0] for player in players] == seen
    assert titles(join(sandbox, "late")) == ["ONE"]


def test_a_variant_of_a_campaign_has_other_content(sandbox: Sandbox, join: Join) -> None:
    campaign, _ = make_message(sandbox)
    contents = [{"type": "message", "content": {"title": "other"}}, {"type": "message", "content": {"title": "more"}}]
    variants = [
        {"name": "control", "percentage": 40, "control_group": True},
        {"name": "more", "percentage": 60, "contents": contents},
    ]
    sandbox.ab_tests.define(campaign, variants)
    sandbox.releases.share(campaign, "live", run=True)

    assert {tuple(titles(join(sandbox, f"p{number}"))) for number in range(20)} == {("one",), ("other", "more")}


@pytest.mark.parametrize(
    ("variants", "reason"),
    [
        ([{"name": "a", "percentage": 60, "control_group": True}], "their percentages add up to 60, not to 100"),
        ([{"name": "a", "percentage": 100}], "one of them, and only one, must have control_group: true"),
        ([{"name": "a", "percentag": 100}], r"variants\[0\].percentag: there is no such field \(did you mean"),
        ([{"name": "a", "percentage": 100, "fields": {"titel": "x"}}], r"fields.titel: messages have no such field"),
        ("half", "'half' is not a list"),
    ],
)
def test_variants_that_make_no_sense_are_refused_in_a_sentence(sandbox: Sandbox, variants: Any, reason: str) -> None:
    campaign, message = make_message(sandbox)

    with pytest.raises(ScenarioError, match=reason):
        sandbox.ab_tests.define(campaign, variants, message)


def test_a_database_keeps_campaigns_releases_and_tests(tmp_path: Any, join: Join) -> None:
    with Sandbox(database=tmp_path / "state.sqlite") as first:
        campaign, message = make_message(first)
        variants = [{"name": "a", "percentage": 0, "control_group": True}, {"name": "b", "percentage": 100}]
        first.ab_tests.define(campaign, [variants[0], {**variants[1], "fields": {"title": "tested"}}], message)
        first.releases.share(campaign, "live", run=True)
        first.publish("messages", id="kept", title="kept")
        first.campaigns.pause("kept")
        first.campaigns.update_content(campaign, message, content={"title": "later"})
    del first

    with Sandbox(database=tmp_path / "state.sqlite") as second:
        assert titles(join(second)) == ["tested"]
        second.campaigns.run("kept")
        assert titles(join(second)) == ["tested", "kept"]


@pytest.mark.parametrize("action", ["run", "pause", "complete", "state"])
def test_an_unknown_campaign_or_environment_is_named(sandbox: Sandbox, action: str) -> None:
    with pytest.raises(UnknownRecordError, match="There is no campaign 'nope'"):
        getattr(sandbox.campaigns, action)("nope")
    with pytest.raises(ScenarioError, match=r"there is no environment 'liev' \(did you mean 'live'\?\)"):
        getattr(sandbox.campaigns, action)("nope", "liev")


def test_an_environment_is_meant_by_its_key_or_by_its_type(join: Join, visitor: Join) -> None:
    with Sandbox({"environments": {"production": "live", "soft": "live"}}) as sandbox:
        sandbox.publish("messages", id="hello", environments=["production"])

        assert join(sandbox, environment_stage="live").ids("/messages") == ["hello"]
        assert join(sandbox, environment_stage="soft").ids("/messages") == []
        refused = visitor(sandbox).start(environment_group_name="second")
        assert refused.status_code == 422
        assert "default" in refused.json()["meta"]["hints"][0]


def test_what_does_not_exist_is_refused_to_tests_and_warned_of_to_clients(sandbox: Sandbox) -> None:
    campaigns, dev = sandbox._platform.campaigns, sandbox._platform.environments.dev.id
    with pytest.raises(ScenarioError, match="segment_ids: there is no segment 'nobody', so nobody is in it"):
        sandbox.campaigns.create(segment_ids=["nobody"])
    with pytest.raises(ScenarioError, match=r"nam: there is no such field \(did you mean 'name'\?\)"):
        sandbox.campaigns.create(nam="Summer")

    warnings: list[str] = []
    made = campaigns.create(dev, {"nam": "Summer", "segment_ids": ["nobody"], "category_id": "x"}, warnings.append)
    assert made["segment_ids"] == ["nobody"]
    assert warnings == [
        "nam: there is no such field (did you mean 'name'?); it was left out.",
        "segment_ids: there is no segment 'nobody', so nobody is in it.",
        "category_id: there is no category 'x'.",
    ]


def test_what_a_test_holds_in_hand_can_change_without_changing_a_campaign(
    sandbox: Sandbox, player: HttpPlayer
) -> None:
    content: dict[str, Any] = {"title": "one", "additional_fields_data": {"sound": "fanfare"}}
    campaign = sandbox.campaigns.create()
    sandbox.campaigns.add_content(campaign, "message", content=content)
    sandbox.releases.share(campaign, "live", run=True)

    content["additional_fields_data"]["sound"] = "silence"
    sandbox.releases.share(campaign, "live")

    (record,) = player.get("/messages").json()["active"]
    assert record["additional_fields"] == {"sound": "fanfare"}


def shared_with_segment(sandbox: Sandbox, players: list[str]) -> tuple[str, str]:
    """A segment with a release of its own in live, and a campaign there that is for it."""
    sandbox.define_segment("heroes", players=players)
    (row,) = sandbox._platform.segments.all(sandbox._platform.environments.dev.id)
    campaign = sandbox.campaigns.create(segment_ids=[row["id"]])
    sandbox.campaigns.add_content(campaign, "message", content={"title": "one"})
    sandbox.releases.share(campaign, "live", run=True)
    return campaign, row["id"]


def test_a_segment_whose_release_is_deleted_stays_as_the_campaigns_that_name_it_froze_it(
    sandbox: Sandbox, join: Join
) -> None:
    campaign, segment = shared_with_segment(sandbox, ["anna"])
    sandbox.define_segment("heroes", players=["bert"])
    assert (titles(join(sandbox, "anna")), titles(join(sandbox, "bert"))) == ([], ["one"])

    sandbox.releases.delete(segment, "live")

    assert sandbox.segments.players("heroes") == ["anna"]
    assert (titles(join(sandbox, "anna")), titles(join(sandbox, "bert"))) == (["one"], [])
    sandbox.releases.delete(campaign, "live")
    with pytest.raises(UnknownRecordError):
        sandbox.segments.players("heroes")


def test_a_segment_that_is_deleted_as_a_whole_matches_nobody_any_more(sandbox: Sandbox, join: Join) -> None:
    campaign, segment = shared_with_segment(sandbox, ["anna"])
    other = sandbox.campaigns.create(segment_ids=[segment])
    sandbox.releases.share(other, "live", run=True)

    sandbox.segments.delete("heroes")
    sandbox.releases.delete(other, "live")

    assert titles(join(sandbox, "anna")) == []
    assert sandbox.campaigns.state(campaign) == "running"
    with pytest.raises(UnknownRecordError, match="There is no segment 'heroes'"):
        sandbox.segments.delete("heroes")


def test_what_fails_halfway_changes_nothing(sandbox: Sandbox) -> None:
    campaign, segment = shared_with_segment(sandbox, ["anna"])
    sandbox.campaigns.complete(campaign)
    platform = sandbox._platform
    platform.segments.update(platform.environments.dev.id, segment, {"player_ids_to_include": ["bert"]})

    with pytest.raises(ScenarioError, match="the campaign is completed"):
        sandbox.releases.share(campaign, "live", run=True)

    assert sandbox.segments.players("heroes") == ["anna"]


def test_an_override_is_read_as_an_edit_is(sandbox: Sandbox, join: Join) -> None:
    sandbox.clock.set(NOON)
    sandbox.define_segment("heroes", players=["anna"])
    (segment,) = sandbox._platform.segments.all(sandbox._platform.environments.dev.id)
    sandbox.publish("offers", id="gems", items={"gem": 1})
    units = [{"unit_type": "item", "unit_external_id": "ruby", "default_amount": 7}]
    override = {
        "end_at": "2026-01-01T13:00:00Z",
        "segment_ids": [segment["id"]],
        "contents": {"gems": {"content": {"bundle_units": units}}},
    }
    sandbox.releases.share("gems", "live", override=override)
    sandbox.segments.delete("heroes")
    sandbox.define_segment("heroes", players=["anna"])
    sandbox.releases.share("gems", "live")

    (offer,) = join(sandbox, "anna").get("/offers").json()["active"]
    assert (offer["items"], offer["end_at"]) == ({"ruby": 7}, "2026-01-01T13:00:00+00:00")
    assert join(sandbox, "bert").ids("/offers") == []
    sandbox.clock.advance(hours=1)
    assert (sandbox.campaigns.state("gems"), sandbox.campaigns.state("gems", "qa")) == ("completed", "running")


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ({"end_at": "soon"}, "override.end_at: 'soon' is not a time"),
        ({"nam": "x"}, r"override.nam: there is no such field \(did you mean 'name'\?\)"),
        ({"contents": {"hallo": {}}}, r"override.contents.hallo: the campaign has no such content \(did you mean"),
        ({"contents": {"hello": {"content": {"titel": "x"}}}}, r"contents.hello.content.titel: there is no such"),
        ({"contents": {"hello": "x"}}, "override.contents.hello: 'x' is not an object"),
    ],
)
def test_override_data_that_make_no_sense_are_refused_in_a_sentence(
    sandbox: Sandbox, override: Any, reason: str
) -> None:
    sandbox.publish("messages", id="hello")

    with pytest.raises(ScenarioError, match=reason):
        sandbox.releases.share("hello", "live", override=override)
