"""Unpacks gzip in small pieces, however much a few bytes unpack to."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_GZIP = 16 + zlib.MAX_WBITS


class CannotUnpack(Exception):
    """Raised when a body does not have its Content-Encoding; the text is the end of a sentence about the reply."""


def unpacked(pieces: Iterable[bytes], encoding: str, size: int) -> Iterator[bytes]:
    """Yield the unpacked body of a reply in pieces of at most `size` bytes. Raises CannotUnpack."""
    packed_as = encoding.strip().lower()
    if packed_as in ("", "identity"):
        return iter(pieces)
    return _gunzipped(pieces, size) if packed_as in ("gzip", "x-gzip") else _unknown(pieces, packed_as)


def _unknown(pieces: Iterable[bytes], packed_as: str) -> Iterator[bytes]:
    """Nothing, where there is nothing to unpack."""
    if any(pieces):
        raise CannotUnpack(f"has the encoding {packed_as[:40]!r}, which was not requested")
    return iter(())


def _gunzipped(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    members = 0
    is_complete = True  # a body may be empty
    for rest in pieces:
        more = True
        while more:
            try:
                piece = unpacker.decompress(rest, size)
            except zlib.error:
                if members:  # trailing bytes after the last member are ignored
                    return
                raise CannotUnpack("says that it is gzip, but is not") from None
            if piece:
                yield piece
            is_complete = unpacker.eof
            rest = unpacker.unused_data if is_complete else unpacker.unconsumed_tail
            more = bool(rest) or (len(piece) == size and not is_complete)
            if is_complete:
                members += 1
                unpacker = zlib.decompressobj(_GZIP)
    if not is_complete:
        raise CannotUnpack("ends before its gzip is complete")
