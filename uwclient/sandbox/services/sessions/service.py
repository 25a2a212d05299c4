"""Player sessions (section Player Sessions)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple
from datetime import datetime

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.services.environments.rules import environment_id
from uwclient.sandbox.services.environments.service import Environment
from uwclient.sandbox.services.players.service import Players
from uwclient.sandbox.services.segments.rules import segment_id
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.models import Session, SessionDetails

SDK_ATTRIBUTES = ("language", "country", "timezone", "platform")
"""The details that become attributes of the player; there, their names begin with an underscore."""
FIRST_LOGIN = "_first_login_date"
"""The attribute that says when a player's first session started."""
_INDEX = "CREATE INDEX IF NOT EXISTS sessions_of_player ON sessions (player_id)"
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
        self._visit_listeners: list[Callable[[Session], None]] = []
        self._storage.run(_INDEX)
        self._storage.add_column("sessions", "environment_id", "TEXT NOT NULL DEFAULT ''")
        self._storage.add_column("sessions", "segment_ids", "TEXT NOT NULL DEFAULT '[]'")
        backend.erasure.also_named("SELECT id FROM sessions WHERE player_id = ?")
        backend.erasure.delete("DELETE FROM sessions WHERE player_id = ?")

    def on_visit(self, listener: Callable[[Session], None]) -> None:
        """Call `listener` with each session that starts, resumes or refreshes, once that is written."""
        self._visit_listeners.append(listener)

    def start(self, player_id: str, environment: Environment, details: SessionDetails) -> Session:
        """A new session in an environment, with the segments that the player is in now."""
        with self._backend.lock, self._storage.transaction():
            started_at = self._backend.clock.now()
            self._players.visit(player_id, environment.id, started_at)
            self._record_first_login(player_id, started_at)
            self._record_details(player_id, details)
            segments = self._segments.of(environment.id, player_id)
            session = Session(
                id=self._backend.ids.token("session", player_id)[:24],
                player_id=player_id,
                environment=environment.key,
                started_at=started_at,
                details=details,
                segments=tuple(one.name for one in segments),
                environment_id=environment.id,
                segment_ids=tuple(one.id for one in segments),
            )
            self._storage.run(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    session.id,
                    player_id,
                    environment.key,
                    session.started_at.isoformat(),
                    *astuple(details),
                    json.dumps(session.segments),
                    environment.id,
                    json.dumps(session.segment_ids),
                ),
            )
            self._backend.announce(
                "player_session_creation",
                {
                    "appuser_app_external_id": player_id,
                    "appuser_app_session_id": session.id,
                    "appuser_app_session_segment_ids": list(session.segment_ids),
                },
            )
            self._tell(session)
            return session

    def resume(self, session: Session, details: SessionDetails) -> None:
        """Continue a session with the details that the client sends now (None keeps an earlier one)."""
        with self._backend.lock, self._backend.storage.transaction():
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
        with self._backend.lock, self._backend.storage.transaction():
            self._players.visit(session.player_id, session.environment_id, self._backend.clock.now())
            segments = self._segments.of(session.environment_id, session.player_id)
            names, ids = json.dumps([one.name for one in segments]), json.dumps([one.id for one in segments])
            self._storage.run(
                "UPDATE sessions SET segments = ?, segment_ids = ? "
                "WHERE id = ? AND (segments <> ? OR segment_ids <> ?)",
                (names, ids, session.id, names, ids),
            )
            self._tell(session)

    def visit(self, player_id: str, at: datetime) -> None:
        """Keep that a player was in the environment of the last session at that time, as a refresh does."""
        sessions = self.of_player(player_id)
        if sessions:
            self._players.visit(player_id, sessions[-1].environment_id, at)

    def find(self, player_id: str, session_id: str) -> Session | None:
        """The session of that id, if it is this player's."""
        row = self._storage.row("SELECT * FROM sessions WHERE id = ? AND player_id = ?", (session_id, player_id))
        return None if row is None else _session(row)

    def name_environments(self) -> None:
        """Give the sessions of older databases, which know only keys and names, the ids that follow from these."""
        for session_id, player_id, key, started_at, names in self._storage.rows(
            "SELECT id, player_id, environment, started_at, segments FROM sessions WHERE environment_id = ''"
        ):
            self._players.visit(player_id, environment_id(key), datetime.fromisoformat(started_at))
            ids = [segment_id(name) for name in json.loads(names)]
            self._storage.run(
                "UPDATE sessions SET environment_id = ?, segment_ids = ? WHERE id = ?",
                (environment_id(key), json.dumps(ids), session_id),
            )

    def of_player(self, player_id: str) -> list[Session]:
        """All sessions of a player, oldest first."""
        rows = self._storage.rows("SELECT * FROM sessions WHERE player_id = ? ORDER BY rowid", (player_id,))
        return [_session(row) for row in rows]

    def latest(self, player_id: str, environment_id: str) -> Session | None:
        """The latest session of a player in an environment."""
        row = self._storage.row(
            "SELECT * FROM sessions WHERE player_id = ? AND environment_id = ? ORDER BY rowid DESC LIMIT 1",
            (player_id, environment_id),
        )
        return None if row is None else _session(row)

    def environments_of(self, player_id: str) -> list[str]:
        """The ids of the environments in which a player has had sessions."""
        rows = self._storage.rows(
            "SELECT environment_id FROM sessions WHERE player_id = ? GROUP BY environment_id ORDER BY min(rowid)",
            (player_id,),
        )
        return [environment_id for (environment_id,) in rows]

    def language_of(self, player_id: str) -> str | None:
        """The language of a player's latest session that told one."""
        row = self._storage.row(
            "SELECT language FROM sessions WHERE player_id = ? AND language IS NOT NULL ORDER BY rowid DESC LIMIT 1",
            (player_id,),
        )
        return None if row is None else str(row[0])

    def player_ids(self) -> tuple[str, ...]:
        """The players who have had a session, in the order of their first."""
        rows = self._storage.rows("SELECT player_id FROM sessions GROUP BY player_id ORDER BY min(rowid)")
        return tuple(player_id for (player_id,) in rows)

    def _tell(self, session: Session) -> None:
        for listener in self._visit_listeners:
            listener(session)

    def _record_first_login(self, player_id: str, now: datetime) -> None:
        if FIRST_LOGIN not in self._players.attributes(player_id):
            earlier = self.of_player(player_id)  # older versions did not keep it
            first = earlier[0].started_at if earlier else now
            self._players.set_attributes(player_id, {FIRST_LOGIN: first.replace(microsecond=0)})

    def _record_details(self, player_id: str, details: SessionDetails) -> None:
        """Set the player's attributes that clients send as details of a session."""
        sent = {f"_{name}": getattr(details, name) for name in SDK_ATTRIBUTES}
        self._players.set_attributes(player_id, {name: value for name, value in sent.items() if value is not None})


def _session(row: tuple[str, ...]) -> Session:
    session_id, player_id, environment, started_at, *details, segments, environment_id, segment_ids = row
    return Session(
        session_id,
        player_id,
        environment,
        datetime.fromisoformat(started_at),
        SessionDetails(*details),
        tuple(json.loads(segments)),
        environment_id,
        tuple(json.loads(segment_ids)),
    )
