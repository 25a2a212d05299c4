"""Records in the order of their starts, without sorting thousands because one of them has changed."""

from __future__ import annotations

from bisect import bisect_left, insort
from operator import attrgetter
from typing import Generic, TypeVar

from uwclient.models.content import Record

R = TypeVar("R", bound=Record)

FEW = 100
"""The maximum number of changes that are made one by one; beyond that all records are sorted anew."""

_start_of = attrgetter("starts", "place")


class StartOrder(Generic[R]):
    """Records by id, and as a tuple in the order of their starts, then of their places in the platform's list.

    The tuple is made when somebody looks. Changes since the last look cost a search each.
    """

    def __init__(self) -> None:
        self._records: dict[str, R] = {}
        self._listed: tuple[R, ...] | None = ()
        self._sorted: list[R] | None = None
        self._before: dict[str, R | None] = {}  # what the sorted list has of each id that has changed since

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._records

    def get(self, record_id: str) -> R | None:
        """Return the record with this id, or None."""
        return self._records.get(record_id)

    def put(self, record: R) -> None:
        """Add a record, or replace the one with its id."""
        self._note_change(record.id)
        self._records[record.id] = record

    def remove(self, record_id: str) -> None:
        """Remove the record with this id."""
        self._note_change(record_id)
        del self._records[record_id]

    @property
    def listed(self) -> tuple[R, ...]:
        """All records, the one that starts first first; a tuple that never changes."""
        if self._listed is None:
            if self._sorted is None:
                self._sorted = sorted(self._records.values(), key=_start_of)
            for record_id, record in self._before.items():
                self._move(self._sorted, record_id, record)
            self._before.clear()
            self._listed = tuple(self._sorted)
        return self._listed

    def _note_change(self, record_id: str) -> None:
        self._listed = None
        if self._sorted is None:
            return
        self._before.setdefault(record_id, self._records.get(record_id))
        if len(self._before) > FEW:
            self._sorted = None
            self._before.clear()

    def _move(self, records: list[R], record_id: str, before: R | None) -> None:
        """Put what has this id now in its place, instead of what had it before."""
        if before is not None:
            at = bisect_left(records, _start_of(before), key=_start_of)
            while records[at] is not before:
                at += 1
            del records[at]
        record = self._records.get(record_id)
        if record is not None:
            insort(records, record, key=_start_of)
