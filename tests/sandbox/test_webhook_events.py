"""Each event of the guide is sent when it happens, with every documented field, and once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from uwclient.sandbox import Sandbox, WebhookDelivery
from uwclient.sandbox.control.verbs import VERBS
from uwclient.sandbox.control.webhook_triggers import TRIGGERS
from uwclient.sandbox.services.webhooks.rules import EVENTS

PLAYER = {"appuser_app_external_id"}
SESSION = PLAYER | {"appuser_app_session_id"}
JOURNEY = PLAYER | {"journey_id", "odyssey_id"}
DOCUMENTED = {
    "campaign_state_change": {"campaign_id", "campaign_previous_state", "campaign_current_state"},
    "player_session_creation": SESSION | {"appuser_app_session_segment_ids"},
    "player_campaign_trigger": SESSION | {"campaign_id", "campaign_impression_id"},
    "player_message_impression_creation": SESSION | {"message_id", "message_impression_id"},
    "player_message_impression_state_change": SESSION
    | {"message_id", "message_impression_id"}
    | {"message_impression_previous_state", "message_impression_current_state"},
    "player_offer_impression_creation": SESSION | {"offer_id", "offer_impression_id"},
    "player_offer_impression_state_change": SESSION
    | {"offer_id", "offer_impression_id"}
    | {"offer_impression_previous_state", "offer_impression_current_state"},
    "player_survey_response_creation": SESSION | {"survey_id", "survey_response_id"},
    "player_survey_response_state_change": SESSION
    | {"survey_id", "survey_response_id", "survey_response_current_state"},
    "player_journey_entered": JOURNEY,
    "player_journey_step_advanced": JOURNEY,
    "player_journey_exited": JOURNEY | {"odyssey_exit_state"},
    "push_notification_delivery_override": {
        "push_notification_id",
        "environment_id",
        "appuser_app_external_ids",
        "push_notification_title",
        "push_notification_body",
        "push_notification_image_id",
        "push_notification_framework_data",
    },
}
"""The fields of the payloads, as the guide shows them."""

CONTENT = {"offers": [{"id": "gems"}], "messages": [{"id": "hi"}], "surveys": [{"id": "s"}]}


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox that sends to somebody who wants everything; it is asked in this process."""
    sandbox = Sandbox()
    sandbox.webhooks.add(lambda request: None)
    return sandbox


def happen(sandbox: Sandbox, event: str, **given: str) -> list[WebhookDelivery]:
    """What is to be sent after an event was made to happen."""
    before = len(sandbox.webhooks.deliveries)
    VERBS["webhook_trigger"].call(sandbox, {"event": event, **given})
    return list(sandbox.webhooks.deliveries[before:])


def payloads(deliveries: list[WebhookDelivery], event: str) -> list[dict[str, Any]]:
    return [one.payload for one in deliveries if one.event == event]


def test_all_thirteen_can_be_triggered() -> None:
    assert set(TRIGGERS) == set(DOCUMENTED) == set(EVENTS)


@pytest.mark.parametrize("event", TRIGGERS)
@pytest.mark.parametrize("content", [{}, CONTENT])
def test_an_event_that_is_made_to_happen_is_sent_with_every_documented_field(content: Any, event: str) -> None:
    sandbox = Sandbox(content, secret_key="s3cret")
    sandbox.webhooks.add(lambda request: None)
    for _ in range(3):
        *_, payload = payloads(happen(sandbox, event, player="héro/42"), event)
        assert set(payload) >= DOCUMENTED[event]
        assert None not in [payload[name] for name in DOCUMENTED[event] - {"push_notification_image_id"}]
        if DOCUMENTED[event] >= PLAYER:
            assert payload["appuser_app_external_id"] == "héro/42"
        if DOCUMENTED[event] >= SESSION:
            assert payload["appuser_app_session_id"] == sandbox.player("héro/42").sessions[-1].id


def test_the_way_of_an_offer_is_told_state_by_state(sandbox: Sandbox) -> None:
    event = "player_offer_impression_state_change"
    deliveries = happen(sandbox, event, state="purchased")
    (payload,) = payloads(deliveries, event)
    (impression,) = sandbox.player("hero-42").offer_impressions

    assert [one.event for one in deliveries if "offer" in one.event] == ["player_offer_impression_creation", event]
    assert payload["offer_impression_id"] == impression.id
    assert payload["offer_id"] == impression.offer_id
    assert payload["offer_impression_previous_state"] == "initialized"
    assert payload["offer_impression_current_state"] == "purchased"


