"""Owns the figures, drawn in code: hero, coin, slime and gem. Each is a small picture with a dark outline."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pygame
from pygame import Rect, Surface

from .ink import smooth
from .palette import (
    BLUE,
    BLUE_DARK,
    GEM,
    GEM_DARK,
    GOLD,
    GOLD_DARK,
    GOLD_LIGHT,
    INK,
    RED,
    RED_DARK,
    SKIN,
    STEEL,
    STEEL_DARK,
    WHITE,
    Colour,
    mix,
)

HERO_SIZE = (76, 80)
COIN_SIZE = (34, 34)
SLIME_SIZE = (64, 46)
GEM_SIZE = (28, 28)
RUN_FRAMES = 8
COIN_FRAMES = 12
SLIME_FRAMES = 8
STRIDE_LENGTH = 64.0
COIN_TURN_TIME = 1.1
SLIME_HOP_TIME = 0.7
OUTLINE = 1.8

Point = tuple[float, float]


class Brush:
    """Draws in the picture's pixels. The outline brush draws the same shapes, a little larger and dark."""

    def __init__(self, surface: Surface, scale: int, outline: bool) -> None:
        self._surface = surface
        self._scale = scale
        self._grow = OUTLINE if outline else 0.0

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


def picture(size: tuple[int, int], paint: Callable[[Brush], None]) -> Surface:
    """A picture with an outline around all that `paint` draws."""

    def draw(surface: Surface, scale: int) -> None:
        paint(Brush(surface, scale, outline=True))
        paint(Brush(surface, scale, outline=False))

    return smooth(size, INK, draw)


class Sprites:
    """Every frame of every figure, drawn once. Make it after the window."""

    def __init__(self) -> None:
        self.hero_runs = [picture(HERO_SIZE, hero(frame / RUN_FRAMES, 1.0)) for frame in range(RUN_FRAMES)]
        self.hero_stands = picture(HERO_SIZE, hero(0.0, 0.0))
        self.hero_jumps = picture(HERO_SIZE, hero(0.2, 1.3))
        self.coins = [picture(COIN_SIZE, coin(frame / COIN_FRAMES)) for frame in range(COIN_FRAMES)]
        self.slimes = [picture(SLIME_SIZE, slime(frame / SLIME_FRAMES)) for frame in range(SLIME_FRAMES)]
        self.coin_icon = picture(COIN_SIZE, coin(0.0))
        self.gem = picture(GEM_SIZE, gem)
        self.gift = picture(GEM_SIZE, gift)

    def icon_of(self, item_names: Sequence[str]) -> Surface:
        """The picture that stands for some items."""
        if "gems" in item_names:
            return self.gem
        return self.coin_icon if set(item_names) == {"coins"} else self.gift

    def hero(self, stride: float, speed: float, airborne: bool) -> Surface:
        """The hero facing right."""
        if airborne:
            return self.hero_jumps
        if speed < 20.0:
            return self.hero_stands
        return self.hero_runs[int(stride / STRIDE_LENGTH * RUN_FRAMES) % RUN_FRAMES]

    def coin(self, age: float) -> Surface:
        """A turning coin."""
        return self.coins[int(age / COIN_TURN_TIME * COIN_FRAMES) % COIN_FRAMES]

    def slime(self, age: float) -> Surface:
        """A hopping slime that looks right."""
        return self.slimes[int(age / SLIME_HOP_TIME * SLIME_FRAMES) % SLIME_FRAMES]


def hero(phase: float, swing: float) -> Callable[[Brush], None]:
    """A small knight with a cape; `phase` 0..1 is the place in the stride, `swing` how far the legs go."""
    wave = math.sin(phase * math.tau) * swing
    bob = abs(wave) * 1.5
    blow = 4.0 * swing

    def paint(brush: Brush) -> None:
        _cape(brush, bob, blow, wave)
        for side, colour in ((-wave, STEEL_DARK), (wave, STEEL)):
            brush.box(colour, (31 + side * 9, 65 - max(0.0, side) * 4), 13, 12, 5)
        brush.box(BLUE, (25, 43 - bob), 27, 26, 10)
        brush.box(GOLD_DARK, (25, 59 - bob), 27, 4, 1)
        _head(brush, bob)
        _sword(brush, bob, wave)

    return paint


def _cape(brush: Brush, bob: float, blow: float, wave: float) -> None:
    brush.shape(
        RED_DARK,
        [
            (30, 42 - bob),
            (38, 42 - bob),
            (30, 70),
            (14 - blow, 68 + wave * 2),
            (9 - blow * 1.6, 60 + wave * 3),
        ],
    )
    brush.shape(RED, [(30, 42 - bob), (34, 44 - bob), (22 - blow, 66 + wave * 2), (9 - blow * 1.6, 60 + wave * 3)])


