"""A machine that has no thread to spare."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from uwclient import threads


class NoThreads:
    """Owns whether a machine gives threads to uwclient, and the names of those that it has refused.

    `concerns` tells by its name whether a thread may be refused.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, concerns: Callable[[str], bool]) -> None:
        self.refuses = True
        self.refused: list[str] = []
        start = threading.Thread.start

        def start_if_allowed(thread: threading.Thread) -> None:
            if self.refuses and concerns(thread.name):
                self.refused.append(thread.name)
                raise RuntimeError("can't start new thread at interpreter shutdown")
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", start_if_allowed)
        monkeypatch.setattr(threads, "_refused", set())
