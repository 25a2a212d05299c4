"""Chooses a font for each character of a text: the plain one, the bold one, or another one of the system."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, Protocol

from uwclient.engines.system_fonts import SystemFonts, substitute

REGULAR, BOLD = 0, 1


class HasCharacters(Protocol):
    """Tells which characters a font has."""

    def __contains__(self, character: str) -> bool:
        """Whether the font has this character."""


class Run(NamedTuple):
    """A part of a text that one font has, by the number of its face."""

    face: int
    text: str


class FontFallback:
    """The fonts by their numbers: REGULAR, BOLD, and from 2 on those of files that were found.

    A character that the first two lack is looked for in the files of the system, in the background.
    """

    def __init__(self, files: SystemFonts, first: Sequence[HasCharacters]) -> None:
        self._files = files
        self._first = first
        self._found: dict[str, Path] = {}
        self._places: dict[Path, int] = {}
        self._wanted: set[str] = set()
        self._asked: set[str] = set()

    @property
    def is_searching(self) -> bool:
        """Whether characters are looked for in further fonts."""
        return bool(self._wanted) or self._files.is_searching

    def update(self) -> list[Path] | None:
        """Have characters looked for that are lacking; once some are found, the files of the new faces, in order."""
        if self._wanted:
            self._files.request(self._wanted)
            self._wanted = set()
            return None
        self._files.step()
        if len(self._files.found) != len(self._found) and not self._files.is_searching:
            self._found = self._files.found
            new = [path for path in dict.fromkeys(self._found.values()) if path not in self._places]
            for path in new:
                self._places[path] = len(self._first) + len(self._places)
            return new
        return None

    def runs(self, text: str, bold: bool) -> list[Run]:
        """Split a text into parts, each with a font that has its characters."""
        first = BOLD if bold else REGULAR
        placed = [(self._face(character, bold), character) for character in text]
        runs = []
        for face, parts in groupby(placed, key=itemgetter(0)):
            part = "".join(character for _, character in parts)
            runs.append(Run(face, part) if face is not None else Run(first, substitute(part)))
        return runs

    def _face(self, character: str, bold: bool) -> int | None:
        """The font for a character, or None while no known font has it."""
        for face in (BOLD, REGULAR) if bold else (REGULAR,):
            if character in self._first[face]:
                return face
        path = self._found.get(character)
        if path is not None:
            return self._places[path]
        if character not in self._asked:
            self._asked.add(character)
            self._wanted.add(character)
        return None
