"""The media cache on disk, bounded, for all players of a data folder.

A file is a checksummed line of JSON about the content, with the content's checksum, and the content. Its name is a
digest of its key, so neither a server nor a player can choose it. Its modification time is the time of its last use.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from uwclient.disk.checksummed_lines import seal, unseal
from uwclient.disk.lru_index import LruIndex
from uwclient.disk.private import make_folder, open_private
from uwclient.errors import StorageError
from uwclient.time_sources import RealTime

SCHEMA = 1
"""The version of the file format; a file of any other version is removed."""

MOST_FILES = 10_000
"""The maximum number of files."""

SUFFIX = ".media"
LEFT_UNFINISHED = 3600.0
"""Seconds after which an unfinished file is deleted, because its process was killed."""

_LONGEST_HEAD = 16 * 1024
_numbers = itertools.count()  # two clients of one process may save the same media


class Kept(NamedTuple):
    """A cached file: its content, and the data about it."""

    about: Mapping[str, Any]
    data: bytes


class MediaCache:
    """Owns the files of one folder, which other processes may use too. `limit` is their maximum size in bytes."""

    def __init__(self, folder: Path, limit: int, throttle: Callable[[], None]) -> None:
        self.limit = limit
        self._folder = folder
        self._throttle = throttle
        self._loaded_index: LruIndex | None = None
        self._last_use = 0

    def keeps(self, key: str) -> bool:
        """Whether a file exists for a key; it may be damaged."""
        return os.path.isfile(self._path(key))  # noqa: PTH113 - it never raises

    def load(self, key: str) -> Kept | None:
        """Load the file of a key, which counts as a use.

        It is None if there is none, or it is damaged; a file that is larger than the limit counts as damaged.
        """
        path = self._path(key)
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                line = file.readline(_LONGEST_HEAD)
                is_bounded = size <= self.limit
                # Without a size, Python reads the rest and then copies it.
                kept = _read(line, file.read(size - len(line))) if is_bounded else None
        except OSError:
            self._index.drop(path.name)
            return None
        if kept is None:
            self._remove(path.name)
            return None
        self._used(path, size)
        return kept

    def save(self, key: str, about: Mapping[str, Any], data: bytes) -> None:
        """Save a file, and delete the least recently used ones beyond the limit. Raises StorageError."""
        path = self._path(key)
        head = _head(about, data)
        size = len(head) + len(data)
        if size > self.limit:
            self._remove(path.name)
            return
        self._index.put(path.name, size)
        self.shrink()
        unfinished = path.with_suffix(f".{os.getpid()}-{next(_numbers)}.new")
        try:
            make_folder(self._folder)
            try:
                with open_private(unfinished, "wb") as file:
                    file.write(head)
                    file.write(data)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as error:
            self._index.drop(path.name)
            raise StorageError(
                f"Media cannot be saved in {self._folder} ({error.strerror or error}), so they are downloaded each "
                "time that they are needed: check the disk's free space and the folder's permissions."
            ) from error
        self._used(path, size)

    def delete(self, key: str) -> None:
        """Delete the file of a key."""
        self._remove(self._path(key).name)

    def shrink(self) -> None:
        """Delete the least recently used files until the rest is within the limit."""
        while (name := self._index.pop_excess(self.limit, MOST_FILES)) is not None:
            self._remove(name)
            self._throttle()

    @property
    def _index(self) -> LruIndex:
        """The index of the folder, read once."""
        if self._loaded_index is None:
            self._loaded_index = LruIndex()
            for used, name, size in sorted(self._found()):
                self._loaded_index.put(name, size)
                self._last_use = max(self._last_use, used)
        return self._loaded_index

    def _found(self) -> list[tuple[int, str, int]]:
        """Return the last use, name and size of each file; unfinished files of killed processes are deleted."""
        found = []
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                self._throttle()
                with contextlib.suppress(OSError):
                    stat = entry.stat()
                    if entry.name.endswith(SUFFIX):
                        found.append((stat.st_mtime_ns, entry.name, stat.st_size))
                    elif entry.name.endswith(".new") and stat.st_mtime < RealTime.wall() - LEFT_UNFINISHED:
                        Path(entry.path).unlink()
        return found

    def _path(self, key: str) -> Path:
        return self._folder / (hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:40] + SUFFIX)

    def _used(self, path: Path, size: int) -> None:
        """Set the time of a file's last use: later than all others, even if the device's clock was set back."""
        self._index.put(path.name, size)
        self._last_use = max(self._last_use + 1, int(RealTime.wall() * 1e9))
        with contextlib.suppress(OSError):
            os.utime(path, ns=(self._last_use, self._last_use))

    def _remove(self, name: str) -> None:
        self._index.drop(name)
        with contextlib.suppress(OSError):
            (self._folder / name).unlink()


def _head(about: Mapping[str, Any], data: bytes) -> bytes:
    return seal(json.dumps({"schema": SCHEMA, "sha256": hashlib.sha256(data).hexdigest(), "about": about}).encode())


def _read(line: bytes, data: bytes) -> Kept | None:
    """Parse a file; None if it is damaged, or of another version."""
    try:
        head = json.loads(unseal(line) or b"null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(head, dict) or head.get("schema") != SCHEMA or not isinstance(head.get("about"), dict):
        return None
    if hashlib.sha256(data).hexdigest() != head.get("sha256"):
        return None
    return Kept(head["about"], data)
