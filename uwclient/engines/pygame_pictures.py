"""Owns the pictures as pygame draws them: decoded in the background, in the size in which they are shown."""

from __future__ import annotations

import io
import logging
import time
from collections import OrderedDict, deque
from typing import NamedTuple

import pygame
from pygame import Surface

from uwclient.threads import Helper
from uwclient.ui.picture_size import picture_size
from uwclient.ui.pictures import Pictures

MOST_PIXELS = 16_000_000
MOST_KEPT = 6
STRIP_PIXELS = 60_000
"""Pixels that are converted at once: what takes the interpreter lock takes it for a part of a frame only."""

ROUNDING = 2.0
"""Pixels that a room is off the shape of its picture once its edges are on whole pixels; less than that."""

SCALABLE = (24, 32)
"""Bits of a pixel that pygame can scale smoothly."""

PATIENCE = 2.0
"""Seconds that `close` waits for a picture that is being decoded."""


class _Job(NamedTuple):
    media_id: str
    data: bytes
    room: tuple[int, int]


class PictureSurfaces:
    """Owns the surfaces of the pictures that were drawn last, and the thread that decodes them while there are any.

    `version` changes whenever there is another picture to draw.
    """

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._kept: OrderedDict[str, tuple[tuple[int, int], Surface]] = OrderedDict()
        self._jobs: deque[_Job] = deque()
        self._asked: set[_Job] = set()
        self._done: deque[tuple[_Job, Surface | None]] = deque()
        self._decoder = Helper(self._decode_all, "uwclient-pictures")
        self.version = 0

    @property
    def is_busy(self) -> bool:
        """Whether pictures are being decoded."""
        return bool(self._asked)

    def get(self, media_id: str, room: tuple[int, int]) -> Surface | None:
        """A picture no larger than a room (width, height), or None while it is loading or when it cannot be had.

        In a room of another size it is made anew; until then there is the last one, where that is not too large.
        """
        kept = self._kept.get(media_id)
        if kept is not None and kept[0] == room:
            self._kept.move_to_end(media_id)
            return kept[1]
        data = self._pictures.bytes_of(media_id)
        if data is not None:
            self._ask(_Job(media_id, data, room))
        small_enough = kept is not None and kept[0][0] <= room[0] and kept[0][1] <= room[1]
        return kept[1] if kept is not None and small_enough else None

    def update(self) -> None:
        """Take over what was decoded."""
        if self._jobs:
            self._decoder.wake()
        while self._done:
            job, surface = self._done.popleft()
            self._asked.discard(job)
            self.version += 1
            if surface is None:
                logging.getLogger("uwclient").warning(
                    "The image %s cannot be read as a picture; it is left out.", job.media_id
                )
                self._pictures.reject(job.media_id)
                continue
            self._kept[job.media_id] = (job.room, surface)
            self._kept.move_to_end(job.media_id)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def close(self) -> None:
        """Forget all pictures, and wait for the thread, which is done soon."""
        self._jobs.clear()
        self._decoder.join(PATIENCE)
        self._done.clear()
        self._asked.clear()
        self._kept.clear()

    def _ask(self, job: _Job) -> None:
        if job not in self._asked:
            self._asked.add(job)
            self._jobs.append(job)

    def _decode_all(self) -> None:
        while self._jobs:
            try:
                job = self._jobs.popleft()
            except IndexError:  # closed in between
                return
            self._done.append((job, decode(job.data, job.room)))


def decode(data: bytes, room: tuple[int, int]) -> Surface | None:
    """A picture as large as fits into a room (width, height); of several frames the first. None when it is none."""
    said = picture_size(data)
    if said is None or said.width * said.height > MOST_PIXELS or min(room) < 1:
        return None
    try:
        picture = pygame.image.load(io.BytesIO(data))
        width, height = picture.get_size()
        if not 0 < width * height <= MOST_PIXELS:
            return None
        size = _fitted((width, height), room)
        if picture.get_bitsize() not in SCALABLE:
            picture = _in_strips(picture)
        return _in_strips(pygame.transform.smoothscale(picture, size))
    except Exception:  # whatever a decoder makes of broken bytes
        logging.getLogger("uwclient").debug("An image could not be decoded.", exc_info=True)
        return None


def _fitted(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """As large as fits; a room of the same shape is filled, though its whole pixels are a little off that."""
    share = min(room[0] / size[0], room[1] / size[1])
    width, height = size[0] * share, size[1] * share
    return (
        room[0] if room[0] - width < ROUNDING else max(1, round(width)),
        room[1] if room[1] - height < ROUNDING else max(1, round(height)),
    )


def _in_strips(picture: Surface) -> Surface:
    """The same picture with 32 bits a pixel, converted a strip at a time."""
    width, height = picture.get_size()
    copy = Surface((width, height), pygame.SRCALPHA)
    rows = max(1, STRIP_PIXELS // width)
    for top in range(0, height, rows):
        copy.blit(picture, (0, top), (0, top, width, rows))
        time.sleep(0)
    return copy
