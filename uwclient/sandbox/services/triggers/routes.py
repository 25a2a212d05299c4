"""The routes of triggered campaigns, and of one event, scheduled or of a campaign (section Triggered Campaigns)."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response

from uwclient.sandbox.http.replies import ApiError, list_reply, object_reply
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.sessions.requests import SessionRequests
from uwclient.sandbox.services.triggers.service import Triggers


def trigger_routes(triggers: Triggers, content: Content, requests: SessionRequests, etags: bool) -> Blueprint:
    """The routes; with `etags` an unchanged list can be answered with 304."""
    routes = Blueprint("triggers", __name__)

    @routes.get("/triggerable_campaigns")
    def triggerable_campaigns(player_id: str) -> Response:
        body = triggers.list_for(requests.session(player_id)).encode()
        return list_reply(body, hashlib.blake2b(body, digest_size=16).hexdigest() if etags else None)

    @routes.get("/campaign_events/<id:event_id>")
    def one_event(player_id: str, event_id: str) -> Response:
        session = requests.session(player_id)
        piece = content.find_current_piece(session, "events", event_id)
        if piece is None:
            raise ApiError(404, f"There is no event {event_id!r} for this player.")
        return object_reply(json.loads(piece.text(session.details.language)))

    return routes
