"""Owns nothing: shows what the platform knows about one player, to tests, QA and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.deliveries import Delivery
from uwclient.sandbox.impressions import MessageImpression, OfferImpression
from uwclient.sandbox.outcomes import EngagementOutcome
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.player_events import ReceivedEvent
from uwclient.sandbox.regions import RegionTransition
from uwclient.sandbox.sessions import Session


@dataclass(frozen=True, slots=True)
class PlayerView:
    """Owns nothing: shows what the platform knows about one player at the moment it is asked.

    What the player did comes oldest first, across all sessions. A request that was refused left nothing here;
    one that was delivered twice is here twice.
    """

    id: str
    _platform: Platform

    @property
    def sessions(self) -> list[Session]:
        """The player's sessions, oldest first."""
        return self._platform.sessions(self.id)

    @property
    def attributes(self) -> dict[str, Any]:
        """The player's attributes by name; those that sessions told of begin with an underscore."""
        return self._platform.attributes(self.id)

    @property
    def attribute_types(self) -> dict[str, str]:
        """The data types of the attributes, by name: string, boolean, integer, float or datetime."""
        return self._platform.attribute_types(self.id)

    def set_attributes(self, **values: Any) -> None:
        """Set attributes that segments target; sessions notice when they start or refresh their segments."""
        self._platform.set_attributes(self.id, values)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The requests that were taken: what each brought, when, and which campaigns it triggered."""
        return self._platform.deliveries(self.id)

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        """The player's events."""
        return self._platform.events(self.id)

    @property
    def event_count(self) -> int:
        """How many events there are: quicker than counting `events`."""
        return self._platform.event_count(self.id)

    @property
    def regions(self) -> tuple[RegionTransition, ...]:
        """The regions that the player entered."""
        return self._platform.regions(self.id)

    @property
    def outcomes(self) -> tuple[EngagementOutcome, ...]:
        """The player's engagement outcomes."""
        return self._platform.outcomes(self.id)

    @property
    def message_impressions(self) -> tuple[MessageImpression, ...]:
        """The messages that the player was shown."""
        return self._platform.message_impressions(self.id)

    @property
    def offer_impressions(self) -> tuple[OfferImpression, ...]:
        """The offers that the player was shown, and what became of them."""
        return self._platform.offer_impressions(self.id)

    @property
    def email_address(self) -> str | None:
        """The player's email address, if there is one."""
        return self._platform.email(self.id)[0]

    @property
    def email_opted_out(self) -> bool:
        """Whether the player wants no emails."""
        return self._platform.email(self.id)[1]
