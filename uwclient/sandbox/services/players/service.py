"""Owns the players' side of the truth: what is known about each, and what each did.

The HTTP routes and the Python API both come here; nothing here knows of HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.backend import Services
from uwclient.sandbox.core.deliveries import Delivery, Source
from uwclient.sandbox.core.errors import NotThere, Refused
from uwclient.sandbox.core.values import Attribute
from uwclient.sandbox.services.campaigns.tables import TriggeredCampaign
from uwclient.sandbox.services.impressions.tables import MessageImpression, OfferImpression
from uwclient.sandbox.services.outcomes.service import EngagementOutcome
from uwclient.sandbox.services.players.events import NewEvent, ReceivedEvent, received_events
from uwclient.sandbox.services.players.regions import RegionTransition
from uwclient.sandbox.services.sessions.tables import Session


class PlayerPlatform:
    """Owns what players did and what is known about them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    # What is known about players.

    def attributes(self, player_id: str) -> dict[str, Any]:
        """The player's attributes, by name."""
        with self._services.lock:
            return self._services.players.attributes(player_id)

    def set_attributes(self, player_id: str, values: Mapping[str, Any]) -> None:
        """Set or replace attributes of a player."""
        with self._services.lock:
            self._services.players.set_attributes(player_id, values)

    def attribute_types(self, player_id: str) -> dict[str, str]:
        """The data types of the player's attributes, by name."""
        with self._services.lock:
            return self._services.players.attribute_types(player_id)

    def sessions(self, player_id: str) -> list[Session]:
        """The player's sessions, oldest first."""
        with self._services.lock:
            return self._services.sessions.of_player(player_id)

    def find_session(self, player_id: str, session_id: str) -> Session | None:
        """The session of that id, if it is this player's."""
        with self._services.lock:
            return self._services.sessions.find(player_id, session_id)

    def deliveries(self, player_id: str) -> tuple[Delivery, ...]:
        """The requests that brought something the player did, oldest first."""
        with self._services.lock:
            return tuple(self._services.deliveries.of_player(player_id).values())

    def events(self, player_id: str) -> tuple[ReceivedEvent, ...]:
        """The player's events, oldest first."""
        with self._services.lock:
            rows = self._services.events.rows(player_id)
            deliveries = self._services.deliveries.of_player(player_id)
        return received_events(rows, deliveries)

    def event_count(self, player_id: str) -> int:
        """How many events the player had."""
        with self._services.lock:
            return self._services.events.count(player_id)

    def regions(self, player_id: str) -> tuple[RegionTransition, ...]:
        """The player's transitions between regions, oldest first."""
        with self._services.lock:
            return self._services.regions.of_player(player_id, self._services.deliveries.of_player(player_id))

    def outcomes(self, player_id: str) -> tuple[EngagementOutcome, ...]:
        """The player's engagement outcomes, oldest first."""
        with self._services.lock:
            return self._services.outcomes.of_player(player_id, self._services.deliveries.of_player(player_id))

    def message_impressions(self, player_id: str) -> tuple[MessageImpression, ...]:
        """The player's impressions of messages, oldest first."""
        with self._services.lock:
            return self._services.impressions.messages(player_id, self._services.deliveries.of_player(player_id))

    def offer_impressions(self, player_id: str) -> tuple[OfferImpression, ...]:
        """The player's impressions of offers, oldest first."""
        with self._services.lock:
            return self._services.impressions.offers(player_id, self._services.deliveries.of_player(player_id))

    def triggered_campaigns(self, player_id: str) -> tuple[TriggeredCampaign, ...]:
        """The campaigns that the player triggered, oldest first."""
        with self._services.lock:
            return self._services.campaigns.triggered(player_id, self._services.deliveries.of_player(player_id))

    def strange_impression_ids(self, player_id: str, impression_ids: Iterable[str]) -> list[str]:
        """Those of the ids of campaign impressions that were never given to the player."""
        with self._services.lock:
            return self._services.campaigns.strangers(player_id, impression_ids)

    def email(self, player_id: str) -> tuple[str | None, bool]:
        """The player's email address, and whether the player opted out of emails."""
        with self._services.lock:
            return self._services.emails.find(player_id)

    # What players did. Each of these happens wholly, or (Refused, NotThere) not at all.

    def assign_attributes(self, source: Source, attributes: Sequence[Attribute]) -> None:
        """Set or replace attributes; segments notice at the next refresh."""
        with self._services.delivery(source, "attributes"):
            self._services.players.assign_attributes(source.player_id, attributes)

    def assign_events(self, source: Source, events: Sequence[NewEvent]) -> None:
        """Append events."""
        with self._services.delivery(source, "events") as delivery:
            self._services.events.add(source.player_id, delivery, events)

    def enter_region(self, source: Source, name: str, metadata: Sequence[Attribute]) -> None:
        """Append a transition into a region."""
        with self._services.delivery(source, "regions") as delivery:
            self._services.regions.add(source.player_id, delivery, name, metadata)

    def assign_outcome(self, source: Source, key: str, outcome_type: str) -> None:
        """Append an engagement outcome."""
        with self._services.delivery(source, "outcomes") as delivery:
            self._services.outcomes.add(source.player_id, delivery, key, outcome_type)

    def initialize_impression(self, source: Source, kind: str, content_id: str) -> str:
        """A new impression of a message or an offer; its id. NotThere when there is none for this player.

        It may have ended: what players did while they were offline arrives late.
        """
        with self._services.lock:
            session = self._services.session_of(source)
            if session is None or self._services.visible(session, kind, content_id) is None:
                raise NotThere(f"There is no {kind[:-1]} {content_id!r} for this player.")
            with self._services.delivery(source, f"{kind[:-1]}_impressions") as delivery:
                return self._services.impressions.add(kind, source.player_id, delivery, content_id)

    def advance_message(self, source: Source, message_id: str, state: str) -> None:
        """Let the latest impression of a message go on to a state."""
        with self._services.delivery(source, "message_impressions") as delivery:
            found = self._services.impressions.latest("messages", source.player_id, message_id)
            if found is None:
                raise Refused(
                    ("message_id",),
                    f"the player has no impression of the message {message_id!r}",
                    "Send message_impressions/initialize first.",
                )
            self._services.impressions.advance(found, state, delivery)

    def advance_offer(self, source: Source, impression_id: str, state: str) -> None:
        """Let an impression of an offer go on to a state. NotThere when the player has none of that id."""
        with self._services.delivery(source, "offer_impressions") as delivery:
            found = self._services.impressions.find("offers", source.player_id, impression_id)
            if found is None:
                raise NotThere(f"The player has no offer impression {impression_id!r}.")
            self._services.impressions.advance(found, state, delivery)

    def set_email(self, source: Source, address: str) -> None:
        """Set or replace the player's email address."""
        with self._services.delivery(source, "email_address"):
            self._services.emails.set(source.player_id, address)

    def delete_email(self, source: Source, *, opt_out: bool) -> None:
        """Forget the player's email address."""
        with self._services.delivery(source, "email_address"):
            self._services.emails.delete(source.player_id, opt_out=opt_out)
