"""The values of what players triggered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TriggeredCampaign:
    """One campaign that a player triggered.

    Attributes:
        campaign_id: the campaign.
        impression_id: the `campaign_impression_id` that came back.
        at: when it came back first, on the sandbox's clock.
        session_id: the session that the impression was given to, whose quota it counts for.
        requests: the numbers of the requests that brought it; all but the first were repetitions.
        over_quota: whether the quota was used up by then: the client should not have triggered it.

    """

    campaign_id: str
    impression_id: str
    at: datetime
    session_id: str
    requests: tuple[int, ...]
    over_quota: bool
