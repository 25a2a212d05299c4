"""The list of the session API's requests: it has all of them, and its tables are those that requests are read by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from uwclient.sandbox import Sandbox
from uwclient.sandbox.app import PLAYER_PATH, session_app
from uwclient.sandbox.core.error_collector import ErrorCollector
from uwclient.sandbox.session_api import SESSION_ENDPOINTS, SessionEndpoint, body_schema

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer

BODIES: dict[str, dict[str, Any]] = {
    "session_assign_attributes": {"attributes": [{"name": "coins", "value": 5, "data_type": "integer"}]},
    "session_assign_events": {"events": [{"event_id": "bought", "attributes": [{"name": "cost", "value": 0.5}]}]},
    "session_enter_region": {"region": {"name": "shop", "metadata": [{"name": "floor", "value": 2}]}},
    "session_assign_outcome": {"engagement_outcome_key": "opened", "outcome_type": "offer"},
    "session_set_email": {"email_address": "hero@example.com"},
    "session_delete_email": {},
    "session_survey_response_id": {"survey_id": "feedback"},
    "session_offer_impression_init": {"offer_id": "gems"},
    "session_message_impression_init": {"message_id": "hello"},
    "session_message_impression_state": {"message_id": "hello", "state": "viewed"},
    "session_device_token_register": {"notification_platform": "fcm", "device_token": "token"},
    "session_device_token_deregister": {"device_token": "token"},
}
"""A body for each request that needs nothing but what a sandbox has, in the order of SESSION_ENDPOINTS."""
BY_NAME = {one.operation: one for one in SESSION_ENDPOINTS}


def test_every_request_of_the_session_api_is_listed() -> None:
    sandbox = Sandbox()
    app = session_app(sandbox._platform, sandbox._settings, ErrorCollector())
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", "{}", rule.rule.removeprefix(PLAYER_PATH)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PLAYER_PATH) and not rule.rule.startswith(f"{PLAYER_PATH}/<any")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    listed = {(one.method, re.sub(r"{\w+}", "{}", one.path)) for one in SESSION_ENDPOINTS}
    names = ("campaign_events", "offers", "messages", "remote_configs", "get_surveys")
    lists = {("GET", f"/{name}") for name in names}

    assert lists <= listed
    assert served == listed - lists
    assert len([one for one in SESSION_ENDPOINTS if one.is_documented]) == 22
    assert len(BY_NAME) == len(SESSION_ENDPOINTS)


@pytest.mark.parametrize("endpoint", [one for one in SESSION_ENDPOINTS if one.body], ids=lambda one: one.operation)
def test_the_schema_of_a_body_is_valid_and_tells_of_every_field(endpoint: SessionEndpoint) -> None:
    schema = body_schema(endpoint)

    Draft202012Validator.check_schema(schema)
    assert all(one["description"] for one in schema["properties"].values())
    assert "session_id" in schema["properties"]


@pytest.mark.parametrize("operation", BODIES)
def test_a_body_that_its_schema_takes_is_taken(player: HttpPlayer, sandbox: Sandbox, operation: str) -> None:
    sandbox.publish("messages", id="hello")
    sandbox.publish("offers", id="gems")
    sandbox.publish("surveys", id="feedback")
    if operation == "session_message_impression_state":
        player.do("/message_impressions/initialize", {"message_id": "hello"})
    endpoint, body = BY_NAME[operation], BODIES[operation]

    reply = player.ask(endpoint.method, endpoint.path, json={**body, "session_id": player.session_id})

    assert Draft202012Validator(body_schema(endpoint)).is_valid(body)
    assert reply.ok, reply.text


@pytest.mark.parametrize(
    ("operation", "field"),
    [(one, name) for one, body in BODIES.items() for name in body],
)
def test_a_body_without_a_required_field_is_refused_by_both(player: HttpPlayer, operation: str, field: str) -> None:
    endpoint, body = BY_NAME[operation], {name: one for name, one in BODIES[operation].items() if name != field}

    reply = player.ask(endpoint.method, endpoint.path, json={**body, "session_id": player.session_id})

    assert not Draft202012Validator(body_schema(endpoint)).is_valid(body)
    assert reply.status_code == 422
    assert reply.json()["errors"][0].startswith(f"{field}: it is missing")
    assert reply.json()["meta"]["hints"]
