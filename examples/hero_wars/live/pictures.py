"""Owns the pictures that live content names: each is asked for once, when it is first needed."""

from __future__ import annotations

from functools import partial

from uwclient import UserWise

MISSING = b""


class LivePictures:
    """Gives the bytes of pictures, as soon as they are there."""

    def __init__(self, uw: UserWise) -> None:
        self._uw = uw
        self._bytes: dict[str, bytes | None] = {}

    def get(self, media_id: str, size: tuple[int, int]) -> bytes | None:
        """The bytes of a picture, in the smallest variant that fills `size`; None until then, `MISSING` for ever."""
        if media_id not in self._bytes:
            self._bytes[media_id] = None
            self._uw.media.get_bytes(media_id, partial(self._arrived, media_id), size=size)
        return self._bytes[media_id]

    def _arrived(self, media_id: str, picture: bytes | None) -> None:
        self._bytes[media_id] = picture or MISSING
