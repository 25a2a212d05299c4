"""The file of a player's answers: a checksummed line for each answer, the newest last.

The game's thread appends a line with one `write`, which survives the end of the process, and never waits for the
disk. A large file is rotated: it replaces the previous one, so the oldest answers are discarded first.
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
"""The maximum number of bytes of a file, which is some thousand answers."""

MOST_UNWRITTEN = 1000
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


class AnswerLog:
    """Owns the file of one player's answers. `append` is called on the game's thread, `read` on the worker.

    Attributes:
        folder: the player's folder, which differs by platform too.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / NAME
        self._before = self._path.with_suffix(".before.log")
        self._unwritten: deque[bytes] = deque(maxlen=MOST_UNWRITTEN)  # answers that could not be written yet

    def append(self, text: bytes) -> None:
        """Append an answer. Raises StorageError when the disk fails; the next call writes it then."""
        self._unwritten.append(b"\n" + seal(text))  # the line break ends a line that a full disk has cut
        lines = b"".join(self._unwritten)
        try:
            written = self._write(lines)
        except OSError as error:
            raise StorageError(
                f"The player's answers cannot be saved in {self._path} ({error.strerror or error}), so records may "
                "be shown again at the next start: check free space and permissions."
            ) from error
        if written != len(lines):
            raise StorageError(
                f"The player's answers are in memory only, because the disk of {self._path} is full: free some space."
            )
        self._unwritten.clear()

    def read(self, throttle: Callable[[], None]) -> list[bytes]:
        """Read the intact answers, the oldest first. Raises StorageError when a file cannot be read."""
        return [text for path in (self._before, self._path) for text in _read(path, throttle)]

    def _write(self, lines: bytes) -> int:
        make_folder(self.folder)
        with contextlib.suppress(OSError):  # it does not exist yet, or another copy of the game is reading it
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
    except OSError:  # a folder that cannot be read: appending reports that
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
            f"The player's answers cannot be read from {path} ({error.strerror or error}), so records may be shown "
            "again: check the permissions."
        ) from error
    texts: list[bytes] = []
    for line in lines:
        text = unseal(line)
        if text is not None:
            texts.append(text)
        throttle()
    if len(texts) < len(lines):
        logger().warning("Of the answers in %s, %d are damaged; they are ignored.", path, len(lines) - len(texts))
    return texts
