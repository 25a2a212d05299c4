"""Passes notices from the worker to the game's thread: the mailbox, and the pump that handles them frame by frame."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, TypeAlias

from uwclient.callables import check_result, name_of
from uwclient.diagnostics_recorder import REQUESTS, DiagnosticsRecorder
from uwclient.errors import ArgumentError
from uwclient.log import logger
from uwclient.models import notices
from uwclient.models.content import Kind
from uwclient.models.notices import CampaignsLoaded, Changes, ContentLoaded, Notice
from uwclient.models.packed_records import PackedRecords
from uwclient.signals import Signal
from uwclient.time_sources import RealTime
from uwclient.young_objects import short_passes, visit_if_many

Load: TypeAlias = "ContentLoaded | CampaignsLoaded"

MOST_WAITING = 1000
"""The number of waiting notices beyond which obsolete ones are dropped."""

REMEMBERED: Mapping[type, int] = MappingProxyType({notices.RequestsMade: REQUESTS, notices.ServerTimes: 20})
"""For types of notices of which more than the newest one matters, the number that is kept."""

_recorder: ContextVar[DiagnosticsRecorder | None] = ContextVar("observer", default=None)
"""The recorder of the current pump; a context variable, so that it need not be passed through all modules."""


def deliver(signal: Signal, sender: object, **details: Any) -> int:
    """Send a signal. A listener that raises is logged by name; the others still run. Returns 1."""
    recorder = _recorder.get()
    if recorder is not None:
        recorder.record_signal(signal.name, sender, details)
    for listener in signal.listeners_for(sender):
        call_safely(listener, sender, what=f"a listener of {signal.name}", **details)
    return 1


def call_safely(function: Callable[..., Any], *arguments: Any, what: str, **details: Any) -> None:
    """Call a function of the game; an exception is logged with its name, and not propagated."""
    began = RealTime.monotonic()
    try:
        check_result(function, function(*arguments, **details))
    except Exception:
        logger().exception("%s, %s, failed; the others go on.", name_of(function), what)
    recorder = _recorder.get()
    if recorder is not None:
        recorder.record_call(name_of(function), RealTime.monotonic() - began)


class Unseen:
    """The waiting loads of one kind, merged into one. The worker adds loads, the game's thread takes the result.

    A newer version of a record replaces an older one, also in a load that the game's thread is still applying. A
    record that is added and removed again before the game's thread has seen it costs nothing.
    """

    def __init__(self, throttle: Callable[[], None]) -> None:
        self._throttle = throttle
        self._lock = threading.Lock()
        self._waiting: Load | None = None
        self._new: set[str] | None = None  # those the game has never had; made on the worker, when loads are merged
        self._taken: PackedRecords | None = None  # what the game has not come to yet

    def add(self, load: Load) -> bool:
        """Add a load, and return whether it is the first that waits, so that it must be posted."""
        self._renew_taken(load)
        waiting = self._waiting
        joined = load if waiting is None else self._joined(waiting, load)
        with self._lock:
            is_first = self._waiting is None
            self._waiting = load if is_first else joined  # what waited may have been taken by now
        if is_first:
            self._new = None
        elif waiting is not None:
            waiting.changes.upserts.free(self._throttle)
        return is_first

    def pop(self) -> Load | None:
        """Remove and return the merged load; called on the game's thread."""
        with self._lock:
            load, self._waiting = self._waiting, None
        if isinstance(load, ContentLoaded):
            self._taken = load.changes.upserts
        return load

    def _renew_taken(self, load: Load) -> None:
        """Update the records that the game's thread has not applied yet; it may be removing them at the same time."""
        taken = self._taken
        if not taken:
            return
        for record_id in load.changes.removed:
            taken.discard(record_id)
            self._throttle()
        for record_id in load.changes.upserts:
            if record_id in taken:
                taken.put_from(load.changes.upserts, record_id)
            self._throttle()

    def _joined(self, older: Load, newer: Load) -> Load:
        upserts = older.changes.upserts.copy()
        removed = dict.fromkeys(older.changes.removed)
        if self._new is None:
            self._new = set(older.changes.new)
        for record_id in newer.changes.removed:
            upserts.discard(record_id)
            if record_id in self._new:
                self._new.discard(record_id)
            else:
                removed[record_id] = None
            self._throttle()
        for record_id in newer.changes.new:
            if record_id not in removed:
                self._new.add(record_id)
            self._throttle()
        for record_id in newer.changes.upserts:
            removed.pop(record_id, None)
            upserts.put_from(newer.changes.upserts, record_id)
            self._throttle()
        changes = Changes(newer.changes.kind, upserts, tuple(removed))
        announce = older.announce or newer.announce
        if isinstance(newer, CampaignsLoaded) and isinstance(older, CampaignsLoaded):
            return newer._replace(changes=changes, announce=announce, reported=older.reported + newer.reported)
        return newer._replace(changes=changes, announce=announce)


