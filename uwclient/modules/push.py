"""Push notifications: `uw.push`. The game receives them with a push library of its choice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from uwclient.models.player import ActionKind
from uwclient.models.push import PushImpression, PushNotification, PushPayload, PushPlatform, PushState
from uwclient.models.queries import Answer, NotificationWanted, PushImpressionWanted, Query
from uwclient.modules.actions import Actions, Callback
from uwclient.modules.queries import PendingQueries, check_receiver, log_failure
from uwclient.pump import call_safely, deliver
from uwclient.rules.actions import checked_id, device_text, push_state_text, registered_device_text
from uwclient.rules.push import read_payload
from uwclient.signals import PushSignals

T = TypeVar("T")

MOST_REMEMBERED = 1000
"""The maximum number of impressions that are remembered, so that each is reported once."""


class PushModule(PushSignals):
    """Device tokens, and the notifications that this player has received; each is reported once.

    What is told to the platform is queued like everything that the player does; what is asked needs a session.
    `post(payload)` has `_emit_received` called in the next pump.
    """

    def __init__(self, actions: Actions, queries: PendingQueries, post: Callable[[PushPayload], None]) -> None:
        super().__init__()
        self._actions = actions
        self._queries = queries
        self._post = post
        self._received: OrderedDict[str, None] = OrderedDict()
        self._told: OrderedDict[str, None] = OrderedDict()

    def register_device_token(self, platform: PushPlatform | str, token: str, callback: Callback = None) -> None:
        """Register this device for push notifications. It is delivered like every action of the player.

        Documentation: section Push Notifications, Register a Device Token.

        Args:
            platform: the push service: "apns" or "fcm".
            token: the device token that the push service has issued.
            callback: called once from `pump()` as `callback(ok)`: True when the platform has accepted the action,
                False when it has refused it, or when it was dropped. It is not called when the client is stopped, or
                switched to another player, before that.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        self._actions.record(ActionKind.REGISTER_DEVICE, registered_device_text(platform, token), callback)

    def unregister_device_token(self, token: str, callback: Callback = None) -> None:
        """Unregister this device from push notifications. It is delivered like every action of the player.

        Args:
            token: the device token that was registered.
            callback: called as by `register_device_token`.

        Raises:
            ArgumentError: the token is no text, or empty; nothing is recorded.
        """
        self._actions.record(ActionKind.UNREGISTER_DEVICE, device_text(token), callback)

    def update_impression_state(self, id: str, state: PushState | str, callback: Callback = None) -> None:
        """Record the new state of a notification's impression. It is delivered like every action of the player.

        Documentation: section Push Notifications, Update Impression State.

        Args:
            id: the platform's id of the impression.
            state: "delivered" or "viewed".
            callback: called as by `register_device_token`.

        Raises:
            ArgumentError: an argument is wrong; nothing is recorded.
        """
        self._actions.record(ActionKind.PUSH_STATE, push_state_text(id, state), callback)
        _remember(self._told, id)

    def get_notification(self, id: str, callback: Callable[[PushNotification | None], object]) -> None:
        """Query the platform for a notification.

        Args:
            id: the platform's id of the notification.
            callback: called once from `pump()` as `callback(notification)`; with None when the platform does not
                know the notification or cannot be reached, and the log says which.

        Raises:
            ArgumentError: the id cannot be one, or the callback cannot be called.
        """
        self._look_up(NotificationWanted(checked_id("id", id)), "notification", callback)

    def get_impression(self, id: str, callback: Callable[[PushImpression | None], object]) -> None:
        """Query the platform for a notification's impression.

        Args:
            id: the platform's id of the impression.
            callback: called as by `get_notification`, as `callback(impression)`.

        Raises:
            ArgumentError: the id cannot be one, or the callback cannot be called.
        """
        self._look_up(PushImpressionWanted(checked_id("id", id)), "impression", callback)

    def handle_payload(self, payload: object) -> bool:
        """Handle the payload that a push library has received with a notification.

        If it is a UserWise notification, its impression is marked as delivered, and the next `pump()` sends
        `on_received(payload)`; both happen once for each impression. Everything else is ignored.

        Args:
            payload: the data of the notification, usually a dict. Any value is accepted; this never raises.

        Returns:
            Whether it is a UserWise notification: its `origin` is "userwise", and it has an `impression_id`.
        """
        read = read_payload(payload)
        if read is None:
            return False
        if read.impression_id not in self._received:
            if read.impression_id not in self._told:
                self.update_impression_state(read.impression_id, PushState.DELIVERED)
            _remember(self._received, read.impression_id)
            self._post(read)
        return True

    # For the client's own parts.

    def _emit_received(self, payload: PushPayload) -> int:
        """Send `on_received`, unless the client was switched to another player since."""
        return deliver(self.on_received, self, payload=payload) if payload.impression_id in self._received else 0

    def _clear_player(self) -> None:
        """Forget the impressions of the previous player."""
        self._received.clear()
        self._told.clear()

    def _look_up(self, ask: Query, what: str, callback: Callable[[T | None], object]) -> None:
        check_receiver(callback)

        def tell(answer: Answer) -> int:
            if answer.error is not None:
                log_failure(f"The push {what} {ask[0]!r} could not be looked up", answer.error)
            call_safely(callback, answer.value, what=f"the callback of push.get_{what}()")
            return 0

        self._queries.ask(ask, tell)


def _remember(known: OrderedDict[str, None], impression_id: str) -> None:
    known[impression_id] = None
    if len(known) > MOST_REMEMBERED:
        known.popitem(last=False)
