"""Draws the background: sky, moon, clouds, hills in three depths and the ground, in the colors of the theme."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import pygame
from pygame import Surface

from ..play.field import GROUND_Y, HEIGHT, WIDTH
from .palette import BLACK, WHITE, Colour, Theme, brightness, mix

GROUND_TOP = int(GROUND_Y)
PARALLAX_ROOM = 120
LAYER_WIDTH = WIDTH + PARALLAX_ROOM
LAYER_HEIGHT = 320
LAYER_SCALE = 2
SCENERY_SEED = 11
STARS = 70
CLOUD_SPEED = 7.0
MOON = (700, 120)
BLUSH: Colour = (222, 92, 150)
BLUSH_SHARE = 0.42
ACCENT_SHARE = 0.1

TOWERS = ((380, 60, 90), (440, 110, 62), (540, 56, 120), (596, 80, 54), (668, 48, 80))
CASTLE_BASE = 110 * LAYER_SCALE

Draw = Callable[[Surface], None]


@dataclass(frozen=True, slots=True)
class Layer:
    """A white silhouette that is tinted to the theme; `depth` 1 moves as much as the parallax room allows."""

    silhouette: Surface
    depth: float
    top: int


class Scenery:
    """The background. Silhouettes are drawn once; a new theme only tints them again."""

    def __init__(self) -> None:
        chance = random.Random(SCENERY_SEED)
        self._far = Layer(silhouette(far_mountains), 0.25, GROUND_TOP - LAYER_HEIGHT + 6)
        self._hills = Layer(silhouette(castle_hill), 0.5, GROUND_TOP - LAYER_HEIGHT + 6)
        self._near = Layer(silhouette(pine_wood), 1.0, GROUND_TOP - LAYER_HEIGHT + 6)
        self._stars = [(chance.randrange(WIDTH), chance.randrange(300), chance.random()) for _ in range(STARS)]
        self._clouds = [(chance.randrange(WIDTH), 60 + 45 * row, 0.6 + 0.2 * row) for row in range(4)]
        self._cloud = silhouette_of((190, 60), cloud)
        self._tufts = [(chance.randrange(WIDTH), chance.random()) for _ in range(60)]
        self._theme: Theme | None = None
        self._still: Surface = Surface((WIDTH, HEIGHT))
        self._ground: Surface = Surface((WIDTH, HEIGHT - GROUND_TOP))
        self._tinted: list[tuple[Surface, Layer]] = []

    def draw(self, target: Surface, theme: Theme, hero_x: float, age: float) -> None:
        """Draws the background for a hero at `hero_x`, `age` seconds into the game."""
        if theme != self._theme:
            self._paint(theme)
        target.blit(self._still, (0, 0))
        self._draw_clouds(target, age)
        for surface, layer in self._tinted:
            shift = -PARALLAX_ROOM * layer.depth * hero_x / WIDTH
            target.blit(surface, (round(shift), layer.top))
        target.blit(self._ground, (0, GROUND_TOP))

    def _paint(self, theme: Theme) -> None:
        self._theme = theme
        horizon = horizon_colour(theme)
        self._still = gradient(WIDTH, HEIGHT, theme.sky, horizon)
        self._draw_stars(theme)
        self._draw_moon(theme)
        tints = (
            (self._far, mix(theme.sky, horizon, 0.5)),
            (self._hills, mix(mix(theme.sky, theme.ground, 0.35), horizon, 0.15)),
            (self._near, mix(mix(theme.sky, theme.ground, 0.55), BLACK, 0.15)),
        )
        self._tinted = [(tinted(layer.silhouette, colour), layer) for layer, colour in tints]
        self._light_windows(theme)
        self._paint_ground(theme)

    def _light_windows(self, theme: Theme) -> None:
        surface = next(surface for surface, layer in self._tinted if layer is self._hills)
        for left, width, height in TOWERS:
            middle = (left + width // 2) // LAYER_SCALE
            top = LAYER_HEIGHT - (CASTLE_BASE + height) // LAYER_SCALE
            pygame.draw.rect(surface, theme.accent, (middle - 2, top + 8, 4, 7), border_top_left_radius=2)

    def _draw_stars(self, theme: Theme) -> None:
        strength = max(0.0, 1.0 - 2.2 * brightness(theme.sky))
        for x, y, shine in self._stars:
            colour = mix(pixel(self._still, x, y), WHITE, strength * (0.25 + 0.65 * shine))
            pygame.draw.circle(self._still, colour, (x, y), 1 if shine < 0.8 else 2)

    def _draw_moon(self, theme: Theme) -> None:
        glow = silhouette_of((360, 360), lambda surface: None)
        for ring in range(12):
            pygame.draw.circle(glow, (*theme.accent, 5 + ring * 2), (180, 180), 176 - ring * 10)
        self._still.blit(glow, (MOON[0] - 180, MOON[1] - 180))
        disc = tinted(silhouette_of((96, 96), moon), mix(theme.accent, WHITE, 0.65))
        self._still.blit(disc, (MOON[0] - 48, MOON[1] - 48))

    def _draw_clouds(self, target: Surface, age: float) -> None:
        self._cloud.set_alpha(34)
        room = WIDTH + self._cloud.get_width()
        for x, y, speed in self._clouds:
            left = (x + age * CLOUD_SPEED * speed) % room - self._cloud.get_width()
            target.blit(self._cloud, (round(left), y))

    def _paint_ground(self, theme: Theme) -> None:
        height = HEIGHT - GROUND_TOP
        soil = mix(theme.ground, BLACK, 0.25)
        self._ground = gradient(WIDTH, height, soil, mix(soil, BLACK, 0.5))
        grass, blade = theme.ground, mix(theme.ground, WHITE, 0.22)
        pygame.draw.rect(self._ground, grass, (0, 0, WIDTH, 12))
        pygame.draw.rect(self._ground, blade, (0, 0, WIDTH, 3))
        for x, chance in self._tufts:
            drop = 10 + int(chance * 12)
            pygame.draw.polygon(self._ground, grass, [(x - 9, 10), (x + 9, 10), (x, drop)])
            stone = mix(soil, WHITE, 0.07)
            pygame.draw.ellipse(self._ground, stone, (x, 26 + int(chance * 50), 8 + int(chance * 12), 5))


def horizon_colour(theme: Theme) -> Colour:
    """The glow where the sky meets the hills."""
    return mix(mix(theme.sky, BLUSH, BLUSH_SHARE), theme.accent, ACCENT_SHARE)


def gradient(width: int, height: int, top: Colour, bottom: Colour) -> Surface:
    """A surface that fades from one colour to the other, downwards."""
    column = Surface((1, height))
    for row in range(height):
        column.set_at((0, row), mix(top, bottom, row / max(1, height - 1)))
    return pygame.transform.scale(column, (width, height))


def pixel(surface: Surface, x: int, y: int) -> Colour:
    """The colour at a place."""
    colour = surface.get_at((x, y))
    return colour.r, colour.g, colour.b


def tinted(shape: Surface, colour: Colour) -> Surface:
    """A copy of a white shape in another colour."""
    copy = shape.copy()
    copy.fill(colour, special_flags=pygame.BLEND_RGB_MULT)
    return copy


def silhouette(draw: Draw) -> Surface:
    """A white layer with smooth edges; `draw` works at twice the size."""
    return silhouette_of((LAYER_WIDTH, LAYER_HEIGHT), draw)


def silhouette_of(size: tuple[int, int], draw: Draw) -> Surface:
    """A white shape with smooth edges; `draw` works at twice the size."""
    large = Surface((size[0] * LAYER_SCALE, size[1] * LAYER_SCALE), pygame.SRCALPHA)
    large.fill((*WHITE, 0))
    draw(large)
    return pygame.transform.smoothscale(large, size)


def ridge(surface: Surface, heights: Callable[[float], float]) -> None:
    """Fills everything below a line; `heights` gives the height above the bottom for each x."""
    width, height = surface.get_size()
    line = [(x, height - heights(x) * LAYER_SCALE) for x in range(0, width + 8, 8)]
    pygame.draw.polygon(surface, WHITE, [*line, (width, height), (0, height)])


def far_mountains(surface: Surface) -> None:
    """Jagged mountains, far away."""
    chance = random.Random(SCENERY_SEED)
    peaks = [(x, chance.uniform(110, 215)) for x in range(-100, LAYER_WIDTH * LAYER_SCALE + 300, 190)]
    bottom = surface.get_height()
    for x, height in peaks:
        top = bottom - height * LAYER_SCALE
        slope = 1.1 * height * LAYER_SCALE
        pygame.draw.polygon(surface, WHITE, [(x - slope, bottom), (x, top), (x + slope * 0.9, bottom)])


def castle_hill(surface: Surface) -> None:
    """Round hills with a castle on one of them."""
    ridge(surface, lambda x: 78 + 34 * math.sin(x / 260 + 0.9) + 14 * math.sin(x / 90))
    base = surface.get_height() - CASTLE_BASE
    for left, width, height in TOWERS:
        tower(surface, left, base, width, height)


def tower(surface: Surface, left: int, base: int, width: int, height: int) -> None:
    """A tower with battlements; tall ones get a pointed roof."""
    top = base - height
    pygame.draw.rect(surface, WHITE, (left, top, width, height + 120))
    for notch in range(left, left + width - 9, 20):
        pygame.draw.rect(surface, WHITE, (notch, top - 12, 11, 14))
    if height >= 80:
        middle = left + width // 2
        pygame.draw.polygon(surface, WHITE, [(left - 6, top - 10), (middle, top - 74), (left + width + 6, top - 10)])


def pine_wood(surface: Surface) -> None:
    """A low ridge with pines."""
    chance = random.Random(SCENERY_SEED + 1)
    ridge(surface, lambda x: 34 + 12 * math.sin(x / 180) + 6 * math.sin(x / 61))
    for x in range(0, surface.get_width(), 46):
        if chance.random() < 0.62:
            pine(surface, x + chance.randrange(30), surface.get_height() - 60, chance.uniform(0.6, 1.25))


def pine(surface: Surface, x: int, base: int, size: float) -> None:
    """A pine of three boughs."""
    for bough, (half, height) in enumerate(((34, 60), (27, 54), (19, 46))):
        bottom = base - bough * 36 * size
        points = [(x - half * size, bottom), (x, bottom - height * size), (x + half * size, bottom)]
        pygame.draw.polygon(surface, WHITE, points)


def cloud(surface: Surface) -> None:
    """A flat-bottomed cloud."""
    for box in ((20, 60, 340, 50), (80, 26, 130, 84), (170, 6, 150, 104)):
        pygame.draw.rect(surface, WHITE, box, border_radius=50)


def moon(surface: Surface) -> None:
    """A full disc."""
    pygame.draw.circle(surface, WHITE, surface.get_rect().center, surface.get_width() // 2 - 4)
