"""What benchmarks have measured: a figure is a row of a table. It travels between processes as a line of JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One thing that was measured again and again.

    Attributes:
        table: the name of its table in `tables.py`.
        row: what was measured.
        values: each measurement.
        unit: the unit of these.
        passes: for each, how often the garbage collector ran meanwhile.
        full: for each, how many of these were full passes.
        headline: whether README shows it, too.

    """

    table: str
    row: str
    values: Sequence[float]
    unit: str = "ms"
    passes: Sequence[int] = field(default=())
    full: Sequence[int] = field(default=())
    headline: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def percentile(self, share: float) -> float:
        """So much of all is no more than this."""
        return sorted(self.values)[min(len(self.values) - 1, int(len(self.values) * share))]

    def with_more(self, other: Figure) -> Figure:
        """This one, with the measurements of another round."""
        return Figure(
            self.table,
            self.row,
            [*self.values, *other.values],
            self.unit,
            [*self.passes, *other.passes],
            [*self.full, *other.full],
            self.headline,
        )


class Figures:
    """Takes the figures of a run, and adds them to a file; None takes them for nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def add(self, figure: Figure) -> None:
        """Add a row."""
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(figure)) + "\n")


def read(file: Path) -> dict[tuple[str, str], Figure]:
    """The figures of a file, by table and row; rounds of the same are put together."""
    found: dict[tuple[str, str], Figure] = {}
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            one = Figure(**json.loads(line))
            key = (one.table, one.row)
            found[key] = found[key].with_more(one) if key in found else one
    return found
