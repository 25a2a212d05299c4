"""The tables of figures in README.md and docs/benchmarks.md: their form, and their places in the pages.

A table stands between two comments. The second has a sum of the lines, by which a test sees that nobody has changed
them by hand.
"""

from __future__ import annotations

import re
import statistics
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.figures import Figure

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "benchmarks.md"
HEADLINES = "headlines"

_PLACE = re.compile(r"<!-- figures: (?P<name>[\w-]+) -->\n(?P<lines>.*?)<!-- end, sum (?P<sum>\w+) -->\n", re.DOTALL)


def number(value: float, unit: str) -> str:
    """A measurement with its unit, in about two digits."""
    digits = 0 if abs(value) >= 20 else 1 if abs(value) >= 2 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def _mean(counts: Iterable[int]) -> str:
    listed = list(counts)
    return f"{statistics.mean(listed):.1f}" if listed else "–"


COLUMNS: Mapping[str, Callable[[Figure], str]] = {
    "median": lambda figure: number(figure.median, figure.unit),
    "99.9 %": lambda figure: number(figure.percentile(0.999), figure.unit),
    "worst": lambda figure: number(max(figure.values), figure.unit),
    "least": lambda figure: number(min(figure.values), figure.unit),
    "most": lambda figure: number(max(figure.values), figure.unit),
    "of": lambda figure: f"{len(figure.values):,}",
    "passes each": lambda figure: _mean(figure.passes),
    "full passes": lambda figure: f"{sum(figure.full)}" if figure.passes else "–",
}
"""What a column says of a figure."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "start": ("median", "worst", "of"),
    "calls": ("median", "99.9 %", "worst", "of"),
    "refresh": ("median", "worst", "of", "passes each", "full passes"),
    "frames": ("median", "99.9 %", "worst", "of"),
    "pictures": ("median", "worst", "of"),
    "sandbox": ("median", "worst", "of"),
    "reports": ("median", "99.9 %", "of"),
    "losses": ("least", "most", "of"),
    "scale": ("median", "worst", "of"),
    "worlds": ("median", "worst", "of"),
    HEADLINES: ("median", "worst", "of"),
}
"""The columns of each table."""


class Place(NamedTuple):
    """A table's place in a page."""

    name: str
    lines: str
    is_as_written: bool


def places(page: str) -> list[Place]:
    """The tables of a page, as they are."""
    return [Place(one["name"], one["lines"], _sum(one["lines"]) == one["sum"]) for one in _PLACE.finditer(page)]


def table(name: str, figures: Iterable[Figure], where: str) -> str:
    """The lines of a table; `where` is the machine and the day."""
    columns = TABLES[name]
    rows = [(one.row, *(COLUMNS[column](one) for column in columns)) for one in figures]
    lines = [("", *columns), ("---",) * (len(columns) + 1), *rows]
    return "\n".join([*("| " + " | ".join(cells) + " |" for cells in lines), "", f"Measured on {where}.", ""])


def write(page: str, tables: Mapping[str, str]) -> str:
    """The page with these tables in their places; the others stay."""

    def placed(found: re.Match[str]) -> str:
        lines = tables.get(found["name"])
        if lines is None:
            return found[0]
        return f"<!-- figures: {found['name']} -->\n{lines}<!-- end, sum {_sum(lines)} -->\n"

    return _PLACE.sub(placed, page)


def _sum(lines: str) -> str:
    return f"{zlib.crc32(lines.encode()):08x}"
