"""Owns the file of what a player has answered: a sealed line for each answer, the newest last.

The game's thread adds a line with one `write`, which a killed process does not lose, and never waits for the disk.
A file that has grown large becomes the one before, and the one before that is gone: the oldest answers go first.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path

from uwclient.disk.checksummed_lines import seal, unseal
from uwclient.disk.private import FILE_MODE, make_folder
from uwclient.errors import StorageError
from uwclient.log import logger

NAME = "answers.log"
LARGEST_FILE = 512 * 1024
"""Bytes of a file, which are some thousand answers."""

MOST_UNWRITTEN = 1000
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


class AnswerLog:
    """Owns one player's answers on disk. `append` is for the game's thread, `read` for the worker.

    Attributes:
        folder: the player's, on this platform.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / NAME
        self._before = self._path.with_suffix(".before.log")
        self._unwritten: deque[bytes] = deque(maxlen=MOST_UNWRITTEN)  # what the disk has refused, and what is new

    def append(self, text: bytes) -> None:
        """Keep an answer. StorageError when the disk refuses it: then it is kept together with the next one."""
        self._unwritten.append(b"\n" + seal(text))  # the line break ends what a full disk may have torn
        lines = b"".join(self._unwritten)
        try:
            written = self._write(lines)
        except OSError as error:
            raise StorageError(
                f"What the player answers cannot be kept in {self._path} ({error.strerror or error}): it may be "
                "asked again at the next start. Check free space and permissions."
            ) from error
        if written != len(lines):
            raise StorageError(
                f"The disk that holds {self._path} is full: what the player answers is in memory only."
            )
        self._unwritten.clear()

    def read(self, throttle: Callable[[], None]) -> list[bytes]:
        """The answers that are intact, the oldest first. StorageError when there are files that cannot be read."""
        return [text for path in (self._before, self._path) for text in _read(path, throttle)]

    def _write(self, lines: bytes) -> int:
        make_folder(self.folder)
        with contextlib.suppress(OSError):  # none is there yet; or another copy of the game is reading it
            if self._path.stat().st_size > LARGEST_FILE:
                self._path.replace(self._before)
        file = os.open(self._path, _APPEND, FILE_MODE)
        try:
            return os.write(file, lines)
        finally:
            os.close(file)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that cannot be looked into: appending will tell of it
        return False


def _read(path: Path, throttle: Callable[[], None]) -> list[bytes]:
    if not _is_there(path):
        return []
    try:
        with path.open("rb") as file:
            file.seek(-min(2 * LARGEST_FILE, os.fstat(file.fileno()).st_size), os.SEEK_END)
            lines = [line for line in file.read(2 * LARGEST_FILE).splitlines(keepends=True) if line.strip()]
    except OSError as error:
        raise StorageError(
            f"What the player has answered cannot be read from {path} ({error.strerror or error}), so it may be "
            "asked again. Check the permissions."
        ) from error
    texts: list[bytes] = []
    for line in lines:
        text = unseal(line)
        if text is not None:
            texts.append(text)
        throttle()
    if len(texts) < len(lines):
        logger().warning("Of the answers in %s, %d are damaged and left out.", path, len(lines) - len(texts))
    return texts
