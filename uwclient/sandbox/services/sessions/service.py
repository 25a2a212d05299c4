"""Player sessions (section Player Sessions)."""

from __future__ import annotations

import json
from dataclasses import astuple
from datetime import datetime

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.models import Session, SessionDetails

SDK_ATTRIBUTES = ("language", "country", "timezone", "platform")
"""The details that become attributes of the player; there, their names begin with an underscore."""
_TABLE = """CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL, environment TEXT NOT NULL, started_at TEXT NOT NULL,
    language TEXT, country TEXT, timezone TEXT, platform TEXT, sdk_version TEXT, segments TEXT NOT NULL)"""


class Sessions:
    """Owns the table of sessions; a session's segments change only when it starts, resumes or refreshes."""

    def __init__(self, backend: Backend, players: Players, segments: Segments) -> None:
        self._backend = backend
        self._storage = backend.storage
        self._players = players
        self._segments = segments
        self._storage.run(_TABLE)

    def start(self, player_id: str, environment: str, details: SessionDetails) -> Session:
        """A new session in the environment of that key, with the segments that the player is in now."""
        with self._backend.lock:
            self._record_details(player_id, details)
            session = Session(
                id=self._backend.ids.token("session", player_id)[:24],
                player_id=player_id,
                environment=environment,
                started_at=self._backend.clock.now(),
                details=details,
                segments=self._segments_of(player_id),
            )
            self._storage.run(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    session.id,
                    player_id,
                    environment,
                    session.started_at.isoformat(),
                    *astuple(details),
                    json.dumps(session.segments),
                ),
            )
            return session

    def resume(self, session: Session, details: SessionDetails) -> None:
        """Continue a session with the details that the client sends now (None keeps an earlier one)."""
        with self._backend.lock:
            self._storage.run(
                "UPDATE sessions SET language = coalesce(?, language), country = coalesce(?, country), "
                "timezone = coalesce(?, timezone), platform = coalesce(?, platform), "
                "sdk_version = coalesce(?, sdk_version) WHERE id = ?",
                (*astuple(details), session.id),
            )
            self._record_details(session.player_id, details)
            self.refresh_segments(session)

    def refresh_segments(self, session: Session) -> None:
        """Put the session into the segments that its player is in now."""
        with self._backend.lock:
            segments = json.dumps(self._segments_of(session.player_id))
            self._storage.run(
                "UPDATE sessions SET segments = ?1 WHERE id = ?2 AND segments <> ?1", (segments, session.id)
            )

    def find(self, player_id: str, session_id: str) -> Session | None:
        """The session of that id, if it is this player's."""
        row = self._storage.row("SELECT * FROM sessions WHERE id = ? AND player_id = ?", (session_id, player_id))
        return None if row is None else _session(row)

    def of_player(self, player_id: str) -> list[Session]:
        """All sessions of a player, oldest first."""
        rows = self._storage.rows("SELECT * FROM sessions WHERE player_id = ? ORDER BY rowid", (player_id,))
        return [_session(row) for row in rows]

    def player_ids(self) -> tuple[str, ...]:
        """The players who have had a session, in the order of their first."""
        rows = self._storage.rows("SELECT player_id FROM sessions GROUP BY player_id ORDER BY min(rowid)")
        return tuple(player_id for (player_id,) in rows)

    def _record_details(self, player_id: str, details: SessionDetails) -> None:
        """Set the player's attributes that clients send as details of a session."""
        sent = {f"_{name}": getattr(details, name) for name in SDK_ATTRIBUTES}
        self._players.set_attributes(player_id, {name: value for name, value in sent.items() if value is not None})

    def _segments_of(self, player_id: str) -> tuple[str, ...]:
        return self._segments.of_player(player_id, self._players.attributes(player_id))


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