def _head(brush: Brush, bob: float) -> None:
    brush.shape(RED, [(36, 12 - bob), (28, 3 - bob), (14, 5 - bob), (10, 14 - bob), (20, 13 - bob), (30, 20 - bob)])
    brush.circle(STEEL, (39, 29 - bob), 19)
    brush.ellipse(mix(STEEL, WHITE, 0.7), (34, 18 - bob), 13, 7)
    brush.box(STEEL_DARK, (33, 24 - bob), 26, 16, 7)
    brush.box(SKIN, (37, 26 - bob), 21, 12, 5)
    brush.ellipse(INK, (45, 31 - bob), 4, 7)
    brush.ellipse(INK, (54, 31 - bob), 4, 7)
    brush.circle(WHITE, (45.8, 29.6 - bob), 1)
    brush.circle(WHITE, (54.8, 29.6 - bob), 1)


def _sword(brush: Brush, bob: float, wave: float) -> None:
    lift = bob + wave * 2
    brush.shape(STEEL, [(55, 54 - lift), (68, 37 - lift), (72, 36 - lift), (71, 41 - lift), (59, 57 - lift)])
    brush.shape(GOLD, [(51, 51 - lift), (54, 49 - lift), (62, 57 - lift), (60, 60 - lift)])
    brush.circle(BLUE_DARK, (53, 57 - lift), 5)


def coin(phase: float) -> Callable[[Brush], None]:
    """A coin at a place of its turn, `phase` 0..1."""
    turn = abs(math.cos(phase * math.pi))
    width = 6 + 20 * turn

    def paint(brush: Brush) -> None:
        brush.ellipse(GOLD_DARK, (17, 17), width, 26)
        brush.ellipse(GOLD, (17 - 1.2 * turn, 16.5), width * 0.86, 23)
        brush.ellipse(mix(GOLD, GOLD_DARK, 0.45), (17 - 1.2 * turn, 16.5), width * 0.58, 16)
        brush.ellipse(GOLD, (17 - 0.4 * turn, 17.2), width * 0.5, 14)
        brush.ellipse(GOLD_LIGHT, (17 - width * 0.2, 11), width * 0.2, 6)

    return paint


def slime(phase: float) -> Callable[[Brush], None]:
    """A slime that looks right, squashed and stretched by its hop, `phase` 0..1."""
    squash = math.sin(phase * math.tau)
    width, height = 46 * (1 + 0.1 * squash), 32 * (1 - 0.14 * squash)
    floor, middle = 43.0, 32.0

    def dome(colour: Colour, brush: Brush, share: float, shift: float) -> None:
        steps = [math.pi * step / 24 for step in range(25)]
        brush.shape(
            colour,
            [
                (
                    middle + shift + math.cos(step) * width / 2 * share,
                    floor - shift - (math.sin(step) ** 0.75) * height * share,
                )
                for step in steps
            ],
        )

    def paint(brush: Brush) -> None:
        dome(mix(RED_DARK, INK, 0.15), brush, 1.0, 0.0)
        dome(RED, brush, 0.9, 1.5)
        brush.ellipse(mix(RED, WHITE, 0.55), (middle - width * 0.2, floor - height * 0.78), 11, 5)
        for side in (0.08, 0.32):
            eye = (middle + width * side, floor - height * 0.48)
            brush.circle(WHITE, eye, 4.6)
            brush.circle(INK, (eye[0] + 1.5, eye[1] + 0.5), 2.4)
        brush.ellipse(INK, (middle + width * 0.2, floor - height * 0.2), 8, 3)

    return paint


def gem(brush: Brush) -> None:
    """A cut gem."""
    brush.shape(GEM_DARK, [(4, 11), (9, 4), (19, 4), (24, 11), (14, 25)])
    brush.shape(GEM, [(4, 11), (9, 4), (19, 4), (24, 11)])
    brush.shape(mix(GEM, WHITE, 0.55), [(9, 11), (14, 4), (19, 11)])
    brush.shape(mix(GEM, GEM_DARK, 0.4), [(9, 11), (19, 11), (14, 24)])


def gift(brush: Brush) -> None:
    """A wrapped present."""
    brush.ellipse(GOLD, (10, 6), 9, 6)
    brush.ellipse(GOLD, (18, 6), 9, 6)
    brush.box(RED, (5, 12), 18, 13, 2)
    brush.box(mix(RED, WHITE, 0.2), (3, 8), 22, 6, 2)
    brush.box(GOLD, (12, 8), 4, 17, 0)
