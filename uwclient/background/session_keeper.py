"""Owns what those who deliver actions need of the part that keeps the session."""

from __future__ import annotations

from typing import Protocol

from uwclient.errors import AccessDenied


class SessionKeeper(Protocol):
    """Who keeps the session that actions are delivered in."""

    @property
    def surely_past(self) -> float:
        """The latest instant, in seconds since 1970, that is past by two witnesses; 0 when none is known."""

    @property
    def answered_at(self) -> float:
        """The monotonic moment of the last answer to a request that was no action."""

    def check_session(self) -> bool:
        """Whether the platform still knows the session; it is asked now."""

    def deny_access(self, error: AccessDenied) -> None:
        """The platform has refused the key, the hash or the address."""

    def campaigns_triggered(self, impression_ids: tuple[str, ...]) -> None:
        """The platform has been told of triggered campaigns."""

    def actions_settled(self) -> None:
        """Fewer actions wait than before, or they have to wait for long."""
