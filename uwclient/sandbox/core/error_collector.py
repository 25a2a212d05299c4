"""The sandbox's own failures, kept for `Sandbox.check`."""

from __future__ import annotations

import threading


class ErrorCollector:
    """Owns the unexpected errors of server threads, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._errors: list[BaseException] = []

    def add(self, error: BaseException) -> None:
        """Keep an error."""
        with self._lock:
            self._errors.append(error)

    def raise_first(self) -> None:
        """Raise the oldest error and remove it; do nothing when there is none."""
        with self._lock:
            error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
