"""Makes low-poly bodies from a profile, as on a lathe, with the light of the sun baked in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from panda3d.core import (
    Geom,
    GeomNode,
    GeomTriangles,
    GeomVertexData,
    GeomVertexFormat,
    GeomVertexWriter,
    NodePath,
    Vec3,
)

Rgb = tuple[float, float, float]

SUN = Vec3(-0.35, -0.53, 0.77)
"""Where the sun is."""

SHADE, SUNLIGHT = 0.66, 0.44


class Ring(NamedTuple):
    """A circle of the profile, and the color of the faces above it."""

    radius: float
    height: float
    color: Rgb


def turn(rings: Sequence[Ring], sides: int = 12) -> Any:
    """The NodePath of a body around the vertical axis; its rings go from the bottom to the top."""
    data = GeomVertexData("body", GeomVertexFormat.getV3c4(), Geom.UHStatic)
    triangles = GeomTriangles(Geom.UHStatic)
    place, color = GeomVertexWriter(data, "vertex"), GeomVertexWriter(data, "color")
    for low, high in pairwise(rings):
        for side in range(sides):
            corners = [_on(low, side, sides), _on(low, side + 1, sides), _on(high, side + 1, sides)]
            corners.append(_on(high, side, sides))
            out = (corners[2] - corners[0]).cross(corners[3] - corners[1])
            out.normalize()
            bright = SHADE + SUNLIGHT * max(0.0, out.dot(SUN))
            first = data.getNumRows()
            for corner in corners:
                place.addData3(corner)
                color.addData4(*(part * bright for part in low.color), 1.0)
            triangles.addVertices(first, first + 1, first + 2)
            triangles.addVertices(first, first + 2, first + 3)
    geom = Geom(data)
    geom.addPrimitive(triangles)
    node = GeomNode("body")
    node.addGeom(geom)
    body = NodePath(node)
    body.setLightOff()
    return body


def _on(ring: Ring, side: int, sides: int) -> Any:
    angle = 2 * math.pi * side / sides
    return Vec3(ring.radius * math.cos(angle), ring.radius * math.sin(angle), ring.height)
