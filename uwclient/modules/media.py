"""The images and other files that live operations have uploaded: `uw.media`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeVar

from uwclient.errors import ArgumentError, LifecycleError
from uwclient.models.content import Record
from uwclient.models.media import MediaBytesWanted, MediaInfo, MediaInfoWanted, MediaQuery, MediaSettings, Size
from uwclient.models.queries import Answer
from uwclient.modules.base import ContentModule
from uwclient.modules.campaigns import CampaignsModule
from uwclient.modules.queries import PendingQueries, check_receiver, log_failure
from uwclient.pump import call_safely, deliver
from uwclient.rules.actions import checked_id
from uwclient.signals import MediaSignals
from uwclient.urls import url_problem

T = TypeVar("T")

LONGEST_SIDE = 1_000_000
"""The maximum width or height that can be asked for, in pixels."""


class MediaModule(MediaSignals):
    """Loads media files, and holds the game's settings for them.

    What is loaded is kept on disk, for all players of the data folder, and asked about anew each time: an unchanged
    file is not sent again, and without a connection it serves as it is. All loading is done by a thread of its own.
    `with_images` are the modules whose records have images.
    """

    def __init__(
        self,
        queries: PendingQueries,
        allow_insecure: Callable[[], bool],
        use_settings: Callable[[MediaSettings, tuple[Record, ...]], None],
        with_images: Sequence[ContentModule[Any]],
        campaigns: CampaignsModule,
    ) -> None:
        super().__init__()
        self._queries = queries
        self._allow_insecure = allow_insecure
        self._use_settings = use_settings
        self._with_images = with_images
        self._campaigns = campaigns
        self._settings = MediaSettings()
        self._under_way: dict[MediaQuery, list[Callable[..., object]]] = {}

    def get_info(self, id: str, callback: Callable[[MediaInfo | None], object]) -> None:
        """Query the platform for the description of a media file.

        Args:
            id: the platform's id of the media.
            callback: called once from `pump()` as `callback(info)`; with None when it cannot be loaded, and then
                `on_failed` and the log say why.

        Raises:
            ArgumentError: the id cannot be one, or the callback cannot be called.
        """
        check_receiver(callback)
        self._ask(MediaInfoWanted(checked_id("id", id)), id, callback)

    def get_bytes(
        self,
        id_or_url: str,
        callback: Callable[[bytes | None], object],
        ignore_cache: bool = False,
        size: Size = None,
    ) -> None:
        """Load a file from the cache or the network.

        Args:
            id_or_url: the platform's id of the media, or a URL (https; http only on this machine).
            callback: called once from `pump()` as `callback(data)`, with the file's bytes; with None when it cannot
                be loaded, and then `on_failed` and the log say why, or when the client is stopped before.
            ignore_cache: whether the file is downloaded even if it is cached.
            size: (width, height) in pixels: the smallest variant that is at least as large is loaded, else the
                original. None loads the original; a URL has no variants.

        Raises:
            ArgumentError: an argument is wrong.
        """
        check_receiver(callback)
        if not isinstance(ignore_cache, bool):
            raise ArgumentError(f"ignore_cache must be True or False, not {ignore_cache!r}.")
        size = _checked_size("size", size)
        is_url = isinstance(id_or_url, str) and "://" in id_or_url
        if is_url:
            problem = url_problem(id_or_url, self._allow_insecure())
            if problem is not None:
                raise ArgumentError(f"Nothing can be fetched from this URL: {problem}.")
            size = None
        else:
            checked_id("id_or_url", id_or_url)
        self._ask(MediaBytesWanted(id_or_url, is_url, size, ignore_cache), id_or_url, callback)

    def prefetch_images(self, on: bool = True, size: Size = None) -> None:
        """Switch on or off that images of active and upcoming messages and offers are loaded into the cache ahead.

        It is off until this is called. The images are loaded one at a time, after whatever the game asks for, in the
        order in which their records start.

        Args:
            on: whether images are prefetched.
            size: (width, height) in pixels, the one that `get_bytes` will be called with, or None.

        Raises:
            ArgumentError: an argument is wrong.
        """
        if not isinstance(on, bool):
            raise ArgumentError(f"on must be True or False, not {on!r}.")
        self._use(self._settings._replace(prefetch=on, prefetch_size=_checked_size("size", size)))

    @property
    def cache_bytes(self) -> int:
        """The maximum size of the cache on disk, in bytes; 64 MB by default, 0 caches nothing.

        If the cache is full, the least recently used files are deleted.

        Raises:
            ArgumentError: it is set to something else than a number of bytes.
        """
        return self._settings.cache_bytes

    @cache_bytes.setter
    def cache_bytes(self, size: int) -> None:
        self._use(self._settings._replace(cache_bytes=_checked_bytes("cache_bytes", size, 0)))

    @property
    def largest_file(self) -> int:
        """The maximum size of a file that is downloaded, in bytes; 16 MB by default.

        Raises:
            ArgumentError: it is set to something else than a number of bytes.
        """
        return self._settings.largest_file

    @largest_file.setter
    def largest_file(self, size: int) -> None:
        self._use(self._settings._replace(largest_file=_checked_bytes("largest_file", size, 1)))

    # For the client's own parts.

    def _start_run(self) -> None:
        """Start a run: requests of an earlier run are not joined by new ones."""
        self._under_way.clear()

    @property
    def _wanted_records(self) -> tuple[Record, ...]:
        """The records whose images are to be fetched before they are needed."""
        if not self._settings.prefetch:
            return ()
        listed = chain.from_iterable((*module.active, *module.upcoming) for module in self._with_images)
        triggerable = (record for campaign in self._campaigns.loaded for _, record in campaign.content)
        return (*listed, *triggerable)

    def _use(self, settings: MediaSettings) -> None:
        self._settings = settings
        self._use_settings(settings, self._wanted_records)

    def _ask(self, ask: MediaQuery, id: str, callback: Callable[[T | None], object]) -> None:
        """Send a request, or wait for the answer of an equal request that is in progress."""
        waiting = self._under_way.get(ask)
        if waiting is not None:
            waiting.append(callback)
            return
        callbacks = self._under_way[ask] = [callback]

        def tell(answer: Answer) -> int:
            if self._under_way.get(ask) is callbacks:
                del self._under_way[ask]
            return self._answer(id, answer, callbacks)

        self._queries.ask(ask, tell)

    def _answer(self, id: str, answer: Answer, callbacks: list[Callable[..., object]]) -> int:
        sent = 0
        if answer.error is not None:
            log_failure(f"The media {id.partition('?')[0]!r} cannot be had", answer.error)
            if not isinstance(answer.error, LifecycleError):
                sent = deliver(self.on_failed, self, id=id, error=answer.error)
        for callback in callbacks:
            call_safely(callback, answer.value, what="the callback of a request for media")
        return sent


def _checked_size(name: str, size: object) -> Size:
    if size is None:
        return None
    if not isinstance(size, (tuple, list)) or len(size) != 2 or not all(map(_is_length, size)):
        raise ArgumentError(f"{name} must be a width and a height in pixels, such as (320, 180), or None.")
    return size[0], size[1]


def _is_length(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= LONGEST_SIDE


def _checked_bytes(name: str, size: object, least: int) -> int:
    if isinstance(size, bool) or not isinstance(size, int) or size < least:
        raise ArgumentError(f"{name} must be a number of bytes, {least} or more.")
    return size
