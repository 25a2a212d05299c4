"""The traffic of the shipped Unity SDK, line by line: its paths, queries and bodies as they are."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Join

START = (
    "?platform=linux&sdk_version=3.2.7&language=en&country=US&environment_group_name=default"
    "&environment_stage=live&timezone=Etc/UTC"
)
PICTURE = b"\x89PNG picture"


@pytest.fixture
def filled(sandbox: Sandbox) -> Sandbox:
    """A sandbox with something for every request."""
    sandbox.publish("events", id="rush")
    sandbox.publish("messages", id="hello", portrait_image_id="banner")
    sandbox.publish("offers", id="gems")
    sandbox.publish("remote_configs", id="balance", json={"speed": 3})
    sandbox.publish("surveys", id="feedback", questions=[{"type": "open_ended", "text": "Well?"}])
    logic = {"external_event_id": "x", "event_attributes": []}
    sandbox.publish_campaign(id="thanks", trigger={"type": "event_trigger", "logic": logic}, messages=[{"id": "ty"}])
    sandbox.add_media("banner", PICTURE, variants={"small": (b"small", 320, 180)})
    return sandbox


def test_the_traffic_of_the_unity_sdk_is_answered(filled: Sandbox, visitor: Join) -> None:
    player = visitor(filled)

    def unity(method: str, path: str, body: Any = None, status: int = 200, query: str = "") -> Any:
        data = None if body is None else json.dumps(body, separators=(",", ":"))
        headers = None if body is None else {"Content-Type": "application/json"}
        reply = player.ask(method, f"{path}?session_id={session_id}{query}", data=data, headers=headers)
        assert reply.status_code == status, (method, path, reply.text)
        told = reply.json() if reply.content else None
        assert not isinstance(told, dict) or "meta" not in told, (path, told)
        return told

    # The session, its segments, its content.
    started = player.ask("GET", START)
    assert set(started.json()) == {"was_initialized", "survey_refresh_interval_seconds", "session_id"}
    session_id = started.json()["session_id"]
    assert unity("POST", "/refresh_segments", {"session_id": session_id}) == {"session_id": session_id}
    for path, record_id in (
        ("/campaign_events", "rush"),
        ("/messages", "hello"),
        ("/offers", "gems"),
        ("/remote_configs", "balance"),
        ("/get_surveys", "feedback"),
    ):
        for starts_before in ("", "2099-01-01T00:00:00Z"):
            listed = unity("GET", path, query=f"&starts_before={starts_before}")
            assert [record["id"] for record in listed["active"]] == [record_id]
            assert listed["upcoming"] == []
    (campaign,) = unity("GET", "/triggerable_campaigns")["campaigns"]
    assert unity("GET", "/campaign_events/rush")["id"] == "rush"

    # What the player does.
    fired = {"triggered_campaign_impression_ids": [campaign["campaign_impression_id"]]}
    attributes = [{"name": "a", "value": 1, "data_type": "integer"}]
    power = [{"name": "power", "value": 115, "data_type": "integer"}]
    outcome = {"engagement_outcome_key": "email_opened", "outcome_type": "email"}
    unity("POST", "/events", {"events": [{"event_id": "x", "attributes": attributes}], **fired}, 204)
    unity("POST", "/attributes", {"attributes": attributes, "triggered_campaign_impression_ids": []}, 204)
    unity("POST", "/regions/transition", {"region": {"name": "team_battle", "metadata": power}})
    unity("POST", "/engagements/outcomes", outcome, 204)
    unity("POST", "/message_impressions/initialize", {"message_id": "hello"})
    unity("POST", "/message_impressions/initialize", {"message_id": "ty"})
    offer = unity("POST", "/offer_impressions/initialize", {"offer_id": "gems"})["offer_impression"]
    assert (offer["state"], offer["offer"]) == ("initialized", {"id": "gems"})
    for state in ("viewed", "accepted", "purchased"):
        unity("POST", "/offer_impressions/update_state", {"offer_impression_id": offer["id"], "state": state})

    # A survey, from the invite to the page.
    response = unity("POST", "/surveys/get_response_id", {"survey_id": "feedback"})
    invite = unity("POST", "/survey_invites/initialize", response)
    answer = {
        **response,
        "survey_invite_id": invite["survey_invite_id"],
        "appuser_survey_invite_response": True,
    }
    unity("POST", "/survey_invites/appuser_response", answer)
    page = requests.get(unity("POST", "/survey_url", response)["survey_url"], timeout=5)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")

    # Email, push, media.
    unity("PUT", "/email_address", {"email_address": "hero@example.com"})
    unity("DELETE", "/email_address", None, 204, "&opt_out=true")
    token = {"device_token": "t1"}
    unity("POST", "/push_notifications/device_tokens/register", {"notification_platform": "fcm", **token}, 201)
    push = filled.send_push(player.id, title="Hi", image_id="banner")
    assert unity("GET", f"/push_notifications/{push['push_notification_id']}")["title"] == "Hi"
    impression = f"/push_notifications/impressions/{push['impression_id']}"
    assert unity("GET", impression)["state"] == "sent"
    for state in ("delivered", "viewed"):
        unity("PUT", impression, {"state": state})
    unity("POST", "/push_notifications/device_tokens/deregister", token, 204)
    key = {"X-Api-Key": base64.b64encode(filled.api_key.encode()).decode()}
    url = f"{filled.url}/api/sdk/v1/media/banner?session_id={session_id}"
    media = requests.get(url, headers=key, timeout=5).json()["data"]
    assert set(media) == {"id", "name", "content_type", "byte_size", "url", "variants"}
    assert requests.get(media["url"], timeout=5).content == PICTURE

    view = filled.player(player.id)
    assert [one.campaign_id for one in view.triggered_campaigns] == ["thanks"]
    assert [one.state for one in view.offer_impressions] == ["purchased"]
    assert [one.state for one in view.survey_responses] == ["entered"]
    assert [one.state for one in view.push_impressions] == ["viewed"]
    assert (view.email_address, view.email_opted_out, view.device_tokens) == (None, True, ())
