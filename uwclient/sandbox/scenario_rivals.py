"""Owns the warning of a scenario in which two remote configs of one external id are live at once.

A client reads the one that started last, which is seldom what was meant where both are scheduled. Configs for
different segments or environments are no rivals, and neither are those that campaigns bring: they are to win.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime

from uwclient.sandbox.document import Document
from uwclient.sandbox.errors import FieldPath
from uwclient.sandbox.records import Record
from uwclient.sandbox.times import milliseconds


@dataclass(slots=True)
class _Life:
    """Owns one config as it is for a while: `path` leads to where the scenario says so."""

    path: FieldPath
    record: Record
    start: float
    end: float

    def is_rival_of(self, other: _Life) -> bool:
        """Whether some player has both at some moment."""
        return (
            self.record.id != other.record.id
            and max(self.start, other.start) < min(self.end, other.end)
            and _share(self.record.segments, other.record.segments)
            and _share(self.record.environments, other.record.environments)
        )


class Lives:
    """Owns what the configs of a scenario are from when to when, as its timeline goes on."""

    def __init__(self) -> None:
        self._lives: dict[str, list[_Life]] = {}  # by external id
        self._current: dict[str, _Life] = {}

    def begin(self, path: FieldPath, record: Record, at: datetime | None = None) -> None:
        """A record is there from `at` on (None: from the start), instead of what it was before."""
        self.end(record.id, at)
        external_id = json.loads(record.text).get("external_id") if record.kind == "remote_configs" else None
        if not isinstance(external_id, str) or not external_id:
            return
        start = float(record.start.at) if at is None else max(record.start.at, milliseconds(at))
        end = math.inf if record.end is None else record.end.at
        life = self._current[record.id] = _Life(path, record, start, end)
        self._lives.setdefault(external_id, []).append(life)

    def end(self, record_id: str, at: datetime | None) -> None:
        """A record is not there any more, or not as it was."""
        life = self._current.pop(record_id, None)
        if life is not None and at is not None:
            life.end = min(life.end, milliseconds(at))

    def warn_of_rivals(self, document: Document) -> None:
        """Log one line for each config that has a rival before it."""
        for external_id, lives in self._lives.items():
            warned: set[str] = set()
            for position, life in enumerate(lives):
                rival = next((other for other in lives[:position] if life.is_rival_of(other)), None)
                if rival is None or life.record.id in warned:
                    continue
                warned.add(life.record.id)
                document.warn(
                    (*life.path, "external_id"),
                    f"the remote configs {rival.record.id!r} and {life.record.id!r} are live at once, and both have "
                    f"the external id {external_id!r}: clients read the one that started last; give each its own id, "
                    "or end one before the other starts",
                )


def _share(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether two audiences may have somebody in common; an empty one is everybody."""
    return not some or not others or not set(some).isdisjoint(others)
