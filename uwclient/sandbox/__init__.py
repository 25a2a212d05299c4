"""A UserWise platform on this machine, for the demo, for QA and for tests.

It is a real HTTP server on loopback with its own clock. It decides who sees what as the platform does: from
segments, environments and schedules; and it keeps what players do. What it holds comes from a YAML scenario (see
`uwclient.sandbox.scenario`) or from Python.
"""

try:
    from uwclient.sandbox.sandbox import Sandbox
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"uwclient.sandbox needs {error.name}: pip install 'uwclient[sandbox]'.", name=error.name
    ) from error
from uwclient.sandbox.campaigns import TriggeredCampaign
from uwclient.sandbox.deliveries import Delivery
from uwclient.sandbox.errors import ScenarioError, UnknownRecordError
from uwclient.sandbox.impressions import MessageImpression, OfferImpression
from uwclient.sandbox.outcomes import EngagementOutcome
from uwclient.sandbox.player_events import ReceivedEvent
from uwclient.sandbox.player_view import PlayerView
from uwclient.sandbox.pushes import DeviceToken, PushImpression
from uwclient.sandbox.regions import RegionTransition
from uwclient.sandbox.request_log import LoggedRequest
from uwclient.sandbox.sessions import Session
from uwclient.sandbox.steps import StateChange
from uwclient.sandbox.survey_responses import SurveyResponse

__all__ = [
    "Delivery",
    "DeviceToken",
    "EngagementOutcome",
    "LoggedRequest",
    "MessageImpression",
    "OfferImpression",
    "PlayerView",
    "PushImpression",
    "ReceivedEvent",
    "RegionTransition",
    "Sandbox",
    "ScenarioError",
    "Session",
    "StateChange",
    "SurveyResponse",
    "TriggeredCampaign",
    "UnknownRecordError",
]
