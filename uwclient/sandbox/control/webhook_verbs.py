"""The verbs of webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox import WebhookDelivery, WebhookEndpoint
from uwclient.sandbox.control.verb import Argument, Verb
from uwclient.sandbox.control.webhook_triggers import make_happen
from uwclient.sandbox.sandbox import Sandbox

MOST_LISTED = 500
"""How many deliveries are listed: the newest."""


def _listed(sandbox: Sandbox, endpoint: str | None = None) -> dict[str, Any]:
    deliveries = [one for one in sandbox.webhooks.deliveries if endpoint in (None, one.endpoint_id)]
    return {
        "endpoints": [_endpoint(one) for one in sandbox.webhooks.endpoints],
        "deliveries": [_delivery(one) for one in deliveries[-MOST_LISTED:]],
    }


def _endpoint(one: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "events": list(one.events),
        "hash_function": one.hash_function,
        "note": one.note,
    }


def _delivery(one: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "event": one.event,
        "status": one.status,
        "attempts": [
            {"at": attempt.at.isoformat(), "status": attempt.status, "problem": attempt.problem}
            for attempt in one.attempts
        ],
        "next_try_at": None if one.next_try_at is None else one.next_try_at.isoformat(),
        "payload": one.payload,
    }


def _add(sandbox: Sandbox, url: str, events: str | None = None, hash_function: str = "sha3-256") -> dict[str, Any]:
    wanted = None if events is None else [name.strip() for name in events.split(",") if name.strip()]
    endpoint_id = sandbox.webhooks.add(url, wanted, hash_function)
    return next(_endpoint(one) for one in sandbox.webhooks.endpoints if one.id == endpoint_id)


def _remove(sandbox: Sandbox, id: str) -> dict[str, Any]:
    sandbox.webhooks.remove(id)
    return _listed(sandbox)


def _resume(sandbox: Sandbox, id: str) -> dict[str, Any]:
    sandbox.webhooks.resume(id)
    return _listed(sandbox, id)


def _resend(sandbox: Sandbox, id: str) -> dict[str, Any]:
    sandbox.webhooks.resend(id)
    return next(_delivery(one) for one in sandbox.webhooks.deliveries if one.id == id)


def _trigger(
    sandbox: Sandbox, event: str, player: str = "hero-42", environment: str = "live", state: str | None = None
) -> dict[str, Any]:
    known = {one.id for one in sandbox.webhooks.deliveries}
    make_happen(sandbox, event, player, environment, state)
    return {"deliveries": [_delivery(one) for one in sandbox.webhooks.deliveries if one.id not in known]}


_ID = Argument("id", "the endpoint's id or URL")

WEBHOOK_VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "webhooks": Verb(
            "show the endpoints of webhooks, and what was sent",
            _listed,
            (Argument("endpoint", "the id of the only one that is shown", optional=True),),
        ),
        "webhook_add": Verb(
            "send what happens to an endpoint",
            _add,
            (
                Argument("url", "where to, such as http://127.0.0.1:5000/webhooks"),
                Argument("events", "which, with commas between them (default: all)", optional=True),
                Argument("hash_function", "what signs (default: sha3-256)", optional=True),
            ),
        ),
        "webhook_remove": Verb("send nothing to an endpoint any more", _remove, (_ID,)),
        "webhook_resume": Verb("go on with an endpoint that was paused", _resume, (_ID,)),
        "webhook_resend": Verb("send a delivery again", _resend, (Argument("id", "the delivery's"),)),
        "webhook_secret": Verb(
            "show what webhooks are signed with",
            lambda sandbox: {"secret_key": sandbox.webhooks.secret_key},
        ),
        "webhook_trigger": Verb(
            "make an event happen",
            _trigger,
            (
                Argument("event", "its name, such as player_session_creation"),
                Argument("player", "whom it happens to (default: hero-42)", optional=True),
                Argument("environment", "live or qa (default: live)", optional=True),
                Argument("state", "the state that an offer reaches (default: viewed)", optional=True),
            ),
        ),
    }
)
"""The verbs by name."""
