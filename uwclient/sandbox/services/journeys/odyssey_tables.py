"""The tables of odysseys and legs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from uwclient.sandbox.core.apps import id_named
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey, Travels

_TABLES = (
    """CREATE TABLE IF NOT EXISTS odysseys (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, environment_id TEXT NOT NULL, player_id TEXT NOT NULL,
    journey_id TEXT NOT NULL, release INTEGER NOT NULL, started_at INTEGER NOT NULL, leg_count INTEGER NOT NULL,
    met TEXT NOT NULL, ended_at INTEGER, exit_state TEXT)""",
    "CREATE INDEX IF NOT EXISTS odysseys_of_player ON odysseys (player_id, environment_id)",
    "CREATE INDEX IF NOT EXISTS odysseys_of_journey ON odysseys (journey_id, environment_id)",
    """CREATE TABLE IF NOT EXISTS odyssey_legs (
    number INTEGER PRIMARY KEY, odyssey_id TEXT NOT NULL, content_id TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
    step_id TEXT NOT NULL, started_at INTEGER NOT NULL, previous_id TEXT, edge_id TEXT NOT NULL, due_at INTEGER,
    received_at INTEGER, outcome TEXT, ended_at INTEGER, is_over INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS legs_of_odyssey ON odyssey_legs (odyssey_id, is_over)",
    "CREATE INDEX IF NOT EXISTS legs_of_content ON odyssey_legs (content_id)",
)
_ODYSSEY = ("id", "journey_id", "release", "started_at", "leg_count", "met", "ended_at", "exit_state")
_LEG = tuple(one.name for one in fields(Leg))
_IN_ODYSSEY = ", ".join(_ODYSSEY)
_IN_LEG = ", ".join(_LEG)


def content_id(odyssey_id: str, step_id: str) -> str:
    """The id under which an odyssey shows the content of a step: another odyssey shows it under another one."""
    return id_named(f"odyssey/{odyssey_id}/{step_id}")