def test_a_survey_tells_of_each_state_but_the_first(sandbox: Sandbox) -> None:
    event = "player_survey_response_state_change"
    states = [one["survey_response_current_state"] for one in payloads(happen(sandbox, event), event)]
    again = [one["survey_response_current_state"] for one in payloads(happen(sandbox, event), event)]

    assert states == ["survey_invite_presented"]
    assert again == ["survey_invite_denied", "survey_invite_presented"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"event": "player_offer"}, "there is no webhook event 'player_offer'"),
        ({"event": "player_session_creation", "state": "viewed"}, "it is for player_offer_impression_state_change"),
        (
            {"event": "player_offer_impression_state_change", "state": "sold"},
            "refused /offer_impressions/update_state",
        ),
        ({"event": "player_session_creation", "environment": "dev"}, "refused the session"),
    ],
)
def test_what_cannot_happen_is_refused_with_a_sentence(sandbox: Sandbox, given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VERBS["webhook_trigger"].call(sandbox, given)


def test_a_session_that_goes_on_is_not_told_again(sandbox: Sandbox) -> None:
    happen(sandbox, "player_session_creation")
    (session,) = sandbox.player("hero-42").sessions
    url = f"http://127.0.0.1/api/sdk/v1/appusers/hero-42?environment_stage=live&api_key={sandbox.api_key}"
    reply = sandbox.ask("GET", f"{url}&session_id={session.id}")

    assert reply is not None
    assert json.loads(reply.body)["session_id"] == session.id
    assert len(sandbox.webhooks.deliveries) == 1


def test_a_campaign_is_triggered_once_however_often_its_impression_comes_back(sandbox: Sandbox) -> None:
    event = "player_campaign_trigger"
    (payload,) = payloads(happen(sandbox, event), event)
    player = "http://127.0.0.1/api/sdk/v1/appusers/hero-42"
    body = {
        "session_id": payload["appuser_app_session_id"],
        "events": [{"event_id": "again", "attributes": []}],
        "triggered_campaign_impression_ids": [payload["campaign_impression_id"]],
    }
    before = len(sandbox.webhooks.deliveries)
    reply = sandbox.ask(
        "POST",
        f"{player}/events?api_key={sandbox.api_key}",
        headers={"Content-Type": "application/json"},
        body=json.dumps(body).encode(),
    )
    assert reply is not None
    assert reply.status == 204
    assert len(sandbox.webhooks.deliveries) == before


def test_a_cause_is_told_before_its_effects(sandbox: Sandbox) -> None:
    sandbox.define_segment("everybody", players=["hero-42"])
    sandbox.journeys.publish(
        {
            "id": "welcome",
            "entry_rules": {
                "rules": [
                    {"entry_strategy": "player_segment_entry", "entry_strategy_config": {"segments": ["everybody"]}}
                ]
            },
            "steps": [{"id": "leave", "type": "exit"}],
        }
    )
    assert [one.event for one in happen(sandbox, "player_session_creation")] == [
        "player_session_creation",
        "player_journey_entered",
        "player_journey_step_advanced",
        "player_journey_exited",
    ]


def test_the_verbs_add_show_resend_and_remove(sandbox: Sandbox) -> None:
    added = VERBS["webhook_add"].call(
        sandbox, {"url": "http://127.0.0.1:9/hooks", "events": "player_session_creation, campaign_state_change"}
    )
    happen(sandbox, "player_session_creation")
    sandbox.webhooks.send_due()
    shown = VERBS["webhooks"].call(sandbox, {"endpoint": added["id"]})
    (delivery,) = shown["deliveries"]
    again = VERBS["webhook_resend"].call(sandbox, {"id": delivery["id"]})
    VERBS["webhook_resume"].call(sandbox, {"id": added["id"]})
    left = VERBS["webhook_remove"].call(sandbox, {"id": added["id"]})

    assert added["events"] == ["campaign_state_change", "player_session_creation"]
    assert (delivery["event"], delivery["status"]) == ("player_session_creation", "waiting")
    assert delivery["attempts"][0]["problem"].startswith("There was no reply")
    assert again["next_try_at"] is not None
    assert [one["url"] for one in left["endpoints"]] == ["python:sandbox.<locals>.<lambda>"]
    assert VERBS["webhook_secret"].call(sandbox, {}) == {"secret_key": "sandbox-secret"}
