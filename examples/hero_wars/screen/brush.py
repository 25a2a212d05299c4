"""Draws figures: flat shapes with a dark outline around all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import pygame
from pygame import Rect, Surface

from .ink import smooth
from .palette import INK, Colour

OUTLINE = 1.8

Point: TypeAlias = tuple[float, float]


class Brush:
    """Draws in the picture's pixels. With an `outline` (pixels) it draws the same shapes, so much larger and dark."""

    def __init__(self, surface: Surface, scale: float, outline: float) -> None:
        self._surface = surface
        self._scale = scale
        self._grow = outline

    def ellipse(self, colour: Colour, centre: Point, width: float, height: float) -> None:
        """An ellipse around a centre."""
        left, top = centre[0] - width / 2, centre[1] - height / 2
        pygame.draw.ellipse(self._surface, self._colour(colour), self._box(left, top, width, height))

    def circle(self, colour: Colour, centre: Point, radius: float) -> None:
        """A circle around a centre."""
        self.ellipse(colour, centre, 2 * radius, 2 * radius)

    def box(self, colour: Colour, left_top: Point, width: float, height: float, radius: float) -> None:
        """A box with round corners."""
        pygame.draw.rect(
            self._surface,
            self._colour(colour),
            self._box(*left_top, width, height),
            border_radius=round((radius + self._grow) * self._scale),
        )

    def shape(self, colour: Colour, points: Sequence[Point]) -> None:
        """A polygon."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        pygame.draw.polygon(self._surface, self._colour(colour), scaled)
        if self._grow:
            self._trace(scaled)

    def _trace(self, points: list[Point]) -> None:
        reach = self._grow * self._scale
        for start, end in zip(points, [*points[1:], points[0]], strict=True):
            pygame.draw.line(self._surface, INK, start, end, round(2 * reach))
            pygame.draw.circle(self._surface, INK, start, reach)

    def _colour(self, colour: Colour) -> Colour:
        return INK if self._grow else colour

    def _box(self, left: float, top: float, width: float, height: float) -> Rect:
        grow, scale = self._grow, self._scale
        return Rect(
            round((left - grow) * scale),
            round((top - grow) * scale),
            round((width + 2 * grow) * scale),
            round((height + 2 * grow) * scale),
        )


Paint: TypeAlias = Callable[[Brush], None]
"""Draws something with a brush; it is called once for the outline and once for the colours."""


def picture(size: tuple[int, int], paint: Paint, factor: float = 1.0, outline: float = OUTLINE) -> Surface:
    """A picture with an outline around all that `paint` draws in a room of this size, `factor` times as large."""

    def draw(surface: Surface, scale: int) -> None:
        paint(Brush(surface, scale * factor, outline / factor))
        paint(Brush(surface, scale * factor, 0.0))

    return smooth((round(size[0] * factor), round(size[1] * factor)), INK, draw)
