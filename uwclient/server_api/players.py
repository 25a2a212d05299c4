"""What the platform knows of players, and what a backend tells it about them (sections Player Data and others)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uwclient.server_api.body import Json, given
from uwclient.server_api.bulk import Progress, parts, send_parts
from uwclient.server_api.choices import OutcomeType, PushPlatform
from uwclient.server_api.pages import Pages
from uwclient.server_api.record import Record
from uwclient.server_api.resource import Resource
from uwclient.server_api.segments import Segment


@dataclass(frozen=True, slots=True)
class PlayerAttribute(Record):
    """An attribute to be assigned: to a player, or to an event.

    Attributes:
        name: its name.
        value: text, a number, true or false, or a time.
        data_type: "string", "boolean", "integer", "float" or "datetime"; what the value is, unless it is given.

    """

    name: str
    value: Any = None
    data_type: str | None = None


@dataclass(frozen=True, slots=True)
class PlayerEvent(Record):
    """Something that a player did.

    Attributes:
        event_id: its name.
        attributes: what comes with it.

    """

    event_id: str
    attributes: tuple[PlayerAttribute, ...] = ()


@dataclass(frozen=True, slots=True)
class RevenueEvent(Record):
    """Money that a player paid, or got back.

    Attributes:
        revenue: how much; less than 0 for a refund.
        transaction_id: the store's id; an event with a known one replaces it.
        product_id: what was bought.
        revenue_type: such as "purchase".
        attributes: what comes with it.

    """

    revenue: float
    transaction_id: str | None = None
    product_id: str | None = None
    revenue_type: str | None = None
    attributes: tuple[PlayerAttribute, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayerEnvironment(Record):
    """What the platform knows of a player in one environment.

    Attributes:
        id: the environment's id.
        name: its name.
        type: "dev", "qa" or "live".
        key: its key.
        last_known_matching_segments: the segments that the player was in at the last session.
        num_sessions: how many sessions there were.

    """

    id: str | None = None
    name: str | None = None
    type: str | None = None
    key: str | None = None
    last_known_matching_segments: tuple[Any, ...] = ()
    num_sessions: int | None = None


@dataclass(frozen=True, slots=True)
class Player(Record):
    """What the platform knows of a player.

    Attributes:
        id: the game's own id of the player.
        last_login: when the last session began.
        traits: the attributes.
        environment_details: what is known in the environment that was asked for.
        has_email_address_registered: whether e-mail can be sent.
        has_push_notification_tokens_registered: whether push notifications can be sent.

    """

    id: str
    last_login: datetime | None = None
    traits: Mapping[str, Any] = field(default_factory=dict)
    environment_details: PlayerEnvironment | None = None
    has_email_address_registered: bool | None = None
    has_push_notification_tokens_registered: bool | None = None


class Players(Resource):
    """The players of the app: `server.players`. Their ids are the game's own."""

    def get(self, player_id: str, *, environment_stage: str | None = None) -> Player:
        """Get what is known of a player: GET /api/v1/appuser/{appuser_external_id}.

        Args:
            player_id: the player.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = {"environment_stage": environment_stage or self._scope.environment_stage}
        return self._one(
            Player, "GET /api/v1/appuser/{appuser_external_id}", query=place, appuser_external_id=player_id
        )

    def delete_data(self, player_id: str) -> None:
        """Delete all that is known of a player, for good: DELETE /api/v1/appuser/{appuser_external_id}/data."""
        self._tell("DELETE /api/v1/appuser/{appuser_external_id}/data", appuser_external_id=player_id)

    def segments(self, player_id: str, *, environment_stage: str | None = None) -> Pages[Segment]:
        """List the segments that a player is in now: GET /api/v2/appusers/{appuser_external_id}/segments.

        Args:
            player_id: the player.
            environment_stage: the key of the environment, if not that of the client.

        """
        place = self._scope.named(environment_stage)
        endpoint = "GET /api/v2/appusers/{appuser_external_id}/segments"
        return self._list(Segment, endpoint, place, appuser_external_id=player_id)

    def assign_attributes(
        self, player_id: str, attributes: Mapping[str, Any] | Sequence[PlayerAttribute | Json]
    ) -> None:
        """Set attributes of a player: POST /api/v1/appuser/{appuser_external_id}/attributes.

        Args:
            player_id: the player.
            attributes: values by name, or `PlayerAttribute`s, which can name their type.

        """
        fields = {"attributes": _attributes(attributes)}
        endpoint = "POST /api/v1/appuser/{appuser_external_id}/attributes"
        self._tell(endpoint, fields, appuser_external_id=player_id)

    def bulk_assign_attributes(
        self,
        assignments: Mapping[str, Mapping[str, Any]] | Iterable[tuple[str, Mapping[str, Any]]],
        *,
        progress: Progress | None = None,
    ) -> int:
        """Set attributes of many players: POST /api/v2/appusers/bulk_assign_attributes.

        They are sent in parts; each is accepted as a whole, or not at all.

        Args:
            assignments: for each player's id, values by name; also pairs from a generator, of any length.
            progress: called after each part with how many players are done.

        Returns:
            How many players there were.

        Raises:
            BulkStopped: a part was not accepted, after others were.

        """
        told = ({"id": player_id, "attributes": values} for player_id, values in _pairs(assignments))
        return self._in_parts("POST /api/v2/appusers/bulk_assign_attributes", told, progress)

    def assign_events(self, player_id: str, events: Sequence[PlayerEvent | Json | str]) -> None:
        """Tell what a player did: POST /api/v1/appuser/{appuser_external_id}/events.

        Args:
            player_id: the player.
            events: `PlayerEvent`s, or the names of events without attributes.

        """
        fields = {"events": [{"event_id": event} if isinstance(event, str) else event for event in events]}
        endpoint = "POST /api/v1/appuser/{appuser_external_id}/events"
        self._tell(endpoint, fields, appuser_external_id=player_id)

    def bulk_assign_events(
        self,
        assignments: Mapping[str, Sequence[Json]] | Iterable[tuple[str, Sequence[Json]]],
        *,
        progress: Progress | None = None,
    ) -> int:
        """Tell what many players did: POST /api/v2/appusers/bulk_assign_events.

        They are sent in parts; each is accepted as a whole, or not at all.

        Args:
            assignments: for each player's id, events such as {"event_id": "login", "attributes": {"day": 3}}; also
                pairs from a generator, of any length.
            progress: called after each part with how many players are done.

        Returns:
            How many players there were.

        Raises:
            BulkStopped: a part was not accepted, after others were.

        """
        told = ({"id": player_id, "events": events} for player_id, events in _pairs(assignments))
        return self._in_parts("POST /api/v2/appusers/bulk_assign_events", told, progress)

    def assign_revenue_events(self, player_id: str, revenue_events: Sequence[RevenueEvent | Json]) -> None:
        """Tell what a player paid, or got back: POST /api/v1/appuser/{appuser_external_id}/revenue_events.

        Args:
            player_id: the player.
            revenue_events: one with a transaction id that is known replaces what was told before.

        """
        endpoint = "POST /api/v1/appuser/{appuser_external_id}/revenue_events"
        self._tell(endpoint, {"revenue_events": revenue_events}, appuser_external_id=player_id)

    def register_outcome(
        self,
        player_id: str,
        *,
        key: str,
        type: OutcomeType,
        journey_id: str | None = None,
        journey_step_id: str | None = None,
    ) -> None:
        """Register an engagement outcome: POST /api/v2/appusers/{appuser_external_id}/engagements/outcomes.

        Args:
            player_id: the player.
            key: the key of the outcome (`engagement_outcome_key`).
            type: the kind of content that it is about (`engagement_outcome_type`).
            journey_id: only for this journey.
            journey_step_id: only for this step of it.

        """
        fields = given(
            engagement_outcome_key=key,
            engagement_outcome_type=type,
            journey_id=journey_id,
            journey_step_id=journey_step_id,
        )
        endpoint = "POST /api/v2/appusers/{appuser_external_id}/engagements/outcomes"
        self._tell(endpoint, fields, appuser_external_id=player_id)

    def set_email(self, player_id: str, email_address: str) -> None:
        """Set a player's e-mail address: PUT /api/v2/appusers/{external_id}/email_address.

        Args:
            player_id: the player, who is opted in by this.
            email_address: the address.

        """
        endpoint = "PUT /api/v2/appusers/{external_id}/email_address"
        self._tell(endpoint, {"email_address": email_address}, external_id=player_id)

    def delete_email(self, player_id: str, *, opt_out: bool = False) -> None:
        """Delete a player's e-mail address: DELETE /api/v2/appusers/{external_id}/email_address.

        Args:
            player_id: the player.
            opt_out: whether the player wants no e-mail at all.

        """
        endpoint = "DELETE /api/v2/appusers/{external_id}/email_address"
        self._tell(endpoint, query={"opt_out": opt_out or None}, external_id=player_id)

    def register_device_token(self, player_id: str, device_token: str, notification_platform: PushPlatform) -> None:
        """Register a device: POST /api/v2/appusers/{external_id}/push_notifications/device_tokens/register.

        Args:
            player_id: the player.
            device_token: the token that the device got from Apple or Google.
            notification_platform: "apns" or "fcm".

        """
        fields = {"device_token": device_token, "notification_platform": notification_platform}
        endpoint = "POST /api/v2/appusers/{external_id}/push_notifications/device_tokens/register"
        self._tell(endpoint, fields, external_id=player_id)

    def deregister_device_token(self, player_id: str, device_token: str) -> None:
        """Forget a device: POST /api/v2/appusers/{external_id}/push_notifications/device_tokens/deregister.

        Args:
            player_id: the player.
            device_token: the token; one that is not known is no error.

        """
        endpoint = "POST /api/v2/appusers/{external_id}/push_notifications/device_tokens/deregister"
        self._tell(endpoint, {"device_token": device_token}, external_id=player_id)

    def _in_parts(self, endpoint: str, told: Iterable[Json], progress: Progress | None) -> int:
        def send(part: Sequence[Json]) -> None:
            self._tell(endpoint, {"assignment_data": part})

        return send_parts(parts(told), send, progress)


def _attributes(told: Mapping[str, Any] | Sequence[PlayerAttribute | Json]) -> Sequence[PlayerAttribute | Json]:
    if isinstance(told, Mapping):
        return [{"name": name, "value": value} for name, value in told.items()]
    return told


def _pairs(told: Any) -> Iterable[tuple[str, Any]]:
    return told.items() if isinstance(told, Mapping) else told
