"""Owns the form of a line that can be trusted after a crash: a checksum, a space, and what it holds."""

from __future__ import annotations

import zlib


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
