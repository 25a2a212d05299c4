"""Owns the form of a line that can be trusted after a crash: a checksum, a space, and what it holds."""

from __future__ import annotations

import contextlib
import os
import zlib
from pathlib import Path
from typing import IO

from uwclient.disk.private import open_private


def seal(content: bytes) -> bytes:
    """The line that holds this content, which has no line break of its own."""
    return b"%08x %s\n" % (zlib.crc32(content), content)


def unseal(line: bytes) -> bytes | None:
    """The content of a line, or None when it is damaged or not complete."""
    checksum, _, content = line.removesuffix(b"\n").partition(b" ")
    try:
        intact = len(checksum) == 8 and int(checksum, 16) == zlib.crc32(content)
    except ValueError:
        return None
    return content if intact and line.endswith(b"\n") else None


def append_line(path: Path, line: bytes) -> None:
    """Add a line to a file, behind the end of one that was torn. What the disk refuses is not written."""
    with contextlib.suppress(OSError), open_private(path, "a+b") as file:
        _write(file, line)


def append_surely(path: Path, lines: bytes) -> None:
    """Add lines to a file, and have them reach the disk itself; OSError when it refuses them."""
    with open_private(path, "a+b") as file:
        _write(file, lines)
        file.flush()
        os.fsync(file.fileno())


def _write(file: IO[bytes], lines: bytes) -> None:
    if file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            lines = b"\n" + lines
    file.write(lines)
