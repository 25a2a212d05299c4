"""Owns where the parts of a card are: pure, from what it says and the size of the window to a scene."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from uwclient.ui.cards import Button, Card
from uwclient.ui.scene import Box, Color, Panel, Picture, Ruler, Scene, Shape, Target, Text
from uwclient.ui.theme import Theme
from uwclient.ui.wrapping import fit, shorten, wrap

USUAL_HEIGHT = 720.0
LEAST_SCALE = 0.64
SMALL_WINDOW = 240.0
SMALLEST_WINDOW = 60.0
CARD = "card"


class Look(NamedTuple):
    """What of a card changes while it is on the screen.

    Attributes:
        focus: the name of the button that a key would press.
        scroll: how far the text is scrolled, in pixels.
        countdown: what is said of the time left, or "".
        lost: whether the image cannot be had.

    """

    focus: str = ""
    scroll: float = 0.0
    countdown: str = ""
    lost: bool = False


class Layout(NamedTuple):
    """A card laid out: how to draw it, how far it scrolls, and which image it needs in which size."""

    scene: Scene
    most_scroll: float
    line: float
    picture: Picture | None


def scale_of(width: float, height: float) -> float:
    """How large things are in a window of this size: 1 where its short side is 720 pixels."""
    short = min(width, height)
    return max(short / USUAL_HEIGHT, LEAST_SCALE) if short >= SMALL_WINDOW else LEAST_SCALE * short / SMALL_WINDOW


def lay_out(card: Card, look: Look, width: float, height: float, theme: Theme, ruler: Ruler) -> Layout:
    """Where everything of a card is in a window of this size."""
    s = scale_of(width, height)
    size, title_size = theme.text_size * s, theme.title_size * s
    margin, pad, gap = 16 * s, 24 * s, 12 * s
    wide = min(width - 2 * margin, theme.card_width * s)
    inner = wide - 2 * pad
    line = ruler.line_height(size)
    title_line = ruler.line_height(title_size, True)
    bold = partial(ruler.width, size=size, bold=True)
    room = height - 2 * margin - 2 * pad
    button_height = ruler.line_height(size, True) + 20 * s
    room -= button_height + gap
    if look.countdown:
        room -= line + gap
    title = (
        fit(
            card.title,
            inner,
            max(1, min(3, int((room - 3 * line) / title_line))),
            partial(ruler.width, size=title_size, bold=True),
        )
        if card.title
        else []
    )
    room -= len(title) * title_line + (gap if title else 0)
    amounts = max((bold(row.amount) for row in card.bundle), default=0.0)
    body = wrap(card.body, inner - gap, partial(ruler.width, size=size)) if card.body else []
    text_height = line * (len(body) + len(card.bundle)) + (gap if card.bundle else 0)
    image = None if look.lost else card.image_id(portrait=height > width)
    picture_height = 0.0
    if image is not None:
        picture_height = min(inner * (1.0 if height > width else 0.5625), room - min(text_height, 4 * line) - gap)
        if picture_height < 40 * s:
            picture_height, image = 0.0, None
        else:
            room -= picture_height + gap
    shown_height = max(0.0, min(text_height, room))
    whole = height - 2 * margin - room + shown_height
    left, top = (width - wide) / 2, (height - whole) / 2
    box = Box(left, top, wide, whole)
    shapes: list[Shape] = []
    if theme.scrim.alpha:
        shapes.append(Panel(Box(0, 0, width, height), theme.scrim))
    shapes.append(Panel(box, theme.card, theme.corner * s, theme.card_edge, max(1.0, 2 * s)))
    x, y = left + pad, top + pad
    picture = None
    if image is not None:
        well = Box(x, y, inner, picture_height)
        picture = Picture(well, image)
        shapes += [Panel(well, theme.well, theme.corner * s / 2), picture]
        y += picture_height + gap
    for row in title:
        shapes.append(Text(Box(x, y, inner, title_line), row, title_size, theme.title, True))
        y += title_line
    if title:
        y += gap
    clip = Box(x, y, inner, shown_height)
    most_scroll = max(0.0, text_height - shown_height)
    at = y - min(look.scroll, most_scroll)
    for row in body:
        _add(shapes, Text(Box(x, at, inner - gap, line), row, size, theme.text, False, clip))
        at += line
    at += gap if card.bundle else 0
    for entry in card.bundle:
        if entry.amount:
            _add(shapes, Text(Box(x, at, amounts, line), entry.amount, size, theme.strong, True, clip))
        name = shorten(entry.name, inner - gap - amounts - gap, partial(ruler.width, size=size))
        _add(
            shapes,
            Text(Box(x + amounts + gap, at, inner - amounts - 2 * gap, line), name, size, theme.text, False, clip),
        )
        at += line
    y += shown_height + gap
    if look.countdown:
        shapes.append(Text(Box(x, y, inner, line), look.countdown, size, theme.strong))
        y += line + gap
    targets = []
    wide_button = (inner - gap * (len(card.buttons) - 1)) / max(1, len(card.buttons))
    for number, button in enumerate(card.buttons):
        place = Box(x + number * (wide_button + gap), y, wide_button, button_height)
        shapes += _button(button, place, button.name == look.focus, theme, s, ruler)
        targets.append(Target(place, button.name))
    return Layout(Scene(tuple(shapes), (Target(box, CARD), *targets)), most_scroll, line, picture)


def lay_out_toast(text: str, width: float, height: float, theme: Theme, ruler: Ruler) -> Scene:
    """Where a note is in a window of this size."""
    s = scale_of(width, height)
    size = theme.text_size * s
    line = ruler.line_height(size)
    measure = partial(ruler.width, size=size)
    pad, margin = 14 * s, 16 * s
    rows = fit(text, min(width - 2 * margin, theme.card_width * s) - 2 * pad, 2, measure)
    wide = max(map(measure, rows)) + 2 * pad
    high = len(rows) * line + 2 * pad
    box = Box((width - wide) / 2, height - margin - high, wide, high)
    shapes: list[Shape] = [Panel(box, theme.toast, high / 4)]
    for number, row in enumerate(rows):
        room = measure(row)
        shapes.append(
            Text(Box((width - room) / 2, box.top + pad + number * line, room, line), row, size, theme.on_toast)
        )
    return Scene(tuple(shapes))


def _add(shapes: list[Shape], text: Text) -> None:
    clip = text.clip
    if clip is not None and text.box.bottom > clip.top and text.box.top < clip.bottom:
        shapes.append(text)


def _button(button: Button, box: Box, focused: bool, theme: Theme, s: float, ruler: Ruler) -> list[Shape]:
    color, on_color = (theme.primary, theme.on_primary) if button.primary else (theme.secondary, theme.on_secondary)
    size = theme.text_size * s
    measure = partial(ruler.width, size=size, bold=True)
    label = shorten(button.label, box.width - 16 * s, measure)
    room, high = measure(label), ruler.line_height(size, True)
    edge: Color | None = theme.focus if focused else None
    return [
        Panel(box, color, theme.corner * s / 2, edge, 3 * s if focused else 0.0),
        Text(
            Box(box.left + (box.width - room) / 2, box.top + (box.height - high) / 2, room, high),
            label,
            size,
            on_color,
            True,
        ),
    ]
