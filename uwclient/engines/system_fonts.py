"""Finds font files on this machine: plain ones, and others for the characters that they lack."""

from __future__ import annotations

import logging
import os
import struct
import sys
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from uwclient.threads import TRY_AGAIN_AFTER, join_thread, start_thread
from uwclient.throttle import rest
from uwclient.time_sources import RealTime

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
"""Plain fonts of desktop systems and their bold ones, best first."""

FURTHER = (
    "dejavusans",
    "notosanscjk",
    "notosans",
    "droidsansfallback",
    "wqymicrohei",
    "yugoth",
    "msyh",
    "malgun",
    "pingfang",
    "hiragino",
    "applesdgothic",
    "arialunicode",
    "tahoma",
    "leelawui",
    "nirmala",
    "seguisym",
    "freesans",
    "unifont",
)
"""How the names of fonts begin that are looked into first for a character that the plain ones lack."""

UNFIT = ("italic", "oblique", "bold", "mono", "condensed", "light", "thin", "black", "emoji")
"""Words in the names of fonts that look different from the rest of a text, or have no outlines."""

ENDINGS = (".ttf", ".ttc", ".otf")
MOST_FILES = 5000
MOST_TABLE = 4_000_000
MOST_MAPS = 32
LAST_CODE = 0x110000
UNKNOWN = "?"
REST = 0.001
"""Seconds that the search rests after each file."""

PATIENCE = 2.0


class SystemFonts:
    """Owns the list of this machine's font files, and the thread that searches them for characters.

    The thread ends when the search is done.

    Attributes:
        found: the file of a font for each character that one was found for.
        is_searching: whether the search goes on.

    """

    def __init__(self) -> None:
        self._files = list(_font_files())
        self._lock = threading.Lock()  # of the next two, and held for no longer than that takes
        self._wanted: set[str] = set()
        self.is_searching = False
        self._thread: threading.Thread | None = None
        self._try_again_at = 0.0
        self._closed = False
        self.found: dict[str, Path] = {}

    def plain(self) -> tuple[Path | None, Path | None]:
        """A plain font and its bold one; None where there is none."""
        by_name = {path.name.casefold(): path for path in self._files}
        for names in SANS:
            regular, bold = (by_name.get(name.casefold()) for name in names)
            if regular is not None:
                return regular, bold
        return None, None

    def named(self, name: str | None) -> Path | None:
        """The file of a font that is named by its path, or by the name of a system font; None if there is none."""
        if name is None:
            return None
        named = (path for path in self._files if _letters(path.stem) == _letters(name))
        found = Path(name).absolute() if Path(name).is_file() else next(named, None)
        if found is None or not Coverage(found):
            what = "There is no font %r on this machine" if found is None else "The font %r cannot be read"
            logging.getLogger("uwclient").warning(f"{what}; another is used.", name)
            return None
        return found

    def request(self, characters: set[str]) -> None:
        """Have fonts looked for that have these characters."""
        with self._lock:
            self._wanted |= characters
        self.step()

    def step(self) -> None:
        """Look for what is wanted, unless that goes on, or there could be no thread for it a moment ago."""
        if not self._wanted or self.is_searching or self._closed or RealTime.monotonic() < self._try_again_at:
            return
        self.is_searching = True
        self._thread = start_thread(self._search_all, "uwclient-fonts")
        if self._thread is None:
            self.is_searching = False
            self._try_again_at = RealTime.monotonic() + TRY_AGAIN_AFTER

    def close(self) -> None:
        """End the search, and wait for its thread."""
        self._closed = True
        join_thread(self._thread, PATIENCE)

    def _search_all(self) -> None:
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, set()
                if not wanted or self._closed:
                    self.is_searching = False
                    return
            self._search(wanted)

    def _search(self, wanted: set[str]) -> None:
        for path in sorted(self._files, key=_rank):
            if not wanted or self._closed:
                return
            coverage = Coverage(path)
            had = {one for one in wanted if one in coverage}
            wanted -= had
            self.found = {**self.found, **dict.fromkeys(had, path)}
            rest(REST)


