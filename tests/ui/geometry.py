"""What a screen must keep to, whatever is on it: text fits, nothing overlaps, everything can be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import combinations

from uwclient.ui.card_layout import CARD
from uwclient.ui.contrast import contrast
from uwclient.ui.scene import Box, Panel, Picture, Scene, Text, TextMetrics
from uwclient.ui.theme import LEAST_CONTRAST

SIZES = [(320, 240), (1280, 720), (3840, 2160)]
MORE_SIZES = [*SIZES, (240, 320), (720, 1280), (2160, 3840), (1920, 300), (300, 1920), (640, 480), (120, 120)]
HAIR = 0.51
"""Less than a pixel: what rounding may cost."""


class PlainRuler:
    """Measures as most fonts do: narrow and wide letters, and marks that take no room."""

    def width(self, text: str, size: float, bold: bool = False) -> float:
        return round(sum(map(self._share, text)) * size * (1.1 if bold else 1.0))

    def line_height(self, size: float, bold: bool = False) -> float:
        return round(size * 1.3)

    def _share(self, character: str) -> float:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            return 0.0
        if unicodedata.east_asian_width(character) in "WF":
            return 1.0
        return 0.3 if character in " .,:;!|iIjl'1" else 0.9 if character in "mMwW@%" else 0.58


def problems(scene: Scene, ruler: TextMetrics, width: float, height: float) -> list[str]:
    """What is wrong with a scene in a window of this size, a sentence each."""
    return [
        *_what_leaves_the_window(scene, Box(0, 0, width, height)),
        *_texts_that_do_not_fit(scene, ruler),
        *_overlaps(scene),
        *_hard_to_read(scene),
        *_misplaced_targets(scene),
    ]


def texts(scene: Scene) -> list[str]:
    """What is written."""
    return [shape.text for shape in scene.shapes if isinstance(shape, Text)]


def target(scene: Scene, name: str) -> tuple[float, float]:
    """The middle of a target."""
    box = next(one.box for one in scene.targets if one.name == name)
    return box.left + box.width / 2, box.top + box.height / 2


def seen(text: Text) -> Box | None:
    """What is seen of a text, or None."""
    return _common(text.box, text.clip or text.box)


def _common(one: Box, other: Box) -> Box | None:
    left, top = max(one.left, other.left), max(one.top, other.top)
    right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
    return Box(left, top, right - left, bottom - top) if right - left > HAIR and bottom - top > HAIR else None


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left + HAIR
        and outer.top <= inner.top + HAIR
        and inner.right <= outer.right + HAIR
        and inner.bottom <= outer.bottom + HAIR
    )


def _what_leaves_the_window(scene: Scene, window: Box) -> Iterator[str]:
    for shape in scene.shapes:
        box = seen(shape) if isinstance(shape, Text) else shape.box
        if box is not None and not _holds(window, box):
            yield f"{shape} leaves the window"


def _texts_that_do_not_fit(scene: Scene, ruler: TextMetrics) -> Iterator[str]:
    for shape in scene.shapes:
        if isinstance(shape, Text):
            if ruler.width(shape.text, shape.size, shape.bold) > shape.box.width + HAIR:
                yield f"{shape} is wider than its box"
            if ruler.line_height(shape.size, shape.bold) > shape.box.height + HAIR:
                yield f"{shape} is higher than its box"


def _overlaps(scene: Scene) -> Iterator[str]:
    boxes: list[tuple[Box, Text | Picture]] = []
    for shape in scene.shapes:
        if isinstance(shape, Panel):
            continue
        box = seen(shape) if isinstance(shape, Text) else shape.box
        if box is not None:
            boxes.append((box, shape))
    for (one, first), (other, second) in combinations(boxes, 2):
        if _common(one, other) is not None:
            yield f"{first} and {second} overlap"


def _hard_to_read(scene: Scene) -> Iterator[str]:
    for number, shape in enumerate(scene.shapes):
        box = seen(shape) if isinstance(shape, Text) else None
        if not isinstance(shape, Text) or box is None:
            continue
        panels = [one for one in scene.shapes[:number] if isinstance(one, Panel) and one.color.alpha == 255]
        grounds = [one for one in panels if _common(one.box, box) is not None]
        if not grounds or not _holds(grounds[-1].box, box):
            yield f"{shape} stands on no single panel"
        elif contrast(shape.color, grounds[-1].color) < LEAST_CONTRAST:
            yield f"{shape} is hard to read on {grounds[-1]}"


def _misplaced_targets(scene: Scene) -> Iterator[str]:
    buttons = [one for one in scene.targets if one.name != CARD]
    for card in (one for one in scene.targets if one.name == CARD):
        for one in buttons:
            if not _holds(card.box, one.box):
                yield f"{one} is not on the card"
    for one, other in combinations(buttons, 2):
        if _common(one.box, other.box) is not None:
            yield f"{one} and {other} overlap"
