"""Owns the start of background threads, which a limit of the machine or the end of the interpreter may refuse."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from uwclient.log import logger

TRY_AGAIN_AFTER = 1.0
"""Seconds after which a thread that was refused is asked for again."""

_refused: set[str] = set()  # the names of threads that were refused last, so that each refusal is logged once


def start_thread(work: Callable[[], None], name: str) -> threading.Thread | None:
    """Have work done by a daemon thread; None, and a line in the log, where there can be no further thread now."""
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
    """Wait for a thread to end, at most so many seconds; whether it has.

    Once the interpreter ends, daemon threads are stopped wherever they are: nobody need wait for them then.
    """
    if thread is None or thread is threading.current_thread() or sys.is_finalizing():
        return True
    thread.join(max(0.0, timeout))
    return not thread.is_alive()


class Helper:
    """Owns a thread that does a piece of work which comes up now and then, and ends when it is done.

    For one thread, the game's.
    """

    def __init__(self, work: Callable[[], None], name: str) -> None:
        self._work = work
        self._name = name
        self._thread: threading.Thread | None = None
        self._try_again_at = 0.0

    @property
    def is_at_work(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def wake(self) -> bool:
        """Have the work done, unless it is being done; False while there can be no thread for it."""
        if self.is_at_work:
            return True
        if time.monotonic() < self._try_again_at:
            return False
        self._thread = start_thread(self._work, self._name)
        if self._thread is None:
            self._try_again_at = time.monotonic() + TRY_AGAIN_AFTER
        return self._thread is not None

    def join(self, timeout: float) -> None:
        """Wait for the thread, at most so many seconds."""
        join_thread(self._thread, timeout)
