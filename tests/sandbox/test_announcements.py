from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer

OFFERS = {"offers": [{"id": "gems"}]}


@pytest.fixture
def told(sandbox: Sandbox) -> list[tuple[str, dict[str, Any]]]:
    """What the platform tells from here on."""
    told: list[tuple[str, dict[str, Any]]] = []
    sandbox._platform.backend.on_announcement(lambda name, payload: told.append((name, dict(payload))))
    return told


def test_a_state_that_arrives_again_is_not_told_again(
    sandbox: Sandbox, player: HttpPlayer, told: list[tuple[str, dict[str, Any]]]
) -> None:
    sandbox.publish("messages", id="hello")
    told.clear()
    player.do("/message_impressions/initialize", {"message_id": "hello"})
    for _ in range(2):
        player.do("/message_impressions/update_state", {"message_id": "hello", "state": "viewed"})

    assert [name for name, _ in told] == [
        "player_message_impression_creation",
        "player_message_impression_state_change",
    ]


def test_what_is_refused_is_not_told(
    sandbox: Sandbox, player: HttpPlayer, told: list[tuple[str, dict[str, Any]]]
) -> None:
    player.do("/message_impressions/initialize", {"message_id": "none"})
    player.do("/surveys/get_response_id", {"survey_id": "none"})
    player.do("/offer_impressions/update_state", {"offer_impression_id": "none", "state": "viewed"})
    assert told == []


def test_campaigns_tell_of_their_states_where_there_are_players(
    sandbox: Sandbox, told: list[tuple[str, dict[str, Any]]]
) -> None:
    sandbox.publish("offers", id="gems", environments=["live"])
    sandbox.campaigns.pause("gems")
    sandbox.campaigns.pause("gems")
    sandbox.campaigns.run("gems")
    sandbox.campaigns.complete("gems")

    assert {name for name, _ in told} == {"campaign_state_change"}
    assert [(one["campaign_previous_state"], one["campaign_current_state"]) for _, one in told] == [
        ("draft", "running"),
        ("running", "paused"),
        ("paused", "running"),
        ("running", "completed"),
    ]


def test_a_scenario_that_is_read_again_tells_only_what_is_another_state_now(
    sandbox: Sandbox, told: list[tuple[str, dict[str, Any]]]
) -> None:
    sandbox.reload(OFFERS)
    first = len(told)
    sandbox.reload({"offers": [{"id": "gems", "title": "Gems"}, {"id": "new", "environments": ["live"]}]})

    assert first == 2  # running in qa and in live
    assert [one["campaign_current_state"] for _, one in told[first:]] == ["running"]
