"""Owns the unpacking of gzip, piece by piece: however much a few bytes unpack to, no piece is large."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_GZIP = 16 + zlib.MAX_WBITS


class CannotUnpack(Exception):
    """The body is not what its Content-Encoding says; the text is the end of a sentence about the reply."""


def unpacked(pieces: Iterable[bytes], encoding: str, size: int) -> Iterator[bytes]:
    """The body of a reply in pieces of at most `size` bytes more than they came in. Raises CannotUnpack."""
    packed_as = encoding.strip().lower()
    if packed_as in ("", "identity"):
        return iter(pieces)
    return _gunzipped(pieces, size) if packed_as in ("gzip", "x-gzip") else _unknown(pieces, packed_as)


def _unknown(pieces: Iterable[bytes], packed_as: str) -> Iterator[bytes]:
    """Nothing, where there is nothing to unpack."""
    if any(pieces):
        raise CannotUnpack(f"is packed as {packed_as[:40]!r}, which nobody has asked for")
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
                if members:  # something after the end, which is nobody's business
                    return
                raise CannotUnpack("is not the gzip that it says it is") from None
            if piece:
                yield piece
            is_complete = unpacker.eof
            rest = unpacker.unused_data if is_complete else unpacker.unconsumed_tail
            more = bool(rest) or (len(piece) == size and not is_complete)
            if is_complete:
                members += 1
                unpacker = zlib.decompressobj(_GZIP)
    if not is_complete:
        raise CannotUnpack("ends in the middle of what is packed")
