"""Owns what a scenario still has in store: changes that happen to the content by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uwclient.sandbox.services.content.records import Record


@dataclass(frozen=True, slots=True)
class Publish:
    """Owns a record that is published at a time."""

    at: datetime
    record: Record


@dataclass(frozen=True, slots=True)
class Change:
    """Owns fields that a record gets at a time."""

    at: datetime
    record_id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Owns the withdrawal of a record at a time."""

    at: datetime
    record_id: str


Entry = Publish | Change | Withdraw


class Timeline:
    """Owns the entries that have not happened yet; each happens once, however the clock is moved."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._waiting = sorted(entries, key=lambda entry: entry.at)

    def due(self, now: datetime) -> list[Entry]:
        """Take out the entries whose time has come, in order."""
        count = 0
        while count < len(self._waiting) and self._waiting[count].at <= now:
            count += 1
        due, self._waiting = self._waiting[:count], self._waiting[count:]
        return due
