"""The player's actions: events, attributes, regions, impressions, and actions in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

AttributeValue: TypeAlias = "bool | int | float | str | datetime"


class PlayerAttribute(NamedTuple):
    """A named value (guide: Attribute Targeting).

    Attributes:
        name: the attribute's name, text that is not empty.
        value: a bool, an int that fits into 64 bits, a finite float, text, or a datetime with a time zone.
        data_type: "string", "boolean", "integer", "float" or "datetime"; None selects the type of the value.

    """

    name: str
    value: AttributeValue
    data_type: str | None = None


Attributes: TypeAlias = "Mapping[str, AttributeValue] | Sequence[PlayerAttribute]"
"""A mapping of names to values, or a list of PlayerAttribute; at most 100 of them."""


class PlayerEvent(NamedTuple):
    """Something that the player has done, or that has happened to them (guide: Event Targeting).

    Attributes:
        id: the event's name, such as "tutorial_completed"; it need not be known to the platform.
        attributes: values that describe this event; at most 100.

    """

    id: str
    attributes: Attributes = ()


class Region(NamedTuple):
    """A place in the game, such as the shop.

    Attributes:
        name: the region's name.
        metadata: values that describe this transition; at most 100.

    """

    name: str
    metadata: Attributes = ()


class OfferState(StrEnum):
    """The state of an offer's impression (section Offer Impressions)."""

    VIEWED = "viewed"
    DISMISSED = "dismissed"
    ACCEPTED = "accepted"
    PURCHASE_FAILED = "purchase_failed"
    PURCHASED = "purchased"


class OutcomeType(StrEnum):
    """The type of content that an engagement outcome is about (guide: Journeys, Engagement Outcome Edges)."""

    CAMPAIGN_EVENT = "campaign_event"
    OFFER = "offer"
    MESSAGE = "message"
    PUSH_NOTIFICATION = "push_notification"
    EMAIL = "email"


class OfferImpression(NamedTuple):
    """One showing of an offer to the player (section Offer Impressions).

    Attributes:
        id: the platform's id for it.
        offer_id: the offer that is shown.
        state: the state when it was created.

    """

    id: str
    offer_id: str
    state: str


class ActionKind(StrEnum):
    """The kinds of actions that are delivered to the platform."""

    EVENT = "event"
    ATTRIBUTES = "attributes"
    REGION = "region"
    TRIGGERING_EVENT = "triggering_event"
    TRIGGERING_ATTRIBUTES = "triggering_attributes"
    TRIGGERING_REGION = "triggering_region"
    OUTCOME = "outcome"
    MESSAGE_SHOWN = "message_shown"
    MESSAGE_STATE = "message_state"
    OFFER_SHOWN = "offer_shown"
    OFFER_STATE = "offer_state"
    SET_EMAIL = "set_email"
    DELETE_EMAIL = "delete_email"
    SURVEY_DECLINED = "survey_declined"
    REGISTER_DEVICE = "register_device"
    UNREGISTER_DEVICE = "unregister_device"
    PUSH_STATE = "push_state"


PERSONAL = frozenset({ActionKind.SET_EMAIL, ActionKind.REGISTER_DEVICE, ActionKind.UNREGISTER_DEVICE})
"""The kinds of actions whose body is personal data, never put in logs and reprs."""


class QueuedAction(NamedTuple):
    """An action that waits in the outbox.

    Attributes:
        number: its number in the queue of its run, from 1.
        kind: a value of ActionKind, as text.
        text: its body, compact JSON.
        at: when it was recorded, in seconds since 1970.
        ticket: the number under which the game waits for its outcome, or 0.
        at_is_sure: whether two clocks agreed on the time; if not, the action is never dropped for its age.

    """

    number: int
    kind: str
    text: bytes
    at: int
    ticket: int = 0
    at_is_sure: bool = True

    def __repr__(self) -> str:
        return _repr_of(self, "text")


class PlayerAction(NamedTuple):
    """An action that could not be delivered, as sent with `on_delivery_failed`.

    Attributes:
        kind: a value of ActionKind, such as "event".
        body: its body, decoded from JSON.
        at: when it was recorded (aware, UTC).

    """

    kind: str
    body: Any
    at: datetime

    def __repr__(self) -> str:
        return _repr_of(self, "body")


def _repr_of(action: QueuedAction | PlayerAction, private: str) -> str:
    """Return the repr of an action, without personal data."""
    shown = action._asdict()
    if action.kind in PERSONAL:
        shown[private] = ...
    return f"{type(action).__name__}({', '.join(f'{name}={value!r}' for name, value in shown.items())})"
