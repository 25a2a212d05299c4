"""Draws scenes with Panda3D, as nodes that are kept from frame to frame."""

from __future__ import annotations

import math
from collections.abc import Hashable
from itertools import groupby
from typing import Any, NamedTuple

from panda3d.core import NodePath

from uwclient.engines.font_set import FontRuler
from uwclient.engines.panda3d_fonts import Fonts
from uwclient.engines.panda3d_layer import Size, WindowLayer
from uwclient.engines.panda3d_pictures import Textures
from uwclient.engines.panda3d_shapes import panel_node, picture_node, rgba
from uwclient.time_sources import RealTime
from uwclient.ui.scene import EMPTY, Box, Panel, Picture, Scene, Shape, Text

HURRY_AFTER, MOST_FRAMES = 4, 16
"""After so many frames more time is taken to build a new scene; after so many all that it takes."""

HURRY = 0.0008
"""Seconds of a frame that are taken then."""

PICTURE = "uwclient-picture"
SETTLED = 8
"""After so many frames a scene is put together, unless it is large."""

MOST_PUT_TOGETHER = 60
MOST_LAYERS = 20
CUT_BY_ROUNDING = 1 - math.sqrt(0.5)
"""How far from the sides of a box its round corners reach, in radii."""

LITTLE = 0.01
"""A part of a pixel, by which a clip is smaller, so that rounding does not bring in another pixel."""

Key = tuple[Hashable, int, FontRuler]
"""The look of a shape wherever it is, the number of equal shapes before it, and the fonts."""


class Part(NamedTuple):
    """A shape of a scene, and the place in it that is covered, so that nothing need be drawn there."""

    shape: Shape
    hole: Box | None


