"""The routes of what players do: attributes, events and regions.

(Sections Session Player Attributes and Session Player Events. The documentation leaves out regions.)
"""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.services.players.attributes import MOST_ENTRIES, attribute_list, attributes_in_list
from uwclient.sandbox.services.players.models import NewEvent
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.sessions.requests import SessionRequests, action_body

ASSIGNMENT = action_body(
    "Attributes that the player gets.", attribute_list("attributes", "The attributes.", required=True)
)
EVENTS = action_body(
    "What the player did.",
    Field(
        "events",
        "list",
        "The events, in their order.",
        required=True,
        most=MOST_ENTRIES,
        fields=(
            Field("event_id", "word", "What happened.", required=True),
            attribute_list("attributes", "The attributes of the event."),
        ),
        others="kept",
    ),
)
TRANSITION = action_body(
    "Where the player is now.",
    Field(
        "region",
        "object",
        "The region that the player enters.",
        required=True,
        fields=(
            Field("name", "word", "The name of the region.", required=True),
            attribute_list("metadata", "What else is known of it."),
        ),
        others="kept",
    ),
)


def player_routes(players: Players, requests: SessionRequests) -> Blueprint:
    """The routes; each refuses a request as a whole (422) when a part of it is wrong."""
    routes = Blueprint("players", __name__)

    @routes.post("/attributes")
    def assign_attributes(player_id: str) -> Response:
        action = requests.action(player_id, ASSIGNMENT)
        players.assign_attributes(action.source, attributes_in_list(action.body["attributes"]))
        return empty_reply()

    @routes.post("/events")
    def assign_events(player_id: str) -> Response:
        action = requests.action(player_id, EVENTS)
        events = [
            NewEvent(one["event_id"], attributes_in_list(one.get("attributes", ()))) for one in action.body["events"]
        ]
        players.assign_events(action.source, events)
        return empty_reply()

    @routes.post("/regions/transition")
    def enter_region(player_id: str) -> Response:
        action = requests.action(player_id, TRANSITION)
        region = action.body["region"]
        players.enter_region(action.source, region["name"], attributes_in_list(region.get("metadata", ())))
        return object_reply({})

    return routes
