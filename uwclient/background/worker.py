"""A background thread with a schedule of tasks.

The thread only calls `step` when a task is due; a test, or a client without a thread, calls it itself.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from uwclient.log import logger
from uwclient.rules.schedule import Schedule
from uwclient.threads import TRY_AGAIN_AFTER, join_thread, start_thread
from uwclient.throttle import StopSign, Throttle, WorkStopped
from uwclient.time_sources import RealTime

THREAD_NAME = "uwclient-worker"
LONGEST_SLEEP = 3600.0
REST_AFTER_TASK = 0.002
"""Seconds of sleep after each task: a task may hold the interpreter lock for a millisecond, and a frame of the game
must not be delayed by several tasks."""


class Task(NamedTuple):
    """A call to make. Scheduling an equal task again moves it."""

    run: Callable[..., None]
    arguments: tuple[Any, ...] = ()


class Worker:
    """Owns a thread and a schedule of tasks, and runs one task at a time, the one that is overdue longest.

    `on_error` is called after a task raised an unexpected exception, so that work continues; `on_idle` before the
    thread sleeps.
    """

    def __init__(self, monotonic: Callable[[], float], polite: bool, name: str = THREAD_NAME) -> None:
        self._monotonic = monotonic
        self._name = name
        self._agenda: Schedule[Task] = Schedule()
        self._requests: deque[Task] = deque()
        self._wake: SimpleQueue[None] = SimpleQueue()  # not an event: see StopSign
        self._stopping = StopSign()
        self._thread: threading.Thread | None = None
        self._start_due = math.inf
        self._finish: Callable[[], None] = lambda: None
        self.on_error: Callable[[], None] = lambda: None
        self.on_idle: Callable[[], None] = lambda: None
        self.throttle = Throttle(self._stopping, polite)

    @property
    def next_due(self) -> float:
        """The monotonic time of the next task; 0 when there is a request."""
        return 0.0 if self._requests else self._agenda.next_at

    def next_due_besides(self, run: Callable[..., None]) -> float:
        """The monotonic time of the next task but this one; 0 when there is a request."""
        return 0.0 if self._requests else self._agenda.next_at_besides(Task(run))

    @property
    def next_task(self) -> str:
        """The name of the task that comes next; "" when there is none."""
        task = self._requests[0] if self._requests else self._agenda.next_key
        return "" if task is None else getattr(task.run, "__qualname__", repr(task.run))

    def at(self, moment: float, run: Callable[..., None], *arguments: Any) -> None:
        """Schedule a task at a monotonic time; called on the worker."""
        self._agenda.set(Task(run, arguments), moment)

    def never(self, run: Callable[..., None], *arguments: Any) -> None:
        """Cancel a scheduled task."""
        self._agenda.discard(Task(run, arguments))

    def expects(self, run: Callable[..., None], *arguments: Any) -> bool:
        """Whether a task is scheduled."""
        return Task(run, arguments) in self._agenda

    def run_if_due(self, run: Callable[..., None], *arguments: Any) -> None:
        """Run a scheduled task in the middle of another one, if it is due; called on the worker."""
        task = Task(run, arguments)
        if self._agenda.due_at(task) <= self._monotonic():
            self._agenda.discard(task)
            task.run(*task.arguments)

    def request(self, run: Callable[..., None], *arguments: Any) -> None:
        """Request a task as soon as possible. Any thread may call this; it never blocks."""
        self._requests.append(Task(run, arguments))
        self._call()

    def _call(self) -> None:
        if self._wake.empty():  # else the thread is going to wake up anyway
            self._wake.put(None)

    def step(self) -> None:
        """Run the next task that is due, if there is one. It never raises."""
        try:
            task = self._requests.popleft() if self._requests else self._agenda.pop_due(self._monotonic())
            if task is not None:
                task.run(*task.arguments)
        except WorkStopped:
            logger().debug("A background task was cancelled, because the client stops.")
        except Exception:
            logger().exception("A background task failed in an unexpected way; the others go on.")
            self._report_error()

    def _report_error(self) -> None:
        try:
            self.on_error()
        except Exception:
            logger().exception("Background work could not be resumed after a failure.")

    def start(self, finish: Callable[[], None]) -> None:
        """Start the thread, and try again later if that fails; the thread calls `finish` at its end."""
        self._finish = finish
        self._start_due = self._monotonic()
        self.start_if_due()

    @property
    def start_due(self) -> float:
        """The monotonic time of the next attempt to start the thread, or infinity if none is needed."""
        return self._start_due

    def start_if_due(self) -> None:
        """Start the thread, if an attempt is due."""
        if self._monotonic() >= self._start_due:
            self._thread = start_thread(self._run, self._name)
            self._start_due = math.inf if self._thread else self._monotonic() + TRY_AGAIN_AFTER

    @property
    def has_thread(self) -> bool:
        """Whether a thread was started."""
        return self._thread is not None

    @property
    def is_working(self) -> bool:
        """Whether the worker was not asked to stop."""
        return not self._stopping.is_set()

    def ask_to_stop(self) -> None:
        """Have the thread end as soon as possible; this does not wait for it."""
        self._stopping.set()
        self._start_due = math.inf
        self._call()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; returns False when it has not ended within `timeout` seconds."""
        return join_thread(self._thread, timeout)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                wait = self.next_due - self._monotonic()
                if wait <= 0:
                    self.step()
                    self.throttle.tell_watchers()
                    RealTime.sleep(REST_AFTER_TASK)
                else:
                    self.on_idle()
                    self._sleep(min(wait, LONGEST_SLEEP) if math.isfinite(wait) else None)
        finally:
            self._finish()

    def _sleep(self, seconds: float | None) -> None:
        """Sleep until a request comes, or the time is over."""
        with suppress(Empty):
            self._wake.get(timeout=seconds)
