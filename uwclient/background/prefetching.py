"""Prefetches images into the cache, before the game asks for them.

It runs on the worker for media, and yields to the game's own requests.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from uwclient.background.media_loading import MediaLoader
from uwclient.background.worker import Worker
from uwclient.errors import ConnectionFailed, Unavailable, UserWiseError
from uwclient.http.retry import Backoff
from uwclient.log import logger
from uwclient.models.media import MediaBytesWanted
from uwclient.wire.session_api import retry_after

MOST_WAITING = 200
"""The maximum number of images that wait; further ones are not prefetched."""

MOST_REFUSED = 1000
"""The maximum number of images that are remembered as failed; beyond it the list is cleared."""

SHARE_OF_CACHE = 0.5
"""The share of the cache that the images of one load may fill; the rest is for the game's own requests."""


class GiveWay(Exception):
    """Raised to cancel a prefetch, because the game has asked for something."""


class Prefetch:
    """The queue of images to prefetch. Each is retried until it is cached, or is known to be impossible to cache.

    `fetching` is the id of the image that is being fetched, or None.
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
        """Set the session; None when there is none."""
        self._session_id = session_id
        self._continue()

    def add(self, media_ids: tuple[str, ...]) -> None:
        """Append images to the queue."""
        self._bytes_left = self._loader.settings.cache_bytes * SHARE_OF_CACHE
        for media_id in media_ids:
            if len(self._waiting) < MOST_WAITING and media_id not in self._refused:
                self._waiting[media_id] = None
        self._continue()

    def _continue(self) -> None:
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
        """Fetch one image, and return the seconds to wait before the next."""
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
        """Append an image again after a failure, and return the backoff in seconds."""
        logger().info("The image %s is fetched later: %s", media_id, error)
        self._waiting[media_id] = None
        self._backoff = self._backoff.after_failure()
        return self._backoff.delay(self._rng, retry_after(error))
