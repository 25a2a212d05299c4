"""The server-to-server API of UserWise, for the backend of a game: `ServerApi`, its records and its exceptions."""

from uwclient.server_api.ab_tests import ABTest, Variant
from uwclient.server_api.campaigns import Campaign, ContentInCampaign, Trigger
from uwclient.server_api.catalogue import Currency, Item, Product
from uwclient.server_api.categories import Category
from uwclient.server_api.contents import Content, Delivery
from uwclient.server_api.definitions import AttributeDefinition, EventDefinition, RegionDefinition
from uwclient.server_api.engagement import EmailSettings, EngagementOutcome
from uwclient.server_api.environments import Environment
from uwclient.server_api.errors import (
    BadRequest,
    BulkStopped,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    ServerApiError,
    ServerError,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    Unprocessable,
)
from uwclient.server_api.frameworks import EventFramework, MessageType, OfferFramework, PushFramework
from uwclient.server_api.journey_steps import Advancement, Edge, JourneyStep, Position
from uwclient.server_api.journeys import EntryRule, EntryRules, ExitRule, ExitRules, Journey, ReenrollmentRules
from uwclient.server_api.media import MediaRecord, MediaVariant
from uwclient.server_api.pages import Page, Pages
from uwclient.server_api.players import Player, PlayerAttribute, PlayerEnvironment, PlayerEvent, RevenueEvent
from uwclient.server_api.record import Record
from uwclient.server_api.segments import AttributeCondition, AudienceStats, EventCondition, EventSet, Segment
from uwclient.server_api.server import ServerApi
from uwclient.server_api.surveys import (
    Answer,
    AnswerCount,
    AttributeCount,
    Audience,
    EventCount,
    QuestionResult,
    RawResponses,
    SurveyResponse,
    SurveyResults,
    ValueCount,
)
from uwclient.server_api.templates import JsonList, Template

__all__ = [
    "ABTest",
    "Advancement",
    "Answer",
    "AnswerCount",
    "AttributeCondition",
    "AttributeCount",
    "AttributeDefinition",
    "Audience",
    "AudienceStats",
    "BadRequest",
    "BulkStopped",
    "Campaign",
    "Category",
    "Content",
    "ContentInCampaign",
    "Currency",
    "Delivery",
    "Edge",
    "EmailSettings",
    "EngagementOutcome",
    "EntryRule",
    "EntryRules",
    "Environment",
    "EventCondition",
    "EventCount",
    "EventDefinition",
    "EventFramework",
    "EventSet",
    "ExitRule",
    "ExitRules",
    "Forbidden",
    "Item",
    "Journey",
    "JourneyStep",
    "JsonList",
    "MediaRecord",
    "MediaVariant",
    "MessageType",
    "MethodNotAllowed",
    "NotFound",
    "OfferFramework",
    "Page",
    "Pages",
    "Player",
    "PlayerAttribute",
    "PlayerEnvironment",
    "PlayerEvent",
    "Position",
    "Product",
    "PushFramework",
    "QuestionResult",
    "RawResponses",
    "Record",
    "ReenrollmentRules",
    "RegionDefinition",
    "RevenueEvent",
    "Segment",
    "ServerApi",
    "ServerApiError",
    "ServerError",
    "ServiceUnavailable",
    "SurveyResponse",
    "SurveyResults",
    "Template",
    "TooManyRequests",
    "Trigger",
    "Unauthorized",
    "Unprocessable",
    "ValueCount",
    "Variant",
]
