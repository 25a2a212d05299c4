"""The routes of push notifications (section Push Notifications).

The documentation names no session for these; a session that is named must be the player's.
"""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.services.push.models import PUSH_PLATFORMS, PUSH_STATES
from uwclient.sandbox.services.push.service import Push
from uwclient.sandbox.services.sessions.requests import SessionRequests, action_body

_TOKEN = Field("device_token", "word", "The token of the device.", required=True)
REGISTRATION = action_body(
    "A device that takes push notifications.",
    Field("notification_platform", "text", "The device's push service.", required=True, choices=PUSH_PLATFORMS),
    _TOKEN,
)
DEREGISTRATION = action_body("A device that takes no push notifications any more.", _TOKEN)
IMPRESSION_STATE = action_body(
    "What became of a push notification.",
    Field("state", "text", "The new state of the impression.", required=True, choices=PUSH_STATES),
)


def push_routes(push: Push, requests: SessionRequests) -> Blueprint:
    """The routes; deregistering a token that is not there succeeds."""
    routes = Blueprint("push", __name__)

    @routes.post("/push_notifications/device_tokens/register")
    def register_token(player_id: str) -> Response:
        action = requests.action(player_id, REGISTRATION, session_required=False)
        push.register_token(action.source, action.body["device_token"], action.body["notification_platform"])
        return object_reply({}, 201)

    @routes.post("/push_notifications/device_tokens/deregister")
    def deregister_token(player_id: str) -> Response:
        action = requests.action(player_id, DEREGISTRATION, session_required=False)
        push.deregister_token(action.source, action.body["device_token"])
        return empty_reply()

    @routes.get("/push_notifications/<id:notification_id>")
    def notification(player_id: str, notification_id: str) -> Response:
        requests.check_session(player_id)
        return object_reply(push.notification(player_id, notification_id))

    @routes.get("/push_notifications/impressions/<id:impression_id>")
    def impression(player_id: str, impression_id: str) -> Response:
        requests.check_session(player_id)
        found = push.impression(player_id, impression_id)
        return object_reply(
            {
                "id": found.id,
                "device_token": found.device_token,
                "start_at": found.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "state": found.state,
                "push_notification_id": found.push_notification_id,
            }
        )

    @routes.put("/push_notifications/impressions/<id:impression_id>")
    def advance_impression(player_id: str, impression_id: str) -> Response:
        action = requests.action(player_id, IMPRESSION_STATE, session_required=False)
        push.advance(action.source, impression_id, action.body["state"])
        return object_reply({})

    return routes
