"""Owns the push side of the truth: who has which device, what was sent there, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.backend import Services
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.errors import NotThere
from uwclient.sandbox.services.push.tables import DeviceToken, PushImpression


class PushPlatform:
    """Owns what players and the platform do with push notifications."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register_token(self, source: Source, token: str, platform: str) -> None:
        """Register a device's token with its push service."""
        with self._services.delivery(source, "device_tokens"):
            self._services.pushes.register(source.player_id, token, platform, self._services.clock.now())

    def deregister_token(self, source: Source, token: str) -> None:
        """Forget a device's token, if it is there."""
        with self._services.delivery(source, "device_tokens"):
            self._services.pushes.deregister(source.player_id, token)

    def send(self, player_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Send a notification; what a push library hands over of it."""
        with self._services.lock:
            return self._services.pushes.send(player_id, fields, self._services.clock.now())

    def notification(self, player_id: str, notification_id: str) -> dict[str, Any]:
        """A notification that was sent to a player. NotThere when there is none of that id."""
        with self._services.lock:
            found = self._services.pushes.notification(player_id, notification_id)
        if found is None:
            raise NotThere(f"The player has no push notification {notification_id!r}.")
        return found

    def impression(self, player_id: str, impression_id: str) -> PushImpression:
        """An impression of a player. NotThere when there is none of that id."""
        for found in self.impressions(player_id):
            if found.id == impression_id:
                return found
        raise NotThere(f"The player has no push notification impression {impression_id!r}.")

    def advance(self, source: Source, impression_id: str, state: str) -> None:
        """Let an impression go on to a state. NotThere when the player has none of that id."""
        with self._services.delivery(source, "push_impressions") as delivery:
            found = self._services.pushes.find(source.player_id, impression_id)
            if found is None:
                raise NotThere(f"The player has no push notification impression {impression_id!r}.")
            self._services.pushes.advance(found, state, delivery, self._services.clock.now())

    def tokens(self, player_id: str) -> tuple[DeviceToken, ...]:
        """A player's tokens in the order they were registered."""
        with self._services.lock:
            return self._services.pushes.tokens(player_id)

    def impressions(self, player_id: str) -> tuple[PushImpression, ...]:
        """A player's impressions, oldest first."""
        with self._services.lock:
            deliveries = self._services.deliveries.of_player(player_id)
            return self._services.pushes.impressions(player_id, deliveries)
