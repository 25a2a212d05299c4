"""Owns how the ready-made screens look: colors, sizes and fonts."""

from __future__ import annotations

from typing import NamedTuple

from uwclient.ui.scene import Color


class Theme(NamedTuple):
    """The look of cards and toasts. Sizes are in pixels of a window 720 pixels high; they grow with the window.

    Attributes:
        card: the color of a card; `card_edge` that of its edge.
        title: the color of headings on a card; `text` that of all else, `strong` of amounts and countdowns.
        primary: the color of the button that is meant to be pressed; `on_primary` of its label.
        secondary: the color of other buttons; `on_secondary` of their labels.
        focus: the ring around the button that a key would press.
        well: what is behind a picture, and behind a bundle.
        shadow: what a card casts; its alpha is where it is darkest.
        scrim: covers the game behind a card; with an alpha of 0 there is none. It costs pygame half a millisecond
            a frame in a window of 1280 x 720.
        toast: the color of a toast; `on_toast` of its text.
        title_size: the font size of headings; `text_size` that of all else.
        corner: the radius of a card's corners.
        card_width: the width of a card, where the window is wide enough.
        font: name or file of the font; None is a plain one of the system.
        bold_font: the same for headings and buttons.

    """

    card: Color = Color(30, 34, 53)
    card_edge: Color = Color(66, 74, 112)
    title: Color = Color(255, 255, 255)
    text: Color = Color(213, 217, 234)
    strong: Color = Color(255, 206, 92)
    primary: Color = Color(255, 200, 69)
    on_primary: Color = Color(40, 28, 6)
    secondary: Color = Color(56, 63, 97)
    on_secondary: Color = Color(238, 240, 250)
    focus: Color = Color(255, 255, 255)
    well: Color = Color(20, 23, 38)
    shadow: Color = Color(0, 0, 0, 120)
    scrim: Color = Color(0, 0, 0, 0)
    toast: Color = Color(20, 23, 38)
    on_toast: Color = Color(238, 240, 250)
    title_size: float = 28.0
    text_size: float = 18.0
    corner: float = 18.0
    card_width: float = 560.0
    font: str | None = None
    bold_font: str | None = None
