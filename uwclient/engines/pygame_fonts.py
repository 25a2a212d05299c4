"""Owns the fonts that text is drawn in with pygame, one for each size, and what they measure."""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path
from weakref import WeakSet

import pygame
from pygame.font import Font

from uwclient.engines.font_fallback import BOLD, REGULAR, FontFallback, Run
from uwclient.engines.system_fonts import Coverage, SystemFonts

LEADING = 1.28
"""The least height of a line, in sizes of its font."""

LEAST_PIXELS, MOST_PIXELS = 4, 400
MOST_FONTS = 24
LETTERS = "".join(map(chr, range(0x20, 0x7F)))
OWN = Path(pygame.__file__).parent / pygame.font.get_default_font()
"""The font that comes with pygame."""

_open_fonts: WeakSet[Fonts] = WeakSet()
"""Who has fonts open. `pygame.quit()` and `pygame.font.quit()` close them; to use one then ends the process."""

_quit = pygame.font.quit


class FontRuler:
    """Owns nothing; measures in fonts that do not change. With further fonts there is another ruler."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide one line is, in pixels."""
        pixels = pixels_of(size)
        runs = self._fonts.runs(text, bold)
        return float(sum(self._fonts.font(face, pixels, bold).size(part)[0] for face, part in runs))

    def line_height(self, size: float, bold: bool = False) -> float:
        """How high one line is, in pixels."""
        pixels = pixels_of(size)
        font = self._fonts.font(BOLD if bold else REGULAR, pixels, bold)
        return float(max(font.get_height(), math.ceil(pixels * LEADING)))


class Fonts:
    """Owns the open fonts: those of the theme, or plain ones of the system, or pygame's own.

    A character that they lack is looked for in the other fonts of the system, in the background; once one is found,
    `ruler` is another object.
    """

    def __init__(self, font: str | None = None, bold_font: str | None = None) -> None:
        pygame.font.init()
        self._files = SystemFonts()
        regular, bold = self._files.plain()
        named = self._files.named(font)
        first = named or regular or OWN
        self._faces = [first, self._files.named(bold_font) or (bold if named is None else None) or first]
        self._characters = FontFallback(self._files, [Coverage(face) for face in self._faces])
        self._fonts: OrderedDict[tuple[int, int, bool], Font] = OrderedDict()
        self.ruler = FontRuler(self)

    @property
    def is_searching(self) -> bool:
        """Whether characters are looked for in further fonts."""
        return self._characters.is_searching

    def update(self) -> None:
        """Have characters looked for that are lacking, and take over the fonts that were found."""
        found = self._characters.update()
        if found is not None:
            self._faces += found
            self.ruler = FontRuler(self)

    def runs(self, text: str, bold: bool) -> list[Run]:
        """The text in parts, each with a face that has its characters."""
        if text.isascii():
            return [Run(BOLD if bold else REGULAR, text)] if text else []
        return self._characters.runs(text, bold)

    def font(self, face: int, pixels: int, bold: bool) -> Font:
        """A face in a size; those that were not used for the longest time are closed."""
        key = (face, pixels, bold)
        font = self._fonts.get(key)
        if font is not None:
            self._fonts.move_to_end(key)
            return font
        _watch(self)
        font = self._fonts[key] = _open(self._faces[face], pixels)
        if bold and (face != BOLD or self._faces[BOLD] == self._faces[REGULAR]):
            font.set_bold(True)
        if len(self._fonts) > MOST_FONTS:
            self._fonts.popitem(last=False)
        return font

    def warm(self, size: float, bold: bool) -> None:
        """Have a font open, with its letters drawn once."""
        self.font(BOLD if bold else REGULAR, pixels_of(size), bold).render(LETTERS, True, (0, 0, 0))

    def close(self) -> None:
        """Close all fonts."""
        self._files.close()
        self.forget()
        _open_fonts.discard(self)
        if not _open_fonts:
            pygame.font.quit = _quit

    def forget(self) -> None:
        """Close the open ones; those that are needed are opened again."""
        self._fonts.clear()


def pixels_of(size: float) -> int:
    """Sizes are whole pixels, so that letters are sharp and a window that is being resized needs few fonts."""
    return max(LEAST_PIXELS, min(MOST_PIXELS, round(size)))


def _watch(fonts: Fonts) -> None:
    """Have fonts that are about to be open forgotten when pygame, or its module for fonts, quits."""
    if fonts not in _open_fonts:
        pygame.font.init()
        pygame.register_quit(_forget_all)
        pygame.font.quit = _forget_all_and_quit
        _open_fonts.add(fonts)


def _forget_all() -> None:
    for fonts in _open_fonts:
        fonts.forget()
    _open_fonts.clear()
    pygame.font.quit = _quit


def _forget_all_and_quit() -> None:
    """In the place of `pygame.font.quit`, since pygame tells nobody of that."""
    _forget_all()
    _quit()


def _open(path: Path, pixels: int) -> Font:
    """The font of a file, or pygame's own when it is not one."""
    try:
        return Font(str(path), pixels)
    except (OSError, pygame.error):
        return Font(None, pixels)
