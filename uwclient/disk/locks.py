"""Owns the lock that tells whether a process still uses a folder. The system lets go of it when the process ends."""

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
    """What some network disks say: two copies of the game cannot tell each other there."""

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
    def take(cls, path: Path) -> FolderLock | None:
        """The lock, or None when another process (or another client in this one) holds it. OSError otherwise."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        taken = False
        try:
            # Whoever held it may have removed the file between the two: then this is a lock on nothing.
            taken = _try(descriptor) and _is_still_there(path, descriptor)
        finally:
            if not taken:
                os.close(descriptor)
        return cls(path, descriptor) if taken else None

    @property
    def is_held(self) -> bool:
        """Whether it was not released."""
        return self._descriptor >= 0

    def release(self, *, remove: bool) -> None:
        """Let go of it; the file goes too, when the folder that it stands for is gone."""
        if self._descriptor < 0:
            return
        if remove and sys.platform != "win32":  # while it is held, so that nobody can take it in between
            self._unlink()
        os.close(self._descriptor)
        self._descriptor = -1
        if remove and sys.platform == "win32":  # where an open file cannot be removed
            self._unlink()

    def abandon(self) -> None:
        """Close this copy of another process' lock, made by a fork; the other keeps it."""
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
