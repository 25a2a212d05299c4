"""Loads the images of cards, and keeps the bytes of those that were shown last."""

from __future__ import annotations

import logging
from collections import OrderedDict
from functools import partial

from uwclient import ArgumentError, UserWise
from uwclient.ui.picture_size import picture_size

MOST_KEPT = 6
ENOUGH = 1.5
"""How much larger than it was requested an image may be shown."""


class Pictures:
    """Owns the bytes of the images that were shown last; an engine decodes them.

    `version` changes whenever an image arrives, or turns out not to be one.
    """

    def __init__(self, uw: UserWise) -> None:
        self._uw = uw
        self._kept: OrderedDict[str, bytes | None] = OrderedDict()
        self._asked: dict[str, tuple[int, int]] = {}
        self._closed = False
        self.version = 0

    def request(self, media_id: str, size: tuple[int, int]) -> None:
        """Have an image loaded for a size in pixels, unless it is there or loading.

        For a much larger size it is loaded again, since the platform may have a larger version.
        """
        if media_id in self._kept:
            self._kept.move_to_end(media_id)
        asked = self._asked.get(media_id)
        is_enough = asked is not None and all(new <= ENOUGH * old for new, old in zip(size, asked, strict=True))
        if not is_enough and not self.is_lost(media_id) and not self._closed:
            self._asked[media_id] = size
            try:
                self._uw.media.get_bytes(media_id, partial(self._arrived, media_id), size=size)
            except ArgumentError as error:  # no file can have such an id
                logging.getLogger("uwclient").warning("An image is left out: %s", error)
                self.reject(media_id)

    def bytes_of(self, media_id: str) -> bytes | None:
        """The bytes of an image, or None while it is loading or when it cannot be had."""
        return self._kept.get(media_id)

    def shape_of(self, media_id: str) -> float | None:
        """The height of an image divided by its width, or None while that is unknown."""
        data = self.bytes_of(media_id)
        size = None if data is None else picture_size(data)
        return None if size is None else size.height / size.width

    def is_lost(self, media_id: str) -> bool:
        """Whether an image could not be loaded or decoded."""
        return media_id in self._kept and self._kept[media_id] is None

    def reject(self, media_id: str) -> None:
        """Tell that the engine cannot decode an image: it is left out from now on."""
        self._keep(media_id, None)

    def close(self) -> None:
        """Drop all images; those that are still loading are ignored."""
        self._closed = True
        self._kept.clear()
        self._asked.clear()

    def _arrived(self, media_id: str, data: bytes | None) -> None:
        if not self._closed and (data is not None or self.bytes_of(media_id) is None):
            self._keep(media_id, data)

    def _keep(self, media_id: str, data: bytes | None) -> None:
        self._kept[media_id] = data
        self._kept.move_to_end(media_id)
        if len(self._kept) > MOST_KEPT:
            forgotten, _ = self._kept.popitem(last=False)
            self._asked.pop(forgotten, None)
        self.version += 1
