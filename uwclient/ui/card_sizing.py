"""The sizes of a card's parts: from its content and the size of the window."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from uwclient.ui.cards import Button, Card
from uwclient.ui.scene import TextMetrics
from uwclient.ui.theme import Theme
from uwclient.ui.wrapping import Line, fit, wrap

SMALLEST_WINDOW = 120.0
"""Pixels of a window's short side below which nothing can be read."""

USUAL_WINDOW = 720.0
SMALL_WINDOW = 240.0
LEAST_SCALE = 0.64
SHRINKING = (1.0, 0.85, 0.7, 0.55, 0.4)
LEAST = 0.3
"""The least scale, in windows and with themes that leave no room for text."""


MARGIN = 20.0
PAD = 24.0
GAP = 14.0
ABOVE_BUTTONS = 24.0
BUTTON_PAD = 11.0
EYEBROW = 0.86
TITLE_LINES = 3
TEXT_LINES = 3


class CardSizes(NamedTuple):
    """The sizes of a card, known before its text is broken into lines.

    Attributes:
        scale: how large everything is.
        wide: the width of the card; `inner` that of what is in it.
        size: the font size of text, and `line` the height of a line.
        title_size: the font size of the title, and `title` its lines.
        stacked: whether the buttons stand one above the other.
        room: the height that is left for the picture and the text.

    """

    scale: float
    wide: float
    inner: float
    size: float
    line: float
    title_size: float
    title: list[Line]
    stacked: bool
    room: float


def size_card(card: Card, width: float, height: float, theme: Theme, ruler: TextMetrics) -> CardSizes:
    """Size the parts of a card for a window of this size: as small as it takes to have room for the text."""
    scale = scale_of(width, height)
    for factor in SHRINKING:
        made = _sizes_at(card, width, height, theme, ruler, scale * factor)
        if _is_roomy(made):
            return made
    return _sizes_at(card, width, height, theme, ruler, scale * LEAST)


def wrap_body(card: Card, made: CardSizes, ruler: TextMetrics) -> Iterator[Line]:
    """The lines of a card's text, made one by one."""
    return wrap(card.body, made.inner, partial(ruler.width, size=made.size)) if card.body else iter(())


def scale_of(width: float, height: float) -> float:
    """How large things are in a window of this size: 1 where its short side is 720 pixels."""
    short = min(width, height)
    if short < SMALL_WINDOW:
        return LEAST_SCALE * short / SMALL_WINDOW
    return max(short / USUAL_WINDOW, LEAST_SCALE)


def _is_roomy(made: CardSizes) -> bool:
    return made.room >= 2 * made.line and made.inner >= 8 * made.size


def _sizes_at(card: Card, width: float, height: float, theme: Theme, ruler: TextMetrics, s: float) -> CardSizes:
    size, title_size = theme.text_size * s, theme.title_size * s
    wide = min(width - 2 * MARGIN * s, theme.card_width * s)
    inner = wide - 2 * PAD * s
    line, title_line = ruler.line_height(size), ruler.line_height(title_size, True)
    room = height - 2 * (MARGIN + PAD) * s
    if card.ends is not None:
        room -= eyebrow_height(size, s, ruler) + GAP * s
    button = button_height(size, s, ruler)
    least = line * min(TEXT_LINES, 1 + bool(card.body) * TEXT_LINES)
    fits = all(_label_width(one, size, s, ruler) <= button_width(card, inner, s) for one in card.buttons)
    in_all = button * len(card.buttons) + GAP * s * (len(card.buttons) - 1)
    room -= ABOVE_BUTTONS * s
    stacked = not fits and room - in_all >= least + title_line + GAP * s
    room -= in_all if stacked else button
    title: list[Line] = []
    if card.title:
        most = int((room - GAP * s - least) / title_line)
        title = fit(
            card.title, inner, min(TITLE_LINES, max(1, most)), partial(ruler.width, size=title_size, bold=True)
        )
        room -= len(title) * title_line + GAP * s
    return CardSizes(s, wide, inner, size, line, title_size, title, stacked, room)


def eyebrow_height(size: float, s: float, ruler: TextMetrics) -> float:
    """How high the countdown above the title is."""
    return ruler.line_height(size * EYEBROW, True) + 8 * s


def button_height(size: float, s: float, ruler: TextMetrics) -> float:
    """How high a button is."""
    return ruler.line_height(size, True) + 2 * BUTTON_PAD * s


def button_width(card: Card, inner: float, s: float) -> float:
    """The width of each button where they stand side by side."""
    count = max(1, len(card.buttons))
    return (inner - GAP * s * (count - 1)) / count


def _label_width(button: Button, size: float, s: float, ruler: TextMetrics) -> float:
    return ruler.width(button.label, size, True) + 2 * BUTTON_PAD * s
