"""Push notifications: the notification, its impression, and the payload that a device receives."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class PushPlatform(StrEnum):
    """The push service that a device's token belongs to (section Push Notifications, Register a Device Token)."""

    APNS = "apns"
    FCM = "fcm"


class PushState(StrEnum):
    """The states that a device can report (section Push Notifications, Update Impression State)."""

    DELIVERED = "delivered"
    VIEWED = "viewed"


class PushPayload(NamedTuple):
    """The payload that a push library receives with a notification.

    Attributes:
        impression_id: the platform's id of the impression: the delivery of the notification to this device.
        push_notification_id: the platform's id of the notification, or None if it is not known.
        image_id: the media id of its image, or None.

    """

    impression_id: str
    push_notification_id: str | None = None
    image_id: str | None = None


class PushNotification(NamedTuple):
    """A notification that was sent to the player (section Push Notifications, Get Push Notification Data).

    Attributes:
        id: the platform's id.
        name: the name given by live operations; not meant for players.
        title: localized for the player.
        body: localized for the player.
        image_id: the media id of its image, or None.
        framework_data: the studio's own data, decoded from JSON: a dict or a list; {} if there is none.

    """

    id: str
    name: str
    title: str
    body: str
    image_id: str | None
    framework_data: Any


class PushImpression(NamedTuple):
    """The delivery of a notification to one device (section Push Notifications, Get Impression Data).

    Attributes:
        id: the platform's id.
        push_notification_id: the platform's id of the notification, or None if it is not known.
        state: "created", "sent", "delivered" or "viewed".
        start_at: when it was scheduled to be sent (aware), or None.
        device_token: the device's token, or None; personal data, never put in the repr.

    """

    id: str
    push_notification_id: str | None
    state: str
    start_at: datetime | None
    device_token: str | None

    def __repr__(self) -> str:
        shown = {name: value for name, value in self._asdict().items() if name != "device_token"}
        return f"PushImpression({', '.join(f'{name}={value!r}' for name, value in shown.items())})"