class OdysseyTables:
    """Owns the tables of odysseys and legs."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        for statement in _TABLES:
            storage.run(statement)

    @contextmanager
    def changing(self, environment_id: str, player_id: str) -> Iterator[Travels]:
        """A block in which a player's odysseys change; what has changed is written, or (when it raises) nothing.

        Of their legs, those are there that are active, or show something.
        """
        with self._storage.transaction():
            travels = self.travels(environment_id, player_id)
            before = {one.id: _odyssey_row(one) for one in travels.odysseys.values()}
            legs_before = {leg.id: _leg_row(leg) for one in travels.odysseys.values() for leg in one.legs.values()}
            yield travels
            for odyssey in travels.odysseys.values():
                row = _odyssey_row(odyssey)
                if odyssey.id not in before:
                    self._insert(
                        "odysseys", ("environment_id", "player_id", *_ODYSSEY), (environment_id, player_id, *row)
                    )
                elif before[odyssey.id] != row:
                    self._update("odysseys", _ODYSSEY, row)
                for leg in odyssey.legs.values():
                    self._write_leg(odyssey, leg, legs_before.get(leg.id))

    def travels(self, environment_id: str, player_id: str, *, whole: bool = False) -> Travels:
        """A player's odysseys in an environment; with `whole` all their legs."""
        rows = self._storage.rows(
            f"SELECT {_IN_ODYSSEY} FROM odysseys WHERE player_id = ? AND environment_id = ? ORDER BY number",  # noqa: S608
            (player_id, environment_id),
        )
        travels = Travels(player_id)
        for row in rows:
            travels.add(_odyssey(row))
        legs = ", ".join(f"odyssey_legs.{name}" for name in _LEG)
        for odyssey_id, *leg in self._storage.rows(
            f"SELECT odyssey_id, {legs} FROM odysseys JOIN odyssey_legs ON odyssey_id = odysseys.id "  # noqa: S608
            f"WHERE player_id = ? AND environment_id = ? {'' if whole else 'AND NOT is_over'} "
            "ORDER BY odyssey_legs.number",
            (player_id, environment_id),
        ):
            travels.odysseys[odyssey_id].add(_leg(leg))
        return travels

    def find_content(self, player_id: str, environment_id: str, shown_id: str) -> tuple[Odyssey, Leg] | None:
        """The latest leg that shows, or showed, content under an id to a player."""
        rows = self._storage.rows(
            "SELECT odyssey_id, odyssey_legs.id FROM odyssey_legs JOIN odysseys ON odyssey_id = odysseys.id "
            "WHERE content_id = ? AND player_id = ? AND environment_id = ? ORDER BY odyssey_legs.number DESC",
            (shown_id, player_id, environment_id),
        )
        if not rows:
            return None
        odyssey_id, leg_id = rows[0]
        odyssey = self.travels(environment_id, player_id, whole=True).odysseys.get(odyssey_id)
        leg = None if odyssey is None else odyssey.legs.get(leg_id)
        return None if odyssey is None or leg is None else (odyssey, leg)

    def environments_of(self, player_id: str) -> list[str]:
        """The environments in which a player has odysseys."""
        rows = self._storage.rows("SELECT DISTINCT environment_id FROM odysseys WHERE player_id = ?", (player_id,))
        return [environment_id for (environment_id,) in rows]

    def players_on(self, environment_id: str, journey_id: str) -> list[str]:
        """The players who are on a journey."""
        rows = self._storage.rows(
            "SELECT DISTINCT player_id FROM odysseys "
            "WHERE journey_id = ? AND environment_id = ? AND (ended_at IS NULL OR EXISTS "
            "(SELECT 1 FROM odyssey_legs WHERE odyssey_id = odysseys.id AND NOT is_over)) ORDER BY player_id",
            (journey_id, environment_id),
        )
        return [player_id for (player_id,) in rows]

    def counts(self, environment_id: str, journey_id: str) -> dict[str, list[tuple[Any, ...]]]:
        """How many players came to each step and by each edge, are there now, and how odysseys ended.

        Returns:
            `steps`: rows of step, players, and players who are there now; `edges`: rows of edge and players;
            `exits`: rows of exit state (None: not ended) and odysseys; `players`: one row, of who ever entered.

        """
        here = (
            "FROM odysseys JOIN odyssey_legs ON odyssey_id = odysseys.id WHERE journey_id = ? AND environment_id = ?"
        )
        alone = "FROM odysseys WHERE journey_id = ? AND environment_id = ?"
        queries = {
            "steps": "SELECT step_id, count(DISTINCT player_id), "
            f"count(DISTINCT CASE WHEN odyssey_legs.ended_at IS NULL THEN player_id END) {here} GROUP BY step_id",
            "edges": f"SELECT edge_id, count(DISTINCT player_id) {here} GROUP BY edge_id",
            "exits": f"SELECT exit_state, count(*) {alone} GROUP BY exit_state",
            "players": f"SELECT count(DISTINCT player_id) {alone}",
        }
        return {name: self._storage.rows(query, (journey_id, environment_id)) for name, query in queries.items()}

    def forget(self, player_id: str) -> None:
        """Delete all that is known of a player."""
        with self._storage.transaction():
            self._storage.run(
                "DELETE FROM odyssey_legs WHERE odyssey_id IN (SELECT id FROM odysseys WHERE player_id = ?)",
                (player_id,),
            )
            self._storage.run("DELETE FROM odysseys WHERE player_id = ?", (player_id,))

    def _write_leg(self, odyssey: Odyssey, leg: Leg, before: tuple[Any, ...] | None) -> None:
        row = _leg_row(leg)
        if before is None:
            shown_id = content_id(odyssey.id, leg.step_id)
            self._insert("odyssey_legs", ("odyssey_id", "content_id", *_LEG), (odyssey.id, shown_id, *row))
        elif before != row:
            self._update("odyssey_legs", _LEG, row)

    def _insert(self, table: str, columns: Sequence[str], row: Iterable[Any]) -> None:
        marks = ", ".join("?" * len(columns))
        self._storage.run(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", row)  # noqa: S608

    def _update(self, table: str, columns: Sequence[str], row: Sequence[Any]) -> None:
        """Replace the columns of the row whose id is the first of them."""
        changed = ", ".join(f"{name} = ?" for name in columns)
        self._storage.run(f"UPDATE {table} SET {changed} WHERE id = ?", [*row, row[0]])  # noqa: S608


def _odyssey_row(odyssey: Odyssey) -> tuple[Any, ...]:
    met = json.dumps(sorted(odyssey.met))
    return (
        odyssey.id,
        odyssey.journey_id,
        odyssey.release,
        odyssey.started_at,
        odyssey.leg_count,
        met,
        odyssey.ended_at,
        odyssey.exit_state,
    )


def _odyssey(row: Sequence[Any]) -> Odyssey:
    odyssey_id, journey_id, release, started_at, leg_count, met, ended_at, exit_state = row
    odyssey = Odyssey(odyssey_id, journey_id, release, started_at)
    odyssey.leg_count, odyssey.met = leg_count, set(json.loads(met))
    odyssey.ended_at, odyssey.exit_state = ended_at, exit_state
    return odyssey


def _leg_row(leg: Leg) -> tuple[Any, ...]:
    return tuple(getattr(leg, name) for name in _LEG)


def _leg(row: Any) -> Leg:
    leg = Leg(*row)
    leg.is_over = bool(leg.is_over)
    return leg
