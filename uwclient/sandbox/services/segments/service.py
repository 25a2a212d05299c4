"""Owns the segments: named groups of players (guide: Segment Targeting)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.errors import FieldError
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.targeting import matches, read_condition

_TABLE = """CREATE TABLE IF NOT EXISTS segments (
    name TEXT PRIMARY KEY, conditions TEXT NOT NULL, players TEXT NOT NULL)"""


class Segments:
    """Owns the table of segments; a player is in one that lists the player, or whose conditions are met."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)

    def define(self, name: str, attributes: Sequence[Mapping[str, Any]], players: Sequence[str]) -> None:
        """Add a segment, or replace the one of that name."""
        check_segment(attributes, players)
        conditions = json.dumps([dict(one) for one in attributes], default=str)
        self._storage.run(
            "INSERT INTO segments VALUES (?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET conditions = excluded.conditions, players = excluded.players",
            (name, conditions, json.dumps(list(players))),
        )

    def names(self) -> tuple[str, ...]:
        """All segments, in the order they were defined."""
        return tuple(name for (name,) in self._storage.rows("SELECT name FROM segments ORDER BY rowid"))

    def of_player(self, player_id: str, attributes: Mapping[str, Any]) -> tuple[str, ...]:
        """The segments that a player with these attributes is in now."""
        return tuple(
            name
            for name, conditions, players in self._storage.rows("SELECT * FROM segments ORDER BY rowid")
            if player_id in json.loads(players)
            or matches([read_condition(one) for one in json.loads(conditions)], attributes)
        )


def segment_id(name: str) -> str:
    """The id that the platform shows for a segment: always the same one for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"uwclient-sandbox/segments/{name}"))


def check_segment(attributes: Sequence[Mapping[str, Any]], players: Sequence[str]) -> None:
    """FieldError when a segment with this targeting makes no sense."""
    for position, raw in enumerate(attributes):
        try:
            read_condition(raw)
        except ValueError as problem:
            raise FieldError(("attributes", position), str(problem)) from None
    if isinstance(players, str):
        raise FieldError("players", f"{players!r} is not a list of player ids: write [{players}]")
    if not attributes and not players:
        raise FieldError("attributes", "the segment matches nobody: give it attributes or players")
