"""Finds the players whose attributes or events meet a condition, by indexes of the database.

Beside each attribute stands its value as a number and as an instant, where it has one, so that comparisons need not
look at the other players' values. What SQLite would compare otherwise than Python is compared here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.targeting import Condition, matches, meets
from uwclient.sandbox.core.times import microseconds, parse_iso

_EXACT = 2**53
"""The whole numbers below are exact in SQLite's numbers, too."""
_COMPARISONS = {"greater_than": "{0} > ?", "less_than": "{0} < ?", "between": "{0} BETWEEN ? AND ?"}


def index_columns(value: Any) -> tuple[float | None, int | None]:
    """A value as a number, and as microseconds since 1970; None where it is neither."""
    if isinstance(value, bool):
        return None, None
    if isinstance(value, (int, float)):
        return (float(value) if abs(value) < _EXACT else None), None
    moment = parse_iso(value) if isinstance(value, str) else None
    return None, None if moment is None else microseconds(moment)


class PlayerSearch:
    """Reads the tables of attributes and events of all players."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def with_attribute(self, condition: Condition) -> set[str]:
        """The players who have an attribute that meets a condition."""
        query = _query(condition)
        if query is None:
            return self._by_looking(condition, "1", ())
        where, values, column = query
        rows = self._storage.rows(
            f"SELECT player_id FROM attributes WHERE name = ? AND {where}",  # noqa: S608 - fixed texts
            (condition.name, *values),
        )
        found = {player_id for (player_id,) in rows}
        if column == "number":  # numbers that are too large to stand in the column
            found |= self._by_looking(condition, "number IS NULL AND data_type IN ('integer', 'float')", ())
        return found

    def with_event(self, event_id: str, conditions: Sequence[Condition]) -> set[str]:
        """The players who had an event of that id which meets all conditions."""
        if not conditions:
            rows = self._storage.rows("SELECT DISTINCT player_id FROM player_events WHERE event_id = ?", (event_id,))
            return {player_id for (player_id,) in rows}
        rows = self._storage.rows("SELECT player_id, attributes FROM player_events WHERE event_id = ?", (event_id,))
        return {player_id for player_id, text in rows if matches(conditions, _values(text))}

    def all(self) -> set[str]:
        """All players of whom something is known."""
        found: set[str] = set()
        for table in ("known_players", "attributes", "player_events"):
            rows = self._storage.rows(f"SELECT DISTINCT player_id FROM {table}")  # noqa: S608 - fixed names
            found.update(player_id for (player_id,) in rows)
        return found

    def _by_looking(self, condition: Condition, where: str, values: Iterable[Any]) -> set[str]:
        rows = self._storage.rows(
            f"SELECT player_id, value FROM attributes WHERE name = ? AND {where}",  # noqa: S608 - fixed texts
            (condition.name, *values),
        )
        return {player_id for player_id, value in rows if meets(condition, json.loads(value))}


def _query(condition: Condition) -> tuple[str, tuple[Any, ...], str] | None:
    """The condition as SQL, its values, and the column that it looks at; None when SQLite cannot decide it."""
    wanted = condition.values
    if condition.operator == "contain":
        return None
    if condition.operator == "equal" and all(isinstance(one, bool) for one in wanted):
        texts = [json.dumps(one) for one in wanted]
        return f"data_type = 'boolean' AND value IN ({', '.join('?' * len(texts))})", tuple(texts), "value"
    if condition.operator == "equal" and all(isinstance(one, str) and parse_iso(one) is None for one in wanted):
        texts = [json.dumps(one) for one in wanted]
        return f"value IN ({', '.join('?' * len(texts))})", tuple(texts), "value"
    column, values = _comparable(wanted)
    if column is None:
        return None
    if condition.operator == "equal":
        return f"{column} IN ({', '.join('?' * len(values))})", values, column
    used = values[:2] if condition.operator == "between" else values[:1]
    return _COMPARISONS[condition.operator].format(column), used, column


def _comparable(wanted: Sequence[Any]) -> tuple[str | None, tuple[Any, ...]]:
    """The column in which all of these values can be looked up, and how they stand there."""
    plain = [one.isoformat() if isinstance(one, datetime) else one for one in wanted]
    numbers, instants = zip(*(index_columns(one) for one in plain), strict=True)
    if None not in numbers:
        return "number", numbers
    return ("instant", instants) if None not in instants else (None, ())


def _values(text: str) -> Mapping[str, Any]:
    return {} if text == "[]" else {name: value for name, value, _ in json.loads(text)}
