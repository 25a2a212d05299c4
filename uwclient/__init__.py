"""The UserWise client for games written in Python. These are its public names.

Each is imported when it is first used, so that `import uwclient` does not delay the start of a game.
"""

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from uwclient.client import UserWise
    from uwclient.diagnostics import Diagnostics
    from uwclient.errors import (
        AccessDenied,
        ApiError,
        ArgumentError,
        ConnectionFailed,
        DataError,
        LifecycleError,
        RecordError,
        ReplyError,
        RequestRejected,
        SignatureError,
        StorageError,
        Unavailable,
        UserWiseError,
    )
    from uwclient.http.messages import Limits, Reply, Request, Transport
    from uwclient.models.campaign import Campaign
    from uwclient.models.content import GameEvent, Message, Offer, PaymentData, Record, RemoteConfig, Survey
    from uwclient.models.diagnosis import (
        ClockStatus,
        DeliveryStatus,
        FrameCost,
        FramePart,
        ListenerCost,
        ModuleStatus,
        RefreshStatus,
        RequestStatus,
        ScheduledChange,
        SentSignal,
        SessionStatus,
        SlowFrame,
    )
    from uwclient.models.media import MediaInfo, MediaVariant
    from uwclient.models.player import (
        OfferImpression,
        OfferState,
        OutcomeType,
        PlayerAction,
        PlayerAttribute,
        PlayerEvent,
        Region,
    )
    from uwclient.models.push import PushImpression, PushNotification, PushPayload, PushPlatform, PushState
    from uwclient.time_sources import StandingTime, TimeSource
    from uwclient.version import __version__

__all__ = [
    "AccessDenied",
    "ApiError",
    "ArgumentError",
    "Campaign",
    "ClockStatus",
    "ConnectionFailed",
    "DataError",
    "DeliveryStatus",
    "Diagnostics",
    "FrameCost",
    "FramePart",
    "GameEvent",
    "LifecycleError",
    "Limits",
    "ListenerCost",
    "MediaInfo",
    "MediaVariant",
    "Message",
    "ModuleStatus",
    "Offer",
    "OfferImpression",
    "OfferState",
    "OutcomeType",
    "PaymentData",
    "PlayerAction",
    "PlayerAttribute",
    "PlayerEvent",
    "PushImpression",
    "PushNotification",
    "PushPayload",
    "PushPlatform",
    "PushState",
    "Record",
    "RecordError",
    "RefreshStatus",
    "Region",
    "RemoteConfig",
    "Reply",
    "ReplyError",
    "Request",
    "RequestRejected",
    "RequestStatus",
    "ScheduledChange",
    "SentSignal",
    "SessionStatus",
    "SignatureError",
    "SlowFrame",
    "StandingTime",
    "StorageError",
    "Survey",
    "TimeSource",
    "Transport",
    "Unavailable",
    "UserWise",
    "UserWiseError",
    "__version__",
]

_HOMES = {
    "AccessDenied": "uwclient.errors",
    "ApiError": "uwclient.errors",
    "ArgumentError": "uwclient.errors",
    "Campaign": "uwclient.models.campaign",
    "ClockStatus": "uwclient.models.diagnosis",
    "ConnectionFailed": "uwclient.errors",
    "DataError": "uwclient.errors",
    "DeliveryStatus": "uwclient.models.diagnosis",
    "Diagnostics": "uwclient.diagnostics",
    "FrameCost": "uwclient.models.diagnosis",
    "FramePart": "uwclient.models.diagnosis",
    "GameEvent": "uwclient.models.content",
    "LifecycleError": "uwclient.errors",
    "Limits": "uwclient.http.messages",
    "ListenerCost": "uwclient.models.diagnosis",
    "MediaInfo": "uwclient.models.media",
    "MediaVariant": "uwclient.models.media",
    "Message": "uwclient.models.content",
    "ModuleStatus": "uwclient.models.diagnosis",
    "Offer": "uwclient.models.content",
    "OfferImpression": "uwclient.models.player",
    "OfferState": "uwclient.models.player",
    "OutcomeType": "uwclient.models.player",
    "PaymentData": "uwclient.models.content",
    "PlayerAction": "uwclient.models.player",
    "PlayerAttribute": "uwclient.models.player",
    "PlayerEvent": "uwclient.models.player",
    "PushImpression": "uwclient.models.push",
    "PushNotification": "uwclient.models.push",
    "PushPayload": "uwclient.models.push",
    "PushPlatform": "uwclient.models.push",
    "PushState": "uwclient.models.push",
    "Record": "uwclient.models.content",
    "RecordError": "uwclient.errors",
    "RefreshStatus": "uwclient.models.diagnosis",
    "Region": "uwclient.models.player",
    "RemoteConfig": "uwclient.models.content",
    "Reply": "uwclient.http.messages",
    "ReplyError": "uwclient.errors",
    "Request": "uwclient.http.messages",
    "RequestRejected": "uwclient.errors",
    "RequestStatus": "uwclient.models.diagnosis",
    "ScheduledChange": "uwclient.models.diagnosis",
    "SentSignal": "uwclient.models.diagnosis",
    "SessionStatus": "uwclient.models.diagnosis",
    "SignatureError": "uwclient.errors",
    "SlowFrame": "uwclient.models.diagnosis",
    "StorageError": "uwclient.errors",
    "Survey": "uwclient.models.content",
    "TimeSource": "uwclient.time_sources",
    "StandingTime": "uwclient.time_sources",
    "Transport": "uwclient.http.messages",
    "Unavailable": "uwclient.errors",
    "UserWise": "uwclient.client",
    "UserWiseError": "uwclient.errors",
    "__version__": "uwclient.version",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'uwclient' has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__]
