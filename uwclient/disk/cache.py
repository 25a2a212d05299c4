"""Owns the files that let a player start offline: the content of each kind, and the last session.

A file is a line of JSON about the content, the content, and a line with the checksum of both. It is written
beside the old one and then takes its place; the old one is kept as the generation before. A file that fails its
check is set aside, and the generation before serves.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uwclient.disk.private import make_folder, open_private
from uwclient.errors import StorageError

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
        path: where it lies.
        about: what was saved about the content.
        pieces: the content; raises StorageError at its end when the checksum is wrong.

    """

    path: Path
    about: dict[str, Any]
    pieces: Iterator[bytes]


class Cache:
    """Owns the files of one player's folder. What the disk does wrong is a StorageError."""

    def __init__(self, folder: Path, throttle: Callable[[], None]) -> None:
        self._folder = folder
        self._throttle = throttle

    def save(self, name: str, about: dict[str, Any], content: Iterable[bytes]) -> None:
        """Replace the file `name`, piece by piece and then at once."""
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
                f"The cache file {path} could not be written ({error.strerror or error}), so content is kept in "
                "memory only: check the disk's free space and the folder's permissions."
            ) from error

    def generations(self, name: str) -> list[Path]:
        """The files that hold `name`, newest first."""
        with contextlib.suppress(OSError):  # a folder that cannot be looked into: saving will tell of it
            return [path for path in self._generations(name) if path.exists()]
        return []

    def open(self, path: Path) -> CachedFile:
        """A file of the cache. Raises StorageError when its head is not one of ours."""
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

    def set_aside(self, path: Path) -> None:
        """Rename a file that cannot be trusted, so that it is not read again but can be looked at."""
        with contextlib.suppress(OSError):
            path.replace(path.with_name(path.name + ".set-aside"))

    def forget_unfinished(self) -> None:
        """Remove what a process that was killed while it saved has left; a living one is done within an hour."""
        with contextlib.suppress(OSError):
            for path in self._folder.glob("*.new"):
                if path.stat().st_mtime < time.time() - 3600:
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
