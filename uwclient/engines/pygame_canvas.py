"""Draws scenes with pygame, on strips that are kept: a frame in which nothing has changed is a few blits."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

import pygame
from pygame import Rect, Surface

from uwclient.engines.pygame_fonts import Fonts
from uwclient.engines.pygame_pictures import PictureSurfaces
from uwclient.engines.pygame_shapes import Corners, draw_panel, rect_of
from uwclient.time_sources import RealTime
from uwclient.ui.scene import EMPTY, Box, Color, Panel, Picture, Scene, Shape, Text

STRIP = 64
"""Rows of a strip: as little is drawn anew when a scene changes."""

SHAPES_AT_ONCE = 32
"""Shapes that are placed in one step."""

MOST_TEXT_PIXELS = 8_000_000
OPAQUE = 255
EXACT = 32
"""Bits of a pixel of an opaque strip."""

Blits = tuple[tuple[Surface, tuple[int, int]], ...]
"""Surfaces, and where each is drawn."""

LEFT_OUT = (255, 0, 254)

FEW_COLORS = 8
"""Bits of a pixel that stand for a color of a palette."""

NOWHERE = Rect(0, 0, 0, 0)


class BlitMode(Enum):
    """How strips are blitted to a surface."""

    PACKED = "packed"
    """Opaque pixels are copied, which is the fastest."""

    BLENDED = "blended"
    """As they are: packed ones are drawn wrong on a target that is translucent itself."""

    SOLID = "solid"
    """Only opaque pixels are drawn: a shadow would be mixed with the color key, or its colors lack in a palette."""


class _Versions(NamedTuple):
    """What a scene is drawn with, whatever its shapes are."""

    pictures: int | None
    ruler: object
    mode: BlitMode

    def mix(self, other: _Versions | None) -> bool:
        """Whether strips that are drawn with both would show half of a picture, or two fonts."""
        return other is None or self[:2] != other[:2]


class _Strip(NamedTuple):
    """Some rows of the scene, and where they are drawn; `seen` is what they show, so that a change is noticed."""

    topleft: tuple[int, int]
    surface: Surface
    seen: object


class _Placed(NamedTuple):
    """The shapes of a scene, by the top of each strip that they are in, and the rectangle that all of them take."""

    by_strip: dict[int, list[Shape]]
    whole: Rect


class Canvas:
    """Owns the strips that a scene is drawn in, and the texts and corners on them.

    A new scene is drawn a few strips a frame, and appears when all of them are ready. Unchanged strips are kept.

    Attributes:
        area: the rectangle that `draw` draws on; empty when there is nothing to draw.
        solid: an opaque rectangle of it, of its full height.
        coming: the same of the scene that is being made, as soon as that is known.
        blits: the strips, and where each is drawn.

    """

    def __init__(self, fonts: Fonts, pictures: PictureSurfaces | None) -> None:
        self._fonts = fonts
        self._pictures = pictures
        self._corners = Corners()
        self._texts: dict[tuple[str, int, bool, Color], Surface] = {}
        self._text_pixels = 0
        self._scene: Scene = EMPTY
        self._versions: _Versions | None = None
        self.area = self.solid = self.coming = NOWHERE
        self.blits: Blits = ()
        self._strips: dict[int, _Strip] = {}
        self._work: Iterator[None] | None = None
        self._was_late = False

    @property
    def is_busy(self) -> bool:
        """Whether parts of a scene are still to be drawn."""
        return self._work is not None

    def prepare(self, target: Surface, scene: Scene, ends: float = math.inf) -> None:
        """Make what is new in a scene, to be drawn on `target` once all of it is there.

        What is not made by a moment of `RealTime.monotonic()` waits for one of the next calls.
        """
        if not scene.shapes:
            self._put_away(scene)
            return
        pictures = None if self._pictures is None else self._pictures.version
        versions = _Versions(pictures, self._fonts.ruler, _blit_mode(target))
        is_new = scene is not self._scene or versions != self._versions
        if is_new and (self._work is None or versions.mix(self._versions)):
            self._scene, self._versions = scene, versions
            self._work = self._make(scene, target)
        if self._work is not None:
            self._go_on(self._work, ends)

    def draw(self, target: Surface) -> None:
        """Draw the scene that is ready."""
        target.blits(self.blits, False)

    def clear(self) -> None:
        """Forget everything that was drawn."""
        self._put_away(EMPTY)
        self._texts.clear()
        self._corners.clear()

    def _put_away(self, scene: Scene) -> None:
        """Draw nothing, since there is nothing in a scene."""
        self._strips, self._scene, self._work = {}, scene, None
        self.area = self.solid = self.coming = NOWHERE
        self.blits = ()

    def _go_on(self, work: Iterator[None], ends: float) -> None:
        """Make some pieces; a scene that has begun is finished, even if there is a newer one by now.

        It is begun again when a picture has come, or a font.
        """
        if RealTime.monotonic() >= ends and not self._was_late:
            self._was_late = True
            return
        self._was_late = False
        for _ in work:
            if RealTime.monotonic() >= ends:
                return
        self._work = None

    def _make(self, scene: Scene, target: Surface) -> Iterator[None]:
        """Draw what of a scene is not there yet, a piece at each step, and put it up in the last one."""
        for shape in scene.shapes:
            if isinstance(shape, Panel):
                yield from self._corners.prepare(shape)
        by_strip, whole = yield from _place(scene.shapes)
        self.coming = _cover(scene.shapes)[0]
        yield
        mode = _blit_mode(target)
        before = self._strips if self.area.left == whole.left else {}
        strips = {}
        for top, shapes in sorted(by_strip.items()):
            area = Rect(whole.left, top, whole.width, STRIP).clip(whole)
            pictures = [self._picture(shape) for shape in shapes if isinstance(shape, Picture)]
            seen = (area, shapes, self._fonts.ruler, mode, pictures)
            strip = before.get(top)
            if strip is None or strip.seen != seen:
                topleft, surface = yield from self._strip(area, shapes, target)
                strip = _Strip(topleft, surface, seen)
                yield
            strips[top] = strip
        self._strips = strips
        self.blits = tuple((strip.surface, strip.topleft) for strip in strips.values())
        self.solid = self.coming
        self.area = whole

    def _strip(
        self, area: Rect, shapes: list[Shape], target: Surface
    ) -> Generator[None, None, tuple[tuple[int, int], Surface]]:
        """The rows of an area, drawn shape by shape, and where they stand."""
        cover, covered = _cover(shapes)
        inner = area.inflate(-2, 0)
        if cover.contains(inner):
            surface = Surface(inner.size, 0, target if target.get_bitsize() == EXACT else EXACT)
            yield from self._draw_all(surface, shapes[covered:], inner, [inner])
            return inner.topleft, surface
        mode = _blit_mode(target)
        surface = Surface(area.size, pygame.SRCALPHA)
        parts = around(cover, area) if cover.colliderect(area) else [area]
        yield from self._draw_all(surface, shapes[:covered], area, parts)
        yield from self._draw_all(surface, shapes[covered:], area, [area])
        if mode is BlitMode.PACKED:
            _pack(surface, target)
        return area.topleft, _solid(surface) if mode is BlitMode.SOLID else surface

    def _draw_all(self, surface: Surface, shapes: list[Shape], area: Rect, parts: list[Rect]) -> Iterator[None]:
        """Draw shapes on the surface of an area, in these parts of it."""
        for shape in shapes:
            for part in parts:
                surface.set_clip(part.move(-area.left, -area.top))
                self._draw(surface, shape, area.topleft)
            yield

    def _draw(self, surface: Surface, shape: Shape, origin: tuple[int, int]) -> None:
        if isinstance(shape, Panel):
            draw_panel(surface, shape, origin, self._corners)
        elif isinstance(shape, Text):
            self._draw_text(surface, shape, origin)
        else:
            picture = self._picture(shape)
            if picture is not None:
                place = picture.get_rect(center=rect_of(shape.box).center)
                surface.blit(picture, place.move(-origin[0], -origin[1]))

    def _draw_text(self, surface: Surface, shape: Text, origin: tuple[int, int]) -> None:
        box = rect_of(shape.box).move(-origin[0], -origin[1])
        if shape.clip is not None:
            surface.set_clip(surface.get_clip().clip(rect_of(shape.clip).move(-origin[0], -origin[1])))
        text = self._text(shape.text, self._fonts.pixels(shape.size), shape.bold, shape.color)
        surface.blit(text, (box.left, box.top + (box.height - text.get_height()) // 2))

    def _text(self, text: str, pixels: int, bold: bool, color: Color) -> Surface:
        key = (text, pixels, bold, color)
        made = self._texts.get(key)
        if made is None:
            made = self._render(text, pixels, bold, color)
            self._text_pixels += made.get_width() * made.get_height()
            if self._text_pixels > MOST_TEXT_PIXELS:
                self._texts.clear()
                self._text_pixels = 0
            self._texts[key] = made
        return made

    def _render(self, text: str, pixels: int, bold: bool, color: Color) -> Surface:
        """One line of text; the parts that are in different fonts stand on the same line."""
        parts = [(self._fonts.font(face, pixels, bold), part) for face, part in self._fonts.runs(text, bold) if part]
        try:
            drawn = [(font.render(part, True, color[:3]), font.get_ascent()) for font, part in parts]
        except pygame.error:  # a line without width, or wider than a surface can be
            drawn = []
        if len(drawn) == 1:
            return drawn[0][0]
        ascent = max((up for _, up in drawn), default=0)
        height = max((ascent - up + surface.get_height() for surface, up in drawn), default=0)
        line = Surface((sum(surface.get_width() for surface, _ in drawn), height), pygame.SRCALPHA)
        left = 0
        for surface, up in drawn:
            line.blit(surface, (left, ascent - up))
            left += surface.get_width()
        return line

    def _picture(self, shape: Shape) -> Surface | None:
        if not isinstance(shape, Picture) or self._pictures is None:
            return None
        return self._pictures.get(shape.media_id, rect_of(shape.box).size)


def _place(shapes: Sequence[Shape]) -> Generator[None, None, _Placed]:
    """Find out in which strips each shape is, some shapes at each step."""
    by_strip: dict[int, list[Shape]] = {}
    whole = NOWHERE
    for number, shape in enumerate(shapes):
        extent = _extent(shape)
        whole = whole.union(extent) if number else extent
        if extent:
            for top in range(extent.top - extent.top % STRIP, extent.bottom, STRIP):
                by_strip.setdefault(top, []).append(shape)
        if number % SHAPES_AT_ONCE == 0:
            yield
    return _Placed(by_strip, whole.inflate(2, 0))  # the first pixel of each strip is transparent


def _blit_mode(target: Surface) -> BlitMode:
    flags = target.get_flags()
    if flags & pygame.SRCALPHA:
        return BlitMode.BLENDED
    is_layer = flags & pygame.SRCCOLORKEY and target is not pygame.display.get_surface()
    return BlitMode.SOLID if is_layer or target.get_bitsize() <= FEW_COLORS else BlitMode.PACKED


def _pack(surface: Surface, target: Surface) -> None:
    """Have what is transparent passed over, and what is opaque copied, when a surface is drawn on a target.

    That takes as long as drawing it a few times, and is done at the first drawing: of a transparent pixel, now.
    """
    surface.set_alpha(OPAQUE, pygame.RLEACCEL)
    target.blit(surface, (0, 0), (0, 0, 1, 1))


def _solid(surface: Surface) -> Surface:
    """The same without what is translucent."""
    solid = Surface(surface.get_size(), 0, 32)
    solid.fill(LEFT_OUT)
    solid.set_colorkey(LEFT_OUT)
    mask = pygame.mask.from_surface(surface, OPAQUE - 1)
    return mask.to_surface(solid, setsurface=surface.convert(solid), unsetcolor=None)


def _cover(shapes: Sequence[Shape]) -> tuple[Rect, int]:
    """The largest opaque rectangle, and how many shapes are below it."""
    cover, covered = Rect(0, 0, 0, 0), 0
    for number, shape in enumerate(shapes):
        if isinstance(shape, Panel) and shape.color.alpha == OPAQUE and (shape.edge or shape.color).alpha == OPAQUE:
            whole = rect_of(shape.box).inflate(-2 * round(shape.radius), 0)
            if whole.width * whole.height > cover.width * cover.height:
                cover, covered = whole, number
    return cover, covered


def around(cover: Rect, area: Rect) -> list[Rect]:
    """The parts of an area that are not covered."""
    inner = cover.clip(area)
    parts = [
        Rect(area.left, area.top, area.width, inner.top - area.top),
        Rect(area.left, inner.bottom, area.width, area.bottom - inner.bottom),
        Rect(area.left, inner.top, inner.left - area.left, inner.height),
        Rect(inner.right, inner.top, area.right - inner.right, inner.height),
    ]
    return [part for part in parts if part.width > 0 and part.height > 0]


def _extent(shape: Shape) -> Rect:
    """The rectangle that a shape is drawn in."""
    rect = rect_of(shape.box)
    clip: Box | None = shape.clip if isinstance(shape, Text) else None
    return rect if clip is None else rect.clip(rect_of(clip))
