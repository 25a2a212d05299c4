"""What backends are sent: bodies and headers as the platform makes them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

URL = "https://game.example/webhooks?from=userwise"
SECRET = "s3cret-of-the-studio"
SESSION = {"appuser_app_external_id": "hero-42", "appuser_app_session_id": "6238d8a2a8b28c0d3a952140"}
PURCHASE = {
    "offer_id": "gems",
    "offer_impression_id": "i-1",
    "offer_impression_previous_state": "accepted",
    "offer_impression_current_state": "purchased",
    **SESSION,
}
PAYLOADS: dict[str, dict[str, Any]] = {
    "campaign_state_change": {
        "campaign_id": "c",
        "campaign_previous_state": "draft",
        "campaign_current_state": "running",
    },
    "player_session_creation": {**SESSION, "appuser_app_session_segment_ids": ["whales", "vips"]},
    "player_campaign_trigger": {"campaign_id": "c", "campaign_impression_id": "i", **SESSION},
    "player_message_impression_creation": {"message_id": "m", "message_impression_id": "i", **SESSION},
    "player_message_impression_state_change": {
        "message_id": "m",
        "message_impression_id": "i",
        "message_impression_previous_state": "received",
        "message_impression_current_state": "viewed",
        **SESSION,
    },
    "player_offer_impression_creation": {"offer_id": "gems", "offer_impression_id": "i", **SESSION},
    "player_offer_impression_state_change": PURCHASE,
    "player_survey_response_creation": {"survey_id": "s", "survey_response_id": "r", **SESSION},
    "player_survey_response_state_change": {
        "survey_id": "s",
        "survey_response_id": "r",
        "survey_response_current_state": "success",
        **SESSION,
    },
    "player_journey_entered": {"journey_id": "j", "odyssey_id": "o", "appuser_app_external_id": "hero-42"},
    "player_journey_step_advanced": {"journey_id": "j", "odyssey_id": "o", "appuser_app_external_id": "hero-42"},
    "player_journey_exited": {
        "journey_id": "j",
        "odyssey_id": "o",
        "odyssey_exit_state": "completed_due_to_exit_node",
        "appuser_app_external_id": "hero-42",
    },
    "push_notification_delivery_override": {
        "push_notification_id": "p",
        "environment_id": "e",
        "appuser_app_external_ids": ["hero-42"],
        "push_notification_title": "Hello",
        "push_notification_body": "There is news.",
        "push_notification_image_id": None,
        "push_notification_framework_data": {"gems": 3},
    },
}
"""The payload of each event, as the guide shows it."""


def body_of(name: str, payload: Any, time: str = "2022-02-23T00:00:00Z") -> bytes:
    """The body of a request that tells of an event."""
    return json.dumps(
        {
            "webhook_event_name": name,
            "webhook_event_time": time,
            "webhook_event_app_id": "6ea91937-f588-4622-ba32-1ee4a8354c19",
            "webhook_event_payload": payload,
        }
    ).encode()


def signature_of(body: bytes, url: str = URL, secret: str = SECRET, hash_function: str = "sha3_256") -> str:
    """The signature, by a model of its own."""
    return hashlib.new(hash_function, url.encode() + body + secret.encode()).hexdigest()


def headers_of(body: bytes) -> dict[str, str]:
    """The headers of a request with that body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "userwise-webhooks/1.0",
        "Userwise-Signature": signature_of(body),
    }
