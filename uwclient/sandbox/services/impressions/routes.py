"""Owns the routes of impressions (sections Message Impressions and Offer Impressions)."""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_choice, read_text
from uwclient.sandbox.http.replies import object_reply
from uwclient.sandbox.http.requests import body_object, source_of
from uwclient.sandbox.services.impressions.tables import MESSAGE_STATES, OFFER_STATES
from uwclient.sandbox.services.players.service import PlayerPlatform


def impression_routes(players: PlayerPlatform) -> Blueprint:
    """The routes; see `uwclient.sandbox.services.impressions.tables` for the states and where they lead."""
    routes = Blueprint("impressions", __name__)

    @routes.post("/message_impressions/initialize")
    def initialize_message(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        players.initialize_impression(source, "messages", read_text(body, "message_id"))
        return object_reply({})

    @routes.post("/message_impressions/update_state")
    def advance_message(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        message_id = read_text(body, "message_id")
        players.advance_message(source, message_id, read_choice(body, "state", MESSAGE_STATES))
        return object_reply({})

    @routes.post("/offer_impressions/initialize")
    def initialize_offer(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        offer_id = read_text(body, "offer_id")
        impression_id = players.initialize_impression(source, "offers", offer_id)
        return object_reply(
            {"offer_impression": {"id": impression_id, "state": "initialized", "offer": {"id": offer_id}}}
        )

    @routes.post("/offer_impressions/update_state")
    def advance_offer(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        impression_id = read_text(body, "offer_impression_id")
        players.advance_offer(source, impression_id, read_choice(body, "state", OFFER_STATES))
        return object_reply({"message": "Successfully updated offer impression's state"})

    return routes
