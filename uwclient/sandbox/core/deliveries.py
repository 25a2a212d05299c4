"""Deliveries: the requests that brought something a player did, and were taken."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.erasure import Erasure
from uwclient.sandbox.core.storage import Storage

_TABLE = """CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, session_id TEXT NOT NULL, request INTEGER NOT NULL,
    action TEXT NOT NULL, at TEXT NOT NULL, impression_ids TEXT NOT NULL)"""
_INDEX = "CREATE INDEX IF NOT EXISTS deliveries_of_player ON deliveries (player_id)"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an action comes from.

    Attributes:
        player_id: who did it.
        session_id: in which session; "" when the request named none.
        request: the number of the request, as `LoggedRequest.number`.
        impression_ids: the impressions of the campaigns that the action triggered.

    """

    player_id: str
    session_id: str
    request: int
    impression_ids: tuple[str, ...] = ()

    @property
    def announced(self) -> dict[str, str]:
        """The player and the session, as the payloads of webhooks name them."""
        return {"appuser_app_external_id": self.player_id, "appuser_app_session_id": self.session_id}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request that was taken.

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
    """Owns the table of deliveries; what they brought refers to them by number."""

    def __init__(self, storage: Storage, erasure: Erasure) -> None:
        self._storage = storage
        storage.run(_TABLE)
        storage.run(_INDEX)
        erasure.delete("DELETE FROM deliveries WHERE player_id = ?")

    def add(self, source: Source, action: str, now: datetime) -> int:
        """Record a delivery; its number."""
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

    def player_ids(self) -> list[str]:
        """The ids of all players of whom something was delivered."""
        rows = self._storage.rows("SELECT player_id FROM deliveries GROUP BY player_id ORDER BY min(id)")
        return [player_id for (player_id,) in rows]

    def of_player(self, player_id: str) -> tuple[Delivery, ...]:
        """All deliveries of a player, oldest first."""
        return tuple(self.by_number(player_id).values())

    def moments(self, numbers: Iterable[int]) -> dict[int, datetime]:
        """When some deliveries, of whichever players, were taken, by number."""
        rows = self._storage.rows(
            "SELECT id, at FROM deliveries WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),)
        )
        return {number: datetime.fromisoformat(at) for number, at in rows}

    def by_number(self, player_id: str) -> dict[int, Delivery]:
        """All deliveries of a player by number, oldest first."""
        rows = self._storage.rows(
            "SELECT id, action, at, session_id, request, impression_ids FROM deliveries "
            "WHERE player_id = ? ORDER BY id",
            (player_id,),
        )
        return {
            number: Delivery(
                action, datetime.fromisoformat(at), session_id, request, tuple(json.loads(impression_ids))
            )
            for number, action, at, session_id, request, impression_ids in rows
        }
