"""Recognises the type of a file by its first bytes, for hosts that serve all files as one type."""

from __future__ import annotations

import re

_BEGINNINGS = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF.{4}WEBP",
    "image/bmp": rb"BM.{4}\0{4}",
    "image/avif": rb".{4}ftypavi[fs]",
    "text/html": rb"\s*(?:<!--.{,256}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
}
_PATTERNS = {name: re.compile(pattern, re.DOTALL | re.IGNORECASE) for name, pattern in _BEGINNINGS.items()}


def type_of(data: bytes) -> str | None:
    """Return the MIME type that the first bytes of a file show, or None if it is not known."""
    start = data[:1024].removeprefix(b"\xef\xbb\xbf")
    return next((name for name, pattern in _PATTERNS.items() if pattern.match(start)), None)


def is_recognised(name: str) -> bool:
    """Whether files of this type can be recognised."""
    return name in _PATTERNS
