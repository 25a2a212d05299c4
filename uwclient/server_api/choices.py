"""The values that arguments with a fixed choice may have, as the documentation has them.

Records have plain text in their place: a platform may grow new values, and a client must not break on them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["asc", "desc"]

EnvironmentType: TypeAlias = Literal["dev", "qa", "live"]

CampaignState: TypeAlias = Literal["draft", "running", "paused", "attention_required", "completed"]

DeliveryType: TypeAlias = Literal["scheduled", "triggered"]

TimeZoneRule: TypeAlias = Literal["utc", "player_local"]
"""Whether a time is an instant, or the same reading of the clock for each player."""

ContentType: TypeAlias = Literal[
    "survey",
    "poll",
    "offer",
    "campaign_event",
    "message",
    "variables",
    "email",
    "push_notification",
    "remote_config",
]

TemplateType: TypeAlias = Literal[
    "campaign_event", "email", "message", "offer", "push_notification", "remote_config", "survey"
]

CategoryType: TypeAlias = Literal["scheduled_campaign", "triggered_campaign"]

OutcomeType: TypeAlias = Literal["campaign_event", "email", "offer", "message", "push_notification"]

StepType: TypeAlias = Literal["content", "branch", "exit", "delay"]

PushPlatform: TypeAlias = Literal["apns", "fcm"]


def search(query: str | None, sort_by: str | None, sort_direction: Direction | None) -> dict[str, str | None]:
    """Return the parameters of a list that can be searched and sorted."""
    return {"query": query, "sort_by": sort_by, "sort_direction": sort_direction}
