"""The values and the states of push notifications (section Push Notifications).

An impression goes forward only, and states can be left out: created -> sent -> delivered -> viewed. See
`uwclient.sandbox.core.state_machine` for states that arrive again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from uwclient.sandbox.core.state_machine import StateChange, Transitions

PUSH_PLATFORMS = ("apns", "fcm")
PUSH_STATES = ("delivered", "viewed")
"""The states that clients can report."""
ORIGIN = "userwise"
"""What the payload of each notification of the platform carries as its origin."""
TRANSITIONS: Transitions = MappingProxyType(
    {
        "created": ("sent", "delivered", "viewed"),
        "sent": ("delivered", "viewed"),
        "delivered": ("viewed",),
        "viewed": (),
    }
)


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """One registered token: its push service (apns or fcm), and when it was registered (last)."""

    token: str
    platform: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class PushImpression:
    """One impression of a push notification; `history` holds its states, oldest first.

    Attributes:
        id: the impression.
        push_notification_id: what was sent.
        device_token: where to; None when the player had no token.

    """

    id: str
    push_notification_id: str
    device_token: str | None
    history: tuple[StateChange, ...]

    @property
    def state(self) -> str:
        """The state it is in: sent, delivered or viewed."""
        return self.history[-1].state

    @property
    def created_at(self) -> datetime:
        """When it was made, on the sandbox's clock."""
        return self.history[0].at
