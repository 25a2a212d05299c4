"""The values of impressions, and how their states follow each other (pure; guide: Webhooks).

States can be left out, as long as an impression goes forward:

    message:  received -> viewed
    offer:    initialized -> viewed -> dismissed
                                    -> accepted -> purchased
                                                -> purchase_failed -> accepted | purchased

See `uwclient.sandbox.core.state_machine` for states that arrive again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from uwclient.sandbox.core.state_machine import StateChange, Transitions

TRANSITIONS: Mapping[str, Transitions] = MappingProxyType(
    {
        "messages": {"received": ("viewed",), "viewed": ()},
        "offers": {
            "initialized": ("viewed", "dismissed", "accepted", "purchase_failed", "purchased"),
            "viewed": ("dismissed", "accepted", "purchase_failed", "purchased"),
            "dismissed": (),
            "accepted": ("purchase_failed", "purchased"),
            "purchase_failed": ("accepted", "purchased"),
            "purchased": (),
        },
    }
)
"""For each kind of content that has impressions: how their states follow each other."""

MESSAGE_STATES = tuple(TRANSITIONS["messages"])[1:]
OFFER_STATES = tuple(TRANSITIONS["offers"])[1:]
"""The states that clients can report; the first one is that of a new impression."""


@dataclass(frozen=True, slots=True)
class MessageImpression:
    """One impression of a message; `history` holds its states, oldest first."""

    id: str
    message_id: str
    history: tuple[StateChange, ...]

    @property
    def state(self) -> str:
        """The state it is in: received or viewed."""
        return self.history[-1].state

    @property
    def received_at(self) -> datetime:
        """When it was initialized, on the sandbox's clock."""
        return self.history[0].at

    @property
    def viewed_at(self) -> datetime | None:
        """When it was viewed, on the sandbox's clock; None when it was not."""
        return next((change.at for change in self.history if change.state == "viewed"), None)


@dataclass(frozen=True, slots=True)
class OfferImpression:
    """One impression of an offer; `history` holds its states, oldest first."""

    id: str
    offer_id: str
    history: tuple[StateChange, ...]

    @property
    def state(self) -> str:
        """The state it is in."""
        return self.history[-1].state
