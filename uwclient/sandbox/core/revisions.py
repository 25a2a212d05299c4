"""Tells whether the platform has changed for a player: how much was written, and by whose requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from uwclient.sandbox.core.storage import Storage


class Revision(NamedTuple):
    """The state of the platform for one player: as long as it is the same, so are the replies to the player's polls.

    What other players do changes nothing for this one, so it is not counted.

    Attributes:
        shared: how many rows live operations have written, and what happens by itself.
        own: how many rows the player's requests have written.

    """

    shared: int
    own: int


class Revisions:
    """Counts the rows written during each player's requests; all others are shared.

    Rows of which no reply to a player tells, such as visits, are not counted.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._own: Counter[str] = Counter()
        self._untold = 0

    @contextmanager
    def of_request(self, player_id: str) -> Iterator[None]:
        """Count what a block writes as a player's own, but for what an inner block counts for another one."""
        before, others_before = self._counted, self._own.total()
        try:
            yield
        finally:
            written = self._counted - before - (self._own.total() - others_before)
            if written:
                self._own[player_id] += written

    @contextmanager
    def untold(self) -> Iterator[None]:
        """Do not count what a block writes, because no reply to a player tells of it."""
        before = self._storage.written
        try:
            yield
        finally:
            self._untold += self._storage.written - before

    def forget(self, player_id: str) -> None:
        """Count what a player's requests wrote as shared, so that the player is known no more."""
        self._own.pop(player_id, None)

    def of(self, player_id: str) -> Revision:
        """The state of the platform for a player."""
        return Revision(self._counted - self._own.total(), self._own[player_id])

    @property
    def _counted(self) -> int:
        return self._storage.written - self._untold
