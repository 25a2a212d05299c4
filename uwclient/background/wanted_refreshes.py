"""The refreshes that the game has requested; each waits until the actions recorded before it are delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

ACTIONS_FIRST = 3.0
"""The maximum number of seconds that a requested refresh waits for earlier actions to be delivered."""


class Wanted(NamedTuple):
    """A refresh for `ticket`, after the actions up to a number, but at `until` (monotonic) at the latest."""

    ticket: int
    last_action: int
    until: float


class WantedRefreshes:
    """The refreshes that are not started yet.

    `is_to_deliver(number)` returns whether an action up to that number is about to be delivered.
    """

    def __init__(self, monotonic: Callable[[], float], is_to_deliver: Callable[[int], bool]) -> None:
        self._monotonic = monotonic
        self._is_to_deliver = is_to_deliver
        self._waiting: list[Wanted] = []

    def add(self, ticket: int, last_action: int) -> None:
        """Add a refresh."""
        self._waiting.append(Wanted(ticket, last_action, self._monotonic() + ACTIONS_FIRST))

    def put_back(self, wanted: list[Wanted]) -> None:
        """Add refreshes again that were taken, but not made."""
        self._waiting = wanted + self._waiting

    def wait_anew(self) -> None:
        """Restart the waiting time, because nothing could be delivered before the session was open."""
        until = self._monotonic() + ACTIONS_FIRST
        self._waiting = [one._replace(until=until) for one in self._waiting]

    def __len__(self) -> int:
        """How many refreshes wait."""
        return len(self._waiting)

    @property
    def has_ripe(self) -> bool:
        """Whether a refresh can be made now."""
        return any(map(self._is_ripe, self._waiting))

    @property
    def next_until(self) -> float:
        """The monotonic time at which the next refresh stops waiting; infinity when there is none."""
        return min((one.until for one in self._waiting), default=float("inf"))

    def pop_ready(self) -> list[Wanted]:
        """Remove and return the refreshes that can be made now."""
        ripe = [one for one in self._waiting if self._is_ripe(one)]
        self._waiting = [one for one in self._waiting if one not in ripe]
        return ripe

    def pop_all(self) -> list[Wanted]:
        """Remove and return all refreshes."""
        taken, self._waiting = self._waiting, []
        return taken

    def _is_ripe(self, one: Wanted) -> bool:
        overdue = self._monotonic() >= one.until
        return overdue or not self._is_to_deliver(one.last_action)
