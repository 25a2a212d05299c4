"""Owns the deliveries: every request that brought something a player did, and was taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.storage import Storage

_TABLE = """CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, session_id TEXT NOT NULL, request INTEGER NOT NULL,
    action TEXT NOT NULL, at TEXT NOT NULL, impression_ids TEXT NOT NULL)"""
_INDEX = "CREATE INDEX IF NOT EXISTS deliveries_of_player ON deliveries (player_id)"


@dataclass(frozen=True, slots=True)
class Source:
    """Owns where an action comes from: a player, a session ("" when it named none), a request, by number.

    `impression_ids` are those of the campaigns that it triggered.
    """

    player_id: str
    session_id: str
    request: int
    impression_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Owns one request that was taken.

    Attributes:
        action: what it brought: attributes, events, regions, outcomes, message_impressions,
            offer_impressions, email_address, device_tokens, push_impressions, survey_responses,
            survey_invites or survey_page.
        at: when it was taken, on the sandbox's clock.
        session_id: the session it named, or "" where it needed none.
        request: its number, as `LoggedRequest.number`.
        impression_ids: its `triggered_campaign_impression_ids`.

    """

    action: str
    at: datetime
    session_id: str
    request: int
    impression_ids: tuple[str, ...]


class Deliveries:
    """Owns the table of deliveries; what they brought refers to them by id."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)
        storage.run(_INDEX)

    def add(self, source: Source, action: str, now: datetime) -> int:
        """Note a delivery; its id."""
        return self._storage.insert(
            "INSERT INTO deliveries (player_id, session_id, request, action, at, impression_ids) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                source.player_id,
                source.session_id,
                source.request,
                action,
                now.isoformat(),
                json.dumps(source.impression_ids),
            ),
        )

    def of_player(self, player_id: str) -> dict[int, Delivery]:
        """All deliveries of a player by id, oldest first."""
        rows = self._storage.rows(
            "SELECT id, action, at, session_id, request, impression_ids FROM deliveries "
            "WHERE player_id = ? ORDER BY id",
            (player_id,),
        )
        return {
            delivery_id: Delivery(
                action, datetime.fromisoformat(at), session_id, request, tuple(json.loads(impression_ids))
            )
            for delivery_id, action, at, session_id, request, impression_ids in rows
        }