class Canvas:
    """Owns the nodes of the scene that is drawn, and of the one that is about to be.

    Shapes that are in both are kept, wherever they are then. The new ones are built in several frames when there are
    many; the scene changes when all of them are there. A scene that stays is put together into few nodes, which take
    less of each frame.
    """

    def __init__(self, layer: WindowLayer, sort: int, fonts: Fonts, textures: Textures | None) -> None:
        self._layer = layer
        self._root = layer.root.attachNewNode("layer", sort)
        self._parts = self._root.attachNewNode("parts")
        self._whole = NodePath("whole")
        self._fonts = fonts
        self._textures = textures
        self._scene = EMPTY
        self._nodes: dict[Key, Any] = {}
        self._built: dict[Key, Any] = {}
        self._places: dict[Key, tuple[int, Box, Box | None, Size]] = {}
        self._frames = 0
        self._calm_frames = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on it."""
        return not self._nodes

    def show(self, scene: Scene, ends: float) -> None:
        """Draw a scene, as far as it is built by the moment `ends` of `RealTime`, else a few frames later.

        The same scene again costs next to nothing.
        """
        if scene is self._scene:
            self._calm_frames += 1
            if self._calm_frames == SETTLED and len(self._nodes) <= MOST_PUT_TOGETHER:
                self._put_together()
            return
        self._frames += 1
        now = RealTime.monotonic()
        if self._frames > HURRY_AFTER:
            ends = now + HURRY if self._frames < MOST_FRAMES else float("inf")
        if now >= ends:
            return
        parts = _parts_of(scene)
        keys = _keys(parts, self._fonts.ruler)
        if self._build(parts, keys, ends):
            self._take_apart()
            self._swap(scene, keys)

    def renew_pictures(self) -> None:
        """Put the newest textures on the pictures."""
        self._take_apart()
        for node in (*self._nodes.values(), *self._built.values()):
            picture = node.getPythonTag(PICTURE)
            if picture is not None:
                self._put_picture(picture, node)

    def close(self) -> None:
        """Remove everything."""
        for node in (*self._nodes.values(), *self._built.values(), self._parts, self._whole, self._root):
            node.removeNode()
        self._nodes.clear()
        self._built.clear()

    def _build(self, parts: list[Part], keys: list[Key], ends: float) -> bool:
        """Build what is missing of a scene, as far as there is time; whether all of it is there."""
        for part, key in zip(parts, keys, strict=True):
            if key not in self._nodes and key not in self._built:
                if RealTime.monotonic() >= ends:
                    return False
                self._built[key] = self._node(_in_the_corner(part))
        return True

    def _swap(self, scene: Scene, keys: list[Key]) -> None:
        """Show the new scene instead of the last one."""
        drawn = {key: self._nodes.pop(key, None) or self._built.pop(key) for key in keys}
        for node in (*self._nodes.values(), *self._built.values()):
            node.removeNode()
        self._built.clear()
        places = {}
        for order, (shape, (key, node)) in enumerate(zip(scene.shapes, drawn.items(), strict=True)):
            clip = shape.clip if isinstance(shape, Text) else None
            place = places[key] = (order, shape.box, clip, self._layer.size)
            if place != self._places.get(key):
                self._place(node, order, shape)
        self._places = places
        self._nodes = drawn
        self._scene = scene
        self._frames = 0

    def _place(self, node: Any, order: int, shape: Shape) -> None:
        node.setPos(round(shape.box.left), 0.0, -round(shape.box.top))
        node.reparentTo(self._parts, order)
        if isinstance(shape, Text):
            self._clip(shape, node)

    def _put_together(self) -> None:
        """Draw few nodes instead of many: neighbours of one kind are joined."""
        for order, (_, pairs) in enumerate(
            groupby(zip(self._scene.shapes, self._nodes.values(), strict=True), _kind)
        ):
            run = self._whole.attachNewNode("run", order)
            for _, node in pairs:
                node.copyTo(run)
            run.flattenStrong()
        self._parts.detachNode()
        self._whole.reparentTo(self._root)

    def _take_apart(self) -> None:
        """Draw each shape by itself again."""
        self._calm_frames = 0
        if self._whole.hasParent():
            self._whole.getChildren().detach()
            self._whole.detachNode()
            self._parts.reparentTo(self._root)

    def _node(self, part: Part) -> Any:
        shape = part.shape
        if isinstance(shape, Panel):
            return NodePath(panel_node(shape, part.hole, self._layer.is_linear))
        if isinstance(shape, Text):
            text = self._fonts.draw(shape)
            text.setColorScale(*rgba(shape.color, self._layer.is_linear))
            return text
        node = NodePath("picture")
        node.setPythonTag(PICTURE, shape)
        self._put_picture(shape, node)
        return node

    def _clip(self, text: Text, node: Any) -> None:
        clip = text.clip
        if clip is None or (text.box.top >= clip.top and text.box.bottom <= clip.bottom):
            node.clearScissor()
            return
        width, height = self._layer.size
        across = (round(clip.left) + LITTLE) / width, (round(clip.right) - LITTLE) / width
        up = 1 - (round(clip.bottom) - LITTLE) / height, 1 - (round(clip.top) + LITTLE) / height
        node.setScissor(*(max(0.0, min(1.0, side)) for side in (*across, *up)))

    def _put_picture(self, picture: Picture, node: Any) -> None:
        """Draw a picture in the middle of its box, as soon as there is one."""
        texture = None if self._textures is None else self._textures.get(picture.media_id, picture.box)
        if texture is None or node.findTexture("*") == texture:
            return
        node.getChildren().detach()
        place = _inside(picture.box, texture.getOrigFileXSize(), texture.getOrigFileYSize())
        node.attachNewNode(picture_node(place)).setTexture(texture)


def _inside(box: Box, width: int, height: int) -> Box:
    """Where a picture of this size is drawn: in whole pixels, so that it is sharp."""
    share = min(box.width / width, box.height / height)
    wide, high = max(1, round(width * share)), max(1, round(height * share))
    return Box(round(box.left + (box.width - wide) / 2), round(box.top + (box.height - high) / 2), wide, high)


def _kind(pair: tuple[Shape, Any]) -> type[Shape]:
    return type(pair[0])


def _parts_of(scene: Scene) -> list[Part]:
    return [Part(shape, _hole(scene.shapes, place)) for place, shape in enumerate(scene.shapes)]


def _hole(shapes: tuple[Shape, ...], place: int) -> Box | None:
    """Where a translucent panel is covered by an opaque one that comes soon after it, as a shadow is by its card."""
    panel = shapes[place]
    if not isinstance(panel, Panel) or panel.color.alpha == 255 or panel.edge is not None:
        return None
    for cover in shapes[place + 1 : place + 1 + MOST_LAYERS]:
        if not isinstance(cover, Panel):
            return None
        if cover.color.alpha == 255:
            hole = _common(_inside_of(cover), _inside_of(panel))
            return hole if min(hole.width, hole.height) > 1 else None
    return None


def _inside_of(panel: Panel) -> Box:
    """A place that all of is in a panel, round corners or not."""
    return panel.box.inset(1 + panel.radius * CUT_BY_ROUNDING)


def _common(one: Box, other: Box) -> Box:
    left, top = max(one.left, other.left), max(one.top, other.top)
    return Box(left, top, min(one.right, other.right) - left, min(one.bottom, other.bottom) - top)


def _keys(parts: list[Part], ruler: FontRuler) -> list[Key]:
    seen: dict[Hashable, int] = {}
    keys = []
    for part in parts:
        likeness = _likeness(part)
        number = seen[likeness] = seen.get(likeness, -1) + 1
        keys.append((likeness, number, ruler))
    return keys


def _likeness(part: Part) -> Hashable:
    """The look of a shape, wherever it is. Its sides are at whole pixels, so that they are sharp."""
    shape, hole = part
    (left, top, width, height), *rest = shape
    high = round(top + height) - round(top)
    if isinstance(shape, Text):
        return high, *rest[:-1]
    return round(left + width) - round(left), high, *rest, hole and _moved(hole, shape.box)


def _in_the_corner(part: Part) -> Part:
    """The shape as it would be in the upper left corner."""
    shape, hole = part
    box = shape.box
    place = Box(0, 0, round(box.right) - round(box.left), round(box.bottom) - round(box.top))
    return Part(shape._replace(box=place), None if hole is None else _moved(hole, box))


def _moved(hole: Box, box: Box) -> Box:
    """A hole as seen from the corner of a box, in whole pixels."""
    return Box(round(hole.left - box.left), round(hole.top - box.top), round(hole.width), round(hole.height))
