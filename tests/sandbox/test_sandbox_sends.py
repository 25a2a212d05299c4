"""Campaigns send e-mails to players' addresses and push notifications to their devices, each content once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import HttpPlayer, Join
from uwclient.sandbox import Sandbox
from uwclient.sandbox.services.segments.rules import segment_id

NOON = "2026-03-28T12:00:00+00:00"
MAIL = {"subject": "Hello", "body": "It is spring.", "framework_id": "plain"}
PUSH = {"name": "spring", "title": "Spring!", "body": "Come and see."}
COINS = {
    "type": "event_trigger",
    "logic": {"external_event_id": "coins_found", "event_attributes": []},
}


@pytest.fixture
def sandbox() -> Any:
    with Sandbox({"clock": NOON}) as running:
        yield running
    running.check()


def address(player: HttpPlayer, to: str = "hero@example.com") -> None:
    assert player.do("/email_address", {"email_address": to}, "PUT").ok


def device(player: HttpPlayer, token: str = "t1") -> None:
    body = {"device_token": token, "notification_platform": "fcm"}
    assert player.do("/push_notifications/device_tokens/register", body).ok


def campaign_with(sandbox: Sandbox, *contents: tuple[str, dict[str, Any]], **fields: Any) -> str:
    """A campaign with so much content, in dev."""
    campaign = sandbox.campaigns.create(name="Spring", **fields)
    for kind, content in contents:
        sandbox.campaigns.add_content(campaign, kind, content=content)
    return campaign


def subjects(sandbox: Sandbox, player: str = "hero-42") -> list[str]:
    return [one.subject for one in sandbox.player(player).emails]


def pushes(sandbox: Sandbox, player: HttpPlayer) -> list[tuple[str, str | None]]:
    """The titles that a player's devices were sent, with the devices."""
    found = []
    for one in sandbox.player(player.id).push_impressions:
        notification = player.get(f"/push_notifications/{one.push_notification_id}").json()
        found.append((notification["title"], one.device_token))
    return found


