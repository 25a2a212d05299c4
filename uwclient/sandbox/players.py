"""Owns what the platform knows about each player: attributes, by name (guide: Attribute Targeting)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.errors import Refused
from uwclient.sandbox.fields import refuse_misfit
from uwclient.sandbox.storage import Storage
from uwclient.sandbox.values import NUMBERS, Attribute, data_type_of

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

    def attribute_types(self, player_id: str) -> dict[str, str]:
        """The data types of the player's attributes, in the same order."""
        rows = self._storage.rows(
            "SELECT name, data_type FROM attributes WHERE player_id = ? ORDER BY rowid", (player_id,)
        )
        return dict(rows)

    def set_attributes(self, player_id: str, values: Mapping[str, Any]) -> None:
        """Set (or replace) attributes, whatever they were before.

        ValueError for a value that is none of the five data types.
        """
        self._put(player_id, {name: _typed(name, value) for name, value in values.items()})

    def assign_attributes(self, player_id: str, attributes: Sequence[Attribute]) -> None:
        """Set (or replace) attributes as a client may: all of them, or (Refused) none.

        The data type counts for a new attribute; one that is there already keeps its own, but integer and float are
        one family: what is sent as the other is taken, and then it is a float.
        """
        known = self.attribute_types(player_id)
        typed: dict[str, tuple[Any, str]] = {}
        for position, attribute in enumerate(attributes):
            path = ("attributes", position)
            data_type = known[attribute.name] = _joined(known.get(attribute.name), attribute)
            if attribute.data_type not in (None, data_type) and not {attribute.data_type, data_type} <= NUMBERS:
                raise Refused(
                    (*path, "data_type"),
                    f"the attribute {attribute.name!r} is of the data type {data_type!r} already, "
                    f"not {attribute.data_type!r}",
                    f"Send it as {data_type}, or use another name.",
                )
            refuse_misfit(attribute.value, data_type, (*path, "value"))
            typed[attribute.name] = (attribute.value, data_type)
        self._put(player_id, typed)

    def _put(self, player_id: str, typed: Mapping[str, tuple[Any, str]]) -> None:
        self._storage.run_many(
            "INSERT INTO attributes VALUES (?, ?, ?, ?) ON CONFLICT (player_id, name) "
            "DO UPDATE SET value = excluded.value, data_type = excluded.data_type",
            [(player_id, name, json.dumps(value), data_type) for name, (value, data_type) in typed.items()],
        )


def _joined(known: str | None, sent: Attribute) -> str:
    """The data type that an attribute has once it is sent."""
    if known is None:
        return sent.stored_type
    return "float" if {known, sent.stored_type} == NUMBERS else known


def _typed(name: str, value: Any) -> tuple[Any, str]:
    """A value as JSON holds it, and its data type."""
    data_type = data_type_of(value)
    if data_type is None:
        advice = "a finite number" if isinstance(value, float) else "a string, boolean, integer, float or datetime"
        raise ValueError(f"Attribute {name!r} cannot be {value!r}: use {advice}.")
    return (value.isoformat() if isinstance(value, datetime) else value), data_type
