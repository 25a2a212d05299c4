"""Owns the fonts that text is drawn in with Panda3D, one for each size."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from panda3d.core import DynamicTextFont, Filename, NodePath, SamplerState, TextNode, TextProperties

from uwclient.engines.font_fallback import BOLD, REGULAR, Run
from uwclient.engines.font_set import FontSet, OpenFace
from uwclient.engines.system_fonts import Coverage
from uwclient.ui.scene import Text

FINE_PIXELS = 64
"""From this size on, sizes are further apart the larger they are, so that there are only so many."""

PAGE = 512
"""How wide and high the textures are that keep the glyphs of a font, in pixels."""

MARGIN = 2
"""Pixels around each glyph in its texture."""

OFF = MARGIN - 0.5
"""How many pixels too far right and down Panda3D draws a glyph: by its margin, but half a pixel early."""

LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "…·—’"
LETTERS_AT_ONCE = 8
INSTEAD = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " "),
    **dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)], None),
    **dict.fromkeys([*range(0xFE00, 0xFE10), 0xFEFF, *range(0xD800, 0xE000)], None),
}
"""What is drawn for characters without a glyph: a TextNode takes some of them for commands."""

_log = logging.getLogger("uwclient")


class Fonts(FontSet[Any]):
    """Owns the open fonts: those of the theme, or plain ones of the system, or Panda3D's own.

    The same fonts draw and measure. None of them is in Panda3D's pool, so that none stays.
    """

    def __init__(self, font: str | None = None, bold_font: str | None = None) -> None:
        super().__init__(font, bold_font)
        self._sized: dict[tuple[int, int], Any] = {}
        self._cold: Iterator[bool] = iter(())
        self._node = TextNode("uwclient")

    def runs(self, text: str, bold: bool) -> list[Run]:
        """Split a text into parts, each with a font that has its characters."""
        return super().runs(text if text.isascii() and text.isprintable() else text.translate(INSTEAD), bold)

    def pixels(self, size: float) -> int:
        """The size of the font for a size of text: of the large ones not each, so that there are only so many."""
        pixels = super().pixels(size)
        step = 1 << (pixels // FINE_PIXELS).bit_length()
        return pixels // step * step

    def run_width(self, run: Run, pixels: int, bold: bool) -> float:
        """How wide a part of a text is, in pixels."""
        self._node.setFont(self.font(run.face, pixels))
        return float(self._node.calcWidth(run.text)) * pixels

    def face_height(self, face: int, pixels: int, bold: bool) -> float:
        """How high a line in a font is, in pixels."""
        return float(self.font(face, pixels).getLineHeight()) * pixels

    def font(self, face: int, pixels: int) -> Any:
        """A face in a size, which is kept: Panda3D keeps the textures of a font that is thrown away."""
        font = self._sized.get((face, pixels))
        if font is None:
            font = self._sized[face, pixels] = self._faces[face].makeCopy()
            font.setScaleFactor(1)
            font.setPixelsPerUnit(pixels)
            font.setPageSize(PAGE, PAGE)
            font.setTextureMargin(MARGIN)
            font.setPolyMargin(0)
            font.setMinfilter(SamplerState.FTNearest)  # it is drawn pixel by pixel
            font.setMagfilter(SamplerState.FTNearest)
            font.setSpaceAdvance(round(font.getSpaceAdvance() * pixels) / pixels)
        return font

    def draw(self, text: Text) -> Any:
        """The NodePath of one line of text, white, at its place in pixels."""
        pixels = self.pixels(text.size)
        drawn = NodePath("text")
        x, z = float(round(text.box.left)), -self._baseline(text, pixels)
        for run in self.runs(text.text, text.bold):
            self._node.setFont(self.font(run.face, pixels))
            self._node.setText(run.text)
            part = drawn.attachNewNode(self._node.generate())
            part.setPosHprScale(x - OFF, 0.0, z + OFF, 0.0, 0.0, 0.0, pixels, pixels, pixels)
            x += self.run_width(run, pixels, text.bold)
        return drawn

    def expect(self, sizes: Iterable[tuple[float, bool]]) -> None:
        """Have `warm` make the letters of these sizes, some bold, ready to be drawn."""
        self._cold = self._glyphs([(BOLD if bold else REGULAR, self.pixels(size)) for size, bold in sizes])

    def warm(self) -> bool:
        """Make a few letters ready, for a small part of a frame; whether there were any left."""
        return next(self._cold, False)

    def close(self) -> None:
        """Close all fonts."""
        self._files.close()
        self._node.clearFont()
        self._cold = iter(())
        for font in (*self._sized.values(), *self._faces):
            for page in font.getPages():
                page.releaseAll()
                page.clearRamImage()
        self._sized.clear()
        self._faces.clear()

    def _open_further(self, path: Path) -> Any:
        return _open(path) or _own()

    def _open_face(self, path: Path | None) -> OpenFace[Any]:
        font = _open(path)
        if path is None or font is None:
            own = _own()
            return OpenFace(own, _OwnCoverage(own))
        return OpenFace(font, Coverage(path))

    def _glyphs(self, sizes: list[tuple[int, int]]) -> Iterator[bool]:
        for face, pixels in sizes:
            for number, character in enumerate(LETTERS):
                self.font(face, pixels).getGlyph(ord(character))
                if number % LETTERS_AT_ONCE == 0:
                    yield True

    def _baseline(self, text: Text, pixels: int) -> float:
        """The baseline of the letters: capitals are in the middle of the line, and descenders stay in it."""
        font = self.font(BOLD if text.bold else REGULAR, pixels)
        capital, bar = font.getGlyph(ord("H")), font.getGlyph(ord("|"))
        hanging = (capital.getBottom() - bar.getBottom()) * pixels
        down = min((text.box.height + capital.getTop() * pixels) / 2, text.box.height - hanging)
        return float(round(text.box.top + down))


class _OwnCoverage:
    """The characters that Panda3D's own font has, which is in no file."""

    def __init__(self, font: Any) -> None:
        self._node = TextNode("uwclient")
        self._node.setFont(font)

    def __contains__(self, character: str) -> bool:
        return bool(self._node.hasCharacter(character))


def _open(path: Path | None) -> Any:
    """The font of a file; None without a file, and for one that is no font."""
    if path is None:
        return None
    font = DynamicTextFont(Filename.fromOsSpecific(str(path)))
    if font.isValid():
        return font
    _log.warning("The font file %s cannot be read; another font is used.", path)
    return None


def _own() -> Any:
    """The font that comes with Panda3D, as large as its letters are drawn."""
    return TextProperties.getDefaultFont().makeCopy()
