"""What a studio's backend tells of players: attributes, events and revenue, and what the app has met of them.

(Sections Player Attributes, Player Events, Player Revenue Events and App Regions.) Each request is taken as a whole,
or refused as a whole; it has no session, and goes the way of what games tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from uwclient.sandbox.core.apps import APP_ID
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.core.values import DATA_TYPES
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.server_api.endpoint import Call, Endpoint
from uwclient.sandbox.server_api.reply import ByApp
from uwclient.sandbox.services.players.attributes import (
    attribute_list,
    attributes_by_name,
    attributes_in_list,
    named_attributes,
)
from uwclient.sandbox.services.players.models import NewEvent
from uwclient.sandbox.services.players.revenue import NewRevenue

MOST_PLAYERS = 10_000
"""The players, or the entries of one, that a request takes; its size sets a bound, too."""

PLAYER_PATHS = ("/api/v1/appuser/{appuser_external_id}", "/api/v1/appusers/{appuser_external_id}")
"""The path of a player in version 1 of the API, and as version 2 spells it."""
_PLAYER = "appuser_external_id"


def _entries(name: str, text: str, *fields: Field) -> Field:
    """A list of objects that a request must have, though it may be empty."""
    return Field(name, "list", text, required=True, empty=True, most=MOST_PLAYERS, fields=fields)


_ATTRIBUTES = replace(attribute_list("attributes", "Attributes of its own."), others="refused")
_EVENT_ID = Field("event_id", "word", "What happened.", required=True, empty=True)
_SESSION_ID = Field("session_id", "text", "The player's session, if it happened in one.")
_ASSIGN_ATTRIBUTES = (
    replace(_ATTRIBUTES, text="Attributes of the player.", required=True, empty=True, most=MOST_PLAYERS),
    _SESSION_ID,
)
_ASSIGN_EVENTS = (_entries("events", "What the player did.", _EVENT_ID, _ATTRIBUTES), _SESSION_ID)
_ASSIGN_REVENUE = (
    _entries(
        "revenue_events",
        "What the player paid, or was given back.",
        Field("revenue", "number", "How much; less than 0 for a refund.", required=True, empty=True),
        Field("transaction_id", "text", "Your id of the payment; a known one is updated."),
        Field("product_id", "text", "What was bought, as you call it."),
        Field("revenue_type", "text", "A word of your own, such as purchase."),
        _ATTRIBUTES,
    ),
)
_ID = Field("id", "word", "The player.", required=True, empty=True)
_NAMED = named_attributes("attributes", "Values by name.")
_BULK_ATTRIBUTES = (
    _entries("assignment_data", "Players and their attributes.", _ID, replace(_NAMED, required=True, empty=True)),
)
_BULK_EVENTS = (
    _entries(
        "assignment_data",
        "Players and their events.",
        _ID,
        _entries("events", "What the player did.", _EVENT_ID, _NAMED),
    ),
)
_REVENUE_TEXTS = ("transaction_id", "product_id", "revenue_type")
_TYPED = (Field("name", "text", "Its name."), Field("data_type", "text", "Its data type.", choices=tuple(DATA_TYPES)))


def _assign_attributes(platform: Platform, call: Call) -> None:
    given = call.read(_ASSIGN_ATTRIBUTES)
    platform.players.assign_attributes(_source(platform, call, given), attributes_in_list(given["attributes"]))


def _assign_events(platform: Platform, call: Call) -> None:
    given = call.read(_ASSIGN_EVENTS)
    events = [NewEvent(one["event_id"], attributes_in_list(one.get("attributes", ()))) for one in given["events"]]
    platform.players.assign_events(_source(platform, call, given), events)


def _assign_revenue(platform: Platform, call: Call) -> None:
    events = []
    for entry in call.read(_ASSIGN_REVENUE)["revenue_events"]:
        attributes = attributes_in_list(entry["attributes"]) if "attributes" in entry else None
        texts = {name: entry.get(name) for name in _REVENUE_TEXTS}
        events.append(NewRevenue(entry["revenue"], attributes=attributes, **texts))
    platform.players.revenue.assign(call.source(call.ids[_PLAYER]), events)


def _assign_attributes_in_bulk(platform: Platform, call: Call) -> None:
    for place, entry in enumerate(call.read(_BULK_ATTRIBUTES)["assignment_data"]):
        attributes = attributes_by_name(entry["attributes"])
        path = ("assignment_data", place, "attributes")
        platform.players.assign_attributes(call.source(entry["id"]), attributes, path)


def _assign_events_in_bulk(platform: Platform, call: Call) -> None:
    for entry in call.read(_BULK_EVENTS)["assignment_data"]:
        events = [NewEvent(one["event_id"], attributes_by_name(one.get("attributes", {}))) for one in entry["events"]]
        platform.players.assign_events(call.source(entry["id"]), events)


def _source(platform: Platform, call: Call, given: Mapping[str, Any]) -> Source:
    """Where an assignment comes from: from a session of the player when it names one, else from none."""
    player_id, session_id = call.ids[_PLAYER], given.get("session_id") or ""
    is_known = session_id and platform.sessions.find(player_id, session_id) is not None
    return call.source(player_id, session_id if is_known else "")


def _by_app(definitions: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Definitions by app; an app that has none is left out."""
    return {APP_ID: definitions} if definitions else {}


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "list_attributes",
        "GET",
        "/api/v1/attributes",
        "List the attributes that any player has, by app.",
        lambda platform, call: _by_app(platform.players.attribute_definitions()),
        ByApp(_TYPED),
    ),
    Endpoint(
        "assign_player_attributes",
        "POST",
        f"{PLAYER_PATHS[0]}/attributes",
        "Set attributes of a player; each keeps the data type that it had first.",
        _assign_attributes,
        status=204,
        body=_ASSIGN_ATTRIBUTES,
        also=(f"{PLAYER_PATHS[1]}/attributes",),
    ),
    Endpoint(
        "bulk_assign_attributes",
        "POST",
        "/api/v2/appusers/bulk_assign_attributes",
        "Set attributes of many players: of all, or of none.",
        _assign_attributes_in_bulk,
        status=204,
        body=_BULK_ATTRIBUTES,
    ),
    Endpoint(
        "list_events",
        "GET",
        "/api/v1/events",
        "List the events that any player had, with their attributes, by app.",
        lambda platform, call: _by_app(platform.players.event_definitions()),
        ByApp(
            (Field("event_id", "text", "What happened."), Field("attributes", "list", "Attributes.", fields=_TYPED))
        ),
    ),
    Endpoint(
        "assign_player_events",
        "POST",
        f"{PLAYER_PATHS[0]}/events",
        "Add events of a player, with attributes of their own.",
        _assign_events,
        status=204,
        body=_ASSIGN_EVENTS,
        also=(f"{PLAYER_PATHS[1]}/events",),
    ),
    Endpoint(
        "bulk_assign_events",
        "POST",
        "/api/v2/appusers/bulk_assign_events",
        "Add events of many players: of all, or of none.",
        _assign_events_in_bulk,
        status=204,
        body=_BULK_EVENTS,
    ),
    Endpoint(
        "assign_revenue_events",
        "POST",
        f"{PLAYER_PATHS[0]}/revenue_events",
        "Add revenue events of a player, or update those of the same transactions.",
        _assign_revenue,
        status=204,
        body=_ASSIGN_REVENUE,
        also=(f"{PLAYER_PATHS[1]}/revenue_events",),
    ),
    Endpoint(
        "list_regions",
        "GET",
        "/api/v1/app_regions",
        "List the regions that any player entered, with their metadata, by app.",
        lambda platform, call: _by_app(platform.players.region_definitions()),
        ByApp((Field("name", "text", "The region."), Field("metadata", "list", "Its metadata.", fields=_TYPED))),
    ),
)
