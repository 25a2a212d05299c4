"""Owns which thread is the game's, and the warning for calls that come from another one."""

from __future__ import annotations

import sys
import threading
from types import FrameType

from uwclient.log import logger


class GameThread:
    """Owns the thread that a client belongs to: the first that starts or pumps it, until a stop or that thread's end.

    A client has no locks, as all of its work that a game sees is done on one thread. A second one may go well for
    months, and then not; so the first call from there is warned of.
    """

    def __init__(self) -> None:
        self._ident = 0  # of the thread that nobody need be warned of; no thread has 0
        self._thread: threading.Thread | None = None
        self._has_warned = False

    def begin(self) -> None:
        """A run begins on this thread, and the client belongs to it."""
        self._ident = threading.get_ident()
        self._thread = threading.current_thread()
        self._has_warned = False

    def end(self) -> None:
        """The run has ended: another thread may take the client over."""
        self._ident = 0
        self._thread = None

    def pumps(self) -> None:
        """A pump is to do work on this thread, which makes it the game's if there is none yet."""
        if threading.get_ident() != self._ident:
            if self._thread is None or not self._thread.is_alive():
                self.begin()
            else:
                self._warn()

    def calls(self) -> None:
        """Something is asked for on this thread."""
        if threading.get_ident() != self._ident and self._thread is not None and self._thread.is_alive():
            self._warn()

    def _warn(self) -> None:
        if self._has_warned or self._thread is None:
            return
        self._has_warned = True
        logger().warning(
            "%s() was called on the thread %r, but this client belongs to the thread %r, which has started or pumped "
            "it first. All calls must come from one thread: hand over to it what others have to say, such as through "
            "a queue.Queue that the game's loop reads.",
            _name_of_call(),
            threading.current_thread().name,
            self._thread.name,
        )


def _name_of_call() -> str:
    """The function of uwclient that the game has called, of those that are being called."""
    frame: FrameType | None = sys._getframe(1)
    name = ""
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("uwclient."):
        name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)  # Python 3.10 knows the short name alone
        frame = frame.f_back
    return name
