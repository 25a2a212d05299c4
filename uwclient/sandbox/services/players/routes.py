"""The routes of what players do: attributes, events and regions.

(Sections Session Player Attributes and Session Player Events. The documentation leaves out regions.)
"""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_attributes, read_entries, read_object, read_text
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.services.players.models import NewEvent
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.sessions.requests import SessionRequests


def player_routes(players: Players, requests: SessionRequests) -> Blueprint:
    """The routes; each refuses a request as a whole (422) when a part of it is wrong."""
    routes = Blueprint("players", __name__)

    @routes.post("/attributes")
    def assign_attributes(player_id: str) -> Response:
        action = requests.action(player_id)
        players.assign_attributes(action.source, read_attributes(action.body, "attributes", required=True))
        return empty_reply()

    @routes.post("/events")
    def assign_events(player_id: str) -> Response:
        action = requests.action(player_id)
        events = []
        for position, entry in enumerate(read_entries(action.body, "events")):
            path = ("events", position)
            events.append(NewEvent(read_text(entry, "event_id", path), read_attributes(entry, "attributes", path)))
        players.assign_events(action.source, events)
        return empty_reply()

    @routes.post("/regions/transition")
    def enter_region(player_id: str) -> Response:
        action = requests.action(player_id)
        region = read_object(action.body, "region")
        path = ("region",)
        name, metadata = read_text(region, "name", path), read_attributes(region, "metadata", path)
        players.enter_region(action.source, name, metadata)
        return object_reply({})

    return routes
