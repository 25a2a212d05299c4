"""Requests with the header Idempotency-Key [ext]: one that is sent again is answered, and not done again."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
"""The characters of a key; a longer one is none."""
_MOST_REMEMBERED = 10_000


class KeyedRequest(NamedTuple):
    """What makes a request the same one: its method, its path, and its key."""

    method: str
    path: str
    key: str

    @property
    def has_key(self) -> bool:
        """Whether its key is one."""
        return 0 < len(self.key) <= LONGEST_KEY


class DoneRequests:
    """Remembers the latest requests with a key that were done; not over a restart. Used under the backend's lock."""

    def __init__(self) -> None:
        self._done: OrderedDict[KeyedRequest, None] = OrderedDict()

    def __contains__(self, request: KeyedRequest) -> bool:
        return request in self._done

    def note(self, request: KeyedRequest) -> None:
        """Remember a request that was done, if it has a key."""
        if request.has_key:
            self._done[request] = None
            if len(self._done) > _MOST_REMEMBERED:
                self._done.popitem(last=False)

    def forget(self) -> None:
        """Forget all of them."""
        self._done.clear()
