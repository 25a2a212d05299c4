"""Owns the SQLite database that the sandbox keeps its state in: in memory, or in a file."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterable
from typing import Any


class Storage:
    """Owns the one connection and the lock around it; each service owns its own tables in it.

    Every statement is its own transaction. The connection closes when nobody holds the storage any more.
    """

    def __init__(self, database: str) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._connection.close)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")

    def run(self, statement: str, values: Iterable[Any] = ()) -> None:
        """Execute one statement."""
        with self._lock:
            self._connection.execute(statement, tuple(values))

    def rows(self, query: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a query finds."""
        with self._lock:
            return self._connection.execute(query, tuple(values)).fetchall()

    def row(self, query: str, values: Iterable[Any] = ()) -> tuple[Any, ...] | None:
        """The first row that a query finds, or None."""
        with self._lock:
            found: tuple[Any, ...] | None = self._connection.execute(query, tuple(values)).fetchone()
            return found
