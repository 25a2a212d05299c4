"""The small pictures: what there is to win and to buy, and the signs of messages and notifications."""

from __future__ import annotations

import math

from .brush import Brush
from .palette import (
    BLUE,
    BLUE_DARK,
    GEM,
    GEM_DARK,
    GOLD,
    GOLD_DARK,
    GOLD_LIGHT,
    PAPER,
    RED,
    RED_DARK,
    STEEL,
    STEEL_DARK,
    WHITE,
    mix,
)

ICON_SIZE = (28, 28)


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


def shield(brush: Brush) -> None:
    """A knight's shield."""
    brush.shape(BLUE_DARK, [(4, 4), (24, 4), (24, 14), (20, 21), (14, 25), (8, 21), (4, 14)])
    brush.shape(BLUE, [(4, 4), (14, 4), (14, 25), (8, 21), (4, 14)])
    brush.shape(GOLD, [(12.5, 4), (15.5, 4), (15.5, 24), (14, 25), (12.5, 24)])
    brush.box(GOLD, (4, 10), 20, 3, 0)


def magnet(brush: Brush) -> None:
    """A horseshoe magnet, its ends up."""
    arc = [(14 + math.cos(step) * 10, 15 + math.sin(step) * 10) for step in steps(0.0, math.pi)]
    inner = [(14 + math.cos(step) * 4, 15 + math.sin(step) * 4) for step in steps(math.pi, 0.0)]
    brush.shape(RED, [*arc, (4, 8), (10, 8), *inner, (18, 8), (24, 8)])
    brush.box(STEEL, (4, 4), 6, 5, 0)
    brush.box(STEEL, (18, 4), 6, 5, 0)


def feather(brush: Brush) -> None:
    """A feather that points up to the right."""
    brush.shape(mix(PAPER, GEM, 0.25), [(8, 20), (7, 13), (12, 6), (23, 3), (22, 12), (16, 18)])
    brush.shape(mix(PAPER, GEM, 0.6), [(8, 20), (14, 12), (23, 3), (22, 12), (16, 18)])
    brush.shape(STEEL_DARK, [(4, 25), (5.5, 26), (17, 10), (16, 9)])


def cape(brush: Brush) -> None:
    """A golden cape with its clasp."""
    brush.shape(GOLD_DARK, [(9, 5), (19, 5), (25, 23), (19, 21), (14, 25), (9, 21), (3, 23)])
    brush.shape(GOLD, [(9, 5), (15, 5), (14, 23), (9, 20), (5, 21)])
    brush.shape(GOLD_LIGHT, [(11, 8), (13, 8), (12, 18), (10, 17)])
    brush.circle(RED, (14, 6), 2.6)


def envelope(brush: Brush) -> None:
    """A letter with a seal."""
    brush.box(PAPER, (3, 7), 22, 15, 2)
    brush.shape(mix(PAPER, STEEL_DARK, 0.45), [(3, 8), (25, 8), (14, 16)])
    brush.circle(RED, (14, 15), 3)


def bell(brush: Brush) -> None:
    """A golden bell."""
    brush.circle(GOLD_DARK, (14, 22), 3)
    brush.shape(GOLD, [(5, 21), (8, 16), (9, 9), (14, 5), (19, 9), (20, 16), (23, 21)])
    brush.shape(GOLD_LIGHT, [(10, 16), (11, 10), (13, 8), (12, 17)])
    brush.circle(RED_DARK, (14, 4.5), 1.6)


def star(brush: Brush) -> None:
    """A star."""
    turns = [(math.pi * turn / 5 - math.pi / 2, 11.0 if turn % 2 == 0 else 5.0) for turn in range(10)]
    brush.shape(GOLD, [(14 + math.cos(angle) * reach, 15 + math.sin(angle) * reach) for angle, reach in turns])
    brush.circle(mix(GOLD, WHITE, 0.6), (11.5, 12.5), 1.5)


def steps(start: float, end: float) -> list[float]:
    """Angles from one to the other."""
    return [start + (end - start) * share / 12 for share in range(13)]
