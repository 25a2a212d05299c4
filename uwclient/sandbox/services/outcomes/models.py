"""The values of engagement outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

OUTCOME_TYPES = ("campaign_event", "offer", "message", "push_notification", "email")


@dataclass(frozen=True, slots=True)
class NewOutcome:
    """One outcome as it arrives.

    Attributes:
        key: the key of the outcome.
        outcome_type: one of OUTCOME_TYPES.
        journey_id: the journey whose content it is about; None for that of any.
        journey_step_id: likewise for the step.

    """

    key: str
    outcome_type: str
    journey_id: str | None = None
    journey_step_id: str | None = None


@dataclass(frozen=True, slots=True)
class EngagementOutcome:
    """One outcome: its key and type, and when, in which session and request (by number) it arrived."""

    key: str
    outcome_type: str
    at: datetime
    session_id: str
    request: int
