from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join


def test_a_session_starts_with_the_documented_reply_and_nothing_else(sandbox: Sandbox, visitor: Join) -> None:
    reply = visitor(sandbox).start()

    assert reply.status_code == 200
    assert set(reply.json()) == {"was_initialized", "survey_refresh_interval_seconds", "session_id"}
    assert reply.json()["was_initialized"] is True
    assert reply.json()["survey_refresh_interval_seconds"] == 60
    assert re.fullmatch("[0-9a-f]{24}", reply.json()["session_id"])


def test_the_fields_of_a_start_may_stand_in_the_query(sandbox: Sandbox, visitor: Join) -> None:
    query = (
        "?platform=linux&sdk_version=3.2.7&language=en&country=US&environment_group_name=default&environment_stage=qa"
    )
    reply = visitor(sandbox).ask("GET", f"{query}&timezone=Etc/UTC")

    assert reply.status_code == 200
    assert "meta" not in reply.json()
    session = sandbox.player("hero-42").sessions[0]
    assert (session.environment, session.details.sdk_version) == ("qa", "3.2.7")


def test_what_the_body_of_a_start_says_wins_over_the_query(sandbox: Sandbox, visitor: Join) -> None:
    visitor(sandbox).ask("GET", "?environment_stage=dev", json={"environment_stage": "qa"}).raise_for_status()

    assert sandbox.player("hero-42").sessions[0].environment == "qa"


def test_a_dev_environment_cannot_open_a_session(sandbox: Sandbox, visitor: Join) -> None:
    reply = visitor(sandbox).start(environment_stage="dev")

    assert reply.status_code == 422
    assert "use live or qa" in reply.json()["meta"]["hints"][0]
    assert sandbox.player("hero-42").sessions == []


def test_a_start_without_an_environment_is_a_bad_request(sandbox: Sandbox, visitor: Join) -> None:
    reply = visitor(sandbox).ask("GET")

    assert reply.status_code == 400
    assert reply.json()["errors"] == ["environment_stage is missing."]
    assert reply.json()["meta"]["hints"]


@pytest.mark.parametrize(
    "field",
    [
        {"environment_stage": "moon"},
        {"environment_stage": 5},
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"timezone": "Europe"},
        {"language": "english"},
        {"country": "USA"},
        {"country": ["US"]},
    ],
)
def test_a_value_that_means_nothing_is_unprocessable(sandbox: Sandbox, visitor: Join, field: dict[str, Any]) -> None:
    reply = visitor(sandbox).start(**field)

    assert reply.status_code == 422
    assert reply.json()["errors"]
    assert reply.json()["meta"]["hints"]


def test_an_unknown_field_of_a_start_is_warned_of(sandbox: Sandbox, visitor: Join) -> None:
    reply = visitor(sandbox).start(langauge="en")

    assert reply.status_code == 200
    assert "there is no such field (did you mean 'language'?)" in reply.json()["meta"]["warnings"][0]


def test_a_known_session_is_resumed_under_the_same_id(sandbox: Sandbox, player: HttpPlayer) -> None:
    before = player.session_id

    assert player.start(session_id=before, language="de").json()["session_id"] == before
    assert len(sandbox.player(player.id).sessions) == 1
    assert sandbox.player(player.id).attributes["_language"] == "de"


def test_a_session_of_somebody_else_cannot_be_resumed(sandbox: Sandbox, player: HttpPlayer, join: Join) -> None:
    other = join(sandbox, "rogue-7")

    assert player.start(session_id=other.session_id).status_code == 404
    assert player.start(session_id="0" * 24).status_code == 404


def test_a_session_cannot_be_resumed_in_another_environment(player: HttpPlayer) -> None:
    reply = player.start(session_id=player.session_id, environment_stage="qa")

    assert reply.status_code == 422
    assert "leave session_id out" in reply.json()["meta"]["hints"][0]


def test_session_data_has_the_documented_shape(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("vips", players=["hero-42"])
    player = join(sandbox, language="EN", country="us", timezone="Europe/Berlin", platform="linux")

    data = player.ask("GET", f"/sessions/{player.session_id}").json()

    assert list(data) == [
        "id",
        "segment_ids",
        "logged_in_on",
        "environment_id",
        "environment_key",
        "environment_type",
        "region_transitions",
        "attributes",
    ]
    assert data["id"] == player.session_id
    assert len(data["segment_ids"]) == 1
    assert (data["environment_key"], data["environment_type"]) == ("live", "live")
    assert {"name": "_timezone", "value": "Europe/Berlin"} in data["attributes"]
    assert {"name": "_platform", "value": "linux"} in data["attributes"]


def test_a_session_keeps_its_segments_until_it_refreshes_them(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.define_segment("whales", attributes=[{"name": "coins", "operator": "greater_than", "values": [500]}])
    sandbox.publish("offers", id="yacht", segments=["whales"])
    sandbox.player(player.id).set_attributes(coins=501)
    assert player.ids("/offers") == []

    assert player.refresh().json() == {"session_id": player.session_id}

    assert player.ids("/offers") == ["yacht"]


def test_segments_are_refreshed_by_the_path_of_the_unity_sdk_too(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.define_segment("vips", players=[player.id])
    sandbox.publish("offers", id="yacht", segments=["vips"])

    reply = player.ask("POST", "/refresh_segments", json={"session_id": player.session_id})

    assert reply.json() == {"session_id": player.session_id}
    assert player.ids("/offers") == ["yacht"]


def test_refreshing_the_segments_of_no_session_fails(player: HttpPlayer) -> None:
    assert player.ask("POST", "/refresh_segments", json={}).status_code == 400
    assert player.ask("POST", "/sessions/nonsense/refresh_segments").status_code == 404


@pytest.mark.parametrize("player_id", ["a b", "ä/ö", "50%", "x?y#z", "名前", "a+b"])
def test_a_player_may_have_any_id(sandbox: Sandbox, join: Join, player_id: str) -> None:
    join(sandbox, player_id)

    assert len(sandbox.player(player_id).sessions) == 1


def test_the_sdk_attributes_can_be_targeted(sandbox: Sandbox, join: Join) -> None:
    sandbox.define_segment("germans", attributes=[{"name": "_country", "operator": "equal", "values": ["DE"]}])
    sandbox.publish("messages", id="hallo", segments=["germans"])

    assert join(sandbox, "anna", country="de").ids("/messages") == ["hallo"]
    assert join(sandbox, "john", country="US").ids("/messages") == []
