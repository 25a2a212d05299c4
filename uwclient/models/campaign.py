"""Owns the shapes of triggered campaigns: what sets one off, how often it may, and the content that it brings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from uwclient.models.content import GameEvent, Kind, Message, Offer, Record, RemoteConfig, Survey


class TriggerType(StrEnum):
    """The kinds of actions that set campaigns off; the value is the platform's name."""

    EVENT = "event_trigger"
    ATTRIBUTE = "attribute_trigger"
    REGION = "region_trigger"


class Operator(StrEnum):
    """How a condition compares (guide: Attribute Targeting); the value is the platform's name."""

    EQUAL = "equal"
    CONTAIN = "contain"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    BETWEEN = "between"


class Condition(NamedTuple):
    """One condition on a value that comes with an action.

    Attributes:
        name: which value.
        operator: how it compares.
        values: with what: one or more; exactly two for BETWEEN, the lower end first. Datetimes are aware.
        family: "number", "string", "boolean" or "datetime": a value of another family never meets it.

    """

    name: str
    operator: Operator
    values: tuple[Any, ...]
    family: str


class Trigger(NamedTuple):
    """What sets a campaign off: an action of a type and name, if all conditions hold."""

    type: TriggerType
    name: str
    conditions: tuple[Condition, ...] = ()


class Quota(NamedTuple):
    """How often a campaign may still be triggered, as the platform last told; None is no limit.

    Attributes:
        total: how many times more in all.
        session: how many times more in this session.
        cooldown: seconds from one time to the next.
        latest: when it was triggered last, in seconds since 1970; minus infinity when never.

    """

    total: int | None = None
    session: int | None = None
    cooldown: float = 0.0
    latest: float = float("-inf")


_NO_TRIGGER = Trigger(TriggerType.EVENT, "")
NO_QUOTA = Quota()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Campaign(Record):
    """A triggered campaign (section Triggered Campaigns).

    Attributes:
        impression_id: what the platform counts its next triggering by.
        trigger: what sets it off.
        quota: how often it may be, as the platform last told.
        content: the records that it brings, each with its kind.

    """

    impression_id: str = ""
    trigger: Trigger = _NO_TRIGGER
    quota: Quota = NO_QUOTA
    content: tuple[tuple[Kind, Record], ...] = ()

    @property
    def events(self) -> tuple[GameEvent, ...]:
        """The events that it brings."""
        return tuple(record for _, record in self.content if isinstance(record, GameEvent))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that it brings."""
        return tuple(record for _, record in self.content if isinstance(record, Message))

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The offers that it brings."""
        return tuple(record for _, record in self.content if isinstance(record, Offer))

    @property
    def remote_configs(self) -> tuple[RemoteConfig, ...]:
        """The remote configs that it brings."""
        return tuple(record for _, record in self.content if isinstance(record, RemoteConfig))

    @property
    def surveys(self) -> tuple[Survey, ...]:
        """The surveys that it brings."""
        return tuple(record for _, record in self.content if isinstance(record, Survey))


def share_trigger(campaign: Campaign, before: Campaign) -> None:
    """Have a campaign use the equal trigger of the one before it, which others know; before anybody sees it."""
    object.__setattr__(campaign, "trigger", before.trigger)


class Firing(NamedTuple):
    """One time that a campaign was triggered here; it goes out with the action that did it.

    Attributes:
        campaign_id: what was triggered.
        impression_id: what the platform counts it by.
        session_id: the session whose quota it counts for.

    """

    campaign_id: str
    impression_id: str
    session_id: str
