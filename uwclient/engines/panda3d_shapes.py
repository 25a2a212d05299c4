"""Makes panels and pictures of triangles: in pixels from the upper left corner, antialiased."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from panda3d.core import (
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    decode_sRGB_float,
)

from uwclient.ui.scene import Box, Color, Panel

SOFT = 0.5
"""Half the width of the seam in which one color goes over into the next, in pixels."""

AT_THE_EDGE = 0.0005
"""The texture coordinate of a picture's edge: at 0 the simple renderer shows the opposite edge."""

Ring = tuple[float, Color]
"""How far inside the box a line around it lies, and its color."""

Rgba = tuple[float, float, float, float]

_vertex = struct.Struct("<7f")
_FORM = GeomVertexFormat.registerFormat(
    GeomVertexArrayFormat(
        *("vertex", 3, GeomEnums.NTFloat32, GeomEnums.CPoint), *("color", 4, GeomEnums.NTFloat32, GeomEnums.CColor)
    )
)


@lru_cache(maxsize=256)
def rgba(color: Color, linear: bool) -> Rgba:
    """A color as Panda3D has it, 0 to 1 each; `linear` for a window that makes it sRGB by itself."""
    red, green, blue, alpha = (part / 255 for part in color)
    if linear:
        red, green, blue = (decode_sRGB_float(part) for part in (red, green, blue))
    return red, green, blue, alpha


def panel_node(panel: Panel, hole: Box | None = None, linear: bool = False) -> Any:
    """The GeomNode of a panel; nothing is drawn in its hole, a place that will be covered."""
    rings = [(inset, rgba(color, linear)) for inset, color in _rings(panel)]
    corner = _corner(_steps(panel.radius))
    vertices = b"".join(_ring(panel.box, panel.radius, inset, color, corner) for inset, color in rings)
    if hole is not None:
        vertices += _ring(hole, 0.0, 0.0, rings[-1][1], corner)
    return _node(vertices, _ring_indices(4 * len(corner), len(rings), hole is None), _FORM)


def _rings(panel: Panel) -> Iterator[Ring]:
    """The outlines from the outside to the inside; the last one is filled."""
    edge_width = min(panel.edge_width, min(panel.box.width, panel.box.height) / 2)
    outer = panel.color
    if panel.edge is not None and edge_width >= 2 * SOFT:
        outer = over(panel.edge, panel.color)
    yield -SOFT, outer._replace(alpha=0)
    yield SOFT, outer
    if outer is not panel.color:
        yield edge_width - SOFT, outer
        yield edge_width + SOFT, panel.color


def over(top: Color, under: Color) -> Color:
    """The color of one color over another."""
    share = top.alpha / 255
    alpha = share + under.alpha / 255 * (1 - share)
    if alpha == 0:
        return top
    red, green, blue = (
        round((share * one + (alpha - share) * other) / alpha) for one, other in zip(top[:3], under[:3], strict=True)
    )
    return Color(red, green, blue, round(alpha * 255))


def _ring(box: Box, radius: float, inset: float, color: Rgba, corner: tuple[tuple[float, float], ...]) -> bytes:
    """The corners of a line inside a box, clockwise from the upper left one."""
    room = min(box.width, box.height) / 2
    inset = min(inset, room)
    radius = max(0.0, min(radius, room) - inset) if radius > 0 else 0.0
    left, right = box.left + inset + radius, box.right - inset - radius
    top, bottom = box.top + inset + radius, box.bottom - inset - radius
    pack = _vertex.pack
    return b"".join(
        (
            *(pack(left - radius * x, 0.0, radius * y - top, *color) for x, y in corner),
            *(pack(right + radius * y, 0.0, radius * x - top, *color) for x, y in corner),
            *(pack(right + radius * x, 0.0, -radius * y - bottom, *color) for x, y in corner),
            *(pack(left - radius * y, 0.0, -radius * x - bottom, *color) for x, y in corner),
        )
    )


def _steps(radius: float) -> int:
    """Into how many pieces a quarter of a circle is cut, so that one does not see them."""
    return min(24, math.ceil(1.8 * math.sqrt(radius))) if radius > 0 else 0


@lru_cache(maxsize=32)
def _corner(steps: int) -> tuple[tuple[float, float], ...]:
    """Points on a quarter of a circle, from (1, 0) to (0, 1)."""
    angles = [step * math.pi / 2 / steps for step in range(steps + 1)] if steps else [math.pi / 4]
    return tuple((math.cos(angle), math.sin(angle)) for angle in angles)


@lru_cache(maxsize=64)
def _ring_indices(points: int, rings: int, filled: bool) -> bytes:
    """The indices of the triangles between outlines of so many points, and inside the last one if it is filled."""
    indices: list[int] = []
    for first in range(0, points * (rings - filled), points):
        for point in range(points):
            a, b = first + point, first + (point + 1) % points
            indices += (a, b, a + points, b, b + points, a + points)
    first = points * (rings - 1)
    for point in range(1, points - 1 if filled else 0):
        indices += (first, first + point, first + point + 1)
    return struct.pack(f"<{len(indices)}H", *indices)


def picture_node(box: Box) -> Any:
    """The GeomNode of a picture that fills a box."""
    near, far = AT_THE_EDGE, 1 - AT_THE_EDGE
    corners = ((box.left, box.top, near, far), (box.right, box.top, far, far), (box.right, box.bottom, far, near))
    vertices = b"".join(
        struct.pack("<5f", x, 0.0, -y, u, v) for x, y, u, v in (*corners, (box.left, box.bottom, near, near))
    )
    return _node(vertices, struct.pack("<6H", 0, 1, 2, 0, 2, 3), GeomVertexFormat.getV3t2())


def _node(vertices: bytes, indices: bytes, form: Any) -> Any:
    data = GeomVertexData("uwclient", form, GeomEnums.UHStatic)
    data.modifyArrayHandle(0).setData(vertices)
    triangles = GeomTriangles(GeomEnums.UHStatic)
    triangles.setIndexType(GeomEnums.NTUint16)
    corners = triangles.modifyVertices()
    corners.modifyHandle().setData(indices)
    triangles.closePrimitive()
    geom = Geom(data)
    geom.addPrimitive(triangles)
    node = GeomNode("shape")
    node.addGeom(geom)
    return node
