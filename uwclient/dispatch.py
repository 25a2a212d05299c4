"""Owns the way from the worker to the game thread: the mailbox, and what one frame delivers of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from uwclient.callables import name_of, take_result
from uwclient.errors import ArgumentError
from uwclient.log import logger
from uwclient.models.notices import Notice
from uwclient.observer import Observer
from uwclient.signals import Signal

_observer: ContextVar[Observer | None] = ContextVar("observer", default=None)
"""Who watches the pump that is under way: what it delivers comes from all modules, and none of them need know."""


def deliver(signal: Signal, sender: object, **details: Any) -> int:
    """Send a signal; a listener that fails is logged by name and keeps the others from nothing. Returns 1."""
    observer = _observer.get()
    if observer is not None:
        observer.sent(signal.name, sender, details)
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
    observer = _observer.get()
    if observer is not None:
        observer.called(name_of(function), time.perf_counter() - began)


class Mailbox:
    """Owns the notices that were posted and not taken yet, in order. Any thread may post; one takes.

    Each worker posts under a generation of its own: once the next one has begun, what an earlier worker still
    posts is dropped, so content of one player never reaches another.
    """

    def __init__(self) -> None:
        self.waiting: deque[tuple[int | None, Notice]] = deque()
        self._generation = 0

    def post(self, notice: Notice) -> None:
        """Post what is true whichever worker is heard."""
        self.waiting.append((None, notice))

    def new_generation(self) -> Callable[[Notice], None]:
        """The way to post for a new worker; from now on it is the only worker that is heard."""
        self._generation += 1
        generation = self._generation

        def post(notice: Notice) -> None:
            self.waiting.append((generation, notice))

        return post

    def take(self) -> Notice | None:
        """The next notice, or None."""
        while self.waiting:
            generation, notice = self.waiting.popleft()
            if generation in (None, self._generation):
                return notice
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
        observer: Observer,
    ) -> None:
        self._mailbox = mailbox
        self._waiting = mailbox.waiting
        self._left: list[Notice] = []
        self._monotonic = monotonic
        self._next_steps = next_steps
        self._next_due = next_due
        self._observer = observer
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
        if not self._waiting and self._monotonic() < self._wake_at:
            self._observer.frame += 1
            return 0
        if self._pumping:  # a listener pumps: the outer pump goes on where it was
            return 0
        began = time.perf_counter()
        self._pumping = True
        watching = _observer.set(self._observer)
        try:
            return self._pump(float("inf") if budget_ms is None else began + budget_ms / 1000.0)
        finally:
            self._pumping = False
            _observer.reset(watching)
            self._observer.pumped(time.perf_counter() - began)
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
