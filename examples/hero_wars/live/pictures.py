"""The pictures that live content names: fetched ahead to the disk, and read when their content arrives."""

from __future__ import annotations

from functools import partial

from uwclient import ArgumentError, UserWise

LARGEST = (480, 200)
"""What a picture is at most on the screen, in pixels: a smaller variant of it would be blurred."""

MISSING = b""


class LivePictures:
    """Gives the bytes of pictures, as soon as they are there."""

    def __init__(self, uw: UserWise) -> None:
        self._uw = uw
        self._bytes: dict[str, bytes | None] = {}
        uw.media.prefetch_images(size=LARGEST)

    def get(self, media_id: str) -> bytes | None:
        """The bytes of a picture; None until they are there, `MISSING` when there are none to be had."""
        self.want(media_id)
        return self._bytes[media_id]

    def want(self, media_id: str | None) -> None:
        """A picture will be needed soon."""
        if media_id is not None and media_id not in self._bytes:
            self._bytes[media_id] = None
            try:
                self._uw.media.get_bytes(media_id, partial(self._arrived, media_id), size=LARGEST)
            except ArgumentError:  # what live operations have written there can be no picture's id
                self._bytes[media_id] = MISSING

    def _arrived(self, media_id: str, picture: bytes | None) -> None:
        self._bytes[media_id] = picture or MISSING
