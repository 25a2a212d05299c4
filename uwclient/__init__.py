"""The UserWise client for games written in Python. These are its public names.

Each is loaded when it is first used, so that a game which imports uwclient at its top starts no later for it.
"""

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from uwclient.client import UserWise
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
        StorageError,
        Unavailable,
        UserWiseError,
    )
    from uwclient.models.campaign import Campaign
    from uwclient.models.content import GameEvent, Message, Offer, PaymentData, Record, RemoteConfig, Survey
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
    from uwclient.version import __version__

__all__ = [
    "AccessDenied",
    "ApiError",
    "ArgumentError",
    "Campaign",
    "ConnectionFailed",
    "DataError",
    "GameEvent",
    "LifecycleError",
    "MediaInfo",
    "MediaVariant",
    "Message",
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
    "Region",
    "RemoteConfig",
    "ReplyError",
    "RequestRejected",
    "StorageError",
    "Survey",
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
    "ConnectionFailed": "uwclient.errors",
    "DataError": "uwclient.errors",
    "GameEvent": "uwclient.models.content",
    "LifecycleError": "uwclient.errors",
    "MediaInfo": "uwclient.models.media",
    "MediaVariant": "uwclient.models.media",
    "Message": "uwclient.models.content",
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
    "Region": "uwclient.models.player",
    "RemoteConfig": "uwclient.models.content",
    "ReplyError": "uwclient.errors",
    "RequestRejected": "uwclient.errors",
    "StorageError": "uwclient.errors",
    "Survey": "uwclient.models.content",
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
