"""What was bought, paid and granted, in a database; whatever arrives twice, or in another order, grants once."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .store import Receipt

_TABLES = """
CREATE TABLE IF NOT EXISTS purchases (impression_id TEXT PRIMARY KEY, player_id TEXT, offer_id TEXT);
CREATE TABLE IF NOT EXISTS receipts (transaction_id TEXT PRIMARY KEY, player_id TEXT, offer_id TEXT, items TEXT);
CREATE TABLE IF NOT EXISTS grants (
    number INTEGER PRIMARY KEY, player_id TEXT, items TEXT, impression_id TEXT UNIQUE, transaction_id TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS handled (key TEXT PRIMARY KEY);
"""
_PAIR = """
SELECT impression_id, transaction_id, items FROM purchases JOIN receipts USING (player_id, offer_id)
WHERE player_id = ? AND impression_id NOT IN (SELECT impression_id FROM grants)
AND transaction_id NOT IN (SELECT transaction_id FROM grants) ORDER BY purchases.rowid, receipts.rowid LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a player was given, such as `{"gems": 300}`; the numbers grow."""

    number: int
    items: Mapping[str, int]


class Ledger:
    """Owns the database. A grant needs both: the platform's word that an offer was bought, and a receipt for it."""

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self._lock = threading.Lock()
        with closing(self._open()) as connection:
            connection.executescript(_TABLES)

    def bought(self, player_id: str, offer_id: str, impression_id: str) -> None:
        """The platform says that a player has bought what an impression of an offer showed."""
        self._write(
            "INSERT OR IGNORE INTO purchases VALUES (?, ?, ?)", (impression_id, player_id, offer_id), player_id
        )

    def paid(self, receipt: Receipt, offer_id: str, items: Mapping[str, int]) -> None:
        """A verified receipt says that a player has paid for these items, because of an offer."""
        row = (receipt.transaction_id, receipt.player_id, offer_id, json.dumps(dict(items)))
        self._write("INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?)", row, receipt.player_id)

    def grants(self, player_id: str, after: int = 0) -> list[Grant]:
        """What a player was given since the grant of that number."""
        query = "SELECT number, items FROM grants WHERE player_id = ? AND number > ? ORDER BY number"
        with self._lock, closing(self._open()) as connection:
            rows = connection.execute(query, (player_id, after)).fetchall()
        return [Grant(number, json.loads(items)) for number, items in rows]

    def __contains__(self, key: object) -> bool:
        """Whether a webhook with this key was handled, perhaps before a restart."""
        with self._lock, closing(self._open()) as connection:
            return connection.execute("SELECT 1 FROM handled WHERE key = ?", (key,)).fetchone() is not None

    def add(self, key: str) -> None:
        """Remember that a webhook with this key was handled."""
        self._write("INSERT OR IGNORE INTO handled VALUES (?)", (key,))

    def _write(self, statement: str, row: tuple[str, ...], player_id: str = "") -> None:
        """Write a row, and grant what has become due by it, in one transaction."""
        with self._lock, closing(self._open()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(statement, row)
            while pair := connection.execute(_PAIR, (player_id,)).fetchone():
                impression_id, transaction_id, items = pair
                connection.execute(
                    "INSERT INTO grants (player_id, items, impression_id, transaction_id) VALUES (?, ?, ?, ?)",
                    (player_id, items, impression_id, transaction_id),
                )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10, isolation_level=None)
