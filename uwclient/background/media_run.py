"""Owns the thread on which media are loaded, from the first one that is wanted to the stop.

It is not the worker's, so that a slow host of pictures holds up neither content nor deliveries.
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
from uwclient.log import logger
from uwclient.models.content import Record
from uwclient.models.media import MediaBytesWanted, MediaInfoWanted, MediaQuery, MediaSettings
from uwclient.models.notices import Answered, ApiWarning, Notice, StorageFailed
from uwclient.models.queries import Answer
from uwclient.models.session import TimeSample
from uwclient.version import __version__
from uwclient.wire.media import FileHosts
from uwclient.wire.session_api import SessionApi
from uwclient.wire.transport import Authorities, Transport

THREAD_NAME = "uwclient-media"

LONGEST_WAIT_FOR_SESSION = 1.0
"""Seconds that what is on disk waits for the first word on the session."""


class MediaRun:
    """Owns one worker for media, and what waits there for a session. Any thread may ask it."""

    def __init__(
        self,
        config: Config,
        authorities: Authorities,
        monotonic: Callable[[], float],
        rng: random.Random,
        post: Callable[[Notice], None],
    ) -> None:
        self._threaded = config.threaded
        self._monotonic = monotonic
        self._post = post
        worker = self._worker = Worker(monotonic, polite=config.threaded, name=THREAD_NAME)
        self._transport = Transport(None, f"uwclient/{__version__}", monotonic, self._throttle, authorities, post)
        api = SessionApi(config, self._transport, self._hear)
        hosts = FileHosts(self._transport, config.allow_insecure)
        cache = MediaCache(media_folder(config), MediaSettings().cache_bytes, worker.throttle)
        self._loader = MediaLoader(config, api, hosts, cache, self._report)
        self._prefetch = Prefetch(self._loader, worker, monotonic, rng)
        self._waiting: list[tuple[int, MediaQuery]] = []
        self._session_id: str | None = None
        self._knows_session = False
        self._storage_failed = False
        self._begun = False
        self._pending: deque[MediaQuery] = deque()  # what the worker has not begun with

    # For the game's thread.

    def ask(self, ticket: int, ask: MediaQuery) -> None:
        """Have something loaded; Answered(ticket, …) tells what came of it."""
        self._pending.append(ask)
        self._worker.request(self._serve, ticket, ask)
        self._begin()

    def use(self, settings: MediaSettings) -> None:
        """Go on with what the game has said about media."""
        self._loader.settings = settings
        if settings.prefetch:
            self._begin()
            self._worker.request(self._look_at_session)
        if self._begun:
            self._worker.request(self._loader.shrink_cache)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            if self._threaded:
                self._worker.start(self._transport.close)

    @property
    def next_due(self) -> float:
        """The monotonic moment of the next task, where the game's thread has to do it itself."""
        return self._worker.next_due

    def step(self) -> None:
        """Do one task on this thread."""
        self._worker.step()

    def limit(self, seconds: float) -> None:
        """Wait no longer than this for the network from now on."""
        self._transport.limit(seconds)

    @property
    def start_due(self) -> float:
        """The monotonic moment at which the thread is to be started that could not be, or infinity."""
        return self._worker.start_due

    def start_if_due(self) -> None:
        """Start the thread if it could not be started before, and it is time to try again."""
        self._worker.start_if_due()

    def abandon(self) -> None:
        """Have the thread end by itself. Safe in the middle of a garbage collection."""
        self._worker.ask_to_stop()

    def end(self) -> None:
        """Have everything end as soon as it can; this waits for nothing."""
        self._worker.ask_to_stop()
        self._transport.abort()
        if not self._worker.has_thread:
            self._transport.close()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; False when it has not ended within `timeout` seconds."""
        return self._worker.join(timeout)

    # For any thread.

    def use_session(self, session_id: str | None) -> None:
        """A session was opened, or there is none."""
        self._session_id = session_id
        self._knows_session = True
        if self._begun:
            self._worker.request(self._look_at_session)

    def prefetch_images(self, records: Iterable[Record], throttle: Callable[[], None]) -> None:
        """Fetch the images of content before it is shown, if the game wants that; what starts first comes first."""
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

    def _look_at_session(self) -> None:
        """Go on with what waits for one, or for the word that there is none."""
        if not self._knows_session:
            return
        self._prefetch.use_session(self._session_id)
        waiting, self._waiting = self._waiting, []
        for ticket, ask in waiting:
            self._worker.request(self._answer, ticket, ask)

    def _serve_from_disk(self) -> None:
        """The platform lets the game wait: what is on disk will do."""
        for ticket, ask in tuple(self._waiting):
            told = self._load(ask)
            if not isinstance(told, UserWiseError):
                self._waiting.remove((ticket, ask))
                self._post(Answered(ticket, Answer(told)))

    def _answer(self, ticket: int, ask: MediaQuery) -> None:
        """Answer in any case, also when something fails that nobody foresaw."""
        answer = Answer(error=UserWiseError("There was a fault in uwclient."))
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
        """Between two pieces of a reply: what nobody waits for is left when the game asks for something else."""
        self._worker.throttle()
        if self._prefetch.fetching and self._pending and self._pending[0][0] != self._prefetch.fetching:
            raise GiveWay

    def _hear(self, told: TimeSample | ApiWarning) -> None:
        if isinstance(told, ApiWarning):
            self._post(told)

    def _report(self, error: StorageError) -> None:
        """That nothing can be kept is told once."""
        if not self._storage_failed:
            logger().warning("%s", error)
            self._post(StorageFailed(error))
        self._storage_failed = True


def _images_of(records: Iterable[Record], throttle: Callable[[], None]) -> Iterator[tuple[float, str]]:
    """The images of records, each with the moment at which it is needed."""
    for record in records:
        throttle()
        for name in ("portrait_image_id", "landscape_image_id"):
            media_id = getattr(record, name, None)
            if media_id is not None:
                yield record.starts, media_id
