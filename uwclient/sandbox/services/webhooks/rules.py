"""What is sent, how it is signed, and when it is sent again (pure; section Webhooks)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.apps import APP_ID
from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.core.request_hash import HASH_FUNCTIONS, request_hash
from uwclient.urls import is_loopback, url_problem

EVENTS = (
    "campaign_state_change",
    "player_session_creation",
    "player_campaign_trigger",
    "player_message_impression_creation",
    "player_message_impression_state_change",
    "player_offer_impression_creation",
    "player_offer_impression_state_change",
    "player_survey_response_creation",
    "player_survey_response_state_change",
    "player_journey_entered",
    "player_journey_step_advanced",
    "player_journey_exited",
    "push_notification_delivery_override",
)
"""The events that endpoints can subscribe to."""

DEFAULT_SECRET = "sandbox-secret"  # noqa: S105 - everybody may know it
"""What is signed with while the sandbox has no secret key."""
MOST_ATTEMPTS = 6
HIGHEST_DRAW = 30
USER_AGENT = "userwise-webhooks/1.0"


@dataclass(frozen=True, slots=True)
class WebhookAccess:
    """What requests are signed with, and the hosts, besides this machine, that they may go to."""

    secret_key: str = field(default=DEFAULT_SECRET, repr=False)
    hosts: tuple[str, ...] = ()


def body_of(name: str, at: datetime, payload: Mapping[str, Any]) -> bytes:
    """The body of a request that tells of an event."""
    event = {
        "webhook_event_name": name,
        "webhook_event_time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "webhook_event_app_id": APP_ID,
        "webhook_event_payload": payload,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(url: str, body: bytes, secret_key: str, hash_function: str) -> dict[str, str]:
    """The headers of a request, with its signature: the hash of the endpoint's URL, the body and the secret key."""
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Userwise-Signature": request_hash(url, body, secret_key, hash_function),
    }


def wait_before(attempt: int, draw: int) -> int:
    """The seconds between an attempt and the one before it.

    Args:
        attempt: from 2 to MOST_ATTEMPTS.
        draw: what the dice say, from 1 to HIGHEST_DRAW.

    """
    retry_count = attempt - 1
    return int(retry_count**4) + 15 + draw * (retry_count + 1)


def check_events(events: Iterable[str] | None) -> tuple[str, ...]:
    """The events that an endpoint subscribes to, in the order of the table; None is all of them."""
    if events is None:
        return EVENTS
    if isinstance(events, str):
        raise FieldError("events", f"{events!r} is a text: write a list, such as [{events!r}]")
    wanted = list(events)
    for name in wanted:
        if name not in EVENTS:
            raise FieldError("events", f"there is no webhook event {name!r}{did_you_mean(str(name), EVENTS)}")
    if not wanted:
        raise FieldError("events", "it is empty: leave it out to have all events sent")
    return tuple(name for name in EVENTS if name in wanted)


def check_hash_function(name: str) -> None:
    """FieldError when there is no such hash function."""
    if name not in HASH_FUNCTIONS:
        raise FieldError("hash_function", f"{name!r} is none of {', '.join(HASH_FUNCTIONS)}")


def check_url(url: str, allowed_hosts: Iterable[str]) -> None:
    """FieldError when nothing may be sent to a URL: by default only this machine gets anything."""
    problem = url_problem(url, allow_insecure=True)
    if problem is not None:
        raise FieldError("url", problem)
    host = host_of(url)
    if not may_send_to(host, allowed_hosts):
        raise FieldError(
            "url",
            f"{host[:100]!r} is not this machine: allow it with Sandbox(webhook_hosts=[{host[:100]!r}]), "
            "or uwclient sandbox --webhook-host NAME",
        )


def may_send_to(host: str, allowed_hosts: Iterable[str]) -> bool:
    """Whether requests may go to a host, by its name."""
    return is_loopback(host) or host in [one.lower().strip("[]") for one in allowed_hosts]


def host_of(url: str) -> str:
    """The host's name or address in a URL that was checked, in small letters and without brackets."""
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or ""
