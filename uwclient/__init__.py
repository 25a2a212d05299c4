"""The UserWise client for games written in Python. These are its public names.

Each is loaded when it is first used, so that a game which imports uwclient at its top starts no later for it.
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
        LifecycleError,
        RecordError,
        ReplyError,
        RequestRejected,
        StorageError,
        Unavailable,
        UserWiseError,
    )
    from uwclient.models.content import GameEvent, Message, Offer, PaymentData, Record, RemoteConfig, Survey
    from uwclient.models.diagnosis import (
        ClockStatus,
        DeliveryStatus,
        FrameCost,
        ListenerCost,
        ModuleStatus,
        RefreshStatus,
        RequestStatus,
        ScheduledChange,
        SentSignal,
        SessionStatus,
    )
    from uwclient.models.player import (
        OfferImpression,
        OfferState,
        OutcomeType,
        PlayerAction,
        PlayerAttribute,
        PlayerEvent,
        Region,
    )
    from uwclient.version import __version__

__all__ = [
    "AccessDenied",
    "ApiError",
    "ArgumentError",
    "ClockStatus",
    "ConnectionFailed",
    "DeliveryStatus",
    "Diagnostics",
    "FrameCost",
    "GameEvent",
    "LifecycleError",
    "ListenerCost",
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
    "Record",
    "RecordError",
    "RefreshStatus",
    "Region",
    "RemoteConfig",
    "ReplyError",
    "RequestRejected",
    "RequestStatus",
    "ScheduledChange",
    "SentSignal",
    "SessionStatus",
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
    "ClockStatus": "uwclient.models.diagnosis",
    "ConnectionFailed": "uwclient.errors",
    "DeliveryStatus": "uwclient.models.diagnosis",
    "Diagnostics": "uwclient.diagnostics",
    "FrameCost": "uwclient.models.diagnosis",
    "GameEvent": "uwclient.models.content",
    "LifecycleError": "uwclient.errors",
    "ListenerCost": "uwclient.models.diagnosis",
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
    "Record": "uwclient.models.content",
    "RecordError": "uwclient.errors",
    "RefreshStatus": "uwclient.models.diagnosis",
    "Region": "uwclient.models.player",
    "RemoteConfig": "uwclient.models.content",
    "ReplyError": "uwclient.errors",
    "RequestRejected": "uwclient.errors",
    "RequestStatus": "uwclient.models.diagnosis",
    "ScheduledChange": "uwclient.models.diagnosis",
    "SentSignal": "uwclient.models.diagnosis",
    "SessionStatus": "uwclient.models.diagnosis",
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
