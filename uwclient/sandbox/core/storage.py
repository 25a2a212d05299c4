"""The SQLite database that holds the sandbox's state, in memory or in a file."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from uwclient.sandbox.core.errors import ScenarioError, no_letter

Key = TypeVar("Key")
Value = TypeVar("Value")

_IN_MEMORY = ":memory:"
_TEMPORARY = ""
"""SQLite's name for a database that is in memory while it is small, and in a file without a name once it grows."""
_JOURNAL_VERSIONS = slice(18, 20)
_NO_WAL = b"\x01\x01"
"""Where a database file says whether it has a write-ahead log, and what it says without one: memory has none."""


class Storage:
    """Owns the one connection and the lock around it; each service creates its own tables.

    A statement is its own transaction, unless it stands in a `transaction()` block. The connection closes when
    the storage is garbage.

    Args:
        database: a file, or ":memory:" (what outgrows a few megabytes goes to a temporary file).

    Raises:
        ScenarioError: the file cannot be used as a database.

    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._lock = threading.RLock()
        self._to_compact = False
        self._copied_written = 0
        self._rollback_listeners: list[Callable[[], None]] = []
        if database != _IN_MEMORY and Path(database).is_dir():
            raise ScenarioError(f"database: {database!r} is a folder: name a file in it, such as state.sqlite.")
        with self.opening():
            name = _TEMPORARY if database == _IN_MEMORY else database
            self._connection = sqlite3.connect(name, check_same_thread=False, isolation_level=None)
            weakref.finalize(self, self._connection.close)
            self._connection.execute(f"PRAGMA journal_mode = {'WAL' if name else 'MEMORY'}")
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.create_function("casefold", 1, _casefold, deterministic=True)

    @contextmanager
    def opening(self) -> Iterator[None]:
        """A block that creates tables; ScenarioError when the file turns out to be something else."""
        try:
            yield
        except (sqlite3.Error, ValueError) as problem:
            if isinstance(problem, ScenarioError):
                raise
            raise ScenarioError(
                f"database: {self._database!r} cannot hold the sandbox's state ({problem}): "
                "name a new file, or one that a sandbox made."
            ) from None

    def add_column(self, table: str, column: str, definition: str) -> None:
        """Add a column to a table, unless the table has it: databases of older versions lack it."""
        with self._lock:
            if column.strip('"') not in self.columns(table):
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns; none when there is no such table."""
        return [row[1] for row in self.rows(f"PRAGMA table_info({table})")]

    def has_table(self, table: str) -> bool:
        """Whether there is a table of that name."""
        return bool(self.columns(table))

    @property
    def version(self) -> int:
        """The version of the tables, as whoever created them said; 0 when nobody did."""
        return int(self.rows("PRAGMA user_version")[0][0])

    @version.setter
    def version(self, version: int) -> None:
        self.run(f"PRAGMA user_version = {version:d}")

    def run(self, statement: str, values: Iterable[Any] = ()) -> None:
        """Execute one statement. ScenarioError when a text holds half a surrogate pair, as all that take values."""
        with self._lock:
            self._execute(statement, values)

    def insert(self, statement: str, values: Iterable[Any]) -> int:
        """Execute an INSERT; the rowid of the new row."""
        with self._lock:
            return self._execute(statement, values).lastrowid or 0

    def run_many(self, statement: str, rows: Iterable[Iterable[Any]]) -> None:
        """Execute one statement with each of the rows, all of them or (when it fails) none."""
        with self.transaction():
            try:
                self._connection.executemany(statement, [tuple(row) for row in rows])
            except UnicodeEncodeError as problem:
                raise no_letter(problem) from None

    def _execute(self, statement: str, values: Iterable[Any]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, tuple(values))
        except UnicodeEncodeError as problem:
            raise no_letter(problem) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A block whose statements all happen, or (when it raises) none; an inner block is part of the outer one."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            before = self._copied_written
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                for listener in self._rollback_listeners if self._copied_written != before else ():
                    listener()
                raise
            self._connection.execute("COMMIT")
            if self._to_compact:
                self._compact()

    def compact(self) -> None:
        """Write the database anew when the open transaction is committed: no trace is left of what was deleted.

        (`secure_delete` alone does not see to that: what SQLite has moved to another page stays in the old one.)
        """
        self._to_compact = True

    def _compact(self) -> None:
        """Write the database anew; while another program reads its file, it is tried again later."""
        (timeout,) = self._connection.execute("PRAGMA busy_timeout").fetchone()
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._connection.execute("VACUUM")
            is_busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            is_busy = True
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {timeout:d}")
        self._to_compact = bool(is_busy)

    def on_rollback(self, listener: Callable[[], None]) -> None:
        """Call `listener` after rows that `note_copied` told of have not been written after all."""
        self._rollback_listeners.append(listener)

    def note_copied(self) -> None:
        """Tell that a table is written of which somebody has a copy in memory."""
        with self._lock:
            self._copied_written += 1

    @property
    def written(self) -> int:
        """How many rows were written since the storage was opened."""
        with self._lock:
            return self._connection.total_changes

    def rows(self, query: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that a query finds."""
        with self._lock:
            return self._execute(query, values).fetchall()

    def clear(self) -> None:
        """Delete all rows of all tables."""
        with self.transaction():
            for (name,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
                self.run(f'DELETE FROM "{name}"')  # noqa: S608 - the names of tables

    def image(self) -> bytes:
        """The database as the bytes of a file that SQLite can open."""
        with self._lock:
            image = bytearray(self._connection.serialize())
        image[_JOURNAL_VERSIONS] = _NO_WAL
        return bytes(image)

    def replace(self, image: bytes) -> None:
        """Replace the whole database by such an image. ValueError, and no change, when it is something else."""
        with closing(sqlite3.connect(_IN_MEMORY)) as other, self._lock:
            try:
                other.deserialize(image or b" ")
                sound = other.execute("PRAGMA quick_check").fetchall() == [("ok",)]
                complete = _columns(self._connection) <= _columns(other)
            except sqlite3.Error as problem:
                raise ValueError(f"This is no saved sandbox ({problem}): use what save() gave.") from None
            if not sound:
                raise ValueError("This saved sandbox is damaged: save it again.")
            if not complete:
                raise ValueError("Another version of uwclient saved this sandbox: save it again with this one.")
            other.backup(self._connection)

    def row(self, query: str, values: Iterable[Any] = ()) -> tuple[Any, ...] | None:
        """The first row that a query finds, or None."""
        with self._lock:
            found: tuple[Any, ...] | None = self._execute(query, values).fetchone()
            return found


def _casefold(value: object) -> str | None:
    return None if value is None else str(value).casefold()


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """The names of all tables with those of their columns."""
    return set(
        connection.execute(
            "SELECT one.name, columns.name FROM sqlite_schema AS one, pragma_table_info(one.name) AS columns "
            "WHERE one.type = 'table'"
        )
    )


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    """The values of each key, in the order in which they come: what the rows of a join belong to."""
    groups: dict[Key, list[Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}