class Mailbox:
    """A queue of notices. Any thread may post; one thread takes.

    Each worker posts under a generation of its own. Once there is a newer one, notices of an earlier worker are
    dropped, so that content of one player never reaches another.

    The queue is bounded: loads of one kind of content are merged, and obsolete notices are dropped.
    """

    def __init__(self) -> None:
        self.waiting: deque[tuple[int | None, Notice | Unseen]] = deque()
        self._lock = threading.Lock()
        self._generation = 0
        self._limit = MOST_WAITING

    def post(self, notice: Notice) -> None:
        """Post a notice that holds for every generation."""
        self._append(None, notice)

    def new_generation(self, throttle: Callable[[], None] = lambda: None) -> Callable[[Notice], None]:
        """Start a generation, and return its function for posting; notices of earlier generations are dropped.

        `throttle` is called between small steps when posting takes long.
        """
        self._generation += 1
        generation = self._generation
        unseen = {kind: Unseen(throttle) for kind in Kind}

        def post(notice: Notice) -> None:
            if not isinstance(notice, (ContentLoaded, CampaignsLoaded)):
                self._append(generation, notice)
            elif unseen[notice.changes.kind].add(notice):
                self._append(generation, unseen[notice.changes.kind])

        return post

    def reset_after_fork(self) -> None:
        """Reset the lock and the generation, in a forked process: the parent's threads are gone."""
        self._lock = threading.Lock()
        self._generation += 1

    def pop(self) -> Notice | None:
        """Remove and return the next notice, or None."""
        while self.waiting:
            with self._lock:
                generation, notice = self.waiting.popleft()
            if generation in (None, self._generation):
                return notice.pop() if isinstance(notice, Unseen) else notice
        return None

    def _append(self, generation: int | None, notice: Notice | Unseen) -> None:
        with self._lock:
            self.waiting.append((generation, notice))
            if len(self.waiting) > self._limit:
                self._drop_needless()

    def _drop_needless(self) -> None:
        kept: deque[tuple[int | None, Notice | Unseen]] = deque()
        newer: Counter[object] = Counter()
        for generation, notice in reversed(self.waiting):
            subject = _subject(notice)
            newer[subject] += 1
            if subject is None or newer[subject] <= REMEMBERED.get(type(notice), 1):
                kept.appendleft((generation, notice))
        self.waiting.clear()
        self.waiting.extend(kept)
        self._limit = max(MOST_WAITING, 2 * len(kept))


def _subject(notice: Notice | Unseen) -> object:
    """Return a hashable subject if a newer notice with the same subject makes this one obsolete, else None."""
    match notice:
        case notices.RequestsMade() | notices.ServerTimes():
            return type(notice)
        case notices.RefreshEnded() | notices.Delivered() | notices.StorageFailed() | notices.SegmentsRefreshed():
            return type(notice)
        case notices.SessionOpened() | notices.SessionFailed():
            return "session"
        case notices.LoadFailed(kind) | notices.RecordsLeftOut(kind):
            return type(notice), kind
        case notices.ApiWarning():
            return notice
        case _:
            return None


class Pump:
    """Runs the work of the frames within a budget, and knows when there is something to do again.

    `next_steps` returns an iterator that does a small part of the work at each step and yields the number of signals
    sent, or None if there is nothing to do. `next_due` returns the monotonic time at which something is due.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        monotonic: Callable[[], float],
        next_steps: Callable[[], Iterator[int] | None],
        next_due: Callable[[], float],
        recorder: DiagnosticsRecorder,
    ) -> None:
        self._mailbox = mailbox
        self._waiting = mailbox.waiting
        self._later: list[Notice] = []
        self._monotonic = monotonic
        self._next_steps = next_steps
        self._next_due = next_due
        self._recorder = recorder
        self._steps: Iterator[int] | None = None
        self._interruption: Iterator[int] | None = None
        self._pumping = False
        self._wake_at = 0.0

    @property
    def has_work(self) -> bool:
        """Whether a pump has something to do, whatever the time."""
        return bool(self._waiting or self._interruption or self._steps)

    def wake(self) -> None:
        """Have the next pump check what is due."""
        self._wake_at = 0.0

    def post_later(self, notice: Notice) -> None:
        """Post a notice for the next pump; the current one does not handle it, so that it ends."""
        self._later.append(notice)
        if not self._pumping:
            self._post_what_waited()

    def interrupt(self, steps: Iterator[int]) -> None:
        """Run these steps before the current ones, unless others interrupt them already."""
        self._interruption = self._interruption or steps
        self.wake()

    def drop(self) -> None:
        """Cancel the current steps; a listener may cause this too."""
        self._steps = self._interruption = None
        self.wake()

    def pump(self, budget_ms: float | None) -> int:
        """Deliver what waits and what is due, until the budget is used up; the number of signals sent."""
        if self._recorder.profile is not None:
            self._recorder.frame_begins()
        if not self._waiting and self._monotonic() < self._wake_at:
            self._recorder.frame += 1
            return 0
        if self._pumping:  # called by a listener: the outer pump continues
            return 0
        began = RealTime.monotonic()
        passes = short_passes()
        self._pumping = True
        watching = _recorder.set(self._recorder)
        try:
            return self._pump(float("inf") if budget_ms is None else began + budget_ms / 1000.0)
        finally:
            self._pumping = False
            _recorder.reset(watching)
            visit_if_many(passes)
            self._recorder.record_pump(RealTime.monotonic() - began)
            if self._later:
                self._post_what_waited()

    def _post_what_waited(self) -> None:
        for notice in self._later:
            self._mailbox.post(notice)
        self._later.clear()

    def _pump(self, ends: float) -> int:
        """Run steps until `ends`. A KeyboardInterrupt in a listener propagates; the next pump continues after it."""
        self.wake()
        sent = 0
        while True:
            steps = self._interruption or self._steps or self._next_steps()
            if steps is None:
                self._wake_at = self._next_due()
                return sent
            if steps is not self._interruption:
                self._steps = steps
            for sent_now in steps:
                sent += sent_now
                if steps is not (self._interruption or self._steps):
                    break
                if RealTime.monotonic() >= ends:
                    return sent
            else:
                self._end(steps)

    def _end(self, steps: Iterator[int]) -> None:
        if steps is self._interruption:
            self._interruption = None
        elif steps is self._steps:
            self._steps = None


def check_duration(value: object, sentence: str) -> None:
    """Raise ArgumentError with this sentence for what is no number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
        raise ArgumentError(sentence)
