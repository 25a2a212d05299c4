"""Locks that show whether a process uses a folder. The system releases them when the process ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import weakref
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    _NO_LOCKS_HERE = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
    """The errors of network disks without locks; there, copies of the game cannot detect each other."""

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        return True


class FolderLock:
    """Owns a lock file while it is held."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        _held.add(self)

    @classmethod
    def acquire(cls, path: Path) -> FolderLock | None:
        """Take the lock; None if another process, or another client in this one, holds it. Raises OSError."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        taken = False
        try:
            # The last holder may have removed the file after it was opened here; then this lock is worthless.
            taken = _try(descriptor) and _is_still_there(path, descriptor)
        finally:
            if not taken:
                os.close(descriptor)
        return cls(path, descriptor) if taken else None

    @property
    def is_held(self) -> bool:
        """Whether the lock was not released."""
        return self._descriptor >= 0

    def release(self, *, remove: bool) -> None:
        """Release the lock; with `remove`, the file is deleted too, because its folder no longer exists."""
        if self._descriptor < 0:
            return
        if remove and sys.platform != "win32":  # while the lock is held, so that nobody can take it in between
            self._unlink()
        os.close(self._descriptor)
        self._descriptor = -1
        if remove and sys.platform == "win32":  # an open file cannot be removed there
            self._unlink()

    def reopen(self) -> None:
        """Take a lock that was held again, after its file was put back. Raises OSError."""
        if self.is_held:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            _try(self._descriptor)

    def abandon(self) -> None:
        """Close this copy of the parent's lock, in a forked process; the parent keeps the lock."""
        os.close(self._descriptor)
        self._descriptor = -1

    def _unlink(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()


def _is_still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


_held: weakref.WeakSet[FolderLock] = weakref.WeakSet()


def _abandon_all() -> None:
    for lock in list(_held):
        if lock.is_held:
            lock.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
