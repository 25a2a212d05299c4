"""The scenery of the arena: a meadow that floats in the sky, with trees around it, and the light on it."""

from __future__ import annotations

import math
import random
from typing import Any

from panda3d.core import AmbientLight, DirectionalLight, Fog, NodePath

from panda_arena.lathe import SUN, Rgb, Ring, turn

RADIUS = 11.0
"""How far one can walk from the middle."""

MOWN: tuple[Rgb, ...] = ((0.92, 0.92, 0.92), (1.0, 1.0, 1.0))
"""How bright the stripes of the meadow are; it is painted later."""

EARTH: Rgb = (0.42, 0.31, 0.24)
ROCK: Rgb = (0.34, 0.25, 0.20)
BARK: Rgb = (0.38, 0.26, 0.18)
LEAVES: tuple[Rgb, ...] = ((0.20, 0.46, 0.30), (0.27, 0.55, 0.33), (0.16, 0.40, 0.31))
SLIME: Rgb = (0.45, 0.85, 0.40)
DARK: Rgb = (0.08, 0.10, 0.10)
GOLD: Rgb = (1.0, 0.80, 0.25)
EDGE: Rgb = (0.85, 0.60, 0.12)


class Scenery:
    """Owns the nodes of the meadow and the light; its colors can be changed at any time."""

    def __init__(self, base: Any, dice: random.Random) -> None:
        self._base = base
        self._fog = Fog("haze")
        self._fog.setLinearRange(26, 70)
        self.root = base.render.attachNewNode("scenery")
        base.render.setFog(self._fog)
        self._grass = _meadow()
        self._grass.reparentTo(self.root)
        _island().reparentTo(self.root)
        trees = self.root.attachNewNode("trees")
        for number in range(30):
            _plant(trees, number, dice)
        trees.flattenStrong()
        self._lights = [_ambient(), _sun()]
        for light in self._lights:
            base.render.setLight(base.render.attachNewNode(light))

    def paint(self, sky: Rgb, ground: Rgb) -> None:
        """Give the sky and the grass other colors."""
        self._base.setBackgroundColor(*sky)
        self._fog.setColor(*sky)
        self._grass.setColorScale(*ground, 1.0)


def coin() -> Any:
    """A coin that stands upright."""
    flat = turn((Ring(0, -0.07, GOLD), Ring(0.34, -0.07, EDGE), Ring(0.34, 0.07, GOLD), Ring(0, 0.07, GOLD)), 14)
    upright = NodePath("coin")
    flat.reparentTo(upright)
    flat.setP(90)
    upright.flattenStrong()
    return upright


def slime() -> Any:
    """A slime that looks along the y axis, backwards as Panda3D's own models do."""
    rings = (
        Ring(0.72, 0, SLIME),
        Ring(0.8, 0.2, SLIME),
        Ring(0.7, 0.6, SLIME),
        Ring(0.4, 0.9, SLIME),
        Ring(0, 1, SLIME),
    )
    body = NodePath("slime")
    turn(rings, 14).reparentTo(body)
    for side in (-0.26, 0.26):
        eye = turn((Ring(0, -0.13, DARK), Ring(0.13, 0, DARK), Ring(0, 0.13, DARK)), 8)
        eye.reparentTo(body)
        eye.setPos(side, -0.66, 0.5)
    body.flattenStrong()
    return body


def shadow(radius: float) -> Any:
    """What a thing casts on the meadow."""
    disc = turn((Ring(radius, 0.03, (0, 0, 0)), Ring(0, 0.03, (0, 0, 0))), 16)
    disc.setTransparency(True)
    disc.setAlphaScale(0.3)
    disc.setDepthWrite(False)
    return disc


def _meadow() -> Any:
    rings = [Ring(RADIUS + 4 - 2.5 * number, 0.0, MOWN[number % len(MOWN)]) for number in range(6)]
    return turn((Ring(RADIUS + 4, -0.5, MOWN[0]), *rings, Ring(0, 0.0, MOWN[0])), 48)


def _island() -> Any:
    return turn((Ring(0, -12, EARTH), Ring(3.5, -9, ROCK), Ring(9, -4, EARTH), Ring(RADIUS + 4, -0.5, EARTH)), 16)


def _plant(trees: Any, number: int, dice: random.Random) -> None:
    angle = 2 * math.pi * (number + dice.uniform(-0.3, 0.3)) / 30
    away = RADIUS + dice.uniform(1.2, 3.2)
    if math.sin(angle) < -0.5:  # between the camera and the hero
        return
    leaf = dice.choice(LEAVES)
    tree = turn(
        (
            Ring(0.22, 0, BARK),
            Ring(0.18, 0.8, leaf),
            Ring(1.0, 0.8, leaf),
            Ring(0.45, 1.9, leaf),
            Ring(0.78, 1.9, leaf),
            Ring(0, 3.3, leaf),
        ),
        7,
    )
    tree.reparentTo(trees)
    tree.setPos(away * math.cos(angle), away * math.sin(angle), 0)
    tree.setScale(dice.uniform(0.7, 1.3))
    tree.setH(dice.uniform(0, 360))


def _ambient() -> Any:
    light = AmbientLight("sky")
    light.setColor((0.62, 0.62, 0.70, 1))
    return light


def _sun() -> Any:
    light = DirectionalLight("sun")
    light.setColor((0.62, 0.58, 0.48, 1))
    light.setDirection(-SUN)
    return light