class Coverage:
    """The characters that a font file has glyphs for; none for a file that cannot be read."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._ranges = sorted(_ranges(file))
        except (OSError, ValueError, IndexError, struct.error):
            self._ranges = []

    def __bool__(self) -> bool:
        return bool(self._ranges)

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        place = bisect_right(self._ranges, (code, LAST_CODE)) - 1
        return place >= 0 and self._ranges[place][0] <= code <= self._ranges[place][1]


def substitute(text: str) -> str:
    """The substitute for characters that no font has: nothing for a symbol, a question mark for a letter."""
    return "".join("" if unicodedata.category(one) in ("So", "Sk", "Mn", "Cf") else UNKNOWN for one in text)


def _ranges(file: BinaryIO) -> list[tuple[int, int]]:
    """The first and last codes of the runs of characters that a font has, from the larger of its maps."""
    tables = _tables(file)
    if "cmap" not in tables or not {"glyf", "CFF ", "CFF2"} & tables.keys():
        return []
    start, length = tables["cmap"]
    file.seek(start)
    data = file.read(min(length, MOST_TABLE))
    (count,) = struct.unpack_from(">H", data, 2)
    offsets = {struct.unpack_from(">I", data, 8 + 8 * number)[0] for number in range(min(count, MOST_MAPS))}
    forms = {struct.unpack_from(">H", data, offset)[0]: offset for offset in offsets}
    if 12 in forms:
        return _groups(data, forms[12])
    return _segments(data, forms[4]) if 4 in forms else []


def _tables(file: BinaryIO) -> dict[str, tuple[int, int]]:
    """The offset and length of each table of a font; of the first font in a collection."""
    head = file.read(16)
    if head[:4] == b"ttcf":
        file.seek(struct.unpack_from(">I", head, 12)[0])
        head = file.read(12)
    else:
        file.seek(12)
    (count,) = struct.unpack_from(">H", head, 4)
    entries = file.read(16 * count)
    tables = {}
    for number in range(count):
        tag, _, start, length = struct.unpack_from(">4sIII", entries, 16 * number)
        tables[tag.decode("latin-1")] = (start, length)
    return tables


def _segments(data: bytes, offset: int) -> list[tuple[int, int]]:
    (doubled,) = struct.unpack_from(">H", data, offset + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", data, offset + 14)
    starts = struct.unpack_from(f">{count}H", data, offset + 16 + doubled)
    return [pair for pair in zip(starts, ends, strict=True) if pair[1] != 0xFFFF]


def _groups(data: bytes, offset: int) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", data, offset + 12)
    numbers = struct.unpack_from(f">{3 * count}I", data, offset + 16)
    return list(zip(numbers[0::3], numbers[1::3], strict=True))


def _rank(path: Path) -> tuple[bool, int, str]:
    """Fonts that look like others come first, and of them those that are known to have much."""
    name = _letters(path.stem)
    known = next((place for place, beginning in enumerate(FURTHER) if name.startswith(beginning)), len(FURTHER))
    return any(word in name for word in UNFIT), known, name


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _font_files() -> Iterator[Path]:
    found = 0
    for folder in _font_folders():
        for root, _, names in os.walk(folder):
            for name in names:
                if name.lower().endswith(ENDINGS):
                    yield Path(root, name)
                    found += 1
            if found > MOST_FILES:
                return


def _font_folders() -> list[Path]:
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - unlike Path.home() it never fails
    if sys.platform == "win32":
        user = Path(os.environ.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts")
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"), user]
    if sys.platform == "darwin":
        folders = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    else:
        shared = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
        folders = [*shared, home / ".local/share/fonts", home / ".fonts"]
    return [folder for folder in folders if folder.is_absolute()]  # without a home the tilde stays
