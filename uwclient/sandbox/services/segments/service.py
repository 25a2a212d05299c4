"""Segments: named groups of players (guide: Segment Targeting)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.targeting import matches, read_condition
from uwclient.sandbox.services.segments.rules import check_segment

_TABLE = """CREATE TABLE IF NOT EXISTS segments (
    name TEXT PRIMARY KEY, conditions TEXT NOT NULL, players TEXT NOT NULL)"""


class Segments:
    """Owns the table of segments; a player is in those that list the player, or whose conditions are met."""

    def __init__(self, backend: Backend) -> None:
        self._storage = backend.storage
        self._storage.run(_TABLE)

    def put(self, name: str, attributes: Sequence[Mapping[str, Any]], players: Sequence[str]) -> None:
        """Add a segment, or replace the one of that name. FieldError when it makes no sense.

        Args:
            name: the segment's name.
            attributes: conditions, as `core.targeting.read_condition` reads them.
            players: ids of players who are in it whatever their attributes.

        """
        check_segment(attributes, players)
        conditions = json.dumps([dict(one) for one in attributes], default=str)
        self._storage.run(
            "INSERT INTO segments VALUES (?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET conditions = excluded.conditions, players = excluded.players",
            (name, conditions, json.dumps(list(players))),
        )

    def remove(self, name: str) -> None:
        """Take a segment away, if it is there."""
        self._storage.run("DELETE FROM segments WHERE name = ?", (name,))

    def names(self) -> tuple[str, ...]:
        """The names of all segments, in the order in which they were defined."""
        return tuple(name for (name,) in self._storage.rows("SELECT name FROM segments ORDER BY rowid"))

    def of_player(self, player_id: str, attributes: Mapping[str, Any]) -> tuple[str, ...]:
        """The segments that a player with these attributes is in."""
        return tuple(
            name
            for name, conditions, players in self._storage.rows("SELECT * FROM segments ORDER BY rowid")
            if player_id in json.loads(players)
            or matches([read_condition(one) for one in json.loads(conditions)], attributes)
        )
