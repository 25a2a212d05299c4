"""Owns the way from the worker to the game thread: the mailbox, and what one frame delivers of it."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, TypeAlias

from uwclient.callables import name_of, take_result
from uwclient.diagnostics_recorder import REQUESTS, DiagnosticsRecorder
from uwclient.errors import ArgumentError
from uwclient.log import logger
from uwclient.models import notices
from uwclient.models.content import Kind
from uwclient.models.notices import CampaignsLoaded, Changes, ContentLoaded, Notice
from uwclient.models.packed_records import PackedRecords
from uwclient.signals import Signal

Load: TypeAlias = "ContentLoaded | CampaignsLoaded"

MOST_WAITING = 1000
"""So many notices wait before those are dropped that newer ones have made needless."""

REMEMBERED: Mapping[type, int] = MappingProxyType({notices.RequestMade: REQUESTS, notices.ServerTime: 20})
"""So many of the newest are kept, of notices of which more than one matters."""

_recorder: ContextVar[DiagnosticsRecorder | None] = ContextVar("observer", default=None)
"""Who watches the pump that is under way: what it delivers comes from all modules, and none of them need know."""


def deliver(signal: Signal, sender: object, **details: Any) -> int:
    """Send a signal; a listener that fails is logged by name and keeps the others from nothing. Returns 1."""
    recorder = _recorder.get()
    if recorder is not None:
        recorder.sent(signal.name, sender, details)
    for listener in list(signal.receivers_for(sender)):
        call_safely(listener, sender, what=f"a listener of {signal.name}", **details)
    return 1


def call_safely(function: Callable[..., Any], *arguments: Any, what: str, **details: Any) -> None:
    """Call the game's own code; what it raises is logged with its name, and goes no further."""
    began = time.perf_counter()
    try:
        take_result(function, function(*arguments, **details))
    except Exception:
        logger().exception("%s, %s, failed; the others go on.", name_of(function), what)
    recorder = _recorder.get()
    if recorder is not None:
        recorder.called(name_of(function), time.perf_counter() - began)


