"""What happens to the records of all modules, and when: one schedule for each thing that can happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeAlias

from uwclient.rules.schedule import Schedule

Transition: TypeAlias = Callable[[str, float], int]
"""What happens to one record when a moment is due: it takes the record's id and the time, and returns the number of
signals sent."""


class Timetable:
    """The schedules of all transitions, as one. Their keys are the records' ids alone, which others keep anyway."""

    def __init__(self) -> None:
        self._schedules: list[tuple[Schedule[str], Transition]] = []

    def add(self, transition: Transition) -> Schedule[str]:
        """Return a new schedule, of the ids of the records for which this transition is due."""
        schedule: Schedule[str] = Schedule()
        self._schedules.append((schedule, transition))
        return schedule

    @property
    def next_at(self) -> float:
        """The earliest time at which something is due, or infinity if nothing is."""
        return min(schedule.next_at for schedule, _ in self._schedules)

    @property
    def next_transition(self) -> tuple[Transition, str] | None:
        """What is due first, and the id of its record, or None."""
        schedule, transition = self._first
        record_id = schedule.next_key
        return None if record_id is None else (transition, record_id)

    def pop_due(self, now: float) -> tuple[Transition, str] | None:
        """Remove and return what is due first, at or before `now`, and the id of its record, or None."""
        schedule, transition = self._first
        record_id = schedule.pop_due(now)
        return None if record_id is None else (transition, record_id)

    def clear(self) -> Iterator[int]:
        """Remove everything now, and return steps that free its memory, as `Schedule.clear`."""
        return chain.from_iterable([schedule.clear() for schedule, _ in self._schedules])

    @property
    def _first(self) -> tuple[Schedule[str], Transition]:
        return min(self._schedules, key=lambda scheduled: scheduled[0].next_rank)
