"""Owns where players went: the regions they entered, with metadata (guide: Unity SDK, TransitionToRegion)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.values import Attribute, attributes_in, attributes_text

_TABLE = """CREATE TABLE IF NOT EXISTS region_transitions (
    id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL, name TEXT NOT NULL,
    metadata TEXT NOT NULL)"""
_INDEX = "CREATE INDEX IF NOT EXISTS transitions_of_player ON region_transitions (player_id)"


@dataclass(frozen=True, slots=True)
class RegionTransition:
    """Owns one step of a player into a region.

    Attributes:
        name: the region.
        metadata: what was said about it, by name, and `metadata_types` the data types of that.
        at: when the request arrived, on the sandbox's clock.
        session_id: the session it belongs to.
        request: the number of the request that brought it, as `LoggedRequest.number`.
        impression_ids: the `triggered_campaign_impression_ids` of that request.

    """

    name: str
    metadata: Mapping[str, Any]
    metadata_types: Mapping[str, str]
    at: datetime
    session_id: str
    request: int
    impression_ids: tuple[str, ...]


class Regions:
    """Owns the table of transitions."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)
        storage.run(_INDEX)

    def add(self, player_id: str, delivery: int, name: str, metadata: Sequence[Attribute]) -> None:
        """Note that a player entered a region."""
        self._storage.run(
            "INSERT INTO region_transitions (player_id, delivery, name, metadata) VALUES (?, ?, ?, ?)",
            (player_id, delivery, name, attributes_text(metadata)),
        )

    def of_player(self, player_id: str, deliveries: Mapping[int, Delivery]) -> tuple[RegionTransition, ...]:
        """A player's transitions in all sessions, oldest first."""
        rows = self._storage.rows(
            "SELECT delivery, name, metadata FROM region_transitions WHERE player_id = ? ORDER BY id", (player_id,)
        )
        return tuple(
            RegionTransition(
                name, *attributes_in(text), found.at, found.session_id, found.request, found.impression_ids
            )
            for delivery, name, text in rows
            for found in (deliveries[delivery],)
        )
