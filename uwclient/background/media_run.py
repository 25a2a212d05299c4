"""The worker thread for media; it is started with the first request.

Media have a thread of their own, so that a slow file host delays neither content nor deliveries.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from heapq import nsmallest

from uwclient.background.media_loading import MediaLoader
from uwclient.background.prefetching import MOST_WAITING, GiveWay, Prefetch
from uwclient.background.worker import Worker
from uwclient.config import Config
from uwclient.disk.media import MediaCache
from uwclient.disk.paths import media_folder
from uwclient.errors import StorageError, UserWiseError
from uwclient.http.authorities import Authorities
from uwclient.http.messages import Transport
from uwclient.log import logger
from uwclient.models.content import Record
from uwclient.models.media import MediaBytesWanted, MediaInfoWanted, MediaQuery, MediaSettings
from uwclient.models.notices import Answered, ApiWarning, Notice, StorageFailed
from uwclient.models.queries import Answer
from uwclient.models.session import TimeSample
from uwclient.time_sources import TimeSource
from uwclient.wire.media import FileHosts
from uwclient.wire.sender import Sender
from uwclient.wire.session_api import SessionApi

THREAD_NAME = "uwclient-media"

LONGEST_WAIT_FOR_SESSION = 1.0
"""The maximum number of seconds that a request for a cached file waits until it is known whether a session opens."""


class MediaRun:
    """Owns one worker for media, and the requests that wait for a session. Any thread may send it requests."""

    def __init__(
        self,
        config: Config,
        transport: Transport | None,
        authorities: Authorities,
        time_source: TimeSource,
        rng: random.Random,
        post: Callable[[Notice], None],
    ) -> None:
        self._threaded = config.threaded
        monotonic = self._monotonic = time_source.monotonic
        self._post = post
        worker = self._worker = Worker(monotonic, polite=config.threaded, name=THREAD_NAME)
        self._sender = Sender(transport, None, time_source, self._throttle, authorities, tell=post)
        api = SessionApi(config, self._sender, self._observe)
        hosts = FileHosts(self._sender, config.allow_insecure)
        cache = MediaCache(media_folder(config), MediaSettings().cache_bytes, worker.throttle)
        self._loader = MediaLoader(config, api, hosts, cache, self._report)
        self._prefetch = Prefetch(self._loader, worker, monotonic, rng)
        self._waiting: list[tuple[int, MediaQuery]] = []
        self._session_id: str | None = None
        self._knows_session = False
        self._storage_failed = False
        self._begun = False
        self._pending: deque[MediaQuery] = deque()  # what the worker has not started

    # For the game's thread.

    def ask(self, ticket: int, ask: MediaQuery) -> None:
        """Request media; Answered(ticket, …) is posted with the result."""
        self._pending.append(ask)
        self._worker.request(self._serve, ticket, ask)
        self._start()

    def use(self, settings: MediaSettings) -> None:
        """Apply the game's settings for media."""
        self._loader.settings = settings
        if settings.prefetch:
            self._start()
            self._worker.request(self._check_session)
        if self._begun:
            self._worker.request(self._loader.shrink_cache)

    def _start(self) -> None:
        if not self._begun:
            self._begun = True
            if self._threaded:
                self._worker.start(self._sender.close)

    @property
    def next_due(self) -> float:
        """The monotonic time of the next task, for a client without a thread."""
        return self._worker.next_due

    def step(self) -> None:
        """Run one task on this thread."""
        self._worker.step()

    def limit(self, seconds: float) -> None:
        """Limit the time that the next requests wait for the network, in seconds."""
        self._sender.limit(seconds)

    @property
    def start_due(self) -> float:
        """The monotonic time of the next attempt to start the thread, or infinity if none is needed."""
        return self._worker.start_due

    def start_if_due(self) -> None:
        """Try again to start a thread that could not be started, if it is time."""
        self._worker.start_if_due()

    def abandon(self) -> None:
        """Have the thread end by itself. It may be called during a garbage collection."""
        self._worker.ask_to_stop()

    def end(self) -> None:
        """Abort everything; this does not wait."""
        self._worker.ask_to_stop()
        self._sender.abort()
        if not self._worker.has_thread:
            self._sender.close()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; returns False when it has not ended within `timeout` seconds."""
        return self._worker.join(timeout)

    # For any thread.

    def use_session(self, session_id: str | None) -> None:
        """Set the session; None when it is known that there is none."""
        self._session_id = session_id
        self._knows_session = True
        if self._begun:
            self._worker.request(self._check_session)

    def prefetch_images(self, records: Iterable[Record], throttle: Callable[[], None]) -> None:
        """Prefetch the images of records, if that is switched on, in the order in which the records start."""
        if self._loader.settings.prefetch:
            soonest = nsmallest(MOST_WAITING, _images_of(records, throttle))
            if soonest:
                self._worker.request(self._prefetch.add, tuple(media_id for _, media_id in soonest))

    # On the worker.

    def _serve(self, ticket: int, ask: MediaQuery) -> None:
        self._pending.popleft()
        if self._knows_session or (isinstance(ask, MediaBytesWanted) and ask.is_url):
            self._answer(ticket, ask)
        else:
            self._waiting.append((ticket, ask))
            if not self._worker.expects(self._serve_from_disk):
                self._worker.at(self._monotonic() + LONGEST_WAIT_FOR_SESSION, self._serve_from_disk)

    def _check_session(self) -> None:
        """Answer the waiting requests, once it is known whether there is a session."""
        if not self._knows_session:
            return
        self._prefetch.use_session(self._session_id)
        waiting, self._waiting = self._waiting, []
        for ticket, ask in waiting:
            self._worker.request(self._answer, ticket, ask)

    def _serve_from_disk(self) -> None:
        """Answer the waiting requests from the cache, because the session takes too long."""
        for ticket, ask in tuple(self._waiting):
            told = self._load(ask)
            if not isinstance(told, UserWiseError):
                self._waiting.remove((ticket, ask))
                self._post(Answered(ticket, Answer(told)))

    def _answer(self, ticket: int, ask: MediaQuery) -> None:
        """Answer a request in any case, even after an unexpected exception."""
        answer = Answer(error=UserWiseError("uwclient has failed in an unexpected way; the log has the details."))
        try:
            told = self._load(ask)
            answer = Answer(error=told) if isinstance(told, UserWiseError) else Answer(told)
        finally:
            self._post(Answered(ticket, answer))

    def _load(self, ask: MediaQuery) -> object:
        if isinstance(ask, MediaInfoWanted):
            return self._loader.info(ask.media_id, self._session_id)
        return self._loader.data(ask, self._session_id)

    def _throttle(self) -> None:
        """Called between two pieces of a reply: cancels a prefetch when the game asks for something else."""
        self._worker.throttle()
        if self._prefetch.fetching and self._pending and self._pending[0][0] != self._prefetch.fetching:
            raise GiveWay

    def _observe(self, told: TimeSample | ApiWarning) -> None:
        if isinstance(told, ApiWarning):
            self._post(told)

    def _report(self, error: StorageError) -> None:
        """Report once that nothing can be cached."""
        if not self._storage_failed:
            logger().warning("%s", error)
            self._post(StorageFailed(error))
        self._storage_failed = True


def _images_of(records: Iterable[Record], throttle: Callable[[], None]) -> Iterator[tuple[float, str]]:
    """The ids of the records' images, each with the start of its record."""
    for record in records:
        throttle()
        for name in ("portrait_image_id", "landscape_image_id"):
            media_id = getattr(record, name, None)
            if media_id is not None:
                yield record.starts, media_id
