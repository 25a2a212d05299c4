"""Tells the player about the connection: who plays, and whether the platform answers."""

from __future__ import annotations

from uwclient import UserWise

from ..panels.toasts import Toasts


class LiveSession:
    """Says once that the game is connected, and once that it is not."""

    def __init__(self, uw: UserWise, toasts: Toasts) -> None:
        self._uw = uw
        self._toasts = toasts
        self._was_offline = False
        uw.on_session_initialized.connect(self._began)
        uw.on_session_initialization_failed.connect(self._failed)

    @property
    def is_online(self) -> bool:
        """Whether the platform has answered in this run."""
        return self._uw.is_session_initialized

    @property
    def player_id(self) -> str:
        """Who plays."""
        return self._uw.player_id

    def _began(self, _sender: object, session_id: str) -> None:
        self._was_offline = False
        self._toasts.say(f"Connected as {self.player_id}")

    def _failed(self, _sender: object, error: object) -> None:
        if not self._was_offline:
            self._toasts.say("Offline: playing with the content saved last time")
        self._was_offline = True
