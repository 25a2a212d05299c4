"""Owns the refreshes that the game has asked for: which can be made now, and which wait for what the player did."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

ACTIONS_FIRST = 3.0
"""Seconds that a refresh which the game asks for waits at most for what the player did before."""


class Wanted(NamedTuple):
    """A refresh for `ticket`, after the actions up to a number; but not later than at the moment `until`."""

    ticket: int
    last_action: int
    until: float


class WantedRefreshes:
    """Owns the refreshes that no request has been made for yet.

    `is_to_deliver(number)` tells whether an action up to that number is about to be delivered.
    """

    def __init__(self, monotonic: Callable[[], float], is_to_deliver: Callable[[int], bool]) -> None:
        self._monotonic = monotonic
        self._is_to_deliver = is_to_deliver
        self._waiting: list[Wanted] = []

    def add(self, ticket: int, last_action: int) -> None:
        """The game wants a refresh."""
        self._waiting.append(Wanted(ticket, last_action, self._monotonic() + ACTIONS_FIRST))

    def put_back(self, wanted: list[Wanted]) -> None:
        """These were not made after all."""
        self._waiting = wanted + self._waiting

    def wait_anew(self) -> None:
        """A session begins: nothing could be delivered before."""
        until = self._monotonic() + ACTIONS_FIRST
        self._waiting = [one._replace(until=until) for one in self._waiting]

    @property
    def has_ripe(self) -> bool:
        """Whether one can be made now."""
        return any(map(self._is_ripe, self._waiting))

    @property
    def next_until(self) -> float:
        """The monotonic moment at which the next one waits no longer; infinity when there is none."""
        return min((one.until for one in self._waiting), default=float("inf"))

    def take_ripe(self) -> list[Wanted]:
        """Take out those that can be made now."""
        ripe = [one for one in self._waiting if self._is_ripe(one)]
        self._waiting = [one for one in self._waiting if one not in ripe]
        return ripe

    def take_all(self) -> list[Wanted]:
        """Take out all."""
        taken, self._waiting = self._waiting, []
        return taken

    def _is_ripe(self, one: Wanted) -> bool:
        overdue = self._monotonic() >= one.until
        return overdue or not self._is_to_deliver(one.last_action)
