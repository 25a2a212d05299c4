"""Owns the shapes of what a player does: events, attributes, regions, impressions, and actions on their way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

AttributeValue: TypeAlias = "bool | int | float | str | datetime"


class PlayerAttribute(NamedTuple):
    """A named value (guide: Attribute Targeting).

    Attributes:
        name: the attribute's name.
        value: a bool, int, float, text, or a datetime with a time zone.
        data_type: "string", "boolean", "integer", "float" or "datetime"; None is what the value is.

    """

    name: str
    value: AttributeValue
    data_type: str | None = None


Attributes: TypeAlias = "Mapping[str, AttributeValue] | Sequence[PlayerAttribute]"


class PlayerEvent(NamedTuple):
    """Something that the player has done or that has happened to them (guide: Event Targeting).

    Attributes:
        id: the event's name, such as "tutorial_completed"; it need not be known to the platform.
        attributes: values that belong to this one happening.

    """

    id: str
    attributes: Attributes = ()


class Region(NamedTuple):
    """A place in the game, such as the shop.

    Attributes:
        name: the region's name.
        metadata: values that belong to this one transition.

    """

    name: str
    metadata: Attributes = ()


class OfferState(StrEnum):
    """What has become of an offer that was shown (section Offer Impressions)."""

    VIEWED = "viewed"
    DISMISSED = "dismissed"
    ACCEPTED = "accepted"
    PURCHASE_FAILED = "purchase_failed"
    PURCHASED = "purchased"


class OutcomeType(StrEnum):
    """What kind of content an engagement outcome is about (guide: Journeys, Engagement Outcome Edges)."""

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
        state: the state that the platform last told.

    """

    id: str
    offer_id: str
    state: str


class ActionKind(StrEnum):
    """What kinds of actions reach the platform."""

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
"""Kinds of actions whose body tells who the player is, and stands in no log and no repr."""


class QueuedAction(NamedTuple):
    """An action that waits in the outbox.

    Attributes:
        number: its place in the queue of its run, from 1.
        kind: a value of ActionKind, as text.
        text: its body, compact JSON.
        at: when it was done, in seconds since 1970.
        ticket: what the game waits for, or 0.
        at_is_sure: whether there were two witnesses for the time; no age is read from it otherwise.

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
    """An action that could not be delivered, as `on_delivery_failed` tells it.

    Attributes:
        kind: a value of ActionKind, such as "event".
        body: what was to be sent.
        at: when it was done (aware, UTC).

    """

    kind: str
    body: Any
    at: datetime

    def __repr__(self) -> str:
        return _repr_of(self, "body")


def _repr_of(action: QueuedAction | PlayerAction, private: str) -> str:
    """The repr of an action, without what it says of a person."""
    shown = action._asdict()
    if action.kind in PERSONAL:
        shown[private] = ...
    return f"{type(action).__name__}({', '.join(f'{name}={value!r}' for name, value in shown.items())})"
