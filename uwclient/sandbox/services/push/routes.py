"""Owns the routes of push notifications (section Push Notifications).

The documentation names no session for these; one that is named must be the player's.
"""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_choice, read_text
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.http.requests import body_object, source_of
from uwclient.sandbox.services.players.service import PlayerPlatform
from uwclient.sandbox.services.push.service import PushPlatform
from uwclient.sandbox.services.push.tables import PUSH_PLATFORMS, PUSH_STATES


def push_routes(pushes: PushPlatform, players: PlayerPlatform) -> Blueprint:
    """The routes; deregistering what is not there is no mistake."""
    routes = Blueprint("pushes", __name__)

    @routes.post("/push_notifications/device_tokens/register")
    def register_token(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body, session_required=False)
        push_platform = read_choice(body, "notification_platform", PUSH_PLATFORMS)
        pushes.register_token(source, read_text(body, "device_token"), push_platform)
        return object_reply({}, 201)

    @routes.post("/push_notifications/device_tokens/deregister")
    def deregister_token(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body, session_required=False)
        pushes.deregister_token(source, read_text(body, "device_token"))
        return empty_reply()

    @routes.get("/push_notifications/<id:notification_id>")
    def notification(player_id: str, notification_id: str) -> Response:
        source_of(players, player_id, {}, session_required=False)
        return object_reply(pushes.notification(player_id, notification_id))

    @routes.get("/push_notifications/impressions/<id:impression_id>")
    def impression(player_id: str, impression_id: str) -> Response:
        source_of(players, player_id, {}, session_required=False)
        found = pushes.impression(player_id, impression_id)
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
        body = body_object()
        source = source_of(players, player_id, body, session_required=False)
        pushes.advance(source, impression_id, read_choice(body, "state", PUSH_STATES))
        return object_reply({})

    return routes
