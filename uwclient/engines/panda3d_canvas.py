"""Draws scenes with Panda3D, as nodes that are kept from frame to frame."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from panda3d.core import NodePath

from uwclient.engines.font_set import FontRuler
from uwclient.engines.panda3d_fonts import Fonts
from uwclient.engines.panda3d_layer import WindowLayer
from uwclient.engines.panda3d_pictures import Textures
from uwclient.engines.panda3d_shapes import panel_node, picture_node, rgba
from uwclient.time_sources import RealTime
from uwclient.ui.scene import EMPTY, Box, Panel, Picture, Scene, Shape, Text

LEAST = 0.0003
"""Seconds of a frame that building a new scene takes, even where the rest has taken longer than it should."""

AT_ONCE = 16
"""Shapes that are compared in one step, and nodes that are thrown away in a frame."""

APART = 1 << 10
"""How far the sorts of neighbours are apart at first, so that others fit in between."""

PICTURE = "uwclient-picture"
SETTLED = 8
"""After so many frames a scene is put together, unless it is large."""

MOST_PUT_TOGETHER = 60
MOST_LAYERS = 20
CUT_BY_ROUNDING = 1 - math.sqrt(0.5)
"""How far from the sides of a box its round corners reach, in radii."""

LITTLE = 0.01
"""A part of a pixel, by which a clip is smaller, so that rounding does not bring in another pixel."""

MOST_SORT = 1 << 30
"""Panda3D keeps sorts in 32 bits."""

Key = tuple[Hashable, int, FontRuler]
"""The look of a shape wherever it is, the number of equal shapes before it, and the fonts."""


class Part(NamedTuple):
    """A shape of a scene, and the place in it that is covered, so that nothing need be drawn there."""

    shape: Shape
    hole: Box | None


class Node:
    """The node of a shape on the canvas.

    Attributes:
        path: its NodePath.
        sort: its sort among the others; None while it is not seen.
        place: where its shape is, and in which window.
        scene: the last scene that it is in.

    """

    __slots__ = ("path", "place", "scene", "sort")

    def __init__(self, path: Any) -> None:
        self.path = path
        self.sort: int | None = None
        self.place: object = None
        self.scene = EMPTY


class Canvas:
    """Owns the nodes of the scene that is drawn, and of the one that is about to be.

    Shapes that are in both are kept, wherever they are then. The new ones are built in several frames when there are
    many; the scene changes when all of them are there, and is finished even if there is a newer one by then. A scene
    that stays is put together into few nodes, which take less of each frame.
    """

    def __init__(self, layer: WindowLayer, sort: int, fonts: Fonts, textures: Textures | None) -> None:
        self._layer = layer
        self._root = layer.root.attachNewNode("layer", sort)
        self._parts = self._root.attachNewNode("parts")
        self._whole = NodePath("whole")
        self._fonts = fonts
        self._textures = textures
        self._scene = EMPTY
        self._nodes: dict[Key, Node] = {}
        self._coming: dict[Key, Node] = {}
        self._leaving: list[Node] = []
        self._work: Iterator[None] | None = None
        self._calm_frames = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on it."""
        return not self._nodes

    def show(self, scene: Scene, ends: float) -> None:
        """Draw a scene, as far as it is built by the moment `ends` of `RealTime`, else a few frames later.

        The same scene again costs next to nothing.
        """
        for node in self._leaving[-AT_ONCE:]:
            node.path.removeNode()
        del self._leaving[-AT_ONCE:]
        if scene is self._scene and self._work is None:
            self._calm_frames += 1
            if self._calm_frames == SETTLED and len(self._nodes) <= MOST_PUT_TOGETHER:
                self._put_together()
        elif not scene.shapes:
            self._put_away(scene)
        else:
            self._go_on(self._work or self._make(scene), max(ends, RealTime.monotonic() + LEAST))

    def renew_pictures(self) -> None:
        """Put the newest textures on the pictures."""
        self._take_apart()
        for node in (*self._nodes.values(), *self._coming.values()):
            picture = node.path.getPythonTag(PICTURE)
            if picture is not None:
                self._put_picture(picture, node.path)

    def close(self) -> None:
        """Remove everything."""
        self._put_away(EMPTY)
        for node in self._leaving:
            node.path.removeNode()
        for path in (self._parts, self._whole, self._root):
            path.removeNode()
        self._leaving.clear()

    def _go_on(self, work: Iterator[None], ends: float) -> None:
        """Do some steps of a scene in the making."""
        self._work = work
        for _ in work:
            if RealTime.monotonic() >= ends:
                return
        self._work = None

    def _make(self, scene: Scene) -> Iterator[None]:
        """Build what of a scene is not there yet, a shape or some at each step, and show it in the last one."""
        window, ruler = self._layer.size, self._fonts.ruler
        numbers: dict[Hashable, int] = {}
        self._coming = {}
        nodes = []
        for place, shape in enumerate(scene.shapes):
            part = Part(shape, _hole(scene.shapes, place))
            likeness = _likeness(part)
            number = numbers[likeness] = numbers.get(likeness, -1) + 1
            key = (likeness, number, ruler)
            node = self._nodes.get(key)
            is_new = node is None
            if node is None:
                node = Node(self._node(_in_the_corner(part)))
            self._coming[key] = node
            nodes.append(node)
            if is_new or place % AT_ONCE == 0:
                yield
        sorts = sorts_between([node.sort for node in nodes])
        yield
        moves = []
        for number, (shape, node, sort) in enumerate(zip(scene.shapes, nodes, sorts, strict=True)):
            where = (shape.box, shape.clip if isinstance(shape, Text) else None, window)
            if sort != node.sort or where != node.place:
                moves.append((node, shape, sort, where))
            if number % AT_ONCE == 0:
                yield
        self._swap(scene, moves)

    def _swap(self, scene: Scene, moves: Sequence[tuple[Node, Shape, int, object]]) -> None:
        """Show the new scene instead of the last one."""
        self._take_apart()
        for node in self._coming.values():
            node.scene = scene
        for node in self._nodes.values():
            if node.scene is not scene:
                node.path.detachNode()
                self._leaving.append(node)
        for node, shape, sort, where in moves:
            node.sort, node.place = sort, where
            self._place(node.path, sort, shape)
        self._nodes, self._coming = self._coming, {}
        self._scene = scene

    def _put_away(self, scene: Scene) -> None:
        """Show nothing; the nodes are thrown away little by little."""
        self._take_apart()
        self._parts.removeNode()
        self._parts = self._root.attachNewNode("parts")
        self._leaving += {id(node): node for node in (*self._nodes.values(), *self._coming.values())}.values()
        self._nodes, self._coming, self._work = {}, {}, None
        self._scene = scene

    def _place(self, path: Any, sort: int, shape: Shape) -> None:
        path.setPos(round(shape.box.left), 0.0, -round(shape.box.top))
        path.reparentTo(self._parts, sort)
        if isinstance(shape, Text):
            self._clip(shape, path)

    def _put_together(self) -> None:
        """Draw few nodes instead of many: neighbours of one kind are joined."""
        for order, (_, pairs) in enumerate(
            groupby(zip(self._scene.shapes, self._nodes.values(), strict=True), _kind)
        ):
            run = self._whole.attachNewNode("run", order)
            for _, node in pairs:
                node.path.copyTo(run)
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


def sorts_between(before: Sequence[int | None]) -> list[int]:
    """Sorts in rising order for shapes of which some have one already: as many as possible keep theirs.

    Args:
        before: the sort of each shape, in their order; None for those that are new.

    """
    sorts: list[int] = []
    last = new = 0  # the last sort that is kept, and how many shapes there are since
    for sort in before:
        if sort is None or not last + new < sort <= MOST_SORT:
            new += 1
        else:
            step = (sort - last) // (new + 1)
            sorts += [*(last + step * number for number in range(1, new + 1)), sort]
            last, new = sort, 0
    return [*sorts, *(last + APART * number for number in range(1, new + 1))]


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
