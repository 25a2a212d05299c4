"""Starts background threads; the system or the end of the interpreter may refuse that."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from uwclient.log import logger
from uwclient.time_sources import RealTime

TRY_AGAIN_AFTER = 1.0
"""Seconds between two attempts to start a thread."""

_refused: set[str] = set()  # the names of threads that could not be started, so that each failure is logged once


def start_thread(work: Callable[[], None], name: str) -> threading.Thread | None:
    """Start a daemon thread; None, and a line in the log, if the system refuses another thread."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except (RuntimeError, OSError, MemoryError) as error:
        if name not in _refused and not sys.is_finalizing():
            _refused.add(name)
            why = str(error) or type(error).__name__
            logger().warning("The thread %s could not be started (%s); the game goes on without it.", name, why)
        return None
    _refused.discard(name)
    return thread


def join_thread(thread: threading.Thread | None, timeout: float) -> bool:
    """Wait for a thread to end, at most `timeout` seconds, and return whether it has.

    It does not wait when the interpreter is shutting down, because that stops daemon threads.
    """
    if thread is None or thread is threading.current_thread() or sys.is_finalizing():
        return True
    thread.join(max(0.0, timeout))
    return not thread.is_alive()


class Helper:
    """Owns a thread for occasional work, which ends when the work is done. It is used on the game's thread."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        self._work = work
        self._name = name
        self._thread: threading.Thread | None = None
        self._try_again_at = 0.0

    @property
    def is_at_work(self) -> bool:
        """Whether the thread is running."""
        return self._thread is not None and self._thread.is_alive()

    def wake(self) -> bool:
        """Start the work, unless it is running; returns False when no thread can be started now."""
        if self.is_at_work:
            return True
        if RealTime.monotonic() < self._try_again_at:
            return False
        self._thread = start_thread(self._work, self._name)
        if self._thread is None:
            self._try_again_at = RealTime.monotonic() + TRY_AGAIN_AFTER
        return self._thread is not None

    def join(self, timeout: float) -> None:
        """Wait for the thread, at most `timeout` seconds."""
        join_thread(self._thread, timeout)
