"""Draws text that stays inside its box, and rounded panels with smooth edges."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pygame
from pygame import Rect, Surface

from .palette import BLACK, PANEL, PANEL_EDGE, PAPER, Colour
from .textfit import balance, fit

SMOOTHING = 4
MAX_CACHED = 256
FINENESS = 2
LEADING = 2
LOWERED = 1
CENTRE = 0.5


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text looks: font size in pixels, colour, `align` 0 (left) to 1 (right), most lines."""

    size: int
    colour: Colour = PAPER
    align: float = 0.0
    lines: int = 1
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class PanelStyle:
    """How a panel looks; `opacity` is that of its face, 0 to 255."""

    face: Colour = PANEL
    edge: Colour = PANEL_EDGE
    radius: int = 14
    opacity: int = 235
    edge_width: int = 2


class Ink:
    """Fonts, written lines and panels, each made once. Make it after the window."""

    def __init__(self) -> None:
        self._fonts: dict[int, pygame.font.Font] = {}
        self._panels: dict[tuple[tuple[int, int], PanelStyle], Surface] = {}
        self._lines: dict[tuple[str, int, Colour], Surface] = {}
        self._fitted: dict[tuple[str, int, TextStyle], list[str]] = {}

    def line_height(self, size: int) -> int:
        """Pixels from one line to the next."""
        return self._font(size).get_linesize() // FINENESS + LEADING

    def lines(self, text: str, width: int, style: TextStyle) -> list[str]:
        """The lines that `write` would write into a box of this width."""
        key = (text, width, style)
        if key not in self._fitted:
            forget_when_full(self._fitted)
            arrange = balance if style.align == CENTRE else fit
            self._fitted[key] = arrange(text, width, style.lines, lambda part: self.width(part, style.size))
        return self._fitted[key]

    def width(self, text: str, size: int) -> int:
        """Pixels that a text takes on one line."""
        return math.ceil(self._font(size).size(text)[0] / FINENESS)

    def height(self, text: str, width: int, style: TextStyle) -> int:
        """Pixels that a text takes in a box of this width."""
        return len(self.lines(text, width, style)) * self.line_height(style.size)

    def write(self, target: Surface, text: str, box: Rect, style: TextStyle) -> None:
        """Writes a text into a box, vertically centred."""
        lines = self.lines(text, box.width, style)
        height = self.line_height(style.size)
        top = box.centery - len(lines) * height // 2 + LOWERED
        for row, line in enumerate(lines):
            self._write_line(target, line, box, top + row * height, style)

    def panel(self, target: Surface, box: Rect, style: PanelStyle) -> None:
        """Draws a rounded panel."""
        key = (box.size, style)
        if key not in self._panels:
            forget_when_full(self._panels)
            self._panels[key] = rounded_panel(box.size, style)
        target.blit(self._panels[key], box)

    def _write_line(self, target: Surface, line: str, box: Rect, top: int, style: TextStyle) -> None:
        left = box.left + round((box.width - self.width(line, style.size)) * style.align)
        if style.shadow:
            target.blit(self._written(line, style.size, BLACK), (left + 1, top + 2))
        target.blit(self._written(line, style.size, style.colour), (left, top))

    def _font(self, size: int) -> pygame.font.Font:
        # pygame's own font, so that the game looks the same on every machine; written large and scaled down,
        # since its letters are spaced unevenly when they are small.
        if size not in self._fonts:
            self._fonts[size] = pygame.font.Font(None, size * FINENESS)
        return self._fonts[size]

    def _written(self, line: str, size: int, colour: Colour) -> Surface:
        key = (line, size, colour)
        if key not in self._lines:
            forget_when_full(self._lines)
            large = self._font(size).render(line, True, colour).convert_alpha()
            room = (math.ceil(large.get_width() / FINENESS), math.ceil(large.get_height() / FINENESS))
            self._lines[key] = pygame.transform.smoothscale(large, room)
        return self._lines[key]


def forget_when_full(cache: dict[Any, Any]) -> None:
    """Empties a cache that has grown to its limit: texts with countdowns would fill it for ever."""
    if len(cache) >= MAX_CACHED:
        cache.clear()


def smooth(size: tuple[int, int], edge: Colour, draw: Callable[[Surface, int], None]) -> Surface:
    """What `draw(surface, scale)` draws larger, with smooth edges that fade from the colour `edge`."""
    width, height = size
    large = Surface((width * SMOOTHING, height * SMOOTHING), pygame.SRCALPHA)
    large.fill((*edge, 0))
    draw(large, SMOOTHING)
    return pygame.transform.smoothscale(large, size)


def rounded_panel(size: tuple[int, int], style: PanelStyle) -> Surface:
    """A panel with round corners and an edge."""

    def draw(surface: Surface, scale: int) -> None:
        box = surface.get_rect()
        radius = style.radius * scale
        width = style.edge_width * scale
        pygame.draw.rect(surface, style.edge, box, border_radius=radius)
        inner = box.inflate(-2 * width, -2 * width)
        face = (*style.face, style.opacity)
        pygame.draw.rect(surface, face, inner, border_radius=max(1, radius - width))

    return smooth(size, style.edge if style.edge_width else style.face, draw)
