"""Push notifications. The key P does what a push library does on a phone: it hands over a payload."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from uwclient import PushNotification, PushPayload, UserWise

from ..panels.notice import Notice, Push
from .pictures import LivePictures

PushLibrary: TypeAlias = Callable[[], object]
"""Gives the payload of the next push notification."""

DEVICE_TOKEN = "hero-wars-on-this-machine"  # noqa: S105 - what FCM or APNs gives, and no secret of this game


class LivePush:
    """Looks up what was received, and shows it."""

    def __init__(self, uw: UserWise, notice: Notice, pictures: LivePictures, library: PushLibrary | None) -> None:
        self._uw = uw
        self._pictures = pictures
        self._notice = notice
        self._library = library
        uw.push.on_received.connect(self._received)
        if library is not None:
            uw.push.register_device_token("fcm", DEVICE_TOKEN)

    def receive(self) -> None:
        """A notification comes in, if there is anything to send one."""
        if self._library is not None:
            self._uw.push.handle_payload(self._library())

    def _received(self, _sender: object, payload: PushPayload) -> None:
        if payload.push_notification_id is not None:
            self._uw.push.get_notification(payload.push_notification_id, partial(self._show, payload))

    def _show(self, payload: PushPayload, notification: PushNotification | None) -> None:
        if notification is None:
            return
        self._pictures.want(notification.image_id)
        self._notice.show(Push(notification.title, notification.body, notification.image_id))
        self._uw.push.update_impression_state(payload.impression_id, "viewed")
