"""What the platform knows about one player, for tests, QA and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.revisions import Revision
from uwclient.sandbox.core.times import from_milliseconds
from uwclient.sandbox.platform import Platform
from uwclient.sandbox.services.emails.service import SentEmail
from uwclient.sandbox.services.impressions.models import MessageImpression, OfferImpression
from uwclient.sandbox.services.journeys.views import OdysseyView
from uwclient.sandbox.services.outcomes.models import EngagementOutcome
from uwclient.sandbox.services.players.models import ReceivedEvent, RegionTransition
from uwclient.sandbox.services.players.revenue import RevenueEvent
from uwclient.sandbox.services.push.models import DeviceToken, PushImpression
from uwclient.sandbox.services.sessions.models import Session
from uwclient.sandbox.services.surveys.models import SurveyResponse
from uwclient.sandbox.services.triggers.models import TriggeredCampaign


@dataclass(frozen=True, slots=True)
class PlayerView:
    """What the platform knows about one player at the moment of asking.

    What the player did comes oldest first, across all sessions. A request that was refused left nothing here;
    one that was delivered twice is here twice.
    """

    id: str
    _platform: Platform

    @property
    def revision(self) -> Revision:
        """The state of the platform for the player: while it is the same, polls tell the same, until `news_at`."""
        return self._platform.backend.revisions.of(self.id)

    @property
    def news_at(self) -> datetime | None:
        """When content starts of which the player's last lists say nothing yet (`starts_before`); None for never."""
        moment = self._platform.content.news_at(self.id)
        return None if moment is None else from_milliseconds(moment)

    @property
    def sessions(self) -> list[Session]:
        """The player's sessions, oldest first."""
        return self._platform.sessions.of_player(self.id)

    @property
    def attributes(self) -> dict[str, Any]:
        """The player's attributes by name; those that clients send when a session starts begin with an underscore."""
        return self._platform.players.attributes(self.id)

    @property
    def attribute_types(self) -> dict[str, str]:
        """The data types of the attributes, by name: string, boolean, integer, float or datetime."""
        return self._platform.players.attribute_types(self.id)

    def set_attributes(self, **values: Any) -> None:
        """Set attributes, which segments can target; a session's segments follow when it starts or refreshes.

        Args:
            **values: by name, texts, booleans, whole and finite numbers, and datetimes.

        Raises:
            ValueError: a value is none of these.

        """
        self._platform.players.set_attributes_now(self.id, values)
        self._platform.backend.note_change("set_attributes", self.id)

    def visit(self, at: datetime) -> None:
        """Count the player among those who were active at a moment, as a refresh does (see `segments.audience`)."""
        self._platform.sessions.visit(self.id, at)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The requests that were taken: what each brought, when, and which campaigns it triggered."""
        return self._platform.backend.deliveries.of_player(self.id)

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        """The player's events."""
        return self._platform.players.events(self.id)

    @property
    def event_count(self) -> int:
        """How many events there are: quicker than counting `events`."""
        return self._platform.players.event_count(self.id)

    @property
    def revenue_events(self) -> tuple[RevenueEvent, ...]:
        """What the player paid, as the studio's backend told it."""
        return self._platform.players.revenue.of_player(self.id)

    @property
    def regions(self) -> tuple[RegionTransition, ...]:
        """The regions that the player entered."""
        return self._platform.players.regions(self.id)

    @property
    def outcomes(self) -> tuple[EngagementOutcome, ...]:
        """The player's engagement outcomes."""
        return self._platform.outcomes.of_player(self.id)

    @property
    def odysseys(self) -> tuple[OdysseyView, ...]:
        """The player's ways through journeys, and why the player waits where they are."""
        return self._platform.journey_views.of_player(self.id)

    @property
    def emails(self) -> tuple[SentEmail, ...]:
        """The e-mails that campaigns and journeys have sent to the player."""
        self._platform.backend.catch_up()
        return self._platform.emails.sent_to(self.id)

    @property
    def message_impressions(self) -> tuple[MessageImpression, ...]:
        """The messages that the player was shown."""
        return self._platform.impressions.of_messages(self.id)

    @property
    def offer_impressions(self) -> tuple[OfferImpression, ...]:
        """The offers that the player was shown, and what became of them."""
        return self._platform.impressions.of_offers(self.id)

    @property
    def triggered_campaigns(self) -> tuple[TriggeredCampaign, ...]:
        """The campaigns that the player triggered: the impressions that came back with something they did."""
        return self._platform.triggers.triggered_by(self.id)

    @property
    def strange_impression_ids(self) -> tuple[str, ...]:
        """The campaign impressions that came with something the player did, but were never given to the player."""
        return self._platform.triggers.unknown_impressions_of(self.id)

    @property
    def survey_responses(self) -> tuple[SurveyResponse, ...]:
        """The player's responses to surveys: their states, and the answers."""
        return self._platform.surveys.responses(self.id)

    @property
    def device_tokens(self) -> tuple[DeviceToken, ...]:
        """The devices that are registered for push notifications, the latest last."""
        return self._platform.push.tokens(self.id)

    @property
    def push_impressions(self) -> tuple[PushImpression, ...]:
        """The push notifications that were sent to the player, and what became of them."""
        self._platform.backend.catch_up()
        return self._platform.push.impressions(self.id)

    @property
    def email_address(self) -> str | None:
        """The player's email address, if there is one."""
        return self._platform.emails.of_player(self.id).address

    @property
    def email_opted_out(self) -> bool:
        """Whether the player opted out of emails."""
        return self._platform.emails.of_player(self.id).opted_out
