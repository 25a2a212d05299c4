"""The tables of what players did: one row for each entry, in the order of arrival."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Delivery, Source


class PlayerLog:
    """Owns one table of entries that players appended; each entry refers to the delivery that brought it.

    Args:
        backend: what the services share.
        action: what a delivery of such entries is called, as `Delivery.action`.
        table: the table's name, and `index` that of its index.
        columns: the columns of an entry, all of them texts.

    """

    def __init__(self, backend: Backend, action: str, table: str, index: str, columns: Sequence[str]) -> None:
        self._backend = backend
        self._action = action
        self._table = table
        self._columns = ", ".join(columns)
        self._marks = ", ".join("?" for _ in columns)
        texts = "".join(f", {column} TEXT NOT NULL" for column in columns)
        backend.storage.run(
            f"CREATE TABLE IF NOT EXISTS {table} "
            f"(id INTEGER PRIMARY KEY, player_id TEXT NOT NULL, delivery INTEGER NOT NULL{texts})"
        )
        backend.storage.run(f"CREATE INDEX IF NOT EXISTS {index} ON {table} (player_id)")
        backend.erasure.delete(f"DELETE FROM {table} WHERE player_id = ?")  # noqa: S608

    def append(self, source: Source, entries: Iterable[Sequence[str]], at: datetime | None = None) -> None:
        """Append the entries that one request brought (None: now): all of them, or none."""
        with self._backend.delivery(source, self._action, at) as delivery:
            self._backend.storage.run_many(
                f"INSERT INTO {self._table} (player_id, delivery, {self._columns}) VALUES (?, ?, {self._marks})",  # noqa: S608
                [(source.player_id, delivery, *entry) for entry in entries],
            )

    def remove(self, player_id: str) -> None:
        """Remove all entries of a player."""
        self._backend.storage.run(f"DELETE FROM {self._table} WHERE player_id = ?", (player_id,))  # noqa: S608

    def count(self, player_id: str) -> int:
        """How many entries a player has."""
        row = self._backend.storage.row(f"SELECT count(*) FROM {self._table} WHERE player_id = ?", (player_id,))  # noqa: S608
        return 0 if row is None else int(row[0])

    def entries(self, player_id: str) -> list[tuple[str, ...]]:
        """A player's entries alone, oldest first."""
        return self._backend.storage.rows(
            f"SELECT {self._columns} FROM {self._table} WHERE player_id = ? ORDER BY id",  # noqa: S608
            (player_id,),
        )

    def distinct(self) -> list[tuple[str, ...]]:
        """The entries of all players without the repeated ones, in the order in which each came first."""
        return self._backend.storage.rows(
            f"SELECT {self._columns} FROM {self._table} GROUP BY {self._columns} ORDER BY min(id)"  # noqa: S608
        )

    def player_ids(self) -> list[str]:
        """The ids of all players who have entries."""
        rows = self._backend.storage.rows(f"SELECT DISTINCT player_id FROM {self._table}")  # noqa: S608
        return [player_id for (player_id,) in rows]

    def of_player(self, player_id: str) -> list[tuple[Delivery, tuple[str, ...]]]:
        """A player's entries with the deliveries that brought them, oldest first."""
        with self._backend.lock:
            rows = self._backend.storage.rows(
                f"SELECT delivery, {self._columns} FROM {self._table} WHERE player_id = ? ORDER BY id",  # noqa: S608
                (player_id,),
            )
            deliveries = self._backend.deliveries.by_number(player_id)
        return [(deliveries[number], tuple(entry)) for number, *entry in rows]