class Unseen:
    """Owns the loads of one kind that wait for the game, as one. The worker adds, the game's thread takes.

    What a newer load says of a record takes the place of what an older one said, also where the game has taken that
    but not come to the record yet. What it never saw is not there for it: a record that is gone again costs nothing.
    """

    def __init__(self, throttle: Callable[[], None]) -> None:
        self._throttle = throttle
        self._lock = threading.Lock()
        self._waiting: Load | None = None
        self._taken: PackedRecords | None = None  # what the game has not come to yet
        self._known: set[str] = set()  # ids that the game was told of

    def add(self, load: Load) -> bool:
        """Take in a load; whether the game has to be told that something waits."""
        self._renew_taken(load)
        waiting = self._waiting
        joined = load if waiting is None else self._joined(waiting, load)
        with self._lock:
            is_first = self._waiting is None
            self._waiting = load if is_first else joined  # what waited may have been taken by now
        if waiting is not None and not is_first:
            waiting.changes.upserts.free(self._throttle)
        return is_first

    def take(self) -> Load | None:
        """All that waits; for the game's thread."""
        with self._lock:
            load, self._waiting = self._waiting, None
            if load is not None:
                self._known.difference_update(load.changes.removed)
                self._known.update(load.changes.upserts)
        if isinstance(load, ContentLoaded):
            self._taken = load.changes.upserts
        return load

    def _renew_taken(self, load: Load) -> None:
        """The game, which takes records out meanwhile, comes to the newest; what it has passed is added anyway."""
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
        for record_id in newer.changes.removed:
            upserts.discard(record_id)
            if record_id in self._known:
                removed[record_id] = None
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
    """Owns the notices that were posted and not taken yet, in order. Any thread may post; one takes.

    Each worker posts under a generation of its own: once the next one has begun, what an earlier worker still
    posts is dropped, so content of one player never reaches another.

    However long nobody takes, only so much waits: loads of one kind of content join, and of other notices those that
    newer ones have made needless are dropped.
    """

    def __init__(self) -> None:
        self.waiting: deque[tuple[int | None, Notice | Unseen]] = deque()
        self._lock = threading.Lock()
        self._generation = 0
        self._limit = MOST_WAITING

    def post(self, notice: Notice) -> None:
        """Post what is true whichever worker is heard."""
        self._append(None, notice)

    def new_generation(self, throttle: Callable[[], None] = lambda: None) -> Callable[[Notice], None]:
        """The way to post for a new worker; from now on it is the only worker that is heard.

        `pace` is called between small steps where posting takes long.
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

    def forget_parent(self) -> None:
        """In a forked process no worker is heard, and none that held the lock will ever let go of it."""
        self._lock = threading.Lock()
        self._generation += 1

    def take(self) -> Notice | None:
        """The next notice, or None."""
        while self.waiting:
            with self._lock:
                generation, notice = self.waiting.popleft()
            if generation in (None, self._generation):
                return notice.take() if isinstance(notice, Unseen) else notice
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
    """What a notice is about, if a newer one about the same makes it needless; else None. It can be hashed."""
    match notice:
        case notices.RequestMade() | notices.ServerTime():
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
    """Owns what is under way of a frame's deliveries, and the moment when there is something to do again.

    `next_steps` gives an iterator that does a little at each step and yields how many signals that sent, or None
    when there is nothing to do; `next_due` tells the monotonic moment at which something will be due.
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
        self._left: list[Notice] = []
        self._monotonic = monotonic
        self._next_steps = next_steps
        self._next_due = next_due
        self._recorder = recorder
        self._steps: Iterator[int] | None = None
        self._interruption: Iterator[int] | None = None
        self._pumping = False
        self._wake_at = 0.0

    def wake(self) -> None:
        """Look at what is due at the next pump, whatever was thought before."""
        self._wake_at = 0.0

    def leave(self, notice: Notice) -> None:
        """Post a notice for a pump that has not begun yet: what listeners cause at once keeps no pump from ending."""
        self._left.append(notice)
        if not self._pumping:
            self._post_left()

    def interrupt(self, steps: Iterator[int]) -> None:
        """Do these steps before the rest of what is under way, unless others are done so already."""
        self._interruption = self._interruption or steps
        self.wake()

    def drop(self) -> None:
        """Forget what is under way; a listener may call this too."""
        self._steps = self._interruption = None
        self.wake()

    def pump(self, budget_ms: float | None) -> int:
        """Deliver what waits and what is due, until the budget is used up; the number of signals sent."""
        if self._recorder.profile is not None:
            self._recorder.frame_begins()
        if not self._waiting and self._monotonic() < self._wake_at:
            self._recorder.frame += 1
            return 0
        if self._pumping:  # a listener pumps: the outer pump goes on where it was
            return 0
        began = time.perf_counter()
        self._pumping = True
        watching = _recorder.set(self._recorder)
        try:
            return self._pump(float("inf") if budget_ms is None else began + budget_ms / 1000.0)
        finally:
            self._pumping = False
            _recorder.reset(watching)
            self._recorder.pumped(time.perf_counter() - began)
            if self._left:
                self._post_left()

    def _post_left(self) -> None:
        for notice in self._left:
            self._mailbox.post(notice)
        self._left.clear()

    def _pump(self, ends: float) -> int:
        """What a listener raises that is no Exception, such as Ctrl-C, passes; the next pump goes on after it."""
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
                if time.perf_counter() >= ends:
                    return sent
            else:
                self._end(steps)

    def _end(self, steps: Iterator[int]) -> None:
        if steps is self._interruption:
            self._interruption = None
        elif steps is self._steps:
            self._steps = None


def check_budget(budget_ms: object) -> None:
    """Raise ArgumentError for what is no number of milliseconds."""
    if isinstance(budget_ms, bool) or not isinstance(budget_ms, (int, float)) or not budget_ms >= 0:
        raise ArgumentError("budget_ms must be a number of milliseconds, 0 or more, or None.")
