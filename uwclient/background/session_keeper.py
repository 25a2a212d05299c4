"""The interface to the session that delivering needs; `Sync` implements it."""

from __future__ import annotations

from typing import Protocol

from uwclient.errors import AccessDenied


class SessionKeeper(Protocol):
    """The keeper of the session that actions are delivered in."""

    @property
    def surely_past(self) -> float:
        """The latest time, in seconds since 1970, that two clocks agree is past; 0 when none is known."""

    @property
    def answered_at(self) -> float:
        """The monotonic time of the last reply to a request that was no action."""

    def check_session(self) -> bool:
        """Ask the platform whether it still knows the session."""

    def deny_access(self, error: AccessDenied) -> None:
        """Handle that the platform has refused the API key, the request hash or this address."""

    def campaigns_triggered(self, impression_ids: tuple[str, ...]) -> None:
        """Handle that firings of campaigns were delivered."""

    def actions_settled(self) -> None:
        """Handle that fewer actions wait than before, or that they have to wait for long."""
