"""The timeline of a world: what players heard and did, and what changed on the platform, each with its moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, overload

from uwclient.qa.timeline_files import compare_with_file, first_difference


class Line(NamedTuple):
    """One thing that happened.

    Attributes:
        time: the world's time, aware, in UTC.
        player: the player's id; "" for the platform.
        source: where it happened: "client", "offers", "events", "actions", "ui", "platform", "faults", …
        what: what happened: "active", "loaded", "assign_event", "publish", …
        id: the id of the record, event or fault; "" where there is none.

    """

    time: datetime
    player: str
    source: str
    what: str
    id: str

    def __str__(self) -> str:
        text = "  ".join((printed(self.time), self.player or "-", self.source, self.what, self.id)).rstrip()
        return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


class Timeline(Sequence[Line]):
    """The lines of a world, oldest first; those of one moment in the order in which they happened.

    It holds signals, what players do, changes of the platform, and the begin and end of each fault. It holds nothing
    that differs between two runs with the same seed: no requests, ports, paths or durations.

    Attributes:
        folder: where the files of `matches` are: None for the working directory.

    """

    def __init__(self, lines: Iterable[Line] = (), folder: Path | None = None) -> None:
        self._lines = list(lines)
        self.folder = folder

    @overload
    def __getitem__(self, index: int) -> Line: ...

    @overload
    def __getitem__(self, index: slice) -> Timeline: ...

    def __getitem__(self, index: int | slice) -> Line | Timeline:
        return Timeline(self._lines[index], self.folder) if isinstance(index, slice) else self._lines[index]

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Timeline):
            return NotImplemented
        return self._lines == other._lines

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"<Timeline of {len(self)} lines>"

    def append(self, line: Line) -> None:
        """Add a line at the end."""
        self._lines.append(line)

    def cut(self, length: int) -> None:
        """Leave the first lines only."""
        del self._lines[length:]

    def only(self, *names: str) -> Timeline:
        """Return the lines in which one of the names is the player, the source, what happened, or the id."""
        wanted = set(names)
        return Timeline((line for line in self._lines if not wanted.isdisjoint(line[1:])), self.folder)

    def table(self) -> str:
        """Return the lines as a table for people to read."""
        rows = [(printed(line.time), line.player or "-", *line[2:]) for line in self._lines]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def json(self) -> str:
        """Return the lines as canonical JSON: a list of `[time, player, source, what, id]`, without white space."""
        lines = [[printed(line.time), *line[1:]] for line in self._lines]
        return json.dumps(lines, ensure_ascii=True, separators=(",", ":"))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON, in hex: equal for two runs in which the same happened."""
        return hashlib.sha256(self.json().encode()).hexdigest()

    def lines(self) -> list[str]:
        """Return each line as one line of text."""
        return [str(line) for line in self._lines]

    def difference(self, other: Timeline) -> str | None:
        """Return the first difference to another timeline, with its neighbours, as text; None for none."""
        return first_difference(other.lines(), self.lines())

    def matches(self, file: str | Path, *, update: bool = False) -> bool:
        """Compare with a file that holds a timeline, such as `assert world.timeline.matches("weekend.timeline")`.

        Args:
            file: where the expected lines are, one in each line of text; each timeline has a file of its own. A
                relative path counts from the folder of the test, in a world of the fixture `uw_world`.
            update: write the file instead, because this timeline is right.

        Returns:
            True.

        Raises:
            AssertionError: they differ, or there is no such file; the message shows the first difference.

        """
        compare_with_file(self.lines(), (self.folder or Path()) / file, update)
        return True


def printed(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC; microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat(timespec="auto").replace("+00:00", "Z")
