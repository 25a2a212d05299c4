"""What games have told of by name: attributes, events, regions (Player Attributes, Player Events, App Regions).

The platform learns them from what players do; here they can be read, for all apps of the company.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class AttributeDefinition(Record):
    """An attribute: of a player, of an event, or of a region.

    Attributes:
        name: its name.
        data_type: "string", "boolean", "integer", "float" or "datetime".

    """

    name: str | None = None
    data_type: str | None = None


@dataclass(frozen=True, slots=True)
class EventDefinition(Record):
    """An event that players do.

    Attributes:
        event_id: its name.
        attributes: what comes with it.

    """

    event_id: str | None = None
    attributes: tuple[AttributeDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionDefinition(Record):
    """A part of the game that players enter.

    Attributes:
        name: its name.
        metadata: what comes with entering it.

    """

    name: str | None = None
    metadata: tuple[AttributeDefinition, ...] = ()


class Attributes(Resource):
    """The attributes that players have: `server.attributes`."""

    def list(self) -> Mapping[str, tuple[AttributeDefinition, ...]]:
        """List the players' attributes for each app, by its id: GET /api/v1/attributes."""
        return self._by_app(AttributeDefinition, "GET /api/v1/attributes")


class Events(Resource):
    """The events that players do: `server.events`."""

    def list(self) -> Mapping[str, tuple[EventDefinition, ...]]:
        """List the events for each app, by its id: GET /api/v1/events."""
        return self._by_app(EventDefinition, "GET /api/v1/events")


class Regions(Resource):
    """The regions of the game: `server.regions`."""

    def list(self) -> Mapping[str, tuple[RegionDefinition, ...]]:
        """List the regions for each app, by its id: GET /api/v1/app_regions."""
        return self._by_app(RegionDefinition, "GET /api/v1/app_regions")
