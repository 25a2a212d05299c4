"""Owns the engagement outcomes of players (guide: Engagement Outcome Edges)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.storage import Storage

OUTCOME_TYPES = ("campaign_event", "offer", "message", "push_notification", "email")
_TABLE = """CREATE TABLE IF NOT EXISTS engagement_outcomes (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, key TEXT NOT NULL,
    outcome_type TEXT NOT NULL)"""
_INDEX = "CREATE INDEX IF NOT EXISTS outcomes_of_player ON engagement_outcomes (player_id)"


@dataclass(frozen=True, slots=True)
class EngagementOutcome:
    """Owns one outcome: its key and type, and when, in which session and request (by number) it arrived."""

    key: str
    outcome_type: str
    at: datetime
    session_id: str
    request: int


class Outcomes:
    """Owns the table of outcomes; any key will do, as nobody defines them here."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)
        storage.run(_INDEX)

    def add(self, player_id: str, delivery: int, key: str, outcome_type: str) -> None:
        """Append an outcome."""
        self._storage.run(
            "INSERT INTO engagement_outcomes (player_id, delivery, key, outcome_type) VALUES (?, ?, ?, ?)",
            (player_id, delivery, key, outcome_type),
        )

    def of_player(self, player_id: str, deliveries: Mapping[int, Delivery]) -> tuple[EngagementOutcome, ...]:
        """A player's outcomes, oldest first."""
        rows = self._storage.rows(
            "SELECT delivery, key, outcome_type FROM engagement_outcomes WHERE player_id = ? ORDER BY id",
            (player_id,),
        )
        return tuple(
            EngagementOutcome(key, outcome_type, found.at, found.session_id, found.request)
            for delivery, key, outcome_type in rows
            for found in (deliveries[delivery],)
        )
