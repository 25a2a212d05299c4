"""Owns the images that cards need: their bytes while they are of use, and which could not be had."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from uwclient import UserWise

MOST_KEPT = 6


class Pictures:
    """Owns the bytes of the images that were asked for last; an engine decodes them.

    `version` changes whenever an image arrives, or turns out not to be one.
    """

    def __init__(self, uw: UserWise) -> None:
        self._uw = uw
        self._kept: OrderedDict[str, bytes | None] = OrderedDict()
        self._loading: set[str] = set()
        self._closed = False
        self.version = 0

    def want(self, media_id: str, size: tuple[int, int]) -> None:
        """Have an image loaded that is to be shown in so many pixels, unless it is there, or on its way."""
        if media_id in self._kept:
            self._kept.move_to_end(media_id)
        elif media_id not in self._loading and not self._closed:
            self._loading.add(media_id)
            self._uw.media.get_bytes(media_id, partial(self._arrived, media_id), size=size)

    def bytes_of(self, media_id: str) -> bytes | None:
        """The bytes of an image, or None while it is loading or when it cannot be had."""
        return self._kept.get(media_id)

    def is_lost(self, media_id: str) -> bool:
        """Whether an image cannot be had, or cannot be drawn."""
        return media_id in self._kept and self._kept[media_id] is None

    def reject(self, media_id: str) -> None:
        """An engine could not make a picture of an image."""
        self._arrived(media_id, None)

    def close(self) -> None:
        """Forget all images; what is still on its way is ignored."""
        self._closed = True
        self._kept.clear()

    def _arrived(self, media_id: str, data: bytes | None) -> None:
        self._loading.discard(media_id)
        if self._closed:
            return
        self._kept[media_id] = data
        self._kept.move_to_end(media_id)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self.version += 1
