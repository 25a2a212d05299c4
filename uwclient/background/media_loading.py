"""Loads media: from the cache if it is up to date, else from the platform and the file hosts.

It runs on the worker for media. Each use of a cached file asks its host whether it has changed; if the host cannot be
reached, the cached file is used. Errors are returned as values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from uwclient.config import Config
from uwclient.disk.media import Kept, MediaCache
from uwclient.errors import ConnectionFailed, ReplyError, RequestRejected, StorageError, Unavailable, UserWiseError
from uwclient.http.envelope import read_object
from uwclient.http.messages import Limits
from uwclient.log import logger
from uwclient.models.media import MediaBytesWanted, MediaInfo, MediaSettings
from uwclient.wire.media import Declared, FileHosts, Origin, info_text, read_info
from uwclient.wire.session_api import SessionApi

LARGEST_INFO = 64 * 1024
"""The maximum number of bytes of a media description."""

LONGEST_SILENCE = 10.0
SHORT_SILENCE = 3.0
"""The maximum number of seconds between two pieces of a reply; the short one applies when a cached file exists."""

LONGEST_DOWNLOAD = 60.0
"""The maximum number of seconds for a whole download."""


class MediaLoader:
    """Loads the media of one client. `settings` may be replaced at any time."""

    def __init__(
        self,
        config: Config,
        api: SessionApi,
        hosts: FileHosts,
        cache: MediaCache,
        report: Callable[[StorageError], None],
    ) -> None:
        self._scope = f"{config.host}\0{config.api_key}"
        self._allow_insecure = config.allow_insecure
        self._api = api
        self._hosts = hosts
        self._cache = cache
        self._report = report
        self.settings = MediaSettings()

    def info(self, media_id: str, session_id: str | None) -> MediaInfo | UserWiseError:
        """Load the description of a media file, or the cached one if the platform cannot be reached."""
        return self._info(media_id, session_id, use_cache=True)[0]

    def data(self, wanted: MediaBytesWanted, session_id: str | None) -> bytes | UserWiseError:
        """Load the bytes of a file."""
        if wanted.is_url:
            return self._file(self._url_key(wanted.source), wanted.source, Declared(), not wanted.ignore_cache, True)
        info, is_confirmed = self._info(wanted.source, session_id, use_cache=not wanted.ignore_cache)
        if isinstance(info, UserWiseError):
            return info
        name = info.variant_for(*wanted.size) if wanted.size else None
        if name is None:
            url, declared = info.url, Declared(info.content_type, byte_size=info.byte_size)
        else:
            url, declared = info.variants[name].url, Declared(info.content_type, same_family=True)
        return self._file(self._file_key(wanted.source, name), url, declared, not wanted.ignore_cache, is_confirmed)

    def keeps(self, wanted: MediaBytesWanted) -> bool:
        """Whether a file is in the cache, so that it need not be prefetched."""
        info = self._kept_info(self._info_key(wanted.source))
        name = info.variant_for(*wanted.size) if info is not None and wanted.size else None
        return info is not None and self._cache.keeps(self._file_key(wanted.source, name))

    def shrink_cache(self) -> None:
        """Delete files until the cache is within the game's limit."""
        self._cache.limit = self.settings.cache_bytes
        self._cache.shrink()

    def _info(
        self, media_id: str, session_id: str | None, *, use_cache: bool
    ) -> tuple[MediaInfo | UserWiseError, bool]:
        """Load a description; returned with whether it comes from the platform now."""
        key = self._info_key(media_id)
        kept = self._kept_info(key) if use_cache else None
        told: Mapping[str, Any] | UserWiseError
        if session_id is None:
            told = ConnectionFailed("No session with the platform is open; try again when it is.")
        else:
            told = self._api.media(media_id, session_id, self._limits(LARGEST_INFO, short=kept is not None))
        if not isinstance(told, UserWiseError):
            try:
                info = read_info(told, self._allow_insecure)
            except ReplyError as error:
                told = error
            else:
                if info != kept:
                    self._save(key, {}, info_text(info))
                return info, True
        if _is_gone(told):
            self._cache.delete(key)
        elif kept is not None:
            _log_fallback(media_id, told)
            return kept, False
        return told, False

    def _kept(self, key: str) -> Kept | None:
        self._cache.limit = self.settings.cache_bytes
        return self._cache.load(key)

    def _kept_info(self, key: str) -> MediaInfo | None:
        kept = self._kept(key)
        try:
            return None if kept is None else read_info(read_object(kept.data) or {}, self._allow_insecure)
        except ReplyError:
            return None

    def _file(
        self, key: str, url: str, declared: Declared, use_cache: bool, is_reachable: bool
    ) -> bytes | UserWiseError:
        kept = self._kept(key) if use_cache else None
        if kept is not None and not is_reachable:
            return kept.data
        limits = self._limits(self.settings.largest_file, short=kept is not None)
        file = self._hosts.fetch(url, declared, _origin(kept), limits)
        if not isinstance(file, UserWiseError):
            if kept is not None and file.data is None:
                return kept.data
            data = file.data or b""
            self._save(key, file.origin._asdict(), data)
            return data
        if _is_gone(file):
            self._cache.delete(key)
        elif kept is not None:
            _log_fallback(url.partition("?")[0], file)
            return kept.data
        return file

    def _limits(self, largest: int, *, short: bool) -> Limits:
        return Limits(largest, SHORT_SILENCE if short else LONGEST_SILENCE, LONGEST_DOWNLOAD)

    def _save(self, key: str, about: dict[str, Any], data: bytes) -> None:
        self._cache.limit = self.settings.cache_bytes
        try:
            self._cache.save(key, about, data)
        except StorageError as error:
            self._report(error)

    def _info_key(self, media_id: str) -> str:
        return f"info\0{self._scope}\0{media_id}"

    def _file_key(self, media_id: str, variant: str | None) -> str:
        return f"file\0{self._scope}\0{media_id}\0{'' if variant is None else 'variant ' + variant}"

    def _url_key(self, url: str) -> str:
        return f"url\0{self._scope}\0{url}"


def _is_gone(error: UserWiseError) -> bool:
    return isinstance(error, RequestRejected) and error.status in (404, 410)


def _origin(kept: Kept | None) -> Origin:
    about = {} if kept is None else kept.about
    return Origin(*(str(about.get(name, "")) for name in Origin._fields))


def _log_fallback(what: str, error: UserWiseError) -> None:
    """Log that the cached file is used: being offline is information only, other errors are warnings."""
    log = logger().info if isinstance(error, (ConnectionFailed, Unavailable)) else logger().warning
    log("The media %s come from the cache: %s", what, error)
