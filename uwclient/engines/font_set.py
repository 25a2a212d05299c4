"""Owns the fonts that an engine draws text in: a regular and a bold one, and others for characters they lack."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from uwclient.engines.font_fallback import BOLD, REGULAR, FontFallback, HasCharacters, Run
from uwclient.engines.system_fonts import SystemFonts

LEADING = 1.28
"""The least height of a line, in sizes of its font."""

LEAST_PIXELS, MOST_PIXELS = 4, 400

Face = TypeVar("Face")


class OpenFace(NamedTuple, Generic[Face]):
    """A font of an engine, and the characters that it has."""

    face: Face
    characters: HasCharacters


class FontSet(ABC, Generic[Face]):
    """The fonts of the theme, or plain ones of the system, or the engine's own.

    A character that they lack is searched for in the other fonts of the system, in the background.

    Args:
        font: name or file of the regular font; None is a plain one of the system.
        bold_font: the same for the bold font.

    Attributes:
        ruler: measures text in these fonts. Another object once further fonts were found.

    """

    def __init__(self, font: str | None = None, bold_font: str | None = None) -> None:
        self._files = SystemFonts()
        regular, bold = self._files.plain()
        named = self._files.named(font)
        first = named or regular
        second = self._files.named(bold_font) or (bold if named is None else None) or first
        faces = [self._open_face(first), self._open_face(second)]
        self._faces = [face for face, _ in faces]
        self._fallback = FontFallback(self._files, [characters for _, characters in faces])
        self.ruler = FontRuler(self)

    @property
    def is_searching(self) -> bool:
        """Whether characters are searched for in further fonts."""
        return self._fallback.is_searching

    def update(self) -> None:
        """Start a search for the characters that are lacking, and open the fonts that were found."""
        found = self._fallback.update()
        if found is not None:
            self._faces += [self._open_further(path) for path in found]
            self.ruler = FontRuler(self)

    def runs(self, text: str, bold: bool) -> list[Run]:
        """Split a text into parts, each with a font that has its characters."""
        if text.isascii():
            return [Run(BOLD if bold else REGULAR, text)] if text else []
        return self._fallback.runs(text, bold)

    def pixels(self, size: float) -> int:
        """The size of the font for a size of text: whole pixels, for sharp letters and few fonts."""
        return max(LEAST_PIXELS, min(MOST_PIXELS, round(size)))

    @abstractmethod
    def run_width(self, run: Run, pixels: int, bold: bool) -> float:
        """How wide a part of a text is, in pixels."""

    @abstractmethod
    def face_height(self, face: int, pixels: int, bold: bool) -> float:
        """How high a line in a font is, in pixels."""

    @abstractmethod
    def _open_further(self, path: Path) -> Face:
        """Open the font of a file that was found to have some characters."""

    @abstractmethod
    def _open_face(self, path: Path | None) -> OpenFace[Face]:
        """Open the font of a file; the engine's own one for None and for a file that is no font."""


class FontRuler:
    """Measures text in the fonts of a set, as they are now: with further fonts there is another ruler."""

    def __init__(self, fonts: FontSet[Any]) -> None:
        self._fonts = fonts

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide one line is, in pixels."""
        pixels = self._fonts.pixels(size)
        return float(sum(self._fonts.run_width(run, pixels, bold) for run in self._fonts.runs(text, bold)))

    def line_height(self, size: float, bold: bool = False) -> float:
        """How high one line is, in pixels."""
        pixels = self._fonts.pixels(size)
        height = self._fonts.face_height(BOLD if bold else REGULAR, pixels, bold)
        return float(math.ceil(max(height, pixels * LEADING)))
