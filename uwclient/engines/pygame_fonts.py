"""Owns the fonts that text is drawn in with pygame, one for each size."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from weakref import WeakSet

import pygame
from pygame.font import Font

from uwclient.engines.font_fallback import BOLD, REGULAR, Run
from uwclient.engines.font_set import FontSet, OpenFace
from uwclient.engines.system_fonts import Coverage

MOST_FONTS = 24
LETTERS = "".join(map(chr, range(0x20, 0x7F)))
OWN = Path(pygame.__file__).parent / pygame.font.get_default_font()
"""The font that comes with pygame."""

_open_fonts: WeakSet[Fonts] = WeakSet()
"""Who has fonts open. `pygame.quit()` and `pygame.font.quit()` close them; to use one then ends the process."""

_quit = pygame.font.quit


class Fonts(FontSet[Path]):
    """Owns the open fonts: those of the theme, or plain ones of the system, or pygame's own."""

    def __init__(self, font: str | None = None, bold_font: str | None = None) -> None:
        pygame.font.init()
        super().__init__(font, bold_font)
        self._fonts: OrderedDict[tuple[int, int, bool], Font] = OrderedDict()

    def run_width(self, run: Run, pixels: int, bold: bool) -> float:
        """How wide a part of a text is, in pixels."""
        return self.font(run.face, pixels, bold).size(run.text)[0]

    def face_height(self, face: int, pixels: int, bold: bool) -> float:
        """How high a line in a font is, in pixels."""
        return self.font(face, pixels, bold).get_height()

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
        """Open a font, and draw its letters once."""
        self.font(BOLD if bold else REGULAR, self.pixels(size), bold).render(LETTERS, True, (0, 0, 0))

    def close(self) -> None:
        """Close all fonts."""
        self._files.close()
        self.clear()
        _open_fonts.discard(self)
        if not _open_fonts:
            pygame.font.quit = _quit

    def clear(self) -> None:
        """Close the open fonts; those that are needed are opened again."""
        self._fonts.clear()

    def _open_further(self, path: Path) -> Path:
        return path

    def _open_face(self, path: Path | None) -> OpenFace[Path]:
        path = path or OWN
        return OpenFace(path, Coverage(path))


def _watch(fonts: Fonts) -> None:
    """Have fonts that are about to be open forgotten when pygame, or its module for fonts, quits."""
    if fonts not in _open_fonts:
        pygame.font.init()
        pygame.register_quit(_clear_all)
        pygame.font.quit = _clear_all_and_quit
        _open_fonts.add(fonts)


def _clear_all() -> None:
    for fonts in _open_fonts:
        fonts.clear()
    _open_fonts.clear()
    pygame.font.quit = _quit


def _clear_all_and_quit() -> None:
    """In the place of `pygame.font.quit`, since pygame tells nobody of that."""
    _clear_all()
    _quit()


def _open(path: Path, pixels: int) -> Font:
    """The font of a file, or pygame's own when it is not one."""
    try:
        return Font(str(path), pixels)
    except (OSError, pygame.error):
        return Font(None, pixels)
