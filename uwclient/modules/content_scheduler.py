"""Starts and ends the records of all modules, by one schedule on the platform's time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import Any

from uwclient.models.content import START_ORDER, Kind, Record
from uwclient.models.notices import CacheLoaded, Changes
from uwclient.models.session import TimeSample
from uwclient.modules.base import ContentModule
from uwclient.rules.clock import ServerClock
from uwclient.rules.timetable import Timetable

HOLD_CACHE = 0.8
"""Seconds that cached content is held back for the platform's reply, unless the platform cannot be reached."""

FREED_IN_A_FRAME = 50
"""The maximum number of steps in a frame that only free memory, whatever its budget."""


class ContentScheduler:
    """The clock and the schedule of all modules, and cached content that is held back.

    Content of an earlier run is held back for a moment: if the platform replies at once, a message that was
    withdrawn, or was seen already, must not flash up first.
    """

    def __init__(self, modules: Mapping[Kind, ContentModule[Any]], timetable: Timetable, clock: ServerClock) -> None:
        self.modules = modules
        self._timetable = timetable
        self._held: dict[Kind, CacheLoaded] = {}
        self._hold_until = 0.0
        self._unlisted: dict[Kind, dict[str, None]] = {}  # by kind, the records that may be an earlier run's alone
        self._leaving = False
        self._departures: deque[tuple[ContentModule[Any], deque[Record]]] = deque()
        self._freeing: deque[Iterator[int]] = deque()  # steps that free what players who left had
        self._set_back = False
        self.clock = clock

    def start_run(self, monotonic: float) -> None:
        """Start a run: the first load of each kind replaces the records of an earlier run."""
        self._held.clear()
        self._hold_until = monotonic + HOLD_CACHE
        self._unlisted = {kind: dict.fromkeys(module._known_ids()) for kind, module in self.modules.items()}

    @property
    def starts_before(self) -> dict[Kind, datetime]:
        """How far ahead the game wants upcoming records, of the kinds of which it does not want all."""
        limits = ((kind, module.upcoming_starts_before) for kind, module in self.modules.items())
        return {kind: moment for kind, moment in limits if moment is not None}

    @property
    def next_due(self) -> float:
        """The monotonic time, in seconds, of the next start or end, or of releasing held content."""
        if self._set_back:
            return 0.0
        next_change = self.clock.monotonic_at(self._timetable.next_at)
        return min(next_change, self._hold_until) if self._held else next_change

    @property
    def next_change(self) -> tuple[Kind, Record, str, float] | None:
        """The next start or end: kind, record, the change in words, and its time on the platform's clock."""
        transition, record_id = self._timetable.next_transition or (None, "")
        for kind, module in self.modules.items():
            happens = None if transition is None else module._what_happens(transition, record_id)
            record = module.get(record_id)
            if happens is not None and record is not None:
                return kind, record, happens, self._timetable.next_at
        return None

    def observe(self, samples: tuple[TimeSample, ...]) -> None:
        """Adjust the clock by the times of replies, the oldest first."""
        for sample in samples:
            self._set_back = self.clock.observe(sample) or self._set_back

    def hold(self, part: CacheLoaded) -> None:
        """Hold cached content back until the platform has replied, at most for a moment."""
        kind = part.changes.kind
        held = self._held.get(kind)
        self._held[kind] = part if held is None else part._replace(changes=_on_top_of(held.changes, part.changes))

    def hold_no_longer(self, monotonic: float) -> None:
        """Release held content now, because the platform cannot be reached."""
        self._hold_until = monotonic

    def player_left(self, freeing: Iterator[int]) -> None:
        """Have the next step remove all records of the previous player; `freeing` are more steps that free memory."""
        self._leaving = True
        self._freeing.append(freeing)

    def next_departures(self) -> Iterator[int] | None:
        """Return the steps that send `on_inactive` for the records of the previous player, or None."""
        if self._leaving:
            self._leaving = False
            self._freeing.append(self._timetable.clear())
            self._departures.extend((module, deque(module._clear())) for module in self.modules.values())
        return self._emit_departures() if self._departures else None

    def _emit_departures(self) -> Iterator[int]:
        while self._departures:
            module, live = self._departures[0]
            while live:
                yield module._emit_inactive(live.popleft())
            self._departures.popleft()

    @property
    def has_to_free(self) -> bool:
        """Whether something is left of what players who left had."""
        return bool(self._freeing)

    def free_some(self) -> Iterator[int]:
        """Free some of what players who left had, and return the steps that were done."""
        done = list(islice(self._freeing[0], FREED_IN_A_FRAME))
        if not done:
            self._freeing.popleft()
        return iter(done)

    def _release(self, monotonic: float) -> Iterator[int]:
        """Apply the held content of one kind."""
        kind = next(kind for kind in START_ORDER if kind in self._held)
        changes, is_last = self._held.pop(kind)
        steps = self._apply(changes, monotonic, is_last)
        return chain(steps, self._emit_loaded(kind, from_api=False)) if is_last else steps

    def load(self, changes: Changes, announce: bool, monotonic: float) -> Iterator[int]:
        """Apply the changes of a reply, on top of the content that is held for this kind."""
        held = self._held.pop(changes.kind, None)
        if held is not None:
            changes = _on_top_of(held.changes, changes)
        module = self.modules[changes.kind]
        steps = self._apply(changes, monotonic)
        if announce or changes.upserts or any(map(module._shows, changes.removed)):
            return chain(steps, self._emit_loaded(changes.kind, from_api=True))
        return steps

    def next_due_steps(self, monotonic: float) -> Iterator[int] | None:
        """Return the steps that release held content, then those of due starts and ends; None if nothing is due."""
        if self._held and monotonic >= self._hold_until:
            return self._release(monotonic)
        now = self.clock.now(monotonic)
        if self._set_back:
            self._set_back = False
            modules = [self.modules[kind] for kind in START_ORDER if kind in self.modules]
            ends = [module._settle_live(now) for module in modules]
            return chain.from_iterable([*ends, *(module._settle_all(now) for module in modules)])
        return self._deliver_due(now) if self._timetable.next_at <= now else None

    def _deliver_due(self, now: float) -> Iterator[int]:
        """Run the due transitions in order of time; at the same time ends before starts, then by kind."""
        while (due := self._timetable.pop_due(now)) is not None:
            transition, record_id = due
            yield transition(record_id, now)

    def _apply(self, changes: Changes, monotonic: float, is_last: bool = True) -> Iterator[int]:
        """Apply a load, or a part of one. With the last part, records of an earlier run go that none has listed."""
        unlisted = self._unlisted.get(changes.kind)
        gone: tuple[str, ...] = ()
        if unlisted and not is_last:
            for record_id in changes.upserts:
                unlisted.pop(record_id, None)
        elif unlisted:
            gone = tuple(unlisted)
        if is_last:
            self._unlisted.pop(changes.kind, None)
        now = self.clock.now(monotonic)
        return self.modules[changes.kind]._apply(changes, now, gone, before_starts=self._deliver_due(now))

    def _emit_loaded(self, kind: Kind, *, from_api: bool) -> Iterator[int]:
        yield self.modules[kind]._emit_loaded(from_api=from_api)


def _on_top_of(base: Changes, newer: Changes) -> Changes:
    """Two changes as one; the base is used up."""
    base.upserts.update(newer.upserts)
    for record_id in newer.removed:
        base.upserts.discard(record_id)
    return Changes(base.kind, base.upserts, base.removed + newer.removed)
