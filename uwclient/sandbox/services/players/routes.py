"""Owns the routes of what players do: attributes, events, regions and engagement outcomes.

(Sections Session Player Attributes and Session Player Events. The documentation leaves out regions and
outcomes; the reply to an outcome is that of the server-to-server API.)
"""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_attributes, read_choice, read_entries, read_object, read_text
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.http.requests import body_object, source_of
from uwclient.sandbox.services.outcomes.service import OUTCOME_TYPES
from uwclient.sandbox.services.players.events import NewEvent
from uwclient.sandbox.services.players.service import PlayerPlatform


def action_routes(players: PlayerPlatform) -> Blueprint:
    """The routes; each refuses a request as a whole (422) when a part of it is wrong."""
    routes = Blueprint("actions", __name__)

    @routes.post("/attributes")
    def assign_attributes(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        players.assign_attributes(source, read_attributes(body, "attributes", required=True))
        return empty_reply()

    @routes.post("/events")
    def assign_events(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        events = []
        for position, entry in enumerate(read_entries(body, "events")):
            path = ("events", position)
            events.append(NewEvent(read_text(entry, "event_id", path), read_attributes(entry, "attributes", path)))
        players.assign_events(source, events)
        return empty_reply()

    @routes.post("/regions/transition")
    def enter_region(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        region = read_object(body, "region")
        path = ("region",)
        players.enter_region(source, read_text(region, "name", path), read_attributes(region, "metadata", path))
        return object_reply({})

    @routes.post("/engagements/outcomes")
    def assign_outcome(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        key = read_text(body, "engagement_outcome_key")
        players.assign_outcome(source, key, read_choice(body, "outcome_type", OUTCOME_TYPES))
        return empty_reply()

    return routes
