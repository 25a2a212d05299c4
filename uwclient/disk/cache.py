"""The cache that lets a player start offline: the content of each kind, and the last session.

A file is a line of JSON about the content, the content, and a line with the checksum of both. It is written beside
the old one and then replaces it; the old one is kept as the previous generation. If a file is damaged, it is set
aside, and the previous generation is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uwclient.disk.private import make_folder, open_private
from uwclient.errors import StorageError
from uwclient.time_sources import RealTime

SCHEMA = 1
"""The version of the file format; a file of any other version is set aside."""

_numbers = itertools.count()  # two clients of one process may save the same file
_PIECE = 16 * 1024
_LONGEST_HEAD = 64 * 1024
_FOOT_LENGTH = len("\nsha256:\n") + 64


@dataclass(frozen=True, slots=True)
class CachedFile:
    """One file of the cache.

    Attributes:
        path: its path.
        about: the JSON about the content.
        pieces: the content; raises StorageError at its end if the checksum is wrong.

    """

    path: Path
    about: dict[str, Any]
    pieces: Iterator[bytes]


class Cache:
    """Owns the cache files in one player's folder. Failures of the disk raise StorageError."""

    def __init__(self, folder: Path, throttle: Callable[[], None]) -> None:
        self._folder = folder
        self._throttle = throttle

    def save(self, name: str, about: dict[str, Any], content: Iterable[bytes]) -> None:
        """Replace the file `name` atomically."""
        path = self._generations(name)[0]
        unfinished = path.with_name(f"{path.name}.{os.getpid()}-{next(_numbers)}.new")
        try:
            make_folder(self._folder)
            try:
                self._write(unfinished, about, content)
                self._throttle()
                if path.exists():
                    path.replace(self._generations(name)[1])
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
            self._throttle()
        except OSError as error:
            raise StorageError(
                f"The cache file {path} could not be written ({error.strerror or error}), so content is in memory "
                "only: check the disk's free space and the folder's permissions."
            ) from error

    def generations(self, name: str) -> list[Path]:
        """Return the existing files of `name`, newest first."""
        with contextlib.suppress(OSError):  # a folder that cannot be read: saving reports that
            return [path for path in self._generations(name) if path.exists()]
        return []

    def open(self, path: Path) -> CachedFile:
        """Open a file. Raises StorageError when its first line is damaged, or its format is another one."""
        try:
            with path.open("rb") as file:
                head = file.readline(_LONGEST_HEAD)
            about = json.loads(head)
        except OSError as error:
            raise StorageError(f"The cache file {path} cannot be read: {error.strerror or error}.") from error
        except (ValueError, RecursionError):
            about = None
        if not isinstance(about, dict) or not head.endswith(b"\n"):
            raise StorageError(f"The cache file {path} is damaged at its beginning; it is set aside.")
        if about.get("schema") != SCHEMA:
            raise StorageError(
                f"The cache file {path} has format {about.get('schema')!r}, and this version of uwclient reads "
                f"format {SCHEMA}; it is set aside."
            )
        return CachedFile(path, about, self._pieces(path, head))

    def check(self, path: Path) -> None:
        """Read a file through. Raises StorageError when it is damaged."""
        for _ in self.open(path).pieces:
            self._throttle()

    def set_aside(self, path: Path) -> None:
        """Rename a damaged file, so that it is not read again, but can be inspected."""
        with contextlib.suppress(OSError):
            path.replace(path.with_name(path.name + ".set-aside"))

    def delete_unfinished(self) -> None:
        """Delete unfinished files of killed processes; saving takes less than an hour."""
        with contextlib.suppress(OSError):
            for path in self._folder.glob("*.new"):
                if path.stat().st_mtime < RealTime.wall() - 3600:
                    path.unlink()

    def _generations(self, name: str) -> tuple[Path, Path]:
        return self._folder / f"{name}.cache", self._folder / f"{name}.before.cache"

    def _write(self, path: Path, about: dict[str, Any], content: Iterable[bytes]) -> None:
        head = json.dumps({"schema": SCHEMA, **about}).encode() + b"\n"
        digest = hashlib.sha256(head)
        with open_private(path, "wb") as file:
            file.write(head)
            for piece in content:
                file.write(piece)
                digest.update(piece)
                self._throttle()
            file.write(f"\nsha256:{digest.hexdigest()}\n".encode())

    def _pieces(self, path: Path, head: bytes) -> Iterator[bytes]:
        digest = hashlib.sha256(head)
        try:
            with path.open("rb") as file:
                left = os.fstat(file.fileno()).st_size - len(head) - _FOOT_LENGTH
                file.seek(len(head))
                while left > 0:
                    piece = file.read(min(_PIECE, left))
                    if not piece:
                        break
                    left -= len(piece)
                    digest.update(piece)
                    yield piece
                foot = file.read()
        except OSError as error:
            raise StorageError(f"The cache file {path} cannot be read: {error.strerror or error}.") from error
        if foot != f"\nsha256:{digest.hexdigest()}\n".encode():
            raise StorageError(f"The cache file {path} is damaged: its checksum is wrong; it is set aside.")
