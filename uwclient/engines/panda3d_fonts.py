"""Owns the fonts that text is drawn in with Panda3D, one for each size, and what they measure."""

from __future__ import annotations

import logging
import math
import os
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from panda3d.core import DynamicTextFont, Filename, NodePath, TextNode, TextProperties

from uwclient.ui.scene import Text

Run = tuple[int, str]
"""A part of a text that one font has: the number of its face, and the characters."""

SANS = (
    ("segoeui.ttf", "segoeuib.ttf"),
    ("HelveticaNeue.ttc", "HelveticaNeue.ttc"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Roboto-Regular.ttf", "Roboto-Bold.ttf"),
    ("Ubuntu-R.ttf", "Ubuntu-B.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
)
"""Plain fonts of desktop systems and their bold ones, best first. Panda3D's own has no letters but the Latin ones."""

FURTHER = (
    "DejaVuSans.ttf",
    "NotoSansCJK-Regular.ttc",
    "DroidSansFallbackFull.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "YuGothM.ttc",
    "msgothic.ttc",
    "msyh.ttc",
    "malgun.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "AppleSDGothicNeo.ttc",
    "Arial Unicode.ttf",
    "tahoma.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "leelawui.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "Nirmala.ttf",
    "seguisym.ttf",
    "seguiemj.ttf",
    "NotoSansSymbols2-Regular.ttf",
    "FreeSans.ttf",
    "unifont.ttf",
)
"""Fonts to look into for a character that the first one lacks, in this order."""

MOST_FONT_FILES = 5000
MOST_SIZES = 24
MOST_PLACES = 4096
PAGE = 512
"""How wide and high the textures are that keep the glyphs of a font, in pixels."""

LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "…·—’"
LETTERS_AT_ONCE = 8
UNKNOWN = "?"
INSTEAD = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)], None),
    **dict.fromkeys([*range(0xFE00, 0xFE10), 0xFEFF], None),
    **dict.fromkeys(range(0xD800, 0xE000), UNKNOWN),
}
"""What is drawn for characters without a picture: some mean something else to a TextNode, such as another font."""


_log = logging.getLogger("uwclient")


