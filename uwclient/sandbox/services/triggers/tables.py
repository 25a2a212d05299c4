"""The tables of the impressions that sessions are given of triggered campaigns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.ids import Ids
from uwclient.sandbox.core.storage import Storage

_IMPRESSIONS = (
    """CREATE TABLE IF NOT EXISTS campaign_impressions (
    id TEXT PRIMARY KEY, campaign_id TEXT NOT NULL, player_id TEXT NOT NULL, session_id TEXT NOT NULL,
    triggered_at TEXT, over_quota INTEGER)""",
    "CREATE INDEX IF NOT EXISTS campaign_impressions_of_player ON campaign_impressions (player_id, campaign_id)",
    """CREATE TABLE IF NOT EXISTS campaign_triggers (
    id INTEGER PRIMARY KEY, impression TEXT NOT NULL, delivery INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS triggers_of_impression ON campaign_triggers (impression)",
)
ERASING = (
    "DELETE FROM campaign_triggers WHERE impression IN (SELECT id FROM campaign_impressions WHERE player_id = ?)",
    "DELETE FROM campaign_impressions WHERE player_id = ?",
)
"""What removes all of a player."""


class Usage:
    """How often a player triggered one campaign, and the impressions that have not come back yet.

    Attributes:
        total: how often in all sessions.
        in_session: how often, by session.
        latest: when it was triggered last.
        open_impressions: the impression that was given to a session and has not come back, by session.

    """

    def __init__(self) -> None:
        self.total = 0
        self.in_session: defaultdict[str, int] = defaultdict(int)
        self.latest: datetime | None = None
        self.open_impressions: dict[str, str] = {}

    def add(self, impression_id: str, session_id: str, triggered_at: str | None) -> None:
        """Count one impression."""
        if triggered_at is None:
            self.open_impressions[session_id] = impression_id
            return
        self.total += 1
        self.in_session[session_id] += 1
        at = datetime.fromisoformat(triggered_at)
        self.latest = at if self.latest is None else max(self.latest, at)


class CampaignImpressions:
    """Owns the table of campaign impressions, and that of the deliveries in which they came back."""

    def __init__(self, storage: Storage, ids: Ids) -> None:
        self._storage = storage
        self._ids = ids
        for statement in _IMPRESSIONS:
            storage.run(statement)

    def add(self, player_id: str, session_id: str, campaign_ids: Sequence[str]) -> dict[str, str]:
        """New impressions of campaigns for a session; their ids by campaign."""
        new = self._ids.uuids(len(campaign_ids), "campaign impression", player_id)
        made = dict(zip(campaign_ids, new, strict=True))
        self._storage.run_many(
            "INSERT INTO campaign_impressions (id, campaign_id, player_id, session_id) VALUES (?, ?, ?, ?)",
            [(impression_id, campaign_id, player_id, session_id) for campaign_id, impression_id in made.items()],
        )
        return made

    def find(self, player_id: str, impression_id: str) -> tuple[str, str, bool] | None:
        """The campaign and the session of a player's impression, and whether it came back already."""
        row = self._storage.row(
            "SELECT campaign_id, session_id, triggered_at FROM campaign_impressions WHERE id = ? AND player_id = ?",
            (impression_id, player_id),
        )
        return None if row is None else (row[0], row[1], row[2] is not None)

    def usage(self, player_id: str) -> defaultdict[str, Usage]:
        """How often a player triggered what, by campaign."""
        usage: defaultdict[str, Usage] = defaultdict(Usage)
        for impression_id, campaign_id, session_id, triggered_at in self._storage.rows(
            "SELECT id, campaign_id, session_id, triggered_at FROM campaign_impressions WHERE player_id = ? "
            "ORDER BY rowid",
            (player_id,),
        ):
            usage[campaign_id].add(impression_id, session_id, triggered_at)
        return usage

    def mark_triggered(self, impression_id: str, now: datetime, *, over_quota: bool) -> None:
        """Record that an impression came back for the first time."""
        self._storage.run(
            "UPDATE campaign_impressions SET triggered_at = ?, over_quota = ? WHERE id = ?",
            (now.isoformat(), over_quota, impression_id),
        )

    def add_return(self, impression_id: str, delivery: int) -> None:
        """Record that an impression came back with a delivery."""
        self._storage.run(
            "INSERT INTO campaign_triggers (impression, delivery) VALUES (?, ?)", (impression_id, delivery)
        )

    def returns(self, player_id: str) -> list[tuple[tuple[Any, ...], int]]:
        """The deliveries with which a player's impressions came back, oldest first.

        With each: the id, campaign, time of the first return, session, and whether that was over the quota.
        """
        rows = self._storage.rows(
            "SELECT impression, campaign_id, triggered_at, session_id, over_quota, delivery FROM campaign_triggers "
            "JOIN campaign_impressions ON campaign_impressions.id = impression WHERE player_id = ? "
            "ORDER BY campaign_triggers.id",
            (player_id,),
        )
        return [(tuple(about), delivery) for *about, delivery in rows]
