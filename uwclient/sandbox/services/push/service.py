"""Push notifications: device tokens, notifications, and their impressions (section Push Notifications)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Delivery, Source
from uwclient.sandbox.core.errors import NotFound
from uwclient.sandbox.core.state_machine import StateChange, is_new_state
from uwclient.sandbox.core.storage import grouped
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.push.models import ORIGIN, TRANSITIONS, DeviceToken, PushImpression
from uwclient.sandbox.services.sessions.service import Sessions

_TABLES = (
    """CREATE TABLE IF NOT EXISTS device_tokens (
    player_id TEXT NOT NULL, token TEXT NOT NULL, platform TEXT NOT NULL, registered_at TEXT NOT NULL,
    PRIMARY KEY (player_id, token))""",
    """CREATE TABLE IF NOT EXISTS push_notifications (
    id TEXT PRIMARY KEY, player_id TEXT NOT NULL, data TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS push_impressions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, player_id TEXT NOT NULL, notification_id TEXT NOT NULL,
    token TEXT)""",
    "CREATE INDEX IF NOT EXISTS push_impressions_of_player ON push_impressions (player_id)",
    """CREATE TABLE IF NOT EXISTS push_states (
    number INTEGER PRIMARY KEY, impression INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
    delivery INTEGER)""",
    "CREATE INDEX IF NOT EXISTS states_of_push_impression ON push_states (impression)",
)


class Push:
    """Owns the tables of device tokens, notifications, impressions, and the states these were in."""

    def __init__(self, backend: Backend, environments: Environments, sessions: Sessions) -> None:
        self._backend = backend
        self._environments = environments
        self._sessions = sessions
        self._storage = backend.storage
        self._listeners: list[Callable[[str], None]] = []
        for statement in _TABLES:
            self._storage.run(statement)
        backend.erasure.delete(
            "DELETE FROM device_tokens WHERE player_id = ?",
            "DELETE FROM push_states WHERE impression IN (SELECT number FROM push_impressions WHERE player_id = ?)",
            "DELETE FROM push_impressions WHERE player_id = ?",
            "DELETE FROM push_notifications WHERE player_id = ?",
        )

    def on_token(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with each player of whom a device is registered, within the transaction."""
        self._listeners.append(listener)

    def register_token(self, source: Source, token: str, platform: str) -> None:
        """Register a device's token with its push service (apns or fcm); it becomes the player's latest."""
        with self._backend.delivery(source, "device_tokens"):
            self._remove_token(source.player_id, token)
            self._storage.run(
                "INSERT INTO device_tokens VALUES (?, ?, ?, ?)",
                (source.player_id, token, platform, self._backend.clock.now().isoformat()),
            )
            for listener in self._listeners:
                listener(source.player_id)

    def deregister_token(self, source: Source, token: str) -> None:
        """Remove a device's token, if it is there."""
        with self._backend.delivery(source, "device_tokens"):
            self._remove_token(source.player_id, token)

    def tokens(self, player_id: str) -> tuple[DeviceToken, ...]:
        """A player's tokens in the order in which they were registered."""
        rows = self._storage.rows(
            "SELECT token, platform, registered_at FROM device_tokens WHERE player_id = ? ORDER BY rowid",
            (player_id,),
        )
        return tuple(DeviceToken(token, platform, datetime.fromisoformat(at)) for token, platform, at in rows)

    def reachable(self) -> list[str]:
        """The players who have a token."""
        rows = self._storage.rows("SELECT player_id FROM device_tokens GROUP BY player_id ORDER BY min(rowid)")
        return [player_id for (player_id,) in rows]

    def send(self, player_id: str, fields: Mapping[str, Any], environment_id: str | None = None) -> dict[str, Any]:
        """Send a notification to each of a player's tokens.

        Args:
            player_id: whom to.
            fields: name, title, body, image_id and framework_data.
            environment_id: where it is sent; None for where the player is.

        Returns:
            The payload for the device with the latest token; without tokens, what any device would be handed.

        """
        notification_id = self._backend.ids.uuid("push notification", player_id)
        data = json.dumps({"id": notification_id, **fields}, ensure_ascii=False, allow_nan=False)
        impression_id = ""
        with self._backend.lock, self._storage.transaction():
            self._storage.run("INSERT INTO push_notifications VALUES (?, ?, ?)", (notification_id, player_id, data))
            tokens: list[str | None] = [one.token for one in self.tokens(player_id)]
            for token in tokens or [None]:
                impression_id = self._add_impression(player_id, notification_id, token)
            self._backend.announce(
                "push_notification_delivery_override",
                {
                    "push_notification_id": notification_id,
                    "environment_id": environment_id or self._environment_id(player_id),
                    "appuser_app_external_ids": [player_id],
                    "push_notification_title": fields["title"],
                    "push_notification_body": fields["body"],
                    "push_notification_image_id": fields["image_id"],
                    "push_notification_framework_data": fields["framework_data"],
                },
            )
        return {
            "origin": ORIGIN,
            "image_id": fields["image_id"],
            "push_notification_id": notification_id,
            "impression_id": impression_id,
        }

    def notification(self, player_id: str, notification_id: str) -> dict[str, Any]:
        """A notification that was sent to a player. NotFound when there is none of that id."""
        row = self._storage.row(
            "SELECT data FROM push_notifications WHERE id = ? AND player_id = ?", (notification_id, player_id)
        )
        if row is None:
            raise NotFound(f"The player has no push notification {notification_id!r}.")
        found: dict[str, Any] = json.loads(row[0])
        return found

    def impression(self, player_id: str, impression_id: str) -> PushImpression:
        """An impression of a player. NotFound when there is none of that id."""
        for found in self.impressions(player_id):
            if found.id == impression_id:
                return found
        raise _no_impression(impression_id)

    def advance(self, source: Source, impression_id: str, state: str) -> None:
        """Put an impression into a state. NotFound when the player has none, FieldError for a step back."""
        with self._backend.delivery(source, "push_impressions") as delivery:
            row = self._storage.row(
                "SELECT number FROM push_impressions WHERE id = ? AND player_id = ?",
                (impression_id, source.player_id),
            )
            if row is None:
                raise _no_impression(impression_id)
            states = self._storage.rows("SELECT state FROM push_states WHERE impression = ? ORDER BY number", row)
            if is_new_state("the impression", TRANSITIONS, [reached for (reached,) in states], state):
                self._add_state(row[0], state, delivery)

    def impressions(self, player_id: str) -> tuple[PushImpression, ...]:
        """A player's impressions, oldest first."""
        with self._backend.lock:
            rows = self._storage.rows(
                "SELECT id, notification_id, token, state, at, delivery FROM push_impressions "
                "JOIN push_states ON impression = push_impressions.number WHERE player_id = ? "
                "ORDER BY push_impressions.number, push_states.number",
                (player_id,),
            )
            deliveries = self._backend.deliveries.by_number(player_id)
        histories = grouped(
            ((impression_id, notification_id, token), _change(state, at, deliveries.get(delivery)))
            for impression_id, notification_id, token, state, at, delivery in rows
        )
        return tuple(PushImpression(*about, history) for about, history in histories.items())

    def _environment_id(self, player_id: str) -> str | None:
        """The environment in which a player is: that of the last session, else the default live one."""
        sessions = self._sessions.of_player(player_id)
        if sessions:
            return sessions[-1].environment_id
        live = self._environments.default_of("live")
        return None if live is None else live.id

    def _remove_token(self, player_id: str, token: str) -> None:
        self._storage.run("DELETE FROM device_tokens WHERE player_id = ? AND token = ?", (player_id, token))

    def _add_impression(self, player_id: str, notification_id: str, token: str | None) -> str:
        """A new impression, which is sent at once; its id."""
        impression_id = self._backend.ids.uuid("push impression", player_id)
        number = self._storage.insert(
            "INSERT INTO push_impressions (id, player_id, notification_id, token) VALUES (?, ?, ?, ?)",
            (impression_id, player_id, notification_id, token),
        )
        for state in ("created", "sent"):
            self._add_state(number, state, None)
        return impression_id

    def _add_state(self, number: int, state: str, delivery: int | None) -> None:
        self._storage.run(
            "INSERT INTO push_states (impression, state, at, delivery) VALUES (?, ?, ?, ?)",
            (number, state, self._backend.clock.now().isoformat(), delivery),
        )


def _change(state: str, at: str, by: Delivery | None) -> StateChange:
    """A state; `by` is the delivery that brought it, None when the platform itself acted."""
    moment = datetime.fromisoformat(at)
    if by is None:
        return StateChange(state, moment, "", None)
    return StateChange(state, moment, by.session_id, by.request)


def _no_impression(impression_id: str) -> NotFound:
    return NotFound(f"The player has no push notification impression {impression_id!r}.")
