"""The routes of impressions (sections Message Impressions and Offer Impressions)."""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_choice, read_text
from uwclient.sandbox.http.replies import object_reply
from uwclient.sandbox.services.impressions.models import MESSAGE_STATES, OFFER_STATES
from uwclient.sandbox.services.impressions.service import Impressions
from uwclient.sandbox.services.sessions.requests import SessionRequests


def impression_routes(impressions: Impressions, requests: SessionRequests) -> Blueprint:
    """The routes; see `uwclient.sandbox.services.impressions.models` for how states follow each other."""
    routes = Blueprint("impressions", __name__)

    @routes.post("/message_impressions/initialize")
    def initialize_message(player_id: str) -> Response:
        action = requests.action(player_id)
        impressions.initialize(action.source, "messages", read_text(action.body, "message_id"))
        return object_reply({})

    @routes.post("/message_impressions/update_state")
    def advance_message(player_id: str) -> Response:
        action = requests.action(player_id)
        message_id, state = read_text(action.body, "message_id"), read_choice(action.body, "state", MESSAGE_STATES)
        impressions.advance_message(action.source, message_id, state)
        return object_reply({})

    @routes.post("/offer_impressions/initialize")
    def initialize_offer(player_id: str) -> Response:
        action = requests.action(player_id)
        offer_id = read_text(action.body, "offer_id")
        impression_id = impressions.initialize(action.source, "offers", offer_id)
        return object_reply(
            {"offer_impression": {"id": impression_id, "state": "initialized", "offer": {"id": offer_id}}}
        )

    @routes.post("/offer_impressions/update_state")
    def advance_offer(player_id: str) -> Response:
        action = requests.action(player_id)
        impression_id = read_text(action.body, "offer_impression_id")
        impressions.advance_offer(action.source, impression_id, read_choice(action.body, "state", OFFER_STATES))
        return object_reply({"message": "Successfully updated offer impression's state"})

    return routes
