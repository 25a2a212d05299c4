"""The colours: the fixed ones, and the theme that a remote config may change while the game runs."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]

INK: Colour = (18, 20, 43)
PANEL: Colour = (24, 27, 56)
PANEL_EDGE: Colour = (70, 77, 132)
PAPER: Colour = (247, 244, 234)
MUTED: Colour = (178, 185, 220)
GOLD: Colour = (255, 209, 102)
GOLD_DARK: Colour = (201, 134, 38)
GOLD_LIGHT: Colour = (255, 240, 190)
RED: Colour = (239, 71, 111)
RED_DARK: Colour = (166, 38, 82)
GREEN: Colour = (82, 214, 152)
GREEN_DARK: Colour = (28, 122, 96)
BLUE: Colour = (88, 140, 255)
BLUE_DARK: Colour = (48, 82, 186)
GEM: Colour = (94, 220, 240)
GEM_DARK: Colour = (40, 140, 190)
STEEL: Colour = (208, 216, 235)
STEEL_DARK: Colour = (134, 146, 184)
SKIN: Colour = (255, 214, 178)
VIOLET: Colour = (168, 112, 255)
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Theme:
    """The three colours that the scenery is mixed from."""

    sky: Colour = (27, 31, 59)
    ground: Colour = (60, 110, 71)
    accent: Colour = GOLD

    def towards(self, other: Theme, share: float) -> Theme:
        """The theme part of the way to another one; `share` runs from 0 to 1."""
        return Theme(
            mix(self.sky, other.sky, share),
            mix(self.ground, other.ground, share),
            mix(self.accent, other.accent, share),
        )


def parse_hex(text: str) -> Colour:
    """The colour written as `#rrggbb`."""
    value = int(text[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def to_hex(colour: Colour) -> str:
    """The colour as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` 0 gives the first colour, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def brightness(colour: Colour) -> float:
    """Perceived brightness from 0 (black) to 1 (white)."""
    red, green, blue = colour
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def readable_on(background: Colour) -> Colour:
    """Dark or light text, whichever can be read on the background."""
    return INK if brightness(background) > 0.5 else PAPER
