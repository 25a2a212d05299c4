"""Owns the shapes of push notifications: what was sent, what became of it, and what a device is handed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class PushPlatform(StrEnum):
    """The push service that a device's token belongs to (section Push Notifications, Register a Device Token)."""

    APNS = "apns"
    FCM = "fcm"


class PushState(StrEnum):
    """What a device can tell of an impression (section Push Notifications, Update Impression State)."""

    DELIVERED = "delivered"
    VIEWED = "viewed"


class PushPayload(NamedTuple):
    """What a push library hands over of a notification.

    Attributes:
        impression_id: the sending of the notification to this device.
        push_notification_id: what was sent, or None when that was not told.
        image_id: the media attached to it, or None.

    """

    impression_id: str
    push_notification_id: str | None = None
    image_id: str | None = None


class PushNotification(NamedTuple):
    """A notification that was sent to the player (section Push Notifications, Get Push Notification Data).

    Attributes:
        id: the platform's id.
        name: the name that live operations gave it; not meant for players.
        title: localized for the player.
        body: localized for the player.
        image_id: the media attached to it, or None.
        framework_data: the studio's own data: an object or an array; {} when there is none.

    """

    id: str
    name: str
    title: str
    body: str
    image_id: str | None
    framework_data: Any


class PushImpression(NamedTuple):
    """The sending of a notification to one device (section Push Notifications, Get Impression Data).

    Attributes:
        id: the platform's id.
        push_notification_id: what was sent, or None when that was not told.
        state: "created", "sent", "delivered" or "viewed".
        start_at: when it was to be sent (aware), or None.
        device_token: where to, or None; personal data, and not in the repr.

    """

    id: str
    push_notification_id: str | None
    state: str
    start_at: datetime | None
    device_token: str | None

    def __repr__(self) -> str:
        shown = {name: value for name, value in self._asdict().items() if name != "device_token"}
        return f"PushImpression({', '.join(f'{name}={value!r}' for name, value in shown.items())})"
