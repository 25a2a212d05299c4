"""Owns how often campaigns may still be triggered: what the platform has told, less what it cannot have counted yet.

(Section Triggered Campaigns.) A platform counts a firing when the action that caused it arrives, which may be days
later, or in the middle of a load. So each firing is held against the campaign here until a lower count is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from uwclient.models.campaign import Quota

NEVER = float("-inf")


class _Count(NamedTuple):
    """What is known of one campaign: the counts last told, in which session, and firings that are not in them."""

    total: int | None
    session: int | None
    session_id: str
    uncounted: int = 0
    uncounted_in_session: int = 0
    latest: float | None = None
    """When it was triggered here last, in seconds since 1970."""


class Quotas:
    """Owns the counts of each campaign. Times are in seconds since 1970."""

    def __init__(self) -> None:
        self._told: dict[str, Quota] = {}
        self._counts: dict[str, _Count] = {}
        self.last_number = 0

    def tell(self, campaign_id: str, quota: Quota, session_id: str) -> None:
        """Take in what the platform has told of a campaign in a session."""
        before = self._counts.get(campaign_id)
        self._told[campaign_id] = quota
        if before is None:
            self._counts[campaign_id] = _Count(quota.total, quota.session, session_id)
            return
        uncounted = _left(before.uncounted, before.total, quota.total)
        in_session = 0
        if before.session_id == session_id:
            in_session = _left(before.uncounted_in_session, before.session, quota.session)
        self._counts[campaign_id] = _Count(
            quota.total, quota.session, session_id, uncounted, in_session, before.latest
        )

    def forget(self, campaign_id: str) -> None:
        """The campaign is not told any more; firings that were not counted stay known, should it come back."""
        self._told.pop(campaign_id, None)
        count = self._counts.get(campaign_id)
        if count is not None and not count.uncounted and not count.uncounted_in_session:
            del self._counts[campaign_id]

    def allows(self, campaign_id: str, now: float) -> bool:
        """Whether the campaign may be triggered now."""
        quota, count = self._told[campaign_id], self._counts[campaign_id]
        if quota.total is not None and quota.total <= count.uncounted:
            return False
        if quota.session is not None and quota.session <= count.uncounted_in_session:
            return False
        latest = max(quota.latest, NEVER if count.latest is None else count.latest)
        return now - latest >= quota.cooldown

    def take(self, campaign_id: str, session_id: str, now: float) -> int:
        """Count one firing; its number."""
        self.last_number += 1
        self._add(campaign_id, session_id, now)
        return self.last_number

    def saved(self) -> dict[str, Any]:
        """All that another run needs, for JSON."""
        counts = {one: list(count) for one, count in self._counts.items() if count.latest is not None}
        return {"last_number": self.last_number, "counts": counts}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `saved` gave; what makes no sense is left out."""
        last_number, counts = saved.get("last_number"), saved.get("counts")
        if type(last_number) is not int or not isinstance(counts, dict):
            return
        self.last_number = last_number
        for campaign_id, row in counts.items():
            count = _restored(row)
            if count is not None:
                self._counts[campaign_id] = count

    def add_earlier(self, number: int, campaign_id: str, session_id: str, at: float) -> None:
        """Count a firing that an earlier run had written down with its action, unless it is counted already."""
        if number > self.last_number:
            self.last_number = number
            self._add(campaign_id, session_id, at)

    def clear(self) -> None:
        """The player is another."""
        self._told.clear()
        self._counts.clear()
        self.last_number = 0

    def _add(self, campaign_id: str, session_id: str, at: float) -> None:
        count = self._counts.get(campaign_id) or _Count(None, None, session_id)
        self._counts[campaign_id] = count._replace(
            uncounted=count.uncounted + 1,
            uncounted_in_session=count.uncounted_in_session + (count.session_id == session_id),
            latest=at if count.latest is None else max(at, count.latest),
        )


def _left(uncounted: int, before: int | None, told: int | None) -> int:
    """The firings that a new count still leaves out: it has gone down by those that are in it."""
    if told is None:
        return 0
    if before is None:
        return uncounted
    return max(0, uncounted - max(0, before - told))


def _restored(row: object) -> _Count | None:
    if not isinstance(row, list) or len(row) != len(_Count._fields):
        return None
    total, session, session_id, uncounted, in_session, latest = row
    whole = all(type(one) is int for one in (uncounted, in_session))
    limits = all(one is None or type(one) is int for one in (total, session))
    if not whole or not limits or not isinstance(session_id, str) or not isinstance(latest, (int, float)):
        return None
    return _Count(*row)
