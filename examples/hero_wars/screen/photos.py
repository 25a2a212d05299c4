"""Owns pictures from live content on the screen: decoded once, cut to their frame, corners rounded."""

from __future__ import annotations

from io import BytesIO

import pygame
from pygame import Rect, Surface

from ..live.pictures import LivePictures
from .ink import Ink, PanelStyle, forget_when_full, rounded_panel
from .palette import PANEL, PANEL_EDGE, PAPER, mix
from .widgets import pulse

CORNER = 10


class Photos:
    """Draws pictures by their media id. Make it after the window."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._cut: dict[tuple[str, tuple[int, int]], Surface | None] = {}

    def has(self, pictures: LivePictures, media_id: str | None, size: tuple[int, int]) -> bool:
        """Whether there is a picture, or may be one soon."""
        if media_id is None:
            return False
        data = pictures.get(media_id)
        return data is None or self._surface(media_id, data, size) is not None

    def draw(self, target: Surface, pictures: LivePictures, media_id: str, box: Rect, age: float) -> None:
        """The picture, as large as fills its box; a breathing panel while it is on its way."""
        data = pictures.get(media_id)
        picture = None if data is None else self._surface(media_id, data, box.size)
        if picture is not None:
            target.blit(picture, box)
            return
        face = mix(PANEL, PANEL_EDGE, round(pulse(age / 2) * 4) / 8)
        self._ink.panel(target, box, PanelStyle(face=face, edge=face, radius=CORNER, opacity=255, edge_width=0))

    def _surface(self, media_id: str, data: bytes, size: tuple[int, int]) -> Surface | None:
        key = (media_id, size)
        if key not in self._cut:
            forget_when_full(self._cut)
            self._cut[key] = cut(data, size)
        return self._cut[key]


def cut(data: bytes, size: tuple[int, int]) -> Surface | None:
    """The middle of an image, scaled to fill the size, with round corners; None when it is no image."""
    try:
        image = pygame.image.load(BytesIO(data)).convert_alpha()
    except pygame.error:
        return None
    scale = max(size[0] / image.get_width(), size[1] / image.get_height())
    image = pygame.transform.smoothscale_by(image, scale)
    middle = image.get_rect(center=(size[0] // 2, size[1] // 2))
    mask = rounded_panel(size, PanelStyle(face=PAPER, edge=PAPER, radius=CORNER, opacity=255, edge_width=0))
    mask.fill((255, 255, 255, 0), special_flags=pygame.BLEND_RGBA_MAX)
    picture = Surface(size, pygame.SRCALPHA)
    picture.blit(image, middle)
    picture.blit(mask, (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
    return picture
