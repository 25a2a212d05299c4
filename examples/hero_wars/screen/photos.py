"""Draws pictures from live content: decoded once, cut to their frame, corners rounded.

A photograph takes ten milliseconds to decode, most of a frame, and so is decoded beside the game, on a thread.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from threading import Thread

import pygame
from pygame import Rect, Surface

from ..live.pictures import LivePictures
from .ink import Ink, PanelStyle, forget_when_full, rounded_panel
from .palette import PANEL, PANEL_EDGE, PAPER, mix
from .widgets import pulse

CORNER = 10
SCALABLE = (24, 32)
"""Bits of a pixel that pygame can scale smoothly."""


class Photos:
    """Draws pictures by their media id. Make it after the window."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._cuts: dict[tuple[str, tuple[int, int]], Cut] = {}

    def has(self, pictures: LivePictures, media_id: str | None, size: tuple[int, int]) -> bool:
        """Whether there is a picture, or may be one soon."""
        if media_id is None:
            return False
        data = pictures.get(media_id)
        if data is None:
            return True
        made = self._cut(media_id, data, size)
        return not made.is_done or made.picture is not None

    def draw(self, target: Surface, pictures: LivePictures, media_id: str, box: Rect, age: float) -> None:
        """The picture, as large as fills its box; a breathing panel while it is on its way."""
        data = pictures.get(media_id)
        made = None if data is None else self._cut(media_id, data, box.size)
        if made is not None and made.is_done and made.picture is not None:
            target.blit(made.picture, box)
            return
        face = mix(PANEL, PANEL_EDGE, round(pulse(age / 2) * 4) / 8)
        self._ink.panel(target, box, PanelStyle(face=face, edge=face, radius=CORNER, opacity=255, edge_width=0))

    def finish(self) -> None:
        """Waits until what was drawn as on its way, and has arrived, can be drawn."""
        for made in self._cuts.values():
            made.wait()

    def _cut(self, media_id: str, data: bytes, size: tuple[int, int]) -> Cut:
        key = (media_id, size)
        if key not in self._cuts:
            forget_when_full(self._cuts)
            self._cuts[key] = Cut(data, size)
        return self._cuts[key]


class Cut:
    """Owns the making of one picture, on a thread that ends with it; `picture` is None when none can be had."""

    def __init__(self, data: bytes, size: tuple[int, int]) -> None:
        self.picture: Surface | None = None
        self._thread = Thread(target=self._make, args=(data, size), name="hero-wars-photo", daemon=True)
        if data:
            self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether it is known by now what the picture is."""
        return not self._thread.is_alive()

    def wait(self) -> None:
        """Returns when it is done."""
        if not self.is_done:
            self._thread.join()

    def _make(self, data: bytes, size: tuple[int, int]) -> None:
        self.picture = cut(data, size)


def cut(data: bytes, size: tuple[int, int]) -> Surface | None:
    """The middle of an image, scaled to fill the size, with round corners; None when it is no image."""
    try:
        image = pygame.image.load(BytesIO(data))
    except pygame.error:
        return None
    if image.get_bitsize() not in SCALABLE:
        image = image.convert_alpha()  # this keeps the game waiting, so it is left out for all others
    scale = max(size[0] / image.get_width(), size[1] / image.get_height())
    image = pygame.transform.smoothscale_by(image, scale)
    middle = image.get_rect(center=(size[0] // 2, size[1] // 2))
    picture = Surface(size, pygame.SRCALPHA)
    picture.blit(image, middle)
    picture.blit(round_corners(size), (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
    return picture


@cache
def round_corners(size: tuple[int, int]) -> Surface:
    """White where a picture of this size is to be seen."""
    mask = rounded_panel(size, PanelStyle(face=PAPER, edge=PAPER, radius=CORNER, opacity=255, edge_width=0))
    mask.fill((255, 255, 255, 0), special_flags=pygame.BLEND_RGBA_MAX)
    return mask
