"""Handles each event once, however often it is sent, and by however many threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Protocol

from uwclient.log import logger
from uwclient.signals import Signal

MOST_REMEMBERED = 10_000
"""How many events are known again."""


class Seen(Protocol):
    """The keys of the events that were handled; a backend of several processes gives one that they share."""

    def __contains__(self, key: object, /) -> bool:
        """Whether an event with this key was handled."""

    def add(self, key: str, /) -> object:
        """Remember that an event with this key was handled."""


class RecentKeys:
    """Remembers the latest keys in this process."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._keys: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, key: object, /) -> bool:
        return key in self._keys

    def add(self, key: str, /) -> None:
        """Remember a key, and forget the oldest one that is too many."""
        self._keys[key] = None
        if len(self._keys) > self._most:
            self._keys.popitem(last=False)


class Once:
    """Owns what is being handled now, and the keys of what was.

    Args:
        seen: where the keys of handled events are remembered; None for the memory of this process.

    """

    def __init__(self, seen: Seen | None = None) -> None:
        self._seen = RecentKeys() if seen is None else seen
        self._lock = threading.Lock()
        self._at_work: set[str] = set()

    def handle(self, key: str, work: Callable[[], bool]) -> int:
        """Do the work of an event, unless it was done, and return the HTTP status of the reply.

        It is 204 for an event that was handled, now or before; 500 when the work has failed; 409 while another thread
        does it.
        """
        with self._lock:
            if key in self._seen:
                return HTTPStatus.NO_CONTENT
            if key in self._at_work:
                return HTTPStatus.CONFLICT
            self._at_work.add(key)
        is_handled = False
        try:
            is_handled = work()
        finally:
            with self._lock:
                if is_handled:
                    self._seen.add(key)
                self._at_work.discard(key)
        return HTTPStatus.NO_CONTENT if is_handled else HTTPStatus.INTERNAL_SERVER_ERROR


def tell(sender: Any, signals: Iterable[Signal], event: Any) -> bool:
    """Call all listeners of an event, whatever some of them do; whether none has failed."""
    failed = 0
    for signal in signals:
        for listener in signal.listeners_for(sender):
            try:
                listener(sender, event=event)
            except Exception:
                failed += 1
                logger().exception("A listener of %s has failed; the event comes again.", signal.name)
    return failed == 0
