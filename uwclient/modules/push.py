"""Owns what a game does with push notifications: `uw.push`. A push library of the game's choice receives them."""

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
"""Impressions that are known to have been handed over, or told of."""


class PushModule(PushSignals):
    """Owns which notifications were handed over for this player, so that each is told of once.

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
        """Have notifications sent to this device: `platform` is "apns" or "fcm", `token` what that service gave.

        Queued like everything that the player does; `callback(ok)` is called from `pump()`. ArgumentError for
        anything else.
        """
        self._actions.record(ActionKind.REGISTER_DEVICE, registered_device_text(platform, token), callback)

    def unregister_device_token(self, token: str, callback: Callback = None) -> None:
        """Have no notifications sent to this device any more. ArgumentError when the token is no text."""
        self._actions.record(ActionKind.UNREGISTER_DEVICE, device_text(token), callback)

    def update_impression_state(self, id: str, state: PushState | str, callback: Callback = None) -> None:
        """Tell what has become of an impression: "delivered" or "viewed". ArgumentError for anything else."""
        self._actions.record(ActionKind.PUSH_STATE, push_state_text(id, state), callback)
        _remember(self._told, id)

    def get_notification(self, id: str, callback: Callable[[PushNotification | None], object]) -> None:
        """Look a notification up: `callback(notification)` is called from `pump()`, once.

        It gets None when the platform does not know it or cannot be asked now; the log says why. ArgumentError for
        what is no id, or cannot be called.
        """
        self._look_up(NotificationWanted(checked_id("id", id)), "notification", callback)

    def get_impression(self, id: str, callback: Callable[[PushImpression | None], object]) -> None:
        """Look an impression up; as `get_notification`."""
        self._look_up(PushImpressionWanted(checked_id("id", id)), "impression", callback)

    def handle_payload(self, payload: object) -> bool:
        """Take what a push library was given with a notification; whether it is one of UserWise's.

        It is when its `origin` is "userwise" and it has an `impression_id`. Then the impression is marked as
        delivered, and `on_received(payload)` sent from the next `pump()`; both once, however often it is handed over.
        Everything else is ignored: this never raises, whatever it is given.
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
        """Send `on_received`, unless the player has left since."""
        return deliver(self.on_received, self, payload=payload) if payload.impression_id in self._received else 0

    def _forget_player(self) -> None:
        """The player is another."""
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
