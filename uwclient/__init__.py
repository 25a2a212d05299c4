"""The UserWise client for games written in Python. These are its public names."""

from uwclient.client import UserWise
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
from uwclient.version import __version__

__all__ = [
    "AccessDenied",
    "ApiError",
    "ArgumentError",
    "ConnectionFailed",
    "GameEvent",
    "LifecycleError",
    "Message",
    "Offer",
    "PaymentData",
    "Record",
    "RecordError",
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
