"""Whether a file was saved."""

from __future__ import annotations

from pathlib import Path


class SavedFile:
    """Tells when a file has changed and is complete: when two looks in a row see the same new state of it.

    An editor may empty a file, or remove it, before it writes it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._seen = self._look()

    def was_saved(self) -> bool:
        """Look at the file; whether it was saved since the last time that this was true."""
        now = self._look()
        is_settled, self._seen = now == self._seen, now
        if not is_settled or now is None or now == self._known:
            return False
        self._known = now
        return True

    def _look(self) -> tuple[int, int, int] | None:
        """What changes when the file is written; None while there is none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
