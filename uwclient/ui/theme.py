"""The look of the ready-made screens: colors, sizes and fonts."""

from __future__ import annotations

from typing import NamedTuple

from uwclient import ArgumentError
from uwclient.ui.contrast import contrast
from uwclient.ui.scene import Color

LEAST_CONTRAST = 4.5
"""Text below this is hard to read (WCAG 2.1, level AA)."""

LEAST_RING_CONTRAST = 3.0
"""The least contrast of what is not text, such as the focus ring (WCAG 2.1)."""

MOST_PIXELS = 2000
LEAST_CARD = 200.0
"""A card that is narrower has no room for words."""

_SIZES = ("title_size", "text_size")
_TEXTS = (
    ("title", "card"),
    ("text", "card"),
    ("text", "well"),
    ("strong", "well"),
    ("on_primary", "primary"),
    ("on_secondary", "secondary"),
    ("on_toast", "toast"),
)
"""The colors of texts, each with the color behind it."""


class Theme(NamedTuple):
    """The look of cards and toasts. Sizes are in pixels of a window 720 pixels high; they grow with the window.

    `LiveUI` raises ArgumentError for a theme that cannot be drawn, or whose text cannot be read.

    Attributes:
        card: the color of a card; `card_edge` of its edge.
        title: the color of headings on a card; `text` of the other text, `strong` of amounts and countdowns.
        primary: the color of the button that is meant to be pressed; `on_primary` of its label.
        secondary: the color of other buttons; `on_secondary` of their labels.
        focus: the color of the ring around the button that has the focus.
        well: the background of pictures and of the list of rewards.
        shadow: the shadow of a card; its alpha is that of the darkest part.
        scrim: covers the game behind a card; there is none with an alpha of 0. It costs pygame half a millisecond
            a frame in a window of 1280 x 720.
        toast: the color of a toast; `on_toast` of its text.
        title_size: the font size of headings; `text_size` of the other text.
        corner: the radius of a card's corners.
        card_width: the width of a card in a window that is wide enough.
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
    shadow: Color = Color(0, 0, 0, 110)
    scrim: Color = Color(0, 0, 0, 0)
    toast: Color = Color(20, 23, 38)
    on_toast: Color = Color(238, 240, 250)
    title_size: float = 28.0
    text_size: float = 18.0
    corner: float = 18.0
    card_width: float = 560.0
    font: str | None = None
    bold_font: str | None = None


def check_theme(theme: Theme) -> None:
    """Raise ArgumentError for a theme that cannot be drawn, or whose text cannot be read."""
    for name, usual in Theme._field_defaults.items():
        if isinstance(usual, Color):
            _check_color(name, getattr(theme, name))
    for name in _SIZES:
        _check_size(name, getattr(theme, name), least=1.0)
    _check_size("corner", theme.corner, least=0.0)
    _check_size("card_width", theme.card_width, least=LEAST_CARD)
    for name in ("font", "bold_font"):
        given = getattr(theme, name)
        if given is not None and (not isinstance(given, str) or not given):
            raise ArgumentError(f"Theme.{name} must be the name or the file of a font, or None.")
    for above, below in _TEXTS:
        _check_contrast(theme, above, below, LEAST_CONTRAST)
    _check_contrast(theme, "focus", "card", LEAST_RING_CONTRAST)


def _check_color(name: str, color: object) -> None:
    fits = isinstance(color, tuple) and len(color) == 4
    if not fits or not all(isinstance(part, int) and 0 <= part <= 255 for part in color):  # type: ignore[attr-defined]
        raise ArgumentError(f"Theme.{name} must be a Color whose parts are 0 to 255, not {color!r}.")


def _check_size(name: str, size: object, least: float) -> None:
    is_number = isinstance(size, (int, float)) and not isinstance(size, bool)
    if not is_number or not least <= size <= MOST_PIXELS:  # type: ignore[operator]
        raise ArgumentError(
            f"Theme.{name} must be a number of pixels from {least:.0f} to {MOST_PIXELS}, not {size!r}."
        )


def _check_contrast(theme: Theme, above: str, below: str, least: float) -> None:
    found = contrast(getattr(theme, above), getattr(theme, below))
    if found < least:
        raise ArgumentError(
            f"Theme.{above} is hard to tell from Theme.{below}: their contrast is {found:.1f}, and should be {least} "
            f"or more. Make one of them lighter or darker."
        )
