"""Email addresses of players, and who opted out of emails (guide: Unity SDK, EmailsModule)."""

from __future__ import annotations

from dataclasses import dataclass

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.services.emails.settings import EmailSettings

_TABLE = """CREATE TABLE IF NOT EXISTS email_addresses (
    player_id TEXT PRIMARY KEY, address TEXT, opted_out INTEGER NOT NULL)"""


@dataclass(frozen=True, slots=True)
class EmailStatus:
    """A player's email address, None when there is none, and whether the player opted out of emails."""

    address: str | None = None
    opted_out: bool = False


class Emails:
    """Owns the table of addresses; only a new address ends an opt-out.

    Attributes:
        settings: who e-mails come from.

    """

    def __init__(self, backend: Backend) -> None:
        self.settings = EmailSettings(backend)
        self._backend = backend
        self._storage = backend.storage
        self._storage.run(_TABLE)

    def of_player(self, player_id: str) -> EmailStatus:
        """A player's address and opt-out."""
        row = self._storage.row("SELECT address, opted_out FROM email_addresses WHERE player_id = ?", (player_id,))
        return EmailStatus() if row is None else EmailStatus(row[0], bool(row[1]))

    def set(self, source: Source, address: str) -> None:
        """Set or replace the player's address; that ends an opt-out."""
        with self._backend.delivery(source, "email_address"):
            self._put(source.player_id, EmailStatus(address))

    def delete(self, source: Source, *, opt_out: bool) -> None:
        """Delete the player's address, if there is one; without `opt_out` an earlier opt-out stays."""
        with self._backend.delivery(source, "email_address"):
            opted_out = opt_out or self.of_player(source.player_id).opted_out
            self._put(source.player_id, EmailStatus(None, opted_out))

    def _put(self, player_id: str, status: EmailStatus) -> None:
        self._storage.run(
            "INSERT INTO email_addresses VALUES (?, ?, ?) ON CONFLICT (player_id) "
            "DO UPDATE SET address = excluded.address, opted_out = excluded.opted_out",
            (player_id, status.address, status.opted_out),
        )
