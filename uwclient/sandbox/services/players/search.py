"""Finds the players whose attributes or events meet a condition, by an index that follows what is known of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.targeting import Condition
from uwclient.sandbox.core.values import attributes_in
from uwclient.sandbox.services.players.sort_keys import clauses, folded, sort_key

_TABLES = (
    "CREATE TABLE IF NOT EXISTS known_players (number INTEGER PRIMARY KEY, player_id TEXT NOT NULL UNIQUE)",
    """CREATE TABLE IF NOT EXISTS facts (
        event_id TEXT NOT NULL, name TEXT NOT NULL, player INTEGER NOT NULL, occurrence INTEGER NOT NULL,
        key BLOB, folded BLOB, PRIMARY KEY (event_id, name, player, occurrence)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS occurrences (
        number INTEGER PRIMARY KEY, player INTEGER NOT NULL, event_id TEXT NOT NULL, attributes TEXT NOT NULL,
        UNIQUE (player, event_id, attributes))""",
    "CREATE INDEX IF NOT EXISTS occurrences_by_event ON occurrences (event_id, player)",
    """CREATE TABLE IF NOT EXISTS visits (
        environment_id TEXT NOT NULL, player INTEGER NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (environment_id, player)) WITHOUT ROWID""",
)
_OWN = ""
"""What stands in place of an event's id where an attribute is the player's own; and 0 in place of its occurrence."""


class PlayerSearch:
    """Owns the tables of known players, facts, occurrences and visits. Players have numbers here, not ids.

    A fact is one attribute, of a player or of an event. An occurrence is an event with its attributes: one that a
    player had twice, with the same ones, is there once. A visit is the last one of a player in an environment.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        for statement in _TABLES:
            storage.run(statement)

    # Following what becomes known.

    def add_player(self, player_id: str) -> int:
        """The number of a player, who is known from now on."""
        self.note(player_id)
        return int(self._storage.rows("SELECT number FROM known_players WHERE player_id = ?", (player_id,))[0][0])

    def note(self, player_id: str) -> None:
        """Know a player from now on."""
        self._storage.run("INSERT OR IGNORE INTO known_players (player_id) VALUES (?)", (player_id,))

    def remove(self, player_id: str) -> None:
        """Know nothing of a player any more."""
        for player in self.numbers([player_id]).values():
            for table in ("facts", "occurrences", "visits"):
                self._storage.run(f"DELETE FROM {table} WHERE player = ?", (player,))  # noqa: S608 - the names above
            self._storage.run("DELETE FROM known_players WHERE number = ?", (player,))

    def add_attributes(self, player_id: str, values: Mapping[str, Any]) -> None:
        """Set (or replace) attributes of a player."""
        self._add_facts(_OWN, self.add_player(player_id), 0, values)

    def add_events(self, player_id: str, events: Iterable[tuple[str, str]]) -> None:
        """Add events that a player had: each its id and its attributes, as `attributes_text` writes them."""
        player = self.add_player(player_id)
        for event_id, text in events:
            for (number,) in self._storage.rows(
                "INSERT INTO occurrences (player, event_id, attributes) VALUES (?, ?, ?) "
                "ON CONFLICT DO NOTHING RETURNING number",
                (player, event_id, text),
            ):
                self._add_facts(event_id, player, number, attributes_in(text)[0])

    def add_visit(self, player_id: str, environment_id: str, at: int) -> None:
        """A player was in an environment, at so many milliseconds since 1970."""
        self._storage.run(
            "INSERT INTO visits VALUES (?, ?, ?) "
            "ON CONFLICT (environment_id, player) DO UPDATE SET at = max(at, excluded.at)",
            (environment_id, self.add_player(player_id), at),
        )

    def forget(self, player_id: str) -> None:
        """Forget the attributes and events of a player, but neither the visits nor that the player is known."""
        for number in self.numbers([player_id]).values():
            self._storage.run("DELETE FROM facts WHERE event_id = ? AND player = ?", (_OWN, number))
            events = "SELECT DISTINCT event_id FROM occurrences WHERE player = ?"
            self._storage.run(f"DELETE FROM facts WHERE event_id IN ({events}) AND player = ?", (number, number))  # noqa: S608
            self._storage.run("DELETE FROM occurrences WHERE player = ?", (number,))

    # Finding.

    def all(self) -> set[int]:
        """All players of whom anything is known."""
        return set(self._column("number", "known_players"))

    def with_attribute(self, condition: Condition) -> set[int]:
        """The players who have an attribute that meets a condition."""
        return self._meeting("player", _OWN, condition)

    def with_event(self, event_id: str, conditions: Sequence[Condition]) -> set[int]:
        """The players who had an event of that id which meets all conditions."""
        if not conditions:
            return set(self._column("player", "occurrences WHERE event_id = ?", (event_id,)))
        first, *others = conditions
        if not others:
            return self._meeting("player", event_id, first)
        met = set.intersection(*(self._meeting("occurrence", event_id, one) for one in others))
        return {player for number, player in self._occurrences_meeting(event_id, first) if number in met}

    def visitors(self, environment_ids: Collection[str], since: int) -> set[int]:
        """The players who were in one of the environments at a time (milliseconds since 1970) or later."""
        source = "visits WHERE environment_id = ? AND at >= ?"
        return set().union(*(self._column("player", source, (one, since)) for one in environment_ids))

    def events(self, player_id: str, event_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
        """The attributes of a player's events of some ids, by the event's id; the same ones only once."""
        found: dict[str, list[dict[str, Any]]] = {}
        for event_id, text in self._storage.rows(
            "SELECT event_id, attributes FROM occurrences "
            "WHERE player = (SELECT number FROM known_players WHERE player_id = ?)",
            (player_id,),
        ):
            if event_id in event_ids:
                found.setdefault(event_id, []).append(attributes_in(text)[0])
        return found

    def occurrences(self, player_id: str) -> list[tuple[str, dict[str, Any]]]:
        """A player's events, each with its attributes; one that came twice with the same ones is there once."""
        rows = self._storage.rows(
            "SELECT event_id, attributes FROM occurrences "
            "WHERE player = (SELECT number FROM known_players WHERE player_id = ?) ORDER BY number",
            (player_id,),
        )
        return [(event_id, attributes_in(text)[0]) for event_id, text in rows]

    def all_ids(self) -> list[str]:
        """The ids of all players, in the order in which they became known."""
        return [one for (one,) in self._storage.rows("SELECT player_id FROM known_players ORDER BY number")]

    def ids(self, players: Collection[int]) -> list[str]:
        """The ids of players, in alphabetical order."""
        rows = self._storage.rows("SELECT number, player_id FROM known_players ORDER BY player_id")
        return [player_id for number, player_id in rows if number in players]

    def numbers(self, player_ids: Iterable[str]) -> dict[str, int]:
        """The numbers of those of some players who are known, by their ids."""
        return dict(
            self._storage.rows(
                "SELECT player_id, number FROM known_players WHERE player_id IN (SELECT value FROM json_each(?))",
                (json.dumps([*player_ids], ensure_ascii=False),),
            )
        )

    def _occurrences_meeting(self, event_id: str, condition: Condition) -> Iterator[tuple[int, int]]:
        """The numbers of the events of that id that meet a condition, each with its player."""
        for where, values in clauses(condition):
            source = f"facts WHERE event_id = ? AND name = ? AND {where}"
            columns = self._columns(("occurrence", "player"), source, (event_id, condition.name, *values))
            yield from zip(*columns, strict=True)

    def _meeting(self, column: str, event_id: str, condition: Condition) -> set[int]:
        found: set[int] = set()
        for where, values in clauses(condition):
            source = f"facts WHERE event_id = ? AND name = ? AND {where}"
            found.update(self._column(column, source, (event_id, condition.name, *values)))
        return found

    def _column(self, column: str, source: str, values: Sequence[Any] = ()) -> list[int]:
        return self._columns((column,), source, values)[0]

    def _columns(self, columns: Sequence[str], source: str, values: Sequence[Any] = ()) -> list[list[int]]:
        """The numbers in columns of many rows: as one JSON text each, they take half as long as row by row."""
        listed = ", ".join(f"json_group_array({column})" for column in columns)
        row = self._storage.row(f"SELECT {listed} FROM {source}", values)  # noqa: S608 - fixed texts
        return [[] for _ in columns] if row is None else [json.loads(text) for text in row]

    def _add_facts(self, event_id: str, player: int, occurrence: int, values: Mapping[str, Any]) -> None:
        self._storage.run_many(
            "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?, ?)",
            [(event_id, name, player, occurrence, sort_key(value), folded(value)) for name, value in values.items()],
        )
