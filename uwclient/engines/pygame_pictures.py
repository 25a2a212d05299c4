"""Decodes images into pygame surfaces, in the size in which they are shown."""

from __future__ import annotations

import io
import logging
import mmap

import pygame
from pygame import Surface

from uwclient.engines.picture_queue import MOST_PIXELS, REST, PictureQueue, Size
from uwclient.throttle import rest
from uwclient.ui.picture_size import picture_size
from uwclient.ui.pictures import Pictures

STRIP_PIXELS = 60_000
"""Pixels that are converted at once: what takes the interpreter lock takes it for a part of a frame only."""

COLOR_BYTES = 3
"""Bytes of a pixel that is no number of a palette."""

ROUNDING = 2.0
"""Pixels that a room is off the shape of its picture once its edges are on whole pixels; less than that."""


class PictureSurfaces(PictureQueue[Surface, Surface]):
    """Owns the surfaces of the pictures that were drawn last."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(pictures, decode, lambda _, surface: surface)

    def get(self, media_id: str, room: Size) -> Surface | None:
        """Return the surface of a picture, no larger than a room (width, height); None while there is none.

        In a room of another size it is decoded again; until then it is the last one, unless that is too large.
        """
        shown = self.request(media_id, room)
        if shown is None or shown.room[0] > room[0] or shown.room[1] > room[1]:
            return None
        return shown.picture


def decode(data: bytes, room: Size) -> Surface | None:
    """A picture as large as fits into a room (width, height); of several frames the first. None when it is none."""
    said = picture_size(data)
    if said is None or said.width * said.height > MOST_PIXELS or min(room) < 1:
        return None
    try:
        picture = pygame.image.load(io.BytesIO(data))
        width, height = picture.get_size()
        if not 0 < width * height <= MOST_PIXELS:
            return None
        if not _has_whole_colors(picture):
            picture = _in_strips(picture)
        size = _fitted((width, height), room)
        return _in_strips(pygame.transform.smoothscale(picture, size))  # which leaves the interpreter lock
    except Exception:  # whatever a decoder makes of broken bytes
        logging.getLogger("uwclient").debug("An image could not be decoded.", exc_info=True)
        return None


def _fitted(size: Size, room: Size) -> Size:
    """As large as fits; a room of the same shape is filled, though its whole pixels are a little off that."""
    share = min(room[0] / size[0], room[1] / size[1])
    width, height = size[0] * share, size[1] * share
    return (
        room[0] if room[0] - width < ROUNDING else max(1, round(width)),
        room[1] if room[1] - height < ROUNDING else max(1, round(height)),
    )


def _has_whole_colors(picture: Surface) -> bool:
    """Whether a picture can be scaled as it is: to free a converted copy of a large one takes the lock for long."""
    return picture.get_bytesize() >= COLOR_BYTES and picture.get_colorkey() is None


def _in_strips(picture: Surface) -> Surface:
    """The same picture with 32 bits a pixel, converted a strip at a time, with a rest after each."""
    width, height = picture.get_size()
    copy = _blank((width, height))
    rows = max(1, STRIP_PIXELS // width)
    for top in range(0, height, rows):
        copy.blit(picture, (0, top), (0, top, width, rows))
        rest(REST)
    return copy


def _blank(size: Size) -> Surface:
    """A surface that takes its memory as it is drawn on; a new one of pygame's would be filled at once."""
    width, height = size
    return pygame.image.frombuffer(memoryview(mmap.mmap(-1, 4 * width * height)), size, "BGRA")
