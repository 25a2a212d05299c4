"""Owns how scenes come onto a Panda3D window: over everything else, in pixels."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any

from panda3d.core import Camera, NodePath, OrthographicLens, TransparencyAttrib

from uwclient.engines.panda3d_fonts import FontRuler, Fonts
from uwclient.engines.panda3d_pictures import Textures
from uwclient.engines.panda3d_shapes import panel_node, picture_node
from uwclient.ui.scene import EMPTY, Box, Panel, Picture, Scene, Shape, Text

ON_TOP = 10_000
"""The sort of the display region; those of the game itself are far below (render2dp has 20)."""

MOST_FRAMES = 4
"""So many frames a new scene may take; then the rest of it is built at once."""

PICTURE = "uwclient-picture"
LITTLE = 0.01
"""A part of a pixel, by which a clip is smaller, so that rounding does not bring in another pixel."""

Size = tuple[int, int]
Key = tuple[Hashable, int, FontRuler]
"""What of a shape does not depend on where it is, how many that are alike are before it, and with which fonts."""


class Surface:
    """Owns a display region over the game's window, and the root of what is drawn there in pixels.

    The region has a scene graph of its own, which shares no state with the game's, and is switched off while there is
    nothing to draw.
    """

    def __init__(self, base: Any) -> None:
        self._base = base
        self._window: Any = None
        self._region: Any = None
        self.size: Size = (0, 0)
        self.root = NodePath("uwclient")
        self.root.setDepthTest(False)
        self.root.setDepthWrite(False)
        self.root.setTwoSided(True)
        self.root.setTransparency(TransparencyAttrib.MAlpha)
        self.root.setBin("unsorted", 0)
        self._lens = OrthographicLens()
        self._lens.setNearFar(-1, 1)
        self._camera: Any = None

    @property
    def needs_powers_of_two(self) -> bool:
        """Whether the sides of textures must be powers of two here."""
        renderer = None if self._window is None else self._window.getGsg()
        return renderer is not None and not renderer.getSupportsTexNonPow2()

    def follow(self) -> bool:
        """Go with the game's window, which may be another one or of another size now; whether it can be drawn on."""
        window = getattr(self._base, "win", None)
        if window is not self._window:
            self._leave()
            self._enter(window)
        if window is None:
            return False
        size: Size = (window.getXSize(), window.getYSize())
        if size != self.size:
            self.size = size
            self._lens.setFilmSize(*size)
            self._lens.setFilmOffset(size[0] / 2, -size[1] / 2)
        return min(size) > 0

    def show(self, visible: bool) -> None:
        """Have the region drawn, or not."""
        if self._region is not None and self._region.isActive() != visible:
            self._region.setActive(visible)

    def close(self) -> None:
        """Take everything away."""
        self._leave()
        self.root.removeNode()

    def _enter(self, window: Any) -> None:
        self._window = window
        self.size = (0, 0)
        if window is not None:
            self._camera = self.root.attachNewNode(Camera("uwclient", self._lens))
            self._region = window.makeMonoDisplayRegion()
            self._region.setSort(ON_TOP)
            self._region.setIncompleteRender(False)
            self._region.setCamera(self._camera)
            self._region.setActive(False)

    def _leave(self) -> None:
        if self._region is not None:
            self._camera.removeNode()  # closing a window removes it too
            self._window.removeDisplayRegion(self._region)
        self._region = self._window = None


class Canvas:
    """Owns the nodes of the scene that is drawn, and of the one that is about to be.

    Shapes that are in both are kept, wherever they are then. The new ones are built in several frames when there are
    many; the scene changes when all of them are there.
    """

    def __init__(self, surface: Surface, layer: int, fonts: Fonts, textures: Textures | None) -> None:
        self._surface = surface
        self._root = surface.root.attachNewNode("layer", layer)
        self._fonts = fonts
        self._textures = textures
        self._scene = EMPTY
        self._nodes: dict[Key, Any] = {}
        self._built: dict[Key, Any] = {}
        self._frames = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on it."""
        return not self._nodes

    def show(self, scene: Scene, ends: float) -> None:
        """Draw a scene, as far as it is built by the moment `ends` of `time.perf_counter()`, else a few frames later.

        The same scene again costs next to nothing.
        """
        if scene is self._scene:
            return
        self._frames += 1
        keys = _keys(scene, self._fonts.ruler)
        if self._build(scene, keys, ends if self._frames < MOST_FRAMES else float("inf")):
            self._swap(scene, keys)

    def renew_pictures(self) -> None:
        """Put other textures on the pictures, as far as there are such now."""
        for node in (*self._nodes.values(), *self._built.values()):
            picture = node.getPythonTag(PICTURE)
            if picture is not None:
                self._put_picture(picture, node)

    def close(self) -> None:
        """Take everything away."""
        for node in (*self._nodes.values(), *self._built.values()):
            node.removeNode()
        self._nodes.clear()
        self._built.clear()
        self._root.removeNode()

    def _build(self, scene: Scene, keys: list[Key], ends: float) -> bool:
        """Build what is missing of a scene, as far as there is time; whether all of it is there."""
        for shape, key in zip(scene.shapes, keys, strict=True):
            if key not in self._nodes and key not in self._built:
                if time.perf_counter() >= ends:
                    return False
                self._built[key] = self._node(_in_the_corner(shape))
        return True

    def _swap(self, scene: Scene, keys: list[Key]) -> None:
        """Show the new scene instead of the last one."""
        drawn = {key: self._nodes.pop(key, None) or self._built.pop(key) for key in keys}
        for node in (*self._nodes.values(), *self._built.values()):
            node.removeNode()
        self._built.clear()
        for order, (shape, node) in enumerate(zip(scene.shapes, drawn.values(), strict=True)):
            node.setPos(round(shape.box.left), 0.0, -round(shape.box.top))
            if isinstance(shape, Text):
                self._clip(shape, node)
            if node.getParent() != self._root or node.getSort() != order:
                node.reparentTo(self._root, order)
        self._nodes = drawn
        self._scene = scene
        self._frames = 0

    def _node(self, shape: Shape) -> Any:
        if isinstance(shape, Panel):
            return NodePath(panel_node(shape))
        if isinstance(shape, Text):
            return self._fonts.draw(shape)
        node = NodePath("picture")
        node.setPythonTag(PICTURE, shape)
        self._put_picture(shape, node)
        return node

    def _clip(self, text: Text, node: Any) -> None:
        clip = text.clip
        if clip is None or (text.box.top >= clip.top and text.box.bottom <= clip.bottom):
            node.clearScissor()
            return
        width, height = self._surface.size
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


def _keys(scene: Scene, ruler: FontRuler) -> list[Key]:
    seen: dict[Hashable, int] = {}
    keys = []
    for shape in scene.shapes:
        likeness = _likeness(shape)
        number = seen[likeness] = seen.get(likeness, -1) + 1
        keys.append((likeness, number, ruler))
    return keys


def _likeness(shape: Shape) -> Hashable:
    """What of a shape does not depend on where it is. Its sides are at whole pixels, so that they are sharp."""
    (left, top, width, height), *rest = shape
    high = round(top + height) - round(top)
    if isinstance(shape, Text):
        return high, *rest[:-1]
    return round(left + width) - round(left), high, *rest


def _in_the_corner(shape: Shape) -> Shape:
    """The shape as it would be in the upper left corner."""
    box = shape.box
    return shape._replace(box=Box(0, 0, round(box.right) - round(box.left), round(box.bottom) - round(box.top)))
