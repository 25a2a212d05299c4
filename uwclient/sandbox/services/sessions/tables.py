"""Owns the player sessions that were opened, and what each remembers (section Player Sessions)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.core.storage import Storage

_TABLE = """CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL, environment TEXT NOT NULL, started_at TEXT NOT NULL,
    language TEXT, country TEXT, timezone TEXT, platform TEXT, sdk_version TEXT, segments TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """Owns what a client says about itself when it opens a session; None where it said nothing."""

    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    platform: str | None = None
    sdk_version: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Owns one session of one player; `segments` are names, as of its start or its last refresh."""

    id: str
    player_id: str
    environment: str
    started_at: datetime
    details: SessionDetails
    segments: tuple[str, ...]


class Sessions:
    """Owns the table of sessions."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.run(_TABLE)

    def open(
        self,
        player_id: str,
        environment: str,
        details: SessionDetails,
        segments: Sequence[str],
        now: datetime,
    ) -> Session:
        """A new session with a new id."""
        session = Session(secrets.token_hex(12), player_id, environment, now, details, tuple(segments))
        self._storage.run(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                session.id,
                player_id,
                environment,
                now.isoformat(),
                details.language,
                details.country,
                details.timezone,
                details.platform,
                details.sdk_version,
                json.dumps(list(segments)),
            ),
        )
        return session

    def find(self, player_id: str, session_id: str) -> Session | None:
        """The session of that id, if it is this player's."""
        row = self._storage.row("SELECT * FROM sessions WHERE id = ? AND player_id = ?", (session_id, player_id))
        return None if row is None else _session(row)

    def of_player(self, player_id: str) -> list[Session]:
        """All sessions of a player, oldest first."""
        rows = self._storage.rows("SELECT * FROM sessions WHERE player_id = ? ORDER BY rowid", (player_id,))
        return [_session(row) for row in rows]

    def update_details(self, session_id: str, details: SessionDetails) -> None:
        """Replace what the session remembers by what the client says now; None keeps what was known."""
        self._storage.run(
            "UPDATE sessions SET language = coalesce(?, language), country = coalesce(?, country), "
            "timezone = coalesce(?, timezone), platform = coalesce(?, platform), "
            "sdk_version = coalesce(?, sdk_version) WHERE id = ?",
            (
                details.language,
                details.country,
                details.timezone,
                details.platform,
                details.sdk_version,
                session_id,
            ),
        )

    def set_segments(self, session_id: str, segments: Sequence[str]) -> None:
        """Put the session's player into these segments."""
        self._storage.run("UPDATE sessions SET segments = ? WHERE id = ?", (json.dumps(list(segments)), session_id))


def _session(row: tuple[str, ...]) -> Session:
    session_id, player_id, environment, started_at, *details, segments = row
    return Session(
        session_id,
        player_id,
        environment,
        datetime.fromisoformat(started_at),
        SessionDetails(*details),
        tuple(json.loads(segments)),
    )
