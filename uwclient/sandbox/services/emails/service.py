"""Email addresses of players, and who opted out of emails (guide: Unity SDK, EmailsModule)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.services.emails.settings import BODY, EmailSettings

_TABLES = (
    """CREATE TABLE IF NOT EXISTS email_addresses (
    player_id TEXT PRIMARY KEY, address TEXT, opted_out INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS sent_emails (
    number INTEGER PRIMARY KEY, player_id TEXT NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, at TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS sent_emails_of_player ON sent_emails (player_id)",
)


@dataclass(frozen=True, slots=True)
class EmailStatus:
    """A player's email address, None when there is none, and whether the player opted out of emails."""

    address: str | None = None
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class SentEmail:
    """One e-mail that was sent to a player: to which address, what it said, and when."""

    address: str
    subject: str
    body: str
    at: datetime


class Emails:
    """Owns the tables of addresses and of sent e-mails; only a new address ends an opt-out.

    Attributes:
        settings: who e-mails come from.

    """

    def __init__(self, backend: Backend) -> None:
        self.settings = EmailSettings(backend)
        self._backend = backend
        self._storage = backend.storage
        self._listeners: list[Callable[[str], None]] = []
        for statement in _TABLES:
            self._storage.run(statement)
        for table in ("email_addresses", "sent_emails"):
            backend.erasure.delete(f"DELETE FROM {table} WHERE player_id = ?")  # noqa: S608 - the names of tables

    def on_address(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each player who gives an address, within the transaction."""
        self._listeners.append(listener)

    def can_reach(self, player_id: str) -> bool:
        """Whether a player has an address, and has not opted out."""
        status = self.of_player(player_id)
        return status.address is not None and not status.opted_out

    def reachable(self) -> list[str]:
        """The players who have an address, and have not opted out."""
        rows = self._storage.rows(
            "SELECT player_id FROM email_addresses WHERE address IS NOT NULL AND NOT opted_out ORDER BY rowid"
        )
        return [player_id for (player_id,) in rows]

    def send(self, player_id: str, subject: str, body: str) -> None:
        """Send an e-mail to a player who can be reached: it is kept, its body in the template of the settings."""
        address = self.of_player(player_id).address
        template = self.settings.get()["template"] or BODY
        self._storage.run(
            "INSERT INTO sent_emails (player_id, address, subject, body, at) VALUES (?, ?, ?, ?, ?)",
            (player_id, address, subject, template.replace(BODY, body), self._backend.clock.now().isoformat()),
        )

    def sent_to(self, player_id: str) -> tuple[SentEmail, ...]:
        """The e-mails that were sent to a player, oldest first."""
        rows = self._storage.rows(
            "SELECT address, subject, body, at FROM sent_emails WHERE player_id = ? ORDER BY number", (player_id,)
        )
        return tuple(
            SentEmail(address, subject, body, datetime.fromisoformat(at)) for address, subject, body, at in rows
        )

    def of_player(self, player_id: str) -> EmailStatus:
        """A player's address and opt-out."""
        row = self._storage.row("SELECT address, opted_out FROM email_addresses WHERE player_id = ?", (player_id,))
        return EmailStatus() if row is None else EmailStatus(row[0], bool(row[1]))

    def set(self, source: Source, address: str) -> None:
        """Set or replace the player's address; that ends an opt-out."""
        with self._backend.delivery(source, "email_address"):
            self._put(source.player_id, EmailStatus(address))
            for listener in self._listeners:
                listener(source.player_id)

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
