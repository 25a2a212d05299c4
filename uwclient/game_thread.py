"""Warns of calls that come from another thread than the game's."""

from __future__ import annotations

import sys
import threading
from types import FrameType

from uwclient.log import logger


class GameThread:
    """The thread that a client belongs to: the first one that starts or pumps it, until a stop or the thread's end.

    A client has no locks, because everything that a game uses runs on one thread. Calls from a second thread can
    cause rare failures, so the first such call is warned of.
    """

    def __init__(self) -> None:
        self._ident = 0  # of the game's thread; no thread has 0
        self._thread: threading.Thread | None = None
        self._has_warned = False

    def claim(self) -> None:
        """Bind the client to this thread, because a run starts."""
        self._ident = threading.get_ident()
        self._thread = threading.current_thread()
        self._has_warned = False

    def end(self) -> None:
        """Release the client, so that another thread can use it."""
        self._ident = 0
        self._thread = None

    def check_pump(self) -> None:
        """Check a pump on this thread; it binds the client if it is not bound."""
        if threading.get_ident() != self._ident:
            if self._thread is None or not self._thread.is_alive():
                self.claim()
            else:
                self._warn()

    def check_call(self) -> None:
        """Check a call on this thread."""
        if threading.get_ident() != self._ident and self._thread is not None and self._thread.is_alive():
            self._warn()

    def _warn(self) -> None:
        if self._has_warned or self._thread is None:
            return
        self._has_warned = True
        logger().warning(
            "%s() was called on the thread %r, but this client belongs to the thread %r, which has started or pumped "
            "it first. All calls must come from one thread: from other threads, pass the work to it, for instance "
            "through a queue.Queue that the game's loop reads.",
            _name_of_call(),
            threading.current_thread().name,
            self._thread.name,
        )


def _name_of_call() -> str:
    """Return the name of the function of uwclient that the game has called, the outermost on the stack."""
    frame: FrameType | None = sys._getframe(1)
    name = ""
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("uwclient."):
        name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)  # Python 3.10 knows the short name alone
        frame = frame.f_back
    return name
