"""What the tests of the overlay share: a ruler without fonts, and what must be true of everything that is drawn."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Generator, Iterator

from uwclient.ui.overlay import Overlay
from uwclient.ui.overlay_layout import ORDER
from uwclient.ui.scene import Box, Color, Panel, Scene, Text, TextMetrics

SIZES = [(320, 240), (1280, 720), (3840, 2160)]


class PlainRuler:
    """Measures text of a font whose letters are of four widths; `wide` stretches them."""

    def __init__(self, wide: float = 1.0) -> None:
        self.wide = wide
        self.measured = 0

    def width(self, text: str, size: float, bold: bool = False) -> float:
        self.measured += 1
        return sum(map(self._share, text)) * size * self.wide * (1.1 if bold else 1.0)

    def line_height(self, size: float, bold: bool = False) -> float:
        return size * 1.17

    def _share(self, character: str) -> float:
        if unicodedata.east_asian_width(character) in "WF":
            return 1.0
        return 0.3 if character in " .,:;'|ilj" else 0.55


def settled(overlay: Overlay, width: float, height: float, ruler: TextMetrics) -> Scene:
    """What is there after some frames, when every list has had its turn."""
    for _ in range(600):
        overlay.scene(width, height, ruler)
    return overlay.scene(width, height, ruler)


def laid_out(steps: Generator[None, None, Scene]) -> Scene:
    """A list that is laid out row by row, once that is done."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            scene: Scene = done.value
            return scene


def pages_of(overlay: Overlay, width: float, height: float, ruler: TextMetrics) -> Iterator[Scene]:
    """What is seen with each list in focus."""
    for _ in ORDER:
        yield settled(overlay, width, height, ruler)
        assert overlay.key("tab")


def texts_of(*scenes: Scene) -> list[str]:
    """All that can be read."""
    return [shape.text for scene in scenes for shape in scene.shapes if isinstance(shape, Text)]


def assert_well_laid_out(scene: Scene, width: float, height: float, ruler: TextMetrics) -> None:
    """Every text fits its box and can be read on what is behind it; nothing overlaps or leaves the window."""
    window = Box(0, 0, width, height)
    texts = [shape for shape in scene.shapes if isinstance(shape, Text)]
    background, *bars = [shape for shape in scene.shapes if isinstance(shape, Panel)]
    for text in texts:
        assert ruler.width(text.text, text.size, text.bold) <= text.box.width + 0.01, f"{text} is cut off"
        assert ruler.line_height(text.size, text.bold) <= text.box.height + 0.01, f"{text} is cut off"
        behind = [bar for bar in bars if overlap(bar.box, text.box)]
        assert all(inside(text.box, bar.box) for bar in behind), f"{text} stands on an edge"
        ground = behind[-1].color if behind else background.color
        assert contrast(text.color, ground) >= 4.5, f"{text} cannot be read on {ground}"
    for box in [*(text.box for text in texts), *(bar.box for bar in bars), *(box for box, _ in scene.targets)]:
        assert inside(box, window), f"{box} is not in the window"
        assert box.width > 0
        assert box.height > 0
    for boxes in ([text.box for text in texts], [bar.box for bar in bars], [box for box, _ in scene.targets]):
        assert list(overlapping(boxes)) == []


def inside(box: Box, outer: Box) -> bool:
    """Whether a box lies in another."""
    return (
        box.left >= outer.left
        and box.top >= outer.top
        and box.right <= outer.right + 0.01
        and box.bottom <= outer.bottom + 0.01
    )


def overlapping(boxes: list[Box]) -> Iterator[tuple[Box, Box]]:
    """The pairs of boxes that have a place in common."""
    by_top = sorted(boxes, key=lambda box: box.top)
    for number, one in enumerate(by_top):
        below = itertools.takewhile(lambda other, one=one: other.top < one.bottom, by_top[number + 1 :])  # type: ignore[misc]
        yield from ((one, other) for other in below if overlap(one, other))


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have a place in common."""
    return (
        one.left < other.right - 0.01
        and other.left < one.right - 0.01
        and one.top < other.bottom - 0.01
        and other.top < one.bottom - 0.01
    )


def contrast(above: Color, below: Color) -> float:
    """How well a color can be told from another: from 1 to 21 (WCAG 2.1)."""
    darker, lighter = sorted((luminance(above), luminance(below)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: Color) -> float:
    """How bright a color is, from 0 to 1 (WCAG 2.1)."""
    parts = [part / 255 for part in color[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
