"""Owns device tokens, push notifications and their impressions (section Push Notifications).

An impression goes forward only, and steps may be left out: created -> sent -> delivered -> viewed. See
`uwclient.sandbox.core.state_machine` for states that arrive again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.state_machine import StateChange, Steps, goes_on
from uwclient.sandbox.core.storage import Storage

PUSH_PLATFORMS = ("apns", "fcm")
PUSH_STATES = ("delivered", "viewed")
ORIGIN = "userwise"
_STEPS: Steps = MappingProxyType(
    {
        "created": ("sent", "delivered", "viewed"),
        "sent": ("delivered", "viewed"),
        "delivered": ("viewed",),
        "viewed": (),
    }
)
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


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """Owns one registered token: its push service (apns or fcm), and when it was registered (last)."""

    token: str
    platform: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class PushImpression:
    """Owns one impression of a push notification; `history` holds its states, oldest first.

    Attributes:
        id: the impression.
        push_notification_id: what was sent.
        device_token: where to; None when the player had no token.

    """

    id: str
    push_notification_id: str
    device_token: str | None
    history: tuple[StateChange, ...]

    @property
    def state(self) -> str:
        """The state it is in: sent, delivered or viewed."""
        return self.history[-1].state

    @property
    def created_at(self) -> datetime:
        """When it was made, on the sandbox's clock."""
        return self.history[0].at


@dataclass(frozen=True, slots=True)
class FoundPush:
    """Owns what is known of an impression before it goes on: its number, and its states, oldest first."""

    number: int
    states: tuple[str, ...]


class Pushes:
    """Owns the tables of tokens, notifications, impressions, and the states these went through."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        for statement in _TABLES:
            storage.run(statement)

    def register(self, player_id: str, token: str, platform: str, now: datetime) -> None:
        """Register a token; one that is there already becomes the latest."""
        self.deregister(player_id, token)
        self._storage.run(
            "INSERT INTO device_tokens VALUES (?, ?, ?, ?)", (player_id, token, platform, now.isoformat())
        )

    def deregister(self, player_id: str, token: str) -> None:
        """Forget a token, if it is there."""
        self._storage.run("DELETE FROM device_tokens WHERE player_id = ? AND token = ?", (player_id, token))

    def tokens(self, player_id: str) -> tuple[DeviceToken, ...]:
        """A player's tokens in the order they were registered."""
        rows = self._storage.rows(
            "SELECT token, platform, registered_at FROM device_tokens WHERE player_id = ? ORDER BY rowid",
            (player_id,),
        )
        return tuple(DeviceToken(token, platform, datetime.fromisoformat(at)) for token, platform, at in rows)

    def send(self, player_id: str, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Send a notification (name, title, body, image_id, framework_data) to each of a player's tokens.

        What the device with the latest token is handed; without tokens, what any device would be.
        """
        notification_id = str(uuid.uuid4())
        data = json.dumps({"id": notification_id, **fields}, ensure_ascii=False, allow_nan=False)
        impression_id = ""
        tokens: list[str | None] = [one.token for one in self.tokens(player_id)]
        with self._storage.transaction():
            self._storage.run("INSERT INTO push_notifications VALUES (?, ?, ?)", (notification_id, player_id, data))
            for token in tokens or [None]:
                impression_id = str(uuid.uuid4())
                number = self._storage.insert(
                    "INSERT INTO push_impressions (id, player_id, notification_id, token) VALUES (?, ?, ?, ?)",
                    (impression_id, player_id, notification_id, token),
                )
                for state in ("created", "sent"):
                    self._reach(number, state, now, None)
        return {
            "origin": ORIGIN,
            "image_id": fields["image_id"],
            "push_notification_id": notification_id,
            "impression_id": impression_id,
        }

    def notification(self, player_id: str, notification_id: str) -> dict[str, Any] | None:
        """A notification that was sent to a player, as the documentation shows it."""
        row = self._storage.row(
            "SELECT data FROM push_notifications WHERE id = ? AND player_id = ?", (notification_id, player_id)
        )
        found: dict[str, Any] | None = None if row is None else json.loads(row[0])
        return found

    def find(self, player_id: str, impression_id: str) -> FoundPush | None:
        """The impression of that id, if it is this player's."""
        row = self._storage.row(
            "SELECT number FROM push_impressions WHERE id = ? AND player_id = ?", (impression_id, player_id)
        )
        if row is None:
            return None
        states = self._storage.rows("SELECT state FROM push_states WHERE impression = ? ORDER BY number", row)
        return FoundPush(row[0], tuple(state for (state,) in states))

    def advance(self, found: FoundPush, state: str, delivery: int, now: datetime) -> None:
        """Let an impression go on to a state. Refused when it would be a step back."""
        if goes_on("the impression", _STEPS, found.states, state):
            self._reach(found.number, state, now, delivery)

    def impressions(self, player_id: str, deliveries: Mapping[int, Delivery]) -> tuple[PushImpression, ...]:
        """A player's impressions, oldest first."""
        rows = self._storage.rows(
            "SELECT id, notification_id, token, state, at, delivery FROM push_impressions "
            "JOIN push_states ON impression = push_impressions.number WHERE player_id = ? "
            "ORDER BY push_impressions.number, push_states.number",
            (player_id,),
        )
        histories: dict[tuple[str, str, str | None], list[StateChange]] = {}
        for impression_id, notification_id, token, state, at, delivery in rows:
            by = deliveries.get(delivery)
            change = StateChange(
                state,
                datetime.fromisoformat(at),
                "" if by is None else by.session_id,
                None if by is None else by.request,
            )
            histories.setdefault((impression_id, notification_id, token), []).append(change)
        return tuple(PushImpression(*about, tuple(history)) for about, history in histories.items())

    def _reach(self, number: int, state: str, now: datetime, delivery: int | None) -> None:
        self._storage.run(
            "INSERT INTO push_states (impression, state, at, delivery) VALUES (?, ?, ?, ?)",
            (number, state, now.isoformat(), delivery),
        )
