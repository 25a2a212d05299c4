"""Draws panels with pygame; their smooth corners are made once."""

from __future__ import annotations

from collections.abc import Iterator

import pygame
from pygame import Rect, Surface

from uwclient.ui.scene import Box, Color, Panel

FINENESS = 4
MOST_KEPT = 64


class Corners:
    """Owns the round corners that were drawn: discs, of which a panel takes the quarters."""

    def __init__(self) -> None:
        self._discs: dict[tuple[int, Color], Surface] = {}

    def prepare(self, panel: Panel) -> Iterator[None]:
        """Make what a panel needs, a disc at each step."""
        for rect, radius, color in _layers(panel):
            radius = _radius(rect, radius)
            if radius and (radius, color) not in self._discs:
                self.disc(radius, color)
                yield

    def disc(self, radius: int, color: Color) -> Surface:
        """A disc with a smooth edge, twice the radius wide."""
        key = (radius, color)
        disc = self._discs.get(key)
        if disc is None:
            if len(self._discs) >= MOST_KEPT:
                self._discs.clear()
            disc = self._discs[key] = _disc(radius, color)
        return disc

    def clear(self) -> None:
        """Forget all."""
        self._discs.clear()


def draw_panel(target: Surface, panel: Panel, origin: tuple[int, int], corners: Corners) -> None:
    """Draw a panel on a surface whose upper left corner is at `origin` in the window."""
    for rect, radius, color in _layers(panel):
        _draw_rounded(target, rect.move(-origin[0], -origin[1]), _radius(rect, radius), color, corners)


def _layers(panel: Panel) -> list[tuple[Rect, int, Color]]:
    """The rectangles that a panel is made of, with their radius: its edge, and on it what is inside."""
    rect, radius = rect_of(panel.box), round(panel.radius)
    if panel.edge is None or panel.edge_width <= 0:
        return [(rect, radius, panel.color)]
    edge = max(1, round(panel.edge_width))
    return [(rect, radius, panel.edge), (rect.inflate(-2 * edge, -2 * edge), radius - edge, panel.color)]


def _radius(rect: Rect, radius: int) -> int:
    return max(0, min(radius, rect.width // 2, rect.height // 2))


def rect_of(box: Box) -> Rect:
    """A box in whole pixels."""
    left, top = round(box.left), round(box.top)
    return Rect(left, top, round(box.right) - left, round(box.bottom) - top)


def _draw_rounded(target: Surface, rect: Rect, radius: int, color: Color, corners: Corners) -> None:
    if rect.width <= 0 or rect.height <= 0 or not rect.colliderect(target.get_rect()):
        return
    _fill(target, Rect(rect.left, rect.top + radius, rect.width, rect.height - 2 * radius), color)
    if not radius:
        return
    across = Rect(rect.left + radius, rect.top, rect.width - 2 * radius, radius)
    _fill(target, across, color)
    _fill(target, across.move(0, rect.height - radius), color)
    disc = corners.disc(radius, color)
    right, bottom = rect.right - radius, rect.bottom - radius
    for place, quarter in (
        ((rect.left, rect.top), (0, 0)),
        ((right, rect.top), (radius, 0)),
        ((rect.left, bottom), (0, radius)),
        ((right, bottom), (radius, radius)),
    ):
        target.blit(disc, place, Rect(quarter, (radius, radius)))


def _fill(target: Surface, rect: Rect, color: Color) -> None:
    """Fill what of a rectangle is on the target; a color that lets something through is laid over what is there."""
    rect = rect.clip(target.get_clip())
    if color.alpha == 255:
        target.fill(color, rect)
    elif rect.width > 0 and rect.height > 0:
        film = Surface(rect.size, pygame.SRCALPHA)
        film.fill(color)
        target.blit(film, rect)


def _disc(radius: int, color: Color) -> Surface:
    large = Surface((2 * radius * FINENESS, 2 * radius * FINENESS), pygame.SRCALPHA)
    large.fill((*color[:3], 0))
    pygame.draw.circle(large, color, (radius * FINENESS, radius * FINENESS), radius * FINENESS)
    return pygame.transform.smoothscale(large, (2 * radius, 2 * radius))
