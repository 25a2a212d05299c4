"""Lays out a card: from its content and the size of the window to a scene."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from uwclient.ui.card_sizing import (
    ABOVE_BUTTONS,
    BUTTON_PAD,
    EYEBROW,
    GAP,
    MARGIN,
    PAD,
    TEXT_LINES,
    CardSizes,
    button_height,
    button_width,
    eyebrow_height,
    scale_of,
    size_card,
    wrap_body,
)
from uwclient.ui.cards import Button, Card
from uwclient.ui.scene import Box, Panel, Picture, Scene, Shape, Target, Text, TextMetrics
from uwclient.ui.theme import Theme
from uwclient.ui.wrapping import Line, shorten

__all__ = ["CARD", "EYEBROW", "Layout", "Look", "lay_out", "scale_of", "size_card", "wrap_body"]

CARD = "card"
"""The name of the target that is the card itself."""

RING = 3.0
LOW_PICTURE = 0.5625
HIGH_PICTURE = 1.1
"""The most height of a picture for the width of its card: in wide windows, and in high ones."""

LEAST_PICTURE = 48.0
SCROLL_BAR_ALPHA = 130
SHADOW_LAYERS = 8
SHADOW_SPREAD = 14.0
SHADOW_FALL = 5.0
_DIGIT = re.compile(r"\d")


class Look(NamedTuple):
    """The state of a card on the screen.

    Attributes:
        focus: the name of the button that has the focus.
        scroll: how far the text is scrolled, in pixels.
        countdown: the text of the countdown, or "".
        image_id: the image to show, or None.
        loading: whether that image is still loading.
        shape: the height of the image divided by its width, or None while that is unknown.

    """

    focus: str = ""
    scroll: float = 0.0
    countdown: str = ""
    image_id: str | None = None
    loading: bool = False
    shape: float | None = None


class Layout(NamedTuple):
    """A card laid out: its scene, how far its text scrolls, and the height of a line, in pixels."""

    scene: Scene
    most_scroll: float
    line: float

    @property
    def pictures(self) -> list[Picture]:
        """The images on it."""
        return [shape for shape in self.scene.shapes if isinstance(shape, Picture)]


def lay_out(
    card: Card,
    made: CardSizes,
    body: Sequence[Line],
    look: Look,
    width: float,
    height: float,
    theme: Theme,
    ruler: TextMetrics,
) -> Layout:
    """Lay out a card in a window of this size, in pixels."""
    return _Sheet(card, made, body, look, (width, height), theme, ruler).lay_out()


class _Sheet:
    """A layout in the making, from the top of the card to its bottom."""

    def __init__(
        self,
        card: Card,
        made: CardSizes,
        body: Sequence[Line],
        look: Look,
        window: tuple[float, float],
        theme: Theme,
        ruler: TextMetrics,
    ) -> None:
        self._card = card
        self._sizes = made
        self._body = body
        self._look = look
        self._window = window
        self._theme = theme
        self._ruler = ruler
        self._gap = GAP * made.scale
        self._apart = ABOVE_BUTTONS * made.scale
        self._row = made.line * 1.3
        self._shapes: list[Shape] = []
        self._targets: list[Target] = []
        self._left = 0.0
        self._top = 0.0

    def lay_out(self) -> Layout:
        """Lay the card out."""
        sizes, s = self._sizes, self._sizes.scale
        width, height = self._window
        text_height = self._text_height()
        picture_wide, picture_high = self._picture_size(text_height)
        room = sizes.room - (picture_high + self._gap if picture_high else 0.0)
        shown = max(0.0, min(text_height, room))
        high = height - 2 * MARGIN * s - room + shown - (0.0 if shown else self._apart)
        box = Box((width - sizes.wide) / 2, (height - high) / 2, sizes.wide, high)
        self._targets.append(Target(box, CARD))
        self._background(box)
        self._left, self._top = box.left + PAD * s, box.top + PAD * s
        if picture_high and self._look.image_id is not None:
            self._picture(self._look.image_id, picture_wide, picture_high)
        if self._look.countdown:
            self._eyebrow()
        if sizes.title:
            self._title()
        most_scroll = max(0.0, text_height - shown)
        if shown:
            self._text(
                Box(self._left, self._top, sizes.inner, shown), min(self._look.scroll, most_scroll), text_height
            )
            self._top += shown + self._apart
        self._buttons()
        return Layout(Scene(tuple(self._shapes), tuple(self._targets)), most_scroll, sizes.line)

    def _text_height(self) -> float:
        rewards = self._card.rewards
        group = len(rewards) * self._row + self._gap if rewards else 0.0
        between = self._gap if rewards and self._body else 0.0
        return len(self._body) * self._sizes.line + between + group

    def _picture_size(self, text_height: float) -> tuple[float, float]:
        """Width and height of the picture: in its own shape, as large as a few lines of text leave room for.

        Zero where there is no room. A picture that would be a mere line gets bars beside it.
        """
        if self._look.image_id is None:
            return 0.0, 0.0
        width, height = self._window
        inner, least = self._sizes.inner, LEAST_PICTURE * self._sizes.scale
        room = self._sizes.room - min(text_height, TEXT_LINES * self._row) - self._gap
        most = min(inner * (HIGH_PICTURE if height > width else LOW_PICTURE), room)
        if most < least:
            return 0.0, 0.0
        shape = self._look.shape or self._default_shape()
        high = min(max(least, inner * shape), most)
        return min(max(least, high / shape), inner), high

    def _default_shape(self) -> float:
        """The shape that is kept free for a picture that is loading."""
        return HIGH_PICTURE if self._look.image_id == self._card.portrait_image_id else LOW_PICTURE

    def _background(self, box: Box) -> None:
        """The panel of the card, its shadow, and the scrim over the game."""
        theme, s = self._theme, self._sizes.scale
        if theme.scrim.alpha:
            self._shapes.append(Panel(Box(0.0, 0.0, *self._window), theme.scrim))
        layer = theme.shadow._replace(alpha=theme.shadow.alpha // SHADOW_LAYERS)
        for number in range(SHADOW_LAYERS if layer.alpha else 0):
            spread = SHADOW_SPREAD * s * (1 - number / SHADOW_LAYERS) ** 1.6
            cast = Box(box.left, box.top + SHADOW_FALL * s, box.width, box.height).inset(-spread)
            self._shapes.append(Panel(cast, layer, theme.corner * s + spread))
        self._shapes.append(Panel(box, theme.card, theme.corner * s, theme.card_edge, max(1.0, 1.5 * s)))

    def _picture(self, image_id: str, wide: float, high: float) -> None:
        well = Box(self._left + (self._sizes.inner - wide) / 2, self._top, wide, high)
        self._shapes.append(Panel(well, self._theme.well, self._theme.corner * self._sizes.scale / 3))
        if self._look.loading:
            self._dots(well)
        self._shapes.append(Picture(well, image_id))
        self._top += high + self._gap

    def _dots(self, box: Box) -> None:
        """Three dots in the middle: the picture is loading."""
        dot = 8 * self._sizes.scale
        for number in (-1, 0, 1):
            middle = box.left + box.width / 2 + number * 2.5 * dot
            place = Box(middle - dot / 2, box.top + (box.height - dot) / 2, dot, dot)
            self._shapes.append(Panel(place, self._theme.secondary, dot / 2))

    def _eyebrow(self) -> None:
        """The countdown, in a pill above the title."""
        sizes, s = self._sizes, self._sizes.scale
        size = sizes.size * EYEBROW
        measure = partial(self._ruler.width, size=size, bold=True)
        inset = 10 * s
        text = shorten(self._look.countdown, sizes.inner - 2 * inset, measure)
        # As wide as with the widest digit, so that it does not tremble.
        room = min(sizes.inner - 2 * inset, max(measure(text), measure(_DIGIT.sub("0", text))))
        high = eyebrow_height(sizes.size, s, self._ruler)
        right_aligned = bool(sizes.title) and sizes.title[0].right_aligned
        left = self._left + (sizes.inner - room - 2 * inset if right_aligned else 0.0)
        pill = Box(left, self._top, room + 2 * inset, high)
        line = self._ruler.line_height(size, True)
        place = Box(left + inset, self._top + (high - line) / 2, room, line)
        self._shapes += [
            Panel(pill, self._theme.well, high / 2),
            Text(place, text, size, self._theme.strong, True),
        ]
        self._top += high + self._gap

    def _title(self) -> None:
        sizes = self._sizes
        high = self._ruler.line_height(sizes.title_size, True)
        for line in sizes.title:
            place = self._place(line, self._top, high, sizes.title_size, True)
            self._shapes.append(Text(place, line.text, sizes.title_size, self._theme.title, True))
            self._top += high
        self._top += self._gap

    def _text(self, clip: Box, scroll: float, whole: float) -> None:
        """The part that scrolls: the body, and the list of rewards."""
        sizes, theme = self._sizes, self._theme
        line = sizes.line
        top = clip.top - scroll
        first, end = max(0, int(scroll / line) - 1), int((scroll + clip.height) / line) + 2
        for number, row in enumerate(self._body[first:end], first):
            place = self._place(row, top + number * line, line, sizes.size, False)
            if row.text:
                self._add_clipped(Text(place, row.text, sizes.size, theme.text, False, clip))
        if self._card.rewards:
            begins = len(self._body) * line + (self._gap if self._body else 0.0)
            self._rewards(top + begins, clip)
        if whole > clip.height:
            self._scroll_bar(clip, scroll, whole)

    def _rewards(self, top: float, clip: Box) -> None:
        sizes, theme, s = self._sizes, self._theme, self._sizes.scale
        rows = self._card.rewards
        well = _common(Box(clip.left, top, clip.width, len(rows) * self._row + self._gap), clip)
        if well is not None:
            self._shapes.append(Panel(well, theme.well, theme.corner * s / 2))
        inset = self._gap
        bold = partial(self._ruler.width, size=sizes.size, bold=True)
        amounts = min(max(bold(row.amount) for row in rows), sizes.inner * 0.4)
        between = self._gap if amounts else 0.0
        named = sizes.inner - 2 * inset - amounts - between
        top += self._gap / 2 + (self._row - sizes.line) / 2
        for row in rows:
            amount = shorten(row.amount, amounts, bold)
            name = shorten(row.name, named, partial(self._ruler.width, size=sizes.size))
            right = clip.left + inset + amounts
            room = bold(amount)
            if amount:
                place = Box(right - room, top, room, sizes.line)
                self._add_clipped(Text(place, amount, sizes.size, theme.strong, True, clip))
            place = Box(right + between, top, named, sizes.line)
            self._add_clipped(Text(place, name, sizes.size, theme.text, False, clip))
            top += self._row

    def _scroll_bar(self, clip: Box, scroll: float, whole: float) -> None:
        """The scroll bar beside the text."""
        s = self._sizes.scale
        wide = max(2.0, 4 * s)
        high = max(clip.height * clip.height / whole, min(clip.height, 4 * wide))
        top = clip.top + (clip.height - high) * scroll / (whole - clip.height)
        left = clip.right + (PAD * s - wide) / 2
        self._shapes.append(
            Panel(Box(left, top, wide, high), self._theme.text._replace(alpha=SCROLL_BAR_ALPHA), wide / 2)
        )

    def _buttons(self) -> None:
        sizes, s = self._sizes, self._sizes.scale
        high = button_height(sizes.size, s, self._ruler)
        wide = sizes.inner if sizes.stacked else button_width(self._card, sizes.inner, s)
        buttons = reversed(self._card.buttons) if sizes.stacked else self._card.buttons
        left = self._left
        for button in buttons:
            place = Box(left, self._top, wide, high)
            self._button(button, place)
            self._targets.append(Target(place, button.name))
            if sizes.stacked:
                self._top += high + self._gap
            else:
                left += wide + self._gap

    def _button(self, button: Button, box: Box) -> None:
        theme, s, size = self._theme, self._sizes.scale, self._sizes.size
        color, on_color = (
            (theme.primary, theme.on_primary) if button.primary else (theme.secondary, theme.on_secondary)
        )
        radius = theme.corner * s / 2
        if button.name == self._look.focus:
            self._ring(box, radius)
        measure = partial(self._ruler.width, size=size, bold=True)
        label = shorten(button.label, box.width - 2 * BUTTON_PAD * s, measure)
        room, high = measure(label), self._ruler.line_height(size, True)
        place = Box(box.left + (box.width - room) / 2, box.top + (box.height - high) / 2, room, high)
        self._shapes.append(Panel(box, color, radius))
        if label:
            self._shapes.append(Text(place, label, size, on_color, True))

    def _ring(self, box: Box, radius: float) -> None:
        """The focus ring around a button, a little apart from it."""
        ring = max(1.5, RING * self._sizes.scale)
        apart = 2 * ring
        for by, color in ((apart, self._theme.focus), (apart - ring, self._theme.card)):
            self._shapes.append(Panel(box.inset(-by), color, radius + by))

    def _place(self, line: Line, top: float, high: float, size: float, bold: bool) -> Box:
        """The box of a line: at the left, or at the right for a script that runs from there."""
        if not line.right_aligned:
            return Box(self._left, top, self._sizes.inner, high)
        room = self._ruler.width(line.text, size, bold)
        return Box(self._left + self._sizes.inner - room, top, room, high)

    def _add_clipped(self, text: Text) -> None:
        if text.clip is not None and _common(text.box, text.clip) is not None:
            self._shapes.append(text)


def _common(box: Box, clip: Box) -> Box | None:
    """The part of a box that lies in another, or None."""
    left, top = max(box.left, clip.left), max(box.top, clip.top)
    right, bottom = min(box.right, clip.right), min(box.bottom, clip.bottom)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None
