"""Owns the images that are fetched before anybody asks for them: which wait, and when the next is tried.

Runs on the worker for media, and gives way to whatever the game asks for there.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from uwclient.errors import ConnectionFailed, Unavailable, UserWiseError
from uwclient.log import logger
from uwclient.media_loading import MediaLoader
from uwclient.models.media import MediaBytesWanted
from uwclient.wire.retry import Backoff
from uwclient.wire.session_api import retry_after
from uwclient.worker import Worker

MOST_WAITING = 200
"""Images; what else there is, is fetched when the game asks for it."""

MOST_REFUSED = 1000
"""Images that are known not to get to the disk; then all are tried again."""

SHARE_OF_CACHE = 0.5
"""The part of the cache that one load's images may fill; the rest is for what the game asks for."""


class GiveWay(Exception):
    """The game has asked for something: what nobody waits for is left for later."""


class Prefetch:
    """Owns the queue of images. Each is tried until it is on disk, or known not to get there.

    `fetching` is the one that is being fetched, or None.
    """

    def __init__(
        self, loader: MediaLoader, worker: Worker, monotonic: Callable[[], float], rng: random.Random
    ) -> None:
        self._loader = loader
        self._worker = worker
        self._monotonic = monotonic
        self._rng = rng
        self._waiting: dict[str, None] = {}
        self._refused: set[str] = set()
        self._backoff = Backoff()
        self._bytes_left = 0.0
        self._session_id: str | None = None
        self.fetching: str | None = None

    def use_session(self, session_id: str | None) -> None:
        """There is a session to ask in, or none any more."""
        self._session_id = session_id
        self._go_on()

    def add(self, media_ids: tuple[str, ...]) -> None:
        """Fetch these after those that wait, the first one first."""
        self._bytes_left = self._loader.settings.cache_bytes * SHARE_OF_CACHE
        for media_id in media_ids:
            if len(self._waiting) < MOST_WAITING and media_id not in self._refused:
                self._waiting[media_id] = None
        self._go_on()

    def _go_on(self) -> None:
        if self._waiting and self._session_id is not None and not self._worker.expects(self._fetch_next):
            self._worker.at(self._monotonic(), self._fetch_next)

    def _fetch_next(self) -> None:
        if self._bytes_left <= 0 or not self._loader.settings.prefetch:
            self._waiting.clear()
        if not self._waiting or self._session_id is None:
            return
        media_id = next(iter(self._waiting))
        del self._waiting[media_id]
        wanted = MediaBytesWanted(media_id, size=self._loader.settings.prefetch_size)
        delay = 0.0
        if not self._loader.keeps(wanted):
            try:
                delay = self._fetch(wanted)
            except GiveWay:
                self._waiting = {media_id: None, **self._waiting}
        self._worker.at(self._monotonic() + delay, self._fetch_next)

    def _fetch(self, wanted: MediaBytesWanted) -> float:
        """Fetch one; the seconds to wait before the next."""
        self.fetching = wanted.source
        try:
            told = self._loader.data(wanted, self._session_id)
        finally:
            self.fetching = None
        if isinstance(told, (ConnectionFailed, Unavailable)):
            return self._delay_after(wanted.source, told)
        self._backoff = Backoff()
        if isinstance(told, UserWiseError):
            logger().info("The image %s was not fetched in advance: %s", wanted.source, told)
        else:
            self._bytes_left -= len(told)
        if not self._loader.keeps(wanted):  # refused, or larger than the cache, or the disk is full
            if len(self._refused) == MOST_REFUSED:
                self._refused.clear()
            self._refused.add(wanted.source)
        return 0.0

    def _delay_after(self, media_id: str, error: UserWiseError) -> float:
        """Nobody can be asked now: it is tried again, behind the others."""
        logger().info("The image %s is fetched later: %s", media_id, error)
        self._waiting[media_id] = None
        self._backoff = self._backoff.after_failure()
        return self._backoff.delay(self._rng, retry_after(error))
