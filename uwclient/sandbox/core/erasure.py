"""Erases all that the platform keeps of a player, wherever its services keep it (section Player Data)."""

from __future__ import annotations

from collections.abc import Callable

from uwclient.sandbox.core.storage import Storage


class Erasure:
    """Knows from each service how to remove what it keeps of a player.

    Services call `delete`, `on_erase` and `also_named` when they are made; logs, which name players, `on_erased`.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._statements: list[str] = []
        self._queries: list[str] = []
        self._services: list[Callable[[str], None]] = []
        self._logs: list[Callable[[frozenset[str]], None]] = []

    def delete(self, *statements: str) -> None:
        """Run SQL for each player who is erased, in this order; a `?` stands for the player's id."""
        self._statements += statements

    def on_erase(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with the id of each player who is erased, within the transaction."""
        self._services.append(listener)

    def also_named(self, query: str) -> None:
        """Say by which other ids a log may name a player: the SQL that finds them, as in `delete`."""
        self._queries.append(query)

    def on_erased(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call `listener` with all ids by which a log may name a player who is erased."""
        self._logs.append(listener)

    def erase(self, player_id: str) -> None:
        """Remove all that is kept of a player, from the database's file too; nothing happens for an unknown one."""
        with self._storage.transaction():
            named = [row[0] for query in self._queries for row in self._storage.rows(query, (player_id,))]
            for statement in self._statements:
                self._storage.run(statement, (player_id,))
            for service in self._services:
                service(player_id)
            self._storage.compact()
        for log in self._logs:
            log(frozenset((player_id, *named)))
