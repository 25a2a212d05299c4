"""The format of a line that can be verified after a crash: a checksum, a space, and the content."""

from __future__ import annotations

import contextlib
import os
import zlib
from pathlib import Path
from typing import IO

from uwclient.disk.private import open_private


def seal(content: bytes) -> bytes:
    """Return a line with this content, which must not have a line break."""
    return b"%08x %s\n" % (zlib.crc32(content), content)


def unseal(line: bytes) -> bytes | None:
    """Return the content of a line, or None if it is damaged or incomplete."""
    checksum, _, content = line.removesuffix(b"\n").partition(b" ")
    try:
        intact = len(checksum) == 8 and int(checksum, 16) == zlib.crc32(content)
    except ValueError:
        return None
    return content if intact and line.endswith(b"\n") else None


def append_line(path: Path, line: bytes) -> None:
    """Append a line to a file, after a line break if the last line is incomplete. Ignores failures of the disk."""
    with contextlib.suppress(OSError), open_private(path, "a+b") as file:
        _write(file, line)


def append_surely(path: Path, lines: bytes) -> None:
    """Append lines to a file, and sync it to the disk. Raises OSError."""
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
