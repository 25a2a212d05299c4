"""Owns nothing: shows what the platform knows about one player, to tests, QA and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.services.campaigns.tables import TriggeredCampaign
from uwclient.sandbox.services.impressions.tables import MessageImpression, OfferImpression
from uwclient.sandbox.services.outcomes.service import EngagementOutcome
from uwclient.sandbox.services.players.events import ReceivedEvent
from uwclient.sandbox.services.players.regions import RegionTransition
from uwclient.sandbox.services.players.service import PlayerPlatform
from uwclient.sandbox.services.push.service import PushPlatform
from uwclient.sandbox.services.push.tables import DeviceToken, PushImpression
from uwclient.sandbox.services.sessions.tables import Session
from uwclient.sandbox.services.surveys.service import SurveyPlatform
from uwclient.sandbox.services.surveys.tables import SurveyResponse


@dataclass(frozen=True, slots=True)
class PlayerView:
    """Owns nothing: shows what the platform knows about one player at the moment it is asked.

    What the player did comes oldest first, across all sessions. A request that was refused left nothing here;
    one that was delivered twice is here twice.
    """

    id: str
    _players: PlayerPlatform
    _surveys: SurveyPlatform
    _pushes: PushPlatform

    @property
    def sessions(self) -> list[Session]:
        """The player's sessions, oldest first."""
        return self._players.sessions(self.id)

    @property
    def attributes(self) -> dict[str, Any]:
        """The player's attributes by name; those that sessions told of begin with an underscore."""
        return self._players.attributes(self.id)

    @property
    def attribute_types(self) -> dict[str, str]:
        """The data types of the attributes, by name: string, boolean, integer, float or datetime."""
        return self._players.attribute_types(self.id)

    def set_attributes(self, **values: Any) -> None:
        """Set attributes that segments target; sessions notice when they start or refresh their segments."""
        self._players.set_attributes(self.id, values)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The requests that were taken: what each brought, when, and which campaigns it triggered."""
        return self._players.deliveries(self.id)

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        """The player's events."""
        return self._players.events(self.id)

    @property
    def event_count(self) -> int:
        """How many events there are: quicker than counting `events`."""
        return self._players.event_count(self.id)

    @property
    def regions(self) -> tuple[RegionTransition, ...]:
        """The regions that the player entered."""
        return self._players.regions(self.id)

    @property
    def outcomes(self) -> tuple[EngagementOutcome, ...]:
        """The player's engagement outcomes."""
        return self._players.outcomes(self.id)

    @property
    def message_impressions(self) -> tuple[MessageImpression, ...]:
        """The messages that the player was shown."""
        return self._players.message_impressions(self.id)

    @property
    def offer_impressions(self) -> tuple[OfferImpression, ...]:
        """The offers that the player was shown, and what became of them."""
        return self._players.offer_impressions(self.id)

    @property
    def triggered_campaigns(self) -> tuple[TriggeredCampaign, ...]:
        """The campaigns that the player triggered: the impressions that came back with something they did."""
        return self._players.triggered_campaigns(self.id)

    @property
    def strange_impression_ids(self) -> tuple[str, ...]:
        """The campaign impressions that came with something the player did, but were never given to the player."""
        claimed = [one for delivery in self.deliveries for one in delivery.impression_ids]
        return tuple(self._players.strange_impression_ids(self.id, dict.fromkeys(claimed)))

    @property
    def survey_responses(self) -> tuple[SurveyResponse, ...]:
        """The surveys that the player was asked to answer, how far that went, and the answers."""
        return self._surveys.responses(self.id)

    @property
    def device_tokens(self) -> tuple[DeviceToken, ...]:
        """The devices that are registered for push notifications, the latest last."""
        return self._pushes.tokens(self.id)

    @property
    def push_impressions(self) -> tuple[PushImpression, ...]:
        """The push notifications that were sent to the player, and what became of them."""
        return self._pushes.impressions(self.id)

    @property
    def email_address(self) -> str | None:
        """The player's email address, if there is one."""
        return self._players.email(self.id)[0]

    @property
    def email_opted_out(self) -> bool:
        """Whether the player wants no emails."""
        return self._players.email(self.id)[1]
