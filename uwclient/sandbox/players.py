"""Owns what the platform knows about each player: attributes, by name (guide: Attribute Targeting)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from uwclient.sandbox.storage import Storage

_TABLE = """CREATE TABLE IF NOT EXISTS attributes (
    player_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, data_type TEXT NOT NULL,
    PRIMARY KEY (player_id, name))"""


class Players:
    """Owns the table of attributes; a datetime is kept, and given back, as its ISO 8601 text."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)

    def attributes(self, player_id: str) -> dict[str, Any]:
        """The player's attributes in the order they were first set; empty for somebody unknown."""
        rows = self._storage.rows(
            "SELECT name, value FROM attributes WHERE player_id = ? ORDER BY rowid", (player_id,)
        )
        return {name: json.loads(value) for name, value in rows}

    def set_attributes(self, player_id: str, values: Mapping[str, Any]) -> None:
        """Set (or replace) attributes. ValueError for a value that is none of the five data types."""
        typed = {name: _typed(name, value) for name, value in values.items()}
        for name, (text, data_type) in typed.items():
            self._storage.run(
                "INSERT INTO attributes VALUES (?, ?, ?, ?) ON CONFLICT (player_id, name) "
                "DO UPDATE SET value = excluded.value, data_type = excluded.data_type",
                (player_id, name, text, data_type),
            )


def _typed(name: str, value: Any) -> tuple[str, str]:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"Attribute {name!r} cannot be {value!r}: use a finite number.")
    if isinstance(value, datetime):
        return json.dumps(value.isoformat()), "datetime"
    for python_type, data_type in ((bool, "boolean"), (int, "integer"), (float, "float"), (str, "string")):
        if isinstance(value, python_type):
            return json.dumps(value), data_type
    raise ValueError(f"Attribute {name!r} cannot be {value!r}: use a string, boolean, integer, float or datetime.")
