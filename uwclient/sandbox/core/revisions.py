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
    """Counts the rows written during each player's requests; all others are shared."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._own: Counter[str] = Counter()

    @contextmanager
    def of_request(self, player_id: str) -> Iterator[None]:
        """Count what a block writes as a player's own."""
        before = self._storage.written
        try:
            yield
        finally:
            written = self._storage.written - before
            if written:
                self._own[player_id] += written

    def of(self, player_id: str) -> Revision:
        """The state of the platform for a player."""
        return Revision(self._storage.written - self._own.total(), self._own[player_id])
