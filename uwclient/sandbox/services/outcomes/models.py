"""The values of engagement outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

OUTCOME_TYPES = ("campaign_event", "offer", "message", "push_notification", "email")


@dataclass(frozen=True, slots=True)
class EngagementOutcome:
    """One outcome: its key and type, and when, in which session and request (by number) it arrived."""

    key: str
    outcome_type: str
    at: datetime
    session_id: str
    request: int
