"""A UserWise platform on this machine, for the demo, for QA and for tests.

It is a real HTTP server on loopback with its own clock. It decides who sees what as the platform does, by segments,
environments and schedules, and it keeps what players do. Its content comes from a YAML scenario (see
`uwclient.sandbox.scenario`) or from Python.
"""

try:
    from uwclient.sandbox.sandbox import Sandbox
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"uwclient.sandbox needs {error.name}: pip install 'uwclient[sandbox]'.", name=error.name
    ) from error
from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.errors import JourneyError, ScenarioError, UnknownRecordError
from uwclient.sandbox.core.revisions import Revision
from uwclient.sandbox.core.state_machine import StateChange
from uwclient.sandbox.http.faults import Faults
from uwclient.sandbox.http.outgoing import Held as HeldRequest
from uwclient.sandbox.http.request_log import LoggedRequest
from uwclient.sandbox.player_view import PlayerView
from uwclient.sandbox.services.emails.service import SentEmail
from uwclient.sandbox.services.impressions.models import MessageImpression, OfferImpression
from uwclient.sandbox.services.journeys.funnel import EdgeFigures, Funnel, Path, StepFigures
from uwclient.sandbox.services.journeys.looking import JourneyCounts
from uwclient.sandbox.services.journeys.population import Behaviour
from uwclient.sandbox.services.journeys.preview import Preview, PreviewedStep
from uwclient.sandbox.services.journeys.views import LegView, OdysseyView
from uwclient.sandbox.services.outcomes.models import EngagementOutcome
from uwclient.sandbox.services.players.models import ReceivedEvent, RegionTransition
from uwclient.sandbox.services.players.revenue import RevenueEvent
from uwclient.sandbox.services.push.models import DeviceToken, PushImpression
from uwclient.sandbox.services.sessions.models import Session
from uwclient.sandbox.services.surveys.models import SurveyResponse
from uwclient.sandbox.services.triggers.models import TriggeredCampaign
from uwclient.sandbox.services.webhooks.models import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookRequest,
)

__all__ = [
    "Behaviour",
    "Delivery",
    "DeviceToken",
    "EdgeFigures",
    "EngagementOutcome",
    "Faults",
    "Funnel",
    "HeldRequest",
    "JourneyCounts",
    "JourneyError",
    "LegView",
    "LoggedRequest",
    "MessageImpression",
    "OdysseyView",
    "OfferImpression",
    "Path",
    "PlayerView",
    "Preview",
    "PreviewedStep",
    "PushImpression",
    "ReceivedEvent",
    "RegionTransition",
    "RevenueEvent",
    "Revision",
    "Sandbox",
    "ScenarioError",
    "SentEmail",
    "Session",
    "StateChange",
    "StepFigures",
    "SurveyResponse",
    "TriggeredCampaign",
    "UnknownRecordError",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookRequest",
]
