"""The routes of impressions (sections Message Impressions and Offer Impressions)."""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.http.replies import object_reply
from uwclient.sandbox.services.impressions.models import MESSAGE_STATES, OFFER_STATES
from uwclient.sandbox.services.impressions.service import Impressions
from uwclient.sandbox.services.sessions.requests import SessionRequests, action_body

_MESSAGE_ID = Field("message_id", "word", "The id of the message.", required=True)
SHOWN_MESSAGE = action_body("A message that the player is shown.", _MESSAGE_ID)
MESSAGE_STATE = action_body(
    "What became of a message.",
    _MESSAGE_ID,
    Field("state", "text", "The new state of its impression.", required=True, choices=MESSAGE_STATES),
)
SHOWN_OFFER = action_body(
    "An offer that the player is shown.", Field("offer_id", "word", "The id of the offer.", required=True)
)
OFFER_STATE = action_body(
    "What became of an offer.",
    Field("offer_impression_id", "word", "The impression, as initialize named it.", required=True),
    Field("state", "text", "The new state of the impression.", required=True, choices=OFFER_STATES),
)


def impression_routes(impressions: Impressions, requests: SessionRequests) -> Blueprint:
    """The routes; see `uwclient.sandbox.services.impressions.models` for how states follow each other."""
    routes = Blueprint("impressions", __name__)

    @routes.post("/message_impressions/initialize")
    def initialize_message(player_id: str) -> Response:
        action = requests.action(player_id, SHOWN_MESSAGE)
        impressions.initialize(action.source, "messages", action.body["message_id"])
        return object_reply({})

    @routes.post("/message_impressions/update_state")
    def advance_message(player_id: str) -> Response:
        action = requests.action(player_id, MESSAGE_STATE)
        impressions.advance_message(action.source, action.body["message_id"], action.body["state"])
        return object_reply({})

    @routes.post("/offer_impressions/initialize")
    def initialize_offer(player_id: str) -> Response:
        action = requests.action(player_id, SHOWN_OFFER)
        offer_id = action.body["offer_id"]
        impression_id = impressions.initialize(action.source, "offers", offer_id)
        return object_reply(
            {"offer_impression": {"id": impression_id, "state": "initialized", "offer": {"id": offer_id}}}
        )

    @routes.post("/offer_impressions/update_state")
    def advance_offer(player_id: str) -> Response:
        action = requests.action(player_id, OFFER_STATE)
        impressions.advance_offer(action.source, action.body["offer_impression_id"], action.body["state"])
        return object_reply({"message": "Successfully updated offer impression's state"})

    return routes
