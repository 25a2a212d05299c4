"""Webhooks for a game's backend: signatures are checked, events are values, and each is handled once.

    from uwclient.webhooks import PlayerOfferImpressionStateChange, Receiver

    receiver = Receiver("https://game.example/webhooks", secret="…")

    @receiver.player_offer_impression_state_change.connect
    def grant(receiver: Receiver, event: PlayerOfferImpressionStateChange) -> None:
        ...

`receiver.wsgi_app` and `receiver.asgi_app` are mounted in a web application; `verify` is for those who have a route
of their own. See docs/webhooks.md.
"""

from uwclient.errors import SignatureError
from uwclient.webhooks.events import (
    EVENTS,
    CampaignStateChange,
    PlayerCampaignTrigger,
    PlayerJourneyEntered,
    PlayerJourneyExited,
    PlayerJourneyStepAdvanced,
    PlayerMessageImpressionCreation,
    PlayerMessageImpressionStateChange,
    PlayerOfferImpressionCreation,
    PlayerOfferImpressionStateChange,
    PlayerSessionCreation,
    PlayerSurveyResponseCreation,
    PlayerSurveyResponseStateChange,
    PushNotificationDeliveryOverride,
    WebhookEvent,
)
from uwclient.webhooks.receiver import Receiver
from uwclient.webhooks.signature import verify

__all__ = [
    "EVENTS",
    "CampaignStateChange",
    "PlayerCampaignTrigger",
    "PlayerJourneyEntered",
    "PlayerJourneyExited",
    "PlayerJourneyStepAdvanced",
    "PlayerMessageImpressionCreation",
    "PlayerMessageImpressionStateChange",
    "PlayerOfferImpressionCreation",
    "PlayerOfferImpressionStateChange",
    "PlayerSessionCreation",
    "PlayerSurveyResponseCreation",
    "PlayerSurveyResponseStateChange",
    "PushNotificationDeliveryOverride",
    "Receiver",
    "SignatureError",
    "WebhookEvent",
    "verify",
]
