"""Owns the events that players had, in the order of their arrival (section Session Player Events)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.values import Attribute, attributes_in, attributes_text

_TABLE = """CREATE TABLE IF NOT EXISTS player_events (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, event_id TEXT NOT NULL,
    attributes TEXT NOT NULL)"""
_INDEX = "CREATE INDEX IF NOT EXISTS events_of_player ON player_events (player_id)"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Owns one event as a client sent it."""

    event_id: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """Owns one event of a player as the platform keeps it; one that was delivered twice is there twice.

    Attributes:
        event_id: what happened.
        attributes: its attributes by name, and `attribute_types` their data types.
        at: when it arrived, on the sandbox's clock.
        session_id: the session it belongs to.
        request: the number of the request that brought it, as `LoggedRequest.number`.
        impression_ids: the `triggered_campaign_impression_ids` of that request.

    """

    event_id: str
    attributes: Mapping[str, Any]
    attribute_types: Mapping[str, str]
    at: datetime
    session_id: str
    request: int
    impression_ids: tuple[str, ...]


class PlayerEvents:
    """Owns the table of events; players have as many of one id as they like."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)
        storage.run(_INDEX)

    def add(self, player_id: str, delivery: int, events: Sequence[NewEvent]) -> None:
        """Append events that came in one delivery."""
        self._storage.run_many(
            "INSERT INTO player_events (player_id, delivery, event_id, attributes) VALUES (?, ?, ?, ?)",
            [(player_id, delivery, event.event_id, attributes_text(event.attributes)) for event in events],
        )

    def count(self, player_id: str) -> int:
        """How many events a player had."""
        row = self._storage.row("SELECT count(*) FROM player_events WHERE player_id = ?", (player_id,))
        return 0 if row is None else int(row[0])

    def rows(self, player_id: str) -> list[tuple[Any, ...]]:
        """A player's events, oldest first, for `received_events`."""
        return self._storage.rows(
            "SELECT delivery, event_id, attributes FROM player_events WHERE player_id = ? ORDER BY id", (player_id,)
        )


def received_events(rows: Sequence[tuple[Any, ...]], deliveries: Mapping[int, Delivery]) -> tuple[ReceivedEvent, ...]:
    """The events that these rows hold."""
    return tuple(
        ReceivedEvent(event_id, *attributes_in(text), found.at, found.session_id, found.request, found.impression_ids)
        for delivery, event_id, text in rows
        for found in (deliveries[delivery],)
    )
