"""The figures, drawn in code: the hero, coins, slimes and their king."""

from __future__ import annotations

import math
from typing import NamedTuple

from .brush import Brush, Paint, Point
from .palette import (
    BLUE,
    BLUE_DARK,
    GEM,
    GOLD,
    GOLD_DARK,
    GOLD_LIGHT,
    GREEN,
    GREEN_DARK,
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
BOSS_SIZE = (168, 130)


class Cape(NamedTuple):
    """The colours of a cape and its plume."""

    face: Colour
    shade: Colour


RED_CAPE = Cape(RED, RED_DARK)
GOLDEN_CAPE = Cape(GOLD, GOLD_DARK)


def hero(phase: float, swing: float, cape: Cape = RED_CAPE) -> Paint:
    """A small knight with a cape; `phase` 0..1 is the place in the stride, `swing` how far the legs go."""
    wave = math.sin(phase * math.tau) * swing
    bob = abs(wave) * 1.5
    blow = 4.0 * swing

    def paint(brush: Brush) -> None:
        _cape(brush, bob, blow, wave, cape)
        for side, colour in ((-wave, STEEL_DARK), (wave, STEEL)):
            brush.box(colour, (31 + side * 9, 65 - max(0.0, side) * 4), 13, 12, 5)
        brush.box(BLUE, (25, 43 - bob), 27, 26, 10)
        brush.box(GOLD_DARK, (25, 59 - bob), 27, 4, 1)
        _head(brush, bob, cape)
        _sword(brush, bob, wave)

    return paint


def _cape(brush: Brush, bob: float, blow: float, wave: float, cape: Cape) -> None:
    brush.shape(
        cape.shade,
        [
            (30, 42 - bob),
            (38, 42 - bob),
            (30, 70),
            (14 - blow, 68 + wave * 2),
            (9 - blow * 1.6, 60 + wave * 3),
        ],
    )
    brush.shape(
        cape.face, [(30, 42 - bob), (34, 44 - bob), (22 - blow, 66 + wave * 2), (9 - blow * 1.6, 60 + wave * 3)]
    )


def _head(brush: Brush, bob: float, cape: Cape) -> None:
    brush.shape(
        cape.face, [(36, 12 - bob), (28, 3 - bob), (14, 5 - bob), (10, 14 - bob), (20, 13 - bob), (30, 20 - bob)]
    )
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


def coin(phase: float) -> Paint:
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


def slime(phase: float) -> Paint:
    """A slime that looks right, squashed and stretched by its hop, `phase` 0..1."""
    squash = math.sin(phase * math.tau)
    width, height = 46 * (1 + 0.1 * squash), 32 * (1 - 0.14 * squash)
    floor, middle = 43.0, 32.0

    def paint(brush: Brush) -> None:
        brush.shape(mix(RED_DARK, INK, 0.15), dome((middle, floor), width, height))
        brush.shape(RED, dome((middle + 1.5, floor - 1.5), width * 0.9, height * 0.9))
        brush.ellipse(mix(RED, WHITE, 0.55), (middle - width * 0.2, floor - height * 0.78), 11, 5)
        for side in (0.08, 0.32):
            eye = (middle + width * side, floor - height * 0.48)
            brush.circle(WHITE, eye, 4.6)
            brush.circle(INK, (eye[0] + 1.5, eye[1] + 0.5), 2.4)
        brush.ellipse(INK, (middle + width * 0.2, floor - height * 0.2), 8, 3)

    return paint


def boss(phase: float, dizzy: bool) -> Paint:
    """King Slime, who looks right, with his crown; `phase` 0..1 is the place in his breath."""
    squash = math.sin(phase * math.tau) * (0.4 if dizzy else 1.0) + (1.6 if dizzy else 0.0)
    width, height = 142 * (1 + 0.035 * squash), 88 * (1 - 0.05 * squash)
    floor, middle = 126.0, 84.0

    def paint(brush: Brush) -> None:
        _crown(brush, middle + 4, floor - height * 0.94)
        brush.shape(GREEN_DARK, dome((middle, floor), width, height))
        brush.shape(GREEN, dome((middle + 3, floor - 3), width * 0.92, height * 0.92))
        brush.ellipse(mix(GREEN, WHITE, 0.6), (middle - width * 0.24, floor - height * 0.74), 24, 10)
        brush.circle(mix(GREEN, WHITE, 0.6), (middle - width * 0.36, floor - height * 0.52), 4)
        for side in (0.06, 0.32):
            _boss_eye(brush, (middle + width * side, floor - height * 0.5), side, dizzy)
        _boss_mouth(brush, (middle + width * 0.19, floor - height * 0.2), dizzy)

    return paint


def dome(foot: Point, width: float, height: float) -> list[Point]:
    """The outline of a slime whose foot has its middle there."""
    steps = [math.pi * step / 24 for step in range(25)]
    return [(foot[0] + math.cos(step) * width / 2, foot[1] - (math.sin(step) ** 0.75) * height) for step in steps]


def _crown(brush: Brush, x: float, y: float) -> None:
    tips = [(x - 26, y - 22), (x, y - 30), (x + 26, y - 22)]
    brush.shape(GOLD, [(x - 22, y + 8), tips[0], (x - 12, y - 8), tips[1], (x + 12, y - 8), tips[2], (x + 22, y + 8)])
    brush.box(GOLD_DARK, (x - 22, y + 2), 44, 8, 2)
    for tip, colour in zip(tips, (GEM, RED, GEM), strict=True):
        brush.circle(colour, tip, 4.5)


def _boss_eye(brush: Brush, eye: Point, side: float, dizzy: bool) -> None:
    x, y = eye
    if dizzy:
        for way in (-1, 1):
            brush.shape(INK, [(x - 8, y - 8 * way - 2), (x + 8, y + 8 * way - 2), (x + 8, y + 8 * way + 2)])
            brush.shape(INK, [(x - 8, y - 8 * way - 2), (x - 8, y - 8 * way + 2), (x + 8, y + 8 * way + 2)])
        return
    inner = -1 if side > 0.2 else 1
    brush.circle(WHITE, eye, 11)
    brush.circle(INK, (x + 3, y + 2), 5.5)
    brush.circle(WHITE, (x + 5, y), 1.6)
    brush.shape(
        GREEN_DARK, [(x - 13, y - 8 - 5 * inner), (x + 13, y - 8 + 5 * inner), (x + 13, y - 16), (x - 13, y - 16)]
    )


def _boss_mouth(brush: Brush, mouth: Point, dizzy: bool) -> None:
    x, y = mouth
    if dizzy:
        brush.ellipse(INK, mouth, 16, 12)
        return
    brush.ellipse(INK, mouth, 40, 12)
    for tooth in (-10, 6):
        brush.shape(WHITE, [(x + tooth, y - 5), (x + tooth + 7, y - 5), (x + tooth + 3.5, y + 2)])