def test_a_campaign_that_is_run_sends_to_addresses_and_to_all_devices(sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    device(player, "phone")
    device(player, "tablet")

    campaign = campaign_with(sandbox, ("email", MAIL), ("push_notification", PUSH))
    sandbox.releases.share(campaign, "live")
    assert subjects(sandbox) == []
    sandbox.campaigns.run(campaign)

    (mail,) = sandbox.player("hero-42").emails
    assert (mail.address, mail.subject) == ("hero@example.com", "Hello")
    assert "It is spring." in mail.body
    assert pushes(sandbox, player) == [("Spring!", "phone"), ("Spring!", "tablet")]


def test_who_comes_later_is_sent_it_then_and_once(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    campaign = campaign_with(sandbox, ("email", MAIL), ("push_notification", PUSH))
    sandbox.releases.share(campaign, "live", run=True)
    assert subjects(sandbox) == []

    address(player)
    device(player)
    assert subjects(sandbox) == ["Hello"]
    assert pushes(sandbox, player) == [("Spring!", "t1")]

    device(player, "t2")
    address(player, "other@example.com")
    player.refresh()
    player.start()
    sandbox.campaigns.pause(campaign)
    sandbox.campaigns.run(campaign)
    sandbox.campaigns.update_content(campaign, first_content(sandbox, campaign), content={"subject": "Again"})
    sandbox.releases.share(campaign, "live")
    assert subjects(sandbox) == ["Hello"]
    assert pushes(sandbox, player) == [("Spring!", "t1")]

    later = join(sandbox, "late-1")
    address(later, "late@example.com")
    assert subjects(sandbox, "late-1") == ["Again"]


def first_content(sandbox: Sandbox, campaign: str) -> str:
    platform = sandbox._platform
    return str(platform.campaigns.contents.of(platform.environments.dev.id, campaign)[0]["id"])


def test_nothing_is_sent_without_a_session_there(sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    campaign = campaign_with(sandbox, ("email", MAIL))
    sandbox.releases.share(campaign, "qa", run=True)
    assert subjects(sandbox) == []

    player.start(environment_stage="qa")
    assert subjects(sandbox) == ["Hello"]


def test_who_opted_out_is_sent_nothing_until_there_is_a_new_address(sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    assert player.do("/email_address", {}, "DELETE", opt_out="true").ok
    sandbox.releases.share(campaign_with(sandbox, ("email", MAIL)), "live", run=True)
    player.start()
    assert subjects(sandbox) == []

    address(player)
    assert subjects(sandbox) == ["Hello"]


def test_it_waits_for_the_start_in_the_players_own_time_and_stops_at_the_end(sandbox: Sandbox, join: Join) -> None:
    east = join(sandbox, "east")
    west = join(sandbox, "west")
    for one, zone in ((east, "Asia/Tokyo"), (west, "America/New_York")):
        one.start(timezone=zone)
        address(one, f"{one.id}@example.com")
    campaign = campaign_with(
        sandbox,
        ("email", MAIL),
        start_at="2026-03-28T23:00:00",
        start_at_tz="player_local",
        end_at="2026-03-29T06:00:00",
    )
    sandbox.releases.share(campaign, "live", run=True)
    assert subjects(sandbox, "east") == []

    sandbox.clock.advance(hours=2, minutes=1)  # 23:01 in Tokyo, 10:01 in New York
    assert (subjects(sandbox, "east"), subjects(sandbox, "west")) == (["Hello"], [])
    assert sandbox.player("east").emails[0].at >= datetime.fromisoformat("2026-03-28T14:00:00+00:00")

    sandbox.clock.advance(hours=13)
    assert (subjects(sandbox, "east"), subjects(sandbox, "west")) == (["Hello"], ["Hello"])

    late = join(sandbox, "late")
    late.start(timezone="Asia/Tokyo")
    address(late, "late@example.com")
    assert subjects(sandbox, "late") == []


def test_it_is_for_the_segments_of_the_session(sandbox: Sandbox, player: HttpPlayer) -> None:
    rich = [{"name": "coins", "operator": "greater_than", "data_type": "integer", "values": [10]}]
    sandbox.define_segment("rich", attributes=rich)
    address(player)
    campaign = campaign_with(sandbox, ("email", MAIL), segment_ids=[segment_id("rich")])
    sandbox.releases.share(campaign, "live", run=True)
    assert subjects(sandbox) == []

    sandbox.player("hero-42").set_attributes(coins=11)
    assert subjects(sandbox) == []
    player.refresh()
    assert subjects(sandbox) == ["Hello"]


def test_texts_are_in_the_language_of_the_session(sandbox: Sandbox, player: HttpPlayer) -> None:
    for name in ("subject", "title", "body"):
        sandbox.localizations[f"the-{name}"] = {"en": f"{name}, english", "de": f"{name}, deutsch"}
    player.start(language="de")
    address(player)
    device(player)
    mail = {**MAIL, "subject": "the-subject", "body": "the-body"}
    campaign = campaign_with(
        sandbox, ("email", mail), ("push_notification", {"title": "the-title", "body": "the-body"})
    )
    sandbox.releases.share(campaign, "live", run=True)

    (sent,) = sandbox.player("hero-42").emails
    assert sent.subject == "subject, deutsch"
    assert "body, deutsch" in sent.body
    assert pushes(sandbox, player) == [("title, deutsch", "t1")]


@pytest.mark.parametrize("share", [0, 100])
def test_players_are_sent_what_their_variant_holds(share: int, sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    device(player)
    campaign = sandbox.campaigns.create()
    mail = sandbox.campaigns.add_content(campaign, "email", content=MAIL)
    sandbox.campaigns.add_content(campaign, "push_notification", content=PUSH)
    sandbox.ab_tests.define(
        campaign,
        [
            {"name": "as it is", "percentage": 100 - share, "control_group": True},
            {"name": "loud", "percentage": share, "fields": {"subject": "HELLO!"}},
        ],
        mail,
    )
    other = [{"type": "push_notification", "content": {"title": "Other"}}, {"type": "email", "content": MAIL}]
    test = sandbox.ab_tests.define(
        campaign,
        [
            {"name": "as it is", "percentage": 100, "control_group": True},
            {"name": "another", "percentage": 0, "contents": other},
        ],
    )
    sandbox.releases.share(campaign, "live", run=True)

    assert subjects(sandbox) == (["HELLO!"] if share else ["Hello"])
    assert pushes(sandbox, player) == [("Spring!", "t1")]
    platform = sandbox._platform
    live = platform.environments.of_stage("live")
    assert live is not None
    counts = platform.ab_tests.assigned(live.id, test)
    assert sorted(counts.values()) == [0, 1]


def test_a_triggered_campaign_sends_when_it_is_triggered(sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    device(player)
    campaign = campaign_with(
        sandbox, ("email", MAIL), ("push_notification", PUSH), delivery_type="triggered", trigger=COINS
    )
    sandbox.releases.share(campaign, "live", run=True)
    player.refresh()
    assert (subjects(sandbox), pushes(sandbox, player)) == ([], [])

    for _ in range(2):
        trigger(player)
        assert subjects(sandbox) == ["Hello"]
        assert pushes(sandbox, player) == [("Spring!", "t1")]


def test_a_trigger_counts_for_nothing_while_the_campaign_is_paused(sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    campaign = campaign_with(sandbox, ("email", MAIL), delivery_type="triggered", trigger=COINS)
    sandbox.releases.share(campaign, "live", run=True)
    trigger(player, before=lambda: sandbox.campaigns.pause(campaign))
    assert subjects(sandbox) == []


def trigger(player: HttpPlayer, before: Callable[[], object] = lambda: None) -> None:
    """Do what triggers the only campaign of the player's list."""
    (listed,) = player.get("/triggerable_campaigns").json()["campaigns"]
    before()
    body = {
        "events": [{"event_id": "coins_found"}],
        "triggered_campaign_impression_ids": [listed["campaign_impression_id"]],
    }
    assert player.do("/events", body).ok


def test_a_restart_sends_nothing_twice_and_forgets_nothing(tmp_path: Path, join: Join) -> None:
    database = tmp_path / "state.sqlite"
    with Sandbox({"clock": NOON}, database=database) as sandbox:
        player = join(sandbox, "hero-42")
        address(player)
        sandbox.releases.share(campaign_with(sandbox, ("email", MAIL)), "live", run=True)
        later = campaign_with(sandbox, ("email", {**MAIL, "subject": "Later"}), start_at="2026-03-28T14:00:00Z")
        sandbox.releases.share(later, "live", run=True)
        assert subjects(sandbox) == ["Hello"]

    at = datetime.fromisoformat(NOON)
    with Sandbox({"clock": (at + timedelta(hours=1)).isoformat()}, database=database) as sandbox:
        join(sandbox, "hero-42")
        assert subjects(sandbox) == ["Hello"]
        sandbox.clock.advance(hours=2)
        assert subjects(sandbox) == ["Hello", "Later"]


def test_an_erased_player_leaves_no_trace_and_begins_anew(sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    sandbox.releases.share(campaign_with(sandbox, ("email", MAIL)), "live", run=True)
    assert subjects(sandbox) == ["Hello"]

    sandbox._platform.backend.erasure.erase("hero-42")
    assert subjects(sandbox) == []
    player.start()
    address(player)
    assert subjects(sandbox) == ["Hello"]


def test_content_that_lacks_something_is_sent_when_it_is_mended(sandbox: Sandbox, player: HttpPlayer) -> None:
    address(player)
    campaign = campaign_with(sandbox, ("email", {"subject": "Hello", "framework_id": "plain"}))
    sandbox.releases.share(campaign, "live", run=True)
    assert subjects(sandbox) == []

    sandbox.campaigns.update_content(campaign, first_content(sandbox, campaign), content={"body": "Here I am."})
    sandbox.releases.share(campaign, "live")
    assert subjects(sandbox) == ["Hello"]


def test_games_are_told_nothing_of_what_is_sent(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.releases.share(campaign_with(sandbox, ("email", MAIL), ("push_notification", PUSH)), "live", run=True)
    before = sandbox.player("hero-42").revision
    device(player)
    assert sandbox.player("hero-42").revision.shared == before.shared
    for path in ("/campaign_events", "/messages", "/offers", "/remote_configs", "/surveys"):
        reply = player.get(path)
        assert not reply.ok or (reply.json()["active"], reply.json()["upcoming"]) == ([], [])
