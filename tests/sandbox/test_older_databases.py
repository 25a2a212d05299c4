"""Databases that older sandboxes wrote are taken over, with all that players did and see."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import HttpPlayer, Join, told
from tests.sandbox.studio import APP_ID, STAGE, Studio
from uwclient.sandbox import Sandbox, ScenarioError

LATER = "2026-11-28T12:30:00Z"
JOURNEY = {
    "id": "welcome",
    "entry_rules": {
        "rules": [{"entry_strategy": "player_segment_entry", "entry_strategy_config": {"segments": ["rich"]}}]
    },
    "steps": [{"id": "greet", "type": "message", "config": {"content": {"title": "Hi"}}}],
}
LIVE = {**STAGE, "environment_stage": "live"}


def written(folder: Path, script: str) -> Path:
    """The database that a script in this folder makes."""
    file = folder / "older.sqlite"
    connection = sqlite3.connect(file)
    connection.executescript((Path(__file__).parent / script).read_text(encoding="utf-8"))
    connection.close()
    return file


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    """What a sandbox wrote that had campaigns and releases, but no journeys, webhooks or e-mails that it sends.

    Player h, who speaks German and has 20 coins, bought something and triggered the campaign "thanks".
    """
    return written(tmp_path, "database_version_1.sql")


@pytest.fixture
def version_0(tmp_path: Path) -> Path:
    """What a sandbox wrote whose content was records: one player who did everything once, and the events twice."""
    return written(tmp_path, "database_version_0.sql")


def test_a_database_from_before_surveys_had_questions_is_taken(version_0: Path, join: Join) -> None:
    connection = sqlite3.connect(version_0)
    connection.execute("ALTER TABLE content DROP COLUMN questions")
    connection.close()

    with Sandbox(database=version_0) as later:
        later.publish("surveys", id="new")
        assert join(later).ids("/get_surveys") == ["q", "new"]


def test_a_database_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "newer.sqlite")
    connection.execute("PRAGMA user_version = 1000")
    connection.close()

    with pytest.raises(ScenarioError, match="a newer version of uwclient wrote it"):
        Sandbox(database=tmp_path / "newer.sqlite")


def test_a_database_of_an_older_sandbox_shows_what_the_player_did(version_0: Path) -> None:
    player = Sandbox(database=version_0).player("h")

    assert told(player.attributes) == {"_language": "de", "_timezone": "Europe/Berlin", "coins": 9}
    assert [(event.event_id, event.attributes) for event in player.events] == [("x", {"a": 1.5})] * 2
    assert [(region.name, region.metadata) for region in player.regions] == [("shop", {"d": True})]
    assert [(one.key, one.outcome_type) for one in player.outcomes] == [("k", "offer")]
    assert [change.state for one in player.offer_impressions for change in one.history] == [
        "initialized",
        "purchased",
    ]
    assert [one.state for one in player.message_impressions] == ["viewed"]
    assert [(one.campaign_id, len(one.requests)) for one in player.triggered_campaigns] == [("c", 2)]
    assert player.strange_impression_ids == ("foreign",)
    assert [(one.state, one.answers) for one in player.survey_responses] == [("success", {"q1": "fine"})]
    assert [one.token for one in player.device_tokens] == ["t"]
    assert [one.state for one in player.push_impressions] == ["viewed"]
    assert (player.email_address, player.email_opted_out) == (None, True)
    assert len(player.deliveries) == 18


def test_a_player_goes_on_where_an_older_sandbox_ended(version_0: Path, visitor: Join) -> None:
    with Sandbox({"clock": "2026-11-29T00:00:00Z"}, database=version_0) as sandbox:
        player = visitor(sandbox, player_id="h")
        player.session_id = sandbox.player("h").sessions[0].id

        assert player.ids("/offers") == ["o"]
        assert player.ids("/messages") == ["m"]
        (campaign,) = player.get("/triggerable_campaigns").json()["campaigns"]
        assert campaign["trigger"]["quota"]["total_remaining_triggers"] == 0
        assert player.do("/events", {"events": [{"event_id": "y"}]}).status_code == 204
        assert sandbox.player("h").event_count == 3
        sandbox.check()


def h_goes_on(sandbox: Sandbox, visitor: Join) -> HttpPlayer:
    """Player h in the session that the older sandbox has started."""
    player = visitor(sandbox, player_id="h")
    player.session_id = sandbox.player("h").sessions[0].id
    return player


def test_what_was_shared_in_an_older_database_shows_as_it_was(version_1: Path, visitor: Join) -> None:
    with Sandbox({"clock": LATER}, database=version_1) as sandbox:
        player = h_goes_on(sandbox, visitor)

        titles = [one["title"] for one in player.get("/messages").json()["active"]]
        assert titles == ["Hallo", "Sun"]
        assert [one["items"] for one in player.get("/offers").json()["active"]] == [{"sword": 1}]
        assert player.ids("/get_surveys") == ["ask"]
        (campaign,) = player.get("/triggerable_campaigns").json()["campaigns"]
        assert (campaign["id"], campaign["trigger"]["quota"]["total_remaining_triggers"]) == ("thanks", 2)
        assert player.start().ok
        assert sandbox.player("h").sessions[-1].segments == ("rich", "buyers")
        assert sandbox.player("h").attributes["coins"] == 20
        assert [(one.event_id, one.attributes) for one in sandbox.player("h").events] == [("bought", {"price": 9})]
        assert [one.campaign_id for one in sandbox.player("h").triggered_campaigns] == ["thanks"]
        assert [one.state for one in sandbox.player("h").push_impressions] == ["sent"]
        sandbox.check()


def test_an_older_database_takes_all_that_is_new(version_1: Path, visitor: Join, tmp_path: Path) -> None:
    told_of: list[Any] = []
    revenue = {"app_id": APP_ID, "revenue_events": [{"transaction_id": "t", "revenue": 5}]}
    with Sandbox({"clock": LATER}, database=version_1) as sandbox:
        player, studio = h_goes_on(sandbox, visitor), Studio(sandbox.url)
        sandbox.webhooks.add(told_of.append)
        sandbox.webhooks.send_by_hand()
        sandbox.journeys.publish(JOURNEY)
        assert studio.ask("POST", "/api/v1/appusers/h/revenue_events", revenue).ok
        (summer,) = [one for one in studio.do("GET", "/api/v1/campaigns", query=LIVE) if one["name"] == "Summer"]
        assert summer["state"] == "running"

        assert player.refresh().ok

        assert [one.subject for one in sandbox.player("h").emails] == ["Sun"]
        assert [one.journey_id for one in sandbox.player("h").odysseys] == ["welcome"]
        sandbox.webhooks.send_due()
        assert told_of
        sandbox.export_world(tmp_path / "world.yaml")
        saved = sandbox.save()
    with Sandbox({"clock": LATER}, database=version_1) as sandbox:
        assert h_goes_on(sandbox, visitor).refresh().ok
        sandbox.check()
        assert_all_is_there(sandbox)
    copy = Sandbox({"clock": LATER})
    copy.restore(saved)
    assert_all_is_there(copy)


def assert_all_is_there(sandbox: Sandbox) -> None:
    """What the new version has added is there, once."""
    player = sandbox.player("h")
    assert [one.subject for one in player.emails] == ["Sun"]
    assert [one.transaction_id for one in player.revenue_events] == ["t"]
    assert len(player.odysseys) == 1
