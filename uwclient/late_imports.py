"""Imports what only background work needs, on its thread, with rests between the modules.

An import holds the interpreter lock for milliseconds at a time; that of the network stack takes a tenth of a second.
With the rests, the game has its turn in between.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, cast

from uwclient.threads import start_thread
from uwclient.throttle import StopSign, Throttle, WorkStopped

THREAD_NAME = "uwclient-imports"

BURST = 0.002
"""Seconds that modules are imported before a rest: no less, because many a module takes as long by itself."""

_importing = threading.RLock()
"""Held while something is imported here: in a process that is forked meanwhile, nobody could import it any more."""


class _Rests:
    """A finder of modules that finds none: it is asked before each module that is imported, and may rest.

    It stays in `sys.meta_path`. Taking it out could make an import on another thread pass over the next finder.
    """

    def __init__(self) -> None:
        self.thread = 0  # the one that rests
        self.throttle: Callable[[], None] = lambda: None
        self.burst_ends = 0.0

    def find_spec(self, *_: object) -> None:
        """Rest, if this is the thread that does so, and the burst is over."""
        if self.thread == threading.get_ident() and time.perf_counter() >= self.burst_ends:
            with suppress(WorkStopped):  # a package of which a half is imported cannot be imported again: hurry
                self.throttle()
            self.burst_ends = time.perf_counter() + BURST


_rests = _Rests()


def import_gently(name: str, throttle: Callable[[], None]) -> None:
    """Import a module; `throttle`, which rests, is called before it, and now and then between those it imports."""
    if name in sys.modules:
        return
    with _importing:
        if _rests not in sys.meta_path:
            sys.meta_path.insert(0, cast(Any, _rests))  # it has nothing to invalidate
        _rests.thread, _rests.throttle = threading.get_ident(), throttle
        try:
            import_module(name)
        finally:
            _rests.thread, _rests.burst_ends = 0, 0.0


def begin_import(name: str) -> None:
    """Import a module gently on a thread of its own. Whoever needs it meanwhile calls `import_gently`, and waits."""
    if name not in sys.modules:
        start_thread(lambda: _import_quietly(name), THREAD_NAME)


def _import_quietly(name: str) -> None:
    with suppress(Exception):  # whoever needs it hears of it
        import_gently(name, Throttle(StopSign()))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_importing.acquire, after_in_parent=_importing.release, after_in_child=_importing.release
    )
