"""Imports what only background work needs, on a thread beside the game, and never across a fork."""

from __future__ import annotations

import logging  # noqa: F401 - a fork takes its lock after ours; the other way round, the import could not end
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module

from uwclient.threads import start_thread

THREAD_NAME = "uwclient-imports"

_importing = threading.RLock()
"""Held while something is imported here: in a process that is forked meanwhile, nobody could import it any more."""


def import_late(name: str) -> None:
    """Import a module, or wait until the thread that imports it already has done so."""
    with _importing:
        import_module(name)


def begin_import(name: str) -> None:
    """Import a module on a thread of its own. Whoever needs it meanwhile calls `import_late`, and waits."""
    if name not in sys.modules:
        start_thread(lambda: _import_quietly(name), THREAD_NAME)


def _import_quietly(name: str) -> None:
    with suppress(Exception):  # whoever needs it hears of it
        import_late(name)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_importing.acquire, after_in_parent=_importing.release, after_in_child=_importing.release
    )