class Fonts:
    """Owns the fonts that text is drawn in: those of the theme, or plain ones of the system, or Panda3D's own.

    Further fonts of the system are looked into when a text has a character that these lack. It is a `Ruler`: the same
    fonts draw and measure. Nothing of it is in Panda3D's font pool, so that nothing stays behind.
    """

    def __init__(self, font: str | None = None, bold_font: str | None = None) -> None:
        self._files = {path.name.casefold(): path for path in _font_files()}
        regular, bold = self._sans()
        named = self._named(font)
        self._faces = [self._open(named or regular), self._open(self._named(bold_font) or named or bold)]
        self._further = [name for name in FURTHER if name.casefold() in self._files]
        self._face_of: dict[str, int] = {}
        self._sized: OrderedDict[tuple[int, int], Any] = OrderedDict()
        self._cold: Iterator[bool] = iter(())
        self._node = TextNode("uwclient")

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide one line is, in pixels."""
        pixels = _pixels(size)
        return sum(self._width(*run, pixels) for run in self._runs(text, bold, pixels))

    def line_height(self, size: float, bold: bool = False) -> float:
        """How high one line is, in pixels."""
        pixels = _pixels(size)
        return float(math.ceil(self._font(int(bold), pixels).getLineHeight() * pixels))

    def draw(self, text: Text) -> Any:
        """The NodePath of one line of text, in its color, at its place in pixels."""
        pixels = _pixels(text.size)
        drawn = NodePath("text")
        x, z = float(round(text.box.left)), -self._baseline(text, pixels)
        for face, characters in self._runs(text.text, text.bold, pixels):
            self._node.setFont(self._font(face, pixels))
            self._node.setText(characters)
            run = drawn.attachNewNode(self._node.generate())
            run.setPosHprScale(x, 0.0, z, 0.0, 0.0, 0.0, pixels, pixels, pixels)
            x += self._width(face, characters, pixels)
        drawn.setColorScale(*(part / 255 for part in text.color))
        return drawn

    def expect(self, sizes: Iterable[tuple[float, bool]]) -> None:
        """Have `warm` make the letters of these sizes, some bold, ready to be drawn."""
        self._cold = self._glyphs([(int(bold), _pixels(size)) for size, bold in sizes])

    def warm(self) -> bool:
        """Make a few letters ready, for a small part of a frame; whether there were any left."""
        return next(self._cold, False)

    def close(self) -> None:
        """Forget all fonts."""
        self._node.clearFont()
        self._cold = iter(())
        self._sized.clear()
        self._faces.clear()

    def _glyphs(self, sizes: list[tuple[int, int]]) -> Iterator[bool]:
        for face, pixels in sizes:
            for number, character in enumerate(LETTERS):
                self._font(face, pixels).getGlyph(ord(character))
                if number % LETTERS_AT_ONCE == 0:
                    yield True

    def _baseline(self, text: Text, pixels: int) -> float:
        """Where the letters stand: so that capitals are in the middle of the line, and what hangs down is in it."""
        font = self._font(int(text.bold), pixels)
        capital, bar = font.getGlyph(ord("H")), font.getGlyph(ord("|"))
        hanging = (capital.getBottom() - bar.getBottom()) * pixels
        down = min((text.box.height + capital.getTop() * pixels) / 2, text.box.height - hanging)
        return float(round(text.box.top + down))

    def _width(self, face: int, characters: str, pixels: int) -> float:
        self._node.setFont(self._font(face, pixels))
        return float(self._node.calcWidth(characters)) * pixels

    def _runs(self, text: str, bold: bool, pixels: int) -> list[Run]:
        """The text in parts, each with a face that has its characters."""
        first = int(bold)
        if text.isascii() and text.isprintable():
            return [(first, text)] if text else []
        drawn = (self._place(character, first, pixels) for character in text.translate(INSTEAD))
        return [(face, "".join(part[1] for part in parts)) for face, parts in groupby(drawn, key=itemgetter(0))]

    def _place(self, character: str, first: int, pixels: int) -> Run:
        """The face for a character, and the character to draw: another one when no font has it."""
        if character.isascii() or self._has(first, pixels, character):
            return first, character
        if character not in self._face_of:
            if len(self._face_of) >= MOST_PLACES:
                self._face_of.clear()
            self._face_of[character] = self._look_for(character, pixels)
        face = self._face_of[character]
        return (first, UNKNOWN) if face < 0 else (face, character)

    def _look_for(self, character: str, pixels: int) -> int:
        """The first face that has a character, opening further fonts as long as none has; -1 when no font has it."""
        face = 0
        while not (face < len(self._faces) and self._has(face, pixels, character)):
            if face >= len(self._faces):
                if not self._further:
                    return -1
                self._faces.append(self._open(self._files[self._further.pop(0).casefold()]))
            else:
                face += 1
        return face

    def _has(self, face: int, pixels: int, character: str) -> bool:
        self._node.setFont(self._font(face, pixels))
        return bool(self._node.hasCharacter(character))

    def _font(self, face: int, pixels: int) -> Any:
        """A face in a size; the sizes that were not used for the longest time are forgotten."""
        font = self._sized.get((face, pixels))
        if font is None:
            font = self._faces[face].makeCopy()
            font.setScaleFactor(1)
            font.setPixelsPerUnit(pixels)
            font.setPageSize(PAGE, PAGE)
            font.setSpaceAdvance(round(font.getSpaceAdvance() * pixels) / pixels)
            self._sized[face, pixels] = font
            if len(self._sized) > MOST_SIZES:
                self._sized.popitem(last=False)
        else:
            self._sized.move_to_end((face, pixels))
        return font

    def _open(self, path: Path | None) -> Any:
        """The font of a file, or Panda3D's own."""
        if path is not None:
            font = DynamicTextFont(Filename.fromOsSpecific(str(path)))
            if font.isValid():
                return font
            _log.warning("The font file %s cannot be read; another font is used.", path)
        return TextProperties.getDefaultFont().makeCopy()

    def _sans(self) -> tuple[Path | None, Path | None]:
        for names in SANS:
            regular, bold = (self._files.get(name.casefold()) for name in names)
            if regular is not None:
                return regular, bold or regular
        return None, None

    def _named(self, name: str | None) -> Path | None:
        """The file of a font that is given as a file, or as the name of one of the system's."""
        if name is None or Path(name).is_file():
            return None if name is None else Path(name)
        wanted = _plain(name)
        found = next((path for path in self._files.values() if _plain(path.stem) == wanted), None)
        if found is None:
            _log.warning("There is no font %r on this machine; another one is used.", name)
        return found


def _pixels(size: float) -> int:
    """Sizes are whole pixels, so that letters are sharp and a window that is being resized needs few fonts."""
    return max(4, min(400, round(size)))


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _font_files() -> Iterator[Path]:
    """The font files of this system, as many as one can look through at once."""
    found = 0
    for folder in _font_folders():
        for root, _, names in os.walk(folder):
            for name in names:
                if name.lower().endswith((".ttf", ".ttc", ".otf")):
                    yield Path(root, name)
                    found += 1
            if found > MOST_FONT_FILES:
                return


def _font_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]
