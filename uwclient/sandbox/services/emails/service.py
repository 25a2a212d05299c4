"""Owns the email addresses of players, and who wants no emails (guide: Unity SDK, EmailsModule)."""

from __future__ import annotations

from uwclient.sandbox.core.storage import Storage

_TABLE = """CREATE TABLE IF NOT EXISTS email_addresses (
    player_id TEXT PRIMARY KEY, address TEXT, opted_out INTEGER NOT NULL)"""


class Emails:
    """Owns the table of addresses; only a new address ends an opt-out."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)

    def find(self, player_id: str) -> tuple[str | None, bool]:
        """A player's address, if there is one, and whether the player opted out."""
        row = self._storage.row("SELECT address, opted_out FROM email_addresses WHERE player_id = ?", (player_id,))
        return (None, False) if row is None else (row[0], bool(row[1]))

    def set(self, player_id: str, address: str) -> None:
        """Set or replace a player's address: the player wants emails (again)."""
        self._put(player_id, address, opted_out=False)

    def delete(self, player_id: str, *, opt_out: bool) -> None:
        """Forget a player's address, if there is one; without `opt_out` an earlier opt-out stays."""
        _, opted_out = self.find(player_id)
        self._put(player_id, None, opted_out=opted_out or opt_out)

    def _put(self, player_id: str, address: str | None, *, opted_out: bool) -> None:
        self._storage.run(
            "INSERT INTO email_addresses VALUES (?, ?, ?) ON CONFLICT (player_id) "
            "DO UPDATE SET address = excluded.address, opted_out = excluded.opted_out",
            (player_id, address, opted_out),
        )
