"""The forms of what a studio fills in (sections Campaign Events, Offers, Push Notifications, Message Types)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from uwclient.server_api.body import Json, given
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource


@dataclass(frozen=True, slots=True)
class EventFramework(Record):
    """The form of live events.

    Attributes:
        id: its id.
        name: its name.
        external_event_type: what the game calls events of this form.
        json: the JSON schema of their data.

    """

    id: str
    name: str | None = None
    external_event_type: str | None = None
    json: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfferFramework(Record):
    """The form of offers.

    Attributes:
        id: its id.
        name: its name.
        offer_type: what the game calls offers of this form.
        state: such as "active".
        schema: the JSON schema of their data.

    """

    id: str
    name: str | None = None
    offer_type: str | None = None
    state: str | None = None
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PushFramework(Record):
    """The form of push notifications.

    Attributes:
        id: its id.
        name: its name.
        state: such as "active".
        schema: the JSON schema of their data.

    """

    id: str
    name: str | None = None
    state: str | None = None
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageType(Record):
    """The form of messages, which is made in the dashboard.

    Attributes:
        id: its id.
        name: its name, which messages have as `message_type`.
        json: the JSON schema of their additional fields.
        external_event_type: what the game calls it.

    """

    id: str
    name: str | None = None
    json: Mapping[str, Any] = field(default_factory=dict)
    external_event_type: str | None = None


class EventFrameworks(Resource):
    """The forms of live events: `server.event_frameworks`. Their paths call them templates."""

    def list(self) -> Pages[EventFramework]:
        """List the forms of live events: GET /api/v1/campaign_event_templates."""
        return self._list(EventFramework, "GET /api/v1/campaign_event_templates")

    def get(self, framework_id: str) -> EventFramework:
        """Get a form of live events: GET /api/v1/campaign_event_templates/{framework_id}."""
        endpoint = "GET /api/v1/campaign_event_templates/{framework_id}"
        return self._one(EventFramework, endpoint, framework_id=framework_id)

    def create(self, *, name: str, external_event_type: str, json: Json) -> EventFramework:
        """Create a form of live events: POST /api/v1/campaign_event_templates.

        Args:
            name: its name.
            external_event_type: what the game calls events of this form; it cannot be changed later.
            json: the JSON schema of their data.

        """
        fields = {"name": name, "external_event_type": external_event_type, "json": json}
        return self._one(EventFramework, "POST /api/v1/campaign_event_templates", fields)

    def update(self, framework_id: str, *, name: str | None = None, json: Json | None = None) -> EventFramework:
        """Change the fields that are given: PUT /api/v1/campaign_event_templates/{framework_id}.

        Args:
            framework_id: the form.
            name: its name.
            json: the JSON schema of the events' data.

        """
        endpoint = "PUT /api/v1/campaign_event_templates/{framework_id}"
        return self._one(EventFramework, endpoint, given(name=name, json=json), framework_id=framework_id)

    def delete(self, framework_id: str) -> None:
        """Delete a form of live events: DELETE /api/v1/campaign_event_templates/{framework_id}."""
        self._tell("DELETE /api/v1/campaign_event_templates/{framework_id}", framework_id=framework_id)


class OfferFrameworks(Resource):
    """The forms of offers: `server.offer_frameworks`."""

    def list(self) -> Pages[OfferFramework]:
        """List the forms of offers: GET /api/v2/offer_frameworks."""
        return self._list(OfferFramework, "GET /api/v2/offer_frameworks")

    def get(self, framework_id: str) -> OfferFramework:
        """Get a form of offers: GET /api/v2/offer_frameworks/{framework_id}."""
        return self._one(OfferFramework, "GET /api/v2/offer_frameworks/{framework_id}", framework_id=framework_id)

    def create(self, *, name: str, offer_type: str, schema: Json) -> OfferFramework:
        """Create a form of offers: POST /api/v2/offer_frameworks.

        Args:
            name: its name.
            offer_type: what the game calls offers of this form; it cannot be changed later.
            schema: the JSON schema of their data.

        """
        fields = {"name": name, "offer_type": offer_type, "schema": schema}
        return self._one(OfferFramework, "POST /api/v2/offer_frameworks", fields)

    def update(self, framework_id: str, *, name: str | None = None, schema: Json | None = None) -> OfferFramework:
        """Change the fields that are given: PUT /api/v2/offers_framework/{framework_id}.

        Args:
            framework_id: the form.
            name: its name.
            schema: the JSON schema of the offers' data.

        """
        endpoint = "PUT /api/v2/offers_framework/{framework_id}"
        return self._one(OfferFramework, endpoint, given(name=name, schema=schema), framework_id=framework_id)

    def delete(self, framework_id: str) -> None:
        """Delete a form of offers: DELETE /api/v2/offer_frameworks/{framework_id}."""
        self._tell("DELETE /api/v2/offer_frameworks/{framework_id}", framework_id=framework_id)


class PushFrameworks(Resource):
    """The forms of push notifications: `server.push_frameworks`."""

    def list(self) -> Pages[PushFramework]:
        """List the forms of push notifications: GET /api/v2/push_notifications/frameworks."""
        return self._list(PushFramework, "GET /api/v2/push_notifications/frameworks")

    def get(self, framework_id: str) -> PushFramework:
        """Get a form of push notifications: GET /api/v2/push_notifications/framework/{framework_id}."""
        endpoint = "GET /api/v2/push_notifications/framework/{framework_id}"
        return self._one(PushFramework, endpoint, framework_id=framework_id)

    def create(self, *, schema: Json, name: str | None = None) -> PushFramework:
        """Create a form of push notifications: POST /api/v2/push_notifications/framework.

        Args:
            schema: the JSON schema of their data.
            name: its name.

        """
        fields = given(name=name, schema=schema)
        return self._one(PushFramework, "POST /api/v2/push_notifications/framework", fields)

    def update(self, framework_id: str, *, name: str | None = None, schema: Json | None = None) -> PushFramework:
        """Change the fields that are given: PUT /api/v2/push_notifications/framework/{framework_id}.

        Args:
            framework_id: the form.
            name: its name.
            schema: the JSON schema of the notifications' data.

        """
        endpoint = "PUT /api/v2/push_notifications/framework/{framework_id}"
        return self._one(PushFramework, endpoint, given(name=name, schema=schema), framework_id=framework_id)

    def delete(self, framework_id: str) -> None:
        """Delete a form of push notifications: DELETE /api/v2/push_notifications/frameworks/{framework_id}.

        The documentation lacks a slash: DELETE /api/v2push_notifications/frameworks/{framework_id}.
        """
        self._tell("DELETE /api/v2/push_notifications/frameworks/{framework_id}", framework_id=framework_id)


class MessageTypes(Resource):
    """The forms of messages: `server.message_types`."""

    def list(self) -> Pages[MessageType]:
        """List the forms of messages: GET /api/v1/message_types."""
        return self._list(MessageType, "GET /api/v1/message_types", {"app_id": self._scope.app_id})
