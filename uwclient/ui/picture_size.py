"""Reads the size of a picture from its first bytes, before anything decodes it."""

from __future__ import annotations

import struct
from typing import NamedTuple

MOST_SEGMENTS = 1000
_NO_FRAME = (0xC4, 0xC8, 0xCC)


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int


def picture_size(data: bytes) -> Size | None:
    """The size of a PNG, JPEG, GIF, WebP or BMP picture; None for all else, and for a head that is broken."""
    try:
        size = _size(data)
    except (struct.error, IndexError):
        return None
    return size if size is not None and size.width > 0 and size.height > 0 else None


def _size(data: bytes) -> Size | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Size(*struct.unpack_from(">II", data, 16))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Size(*struct.unpack_from("<HH", data, 6))
    if data.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", data, 18)
        return Size(width, abs(height))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp_size(data)
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _webp_size(data: bytes) -> Size | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return Size(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            width, more_width, height, more_height = struct.unpack_from("<HBHB", data, 24)
            return Size(1 + width + (more_width << 16), 1 + height + (more_height << 16))
    return None


def _jpeg_size(data: bytes) -> Size | None:
    """The size in the first frame header; the segments before it are passed over."""
    at = 2
    for _ in range(MOST_SEGMENTS):
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        marker, length = struct.unpack_from(">xBH", data, at)
        if data[at] != 0xFF:
            return None
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Size(width, height)
        at += 2 + length
    return None
