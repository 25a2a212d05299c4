"""The states of a campaign (pure).

    draft -> running <-> paused -> completed (from running, too)

What somebody asked for (`wanted`) becomes another state by itself: a running campaign is completed once its end has
passed in every time zone, and needs attention while some of its content cannot be delivered.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.services.campaigns.resources import SCHEDULED

DRAFT, RUNNING, PAUSED, COMPLETED = "draft", "running", "paused", "completed"
ATTENTION = "attention_required"
STATES = (DRAFT, RUNNING, PAUSED, ATTENTION, COMPLETED)

_FROM: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        RUNNING: (DRAFT, RUNNING, PAUSED, ATTENTION),
        PAUSED: (RUNNING, PAUSED, ATTENTION),
        COMPLETED: (RUNNING, PAUSED, ATTENTION, COMPLETED),
    }
)
_LAST_ZONE = 12 * 3600 * 1000
"""Milliseconds after which a wall-clock time has passed everywhere."""


def check_step(state: str, wanted: str) -> None:
    """FieldError when a campaign in this state cannot become what is wanted."""
    if state not in _FROM[wanted]:
        allowed = " or ".join(one for one in _FROM[wanted] if one != wanted)
        raise FieldError("state", f"the campaign is {state}: only one that is {allowed} can become {wanted}")


def announced_state(state: str) -> str:
    """The state that webhooks tell: a campaign that needs attention is still running for them."""
    return RUNNING if state == ATTENTION else state


def ends_everywhere(campaign: Mapping[str, Any]) -> int | None:
    """The moment (milliseconds since 1970) at which a campaign is over for all players; None for never."""
    if campaign["delivery_type"] != SCHEDULED or campaign["end_at"] is None:
        return None
    later = _LAST_ZONE if campaign["end_at_tz"] == "player_local" else 0
    return int(campaign["end_at"]) + later


def state_at(campaign: Mapping[str, Any], has_problems: bool, now: int) -> str:
    """The state of a campaign at a moment (milliseconds since 1970).

    Args:
        campaign: its row in an environment.
        has_problems: whether some of its content cannot be delivered.
        now: the moment.

    """
    wanted: str = campaign["wanted"]
    if wanted != RUNNING:
        return wanted
    end = ends_everywhere(campaign)
    if end is not None and end <= now:
        return COMPLETED
    return ATTENTION if has_problems else RUNNING
