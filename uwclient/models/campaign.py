"""Triggered campaigns: the trigger, the quota, and the content that a campaign activates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from uwclient.models.content import GameEvent, Kind, Message, Offer, Record, RemoteConfig, Survey


class TriggerType(StrEnum):
    """The kinds of actions that trigger campaigns; the value is the platform's name."""

    EVENT = "event_trigger"
    ATTRIBUTE = "attribute_trigger"
    REGION = "region_trigger"


class Operator(StrEnum):
    """The comparison of a condition (guide: Attribute Targeting); the value is the platform's name."""

    EQUAL = "equal"
    CONTAIN = "contain"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    BETWEEN = "between"


class Condition(NamedTuple):
    """A condition on one attribute of an action.

    Attributes:
        name: the attribute's name.
        operator: the comparison.
        values: the values to compare with, one or more; for BETWEEN (lower, upper). Datetimes are aware.
        family: "number", "string", "boolean" or "datetime"; an attribute of another family never meets the condition.

    """

    name: str
    operator: Operator
    values: tuple[Any, ...]
    family: str


class Trigger(NamedTuple):
    """The trigger of a campaign: an action of this type and name for which all conditions hold."""

    type: TriggerType
    name: str
    conditions: tuple[Condition, ...] = ()


class Quota(NamedTuple):
    """How often a campaign can still be triggered, as of the last load; None is no limit.

    Attributes:
        total: the remaining number of times in all.
        session: the remaining number of times in this session.
        cooldown: the minimum number of seconds between two times.
        latest: when it was triggered last, in seconds since 1970; minus infinity for never.

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
        impression_id: the platform's id for the next time that it is triggered.
        trigger: the action that triggers it.
        quota: how often it can still be triggered, as of the last load.
        content: (kind, record) pairs: the records that it activates.

    """

    impression_id: str = ""
    trigger: Trigger = _NO_TRIGGER
    quota: Quota = NO_QUOTA
    content: tuple[tuple[Kind, Record], ...] = ()

    @property
    def events(self) -> tuple[GameEvent, ...]:
        """The events that it activates."""
        return tuple(record for _, record in self.content if isinstance(record, GameEvent))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that it activates."""
        return tuple(record for _, record in self.content if isinstance(record, Message))

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The offers that it activates."""
        return tuple(record for _, record in self.content if isinstance(record, Offer))

    @property
    def remote_configs(self) -> tuple[RemoteConfig, ...]:
        """The remote configs that it activates."""
        return tuple(record for _, record in self.content if isinstance(record, RemoteConfig))

    @property
    def surveys(self) -> tuple[Survey, ...]:
        """The surveys that it activates."""
        return tuple(record for _, record in self.content if isinstance(record, Survey))


def share_trigger(campaign: Campaign, before: Campaign) -> None:
    """Have a campaign use the equal trigger of the one before it, which others know; before anybody sees it."""
    object.__setattr__(campaign, "trigger", before.trigger)


class Firing(NamedTuple):
    """One time that a campaign was triggered; it is delivered with the action that triggered it.

    Attributes:
        campaign_id: the campaign.
        impression_id: the platform's id for this time.
        session_id: the session whose quota it counts against.

    """

    campaign_id: str
    impression_id: str
    session_id: str
