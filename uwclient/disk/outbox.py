"""The outbox: the queue of this run's actions, on disk when `append` returns, until they are delivered.

A run writes into a folder of its own, and holds a lock beside it as long as it runs:

    outbox/00000012-6f3a….lock
    outbox/00000012-6f3a…/0000000001.log   actions, a line each: number, time, kind, JSON
    outbox/00000012-6f3a…/done             the number of the last action that is done, a line each time
    outbox/00000012-6f3a…/aside            the actions that were set aside

The game's thread appends with one `write`, which survives the end of the process, and never waits for the disk. The
worker does everything else: it syncs, marks actions as done, and deletes the files in which all are done.
"""

from __future__ import annotations

import contextlib
import os
import weakref
from collections import deque
from pathlib import Path

from uwclient.dice import Dice
from uwclient.disk.action_lines import action_content, encode_action
from uwclient.disk.aside import Aside
from uwclient.disk.checksummed_lines import seal
from uwclient.disk.locks import FolderLock
from uwclient.disk.private import FILE_MODE, make_folder
from uwclient.disk.waiting_actions import WaitingActions
from uwclient.errors import StorageError
from uwclient.models.player import QueuedAction

SEGMENT_BYTES = 1024 * 1024
"""The number of bytes after which a new file of actions is started; it is deleted when all its actions are done."""

MOST_CAUGHT_UP = 64
"""The maximum number of unwritten actions that one append writes, after the disk works again."""

MOST_OPEN = 16
"""The maximum number of full files that are kept open to be synced: without a run, nobody syncs them."""

DONE = "done"
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Outbox:
    """Owns one run's queue, on disk and in memory.

    `append`, `in_memory` and `close` are called on the game's thread, everything else on the worker. `dice` tell its
    folder from that of another copy of the game.

    Attributes:
        waiting: the actions that are not done, oldest first.
        references: the platform's ids for the references that actions use.
        aside: the actions that were set aside.

    """

    def __init__(self, folder: Path, dice: Dice | None = None) -> None:
        self._parent = folder
        self._dice = dice or Dice()
        self.waiting = WaitingActions()
        self.references: dict[str, str] = {}
        self.aside = Aside(None)
        self._appended_bytes = 0  # written by the game's thread alone
        self._done_bytes = 0  # written by the worker alone
        self._last_number = 0
        self._folder: Path | None = None
        self._lock: FolderLock | None = None
        self._file = -1
        self._file_size = 0
        self._torn = False
        self._note_is_torn = False
        self._segments: deque[tuple[int, Path]] = deque()  # each with the number of its first action
        self._closed_files: deque[tuple[int, int]] = deque()  # each with the number of its first action
        self._acks = -1
        self._synced = 0
        self._unwritten = WaitingActions()  # used by the game's thread alone
        self._done_number = 0  # written by the worker alone
        _open_here.add(self)

    @property
    def last_number(self) -> int:
        """The number of the newest action."""
        return self._last_number

    @property
    def waiting_bytes(self) -> int:
        """The size of the waiting actions."""
        return self._appended_bytes - self._done_bytes

    @property
    def folder(self) -> Path | None:
        """The folder of this run, or None before the first action."""
        return self._folder

    def append(self, kind: str, text: bytes, at: int, ticket: int, *, at_is_sure: bool = True) -> None:
        """Append an action. Raises StorageError when it could be kept in memory only; it is queued all the same."""
        number = self._last_number = self._last_number + 1
        content = action_content(number, kind, text, at, at_is_sure=at_is_sure)
        try:
            if self._unwritten:
                self._unwritten.append(number, content, ticket)
                self._catch_up()
            else:
                self._write(number, content)
        except StorageError:
            if not self._unwritten:
                self._unwritten.append(number, content, ticket)
            raise
        finally:
            self._appended_bytes += len(text)
            self.waiting.append(number, content, ticket)

    def sync(self) -> None:
        """Sync the appended actions to the disk, so that they survive a power cut too."""
        number = self._last_number
        while self._closed_files:
            self._close_oldest_file(sync=True)
        if self._file >= 0 and number != self._synced:
            with contextlib.suppress(OSError):
                os.fsync(self._file)
            self._synced = number

    @property
    def is_synced(self) -> bool:
        """Whether all appended actions are synced to the disk."""
        return self._synced == self._last_number

    def done(self, count: int) -> list[QueuedAction]:
        """Remove and return the first `count` actions, which were delivered, refused, dropped or set aside."""
        actions = [self.waiting.popleft() for _ in range(count)]
        self._done_bytes += sum(len(action.text) for action in actions)
        number = self._done_number = actions[-1].number
        self._append_note(b"%d" % number)
        while len(self._segments) > 1 and self._segments[1][0] <= number + 1:
            first, path = self._segments.popleft()
            if self._closed_files and self._closed_files[0][0] == first:
                self._close_oldest_file(sync=False)
            with contextlib.suppress(OSError):
                path.unlink()
        return actions

    def in_memory(self) -> list[QueuedAction]:
        """Return the waiting actions that could not be written to the disk; called on the game's thread."""
        return [action for action in self._unwritten if action.number > self._done_number]

    def remember(self, reference: str, value: str) -> None:
        """Keep the platform's id for a reference, for the actions that use it."""
        self.references[reference] = value
        self._append_note(f"{reference} {value}".encode())

    def close(self) -> None:
        """Close the files; waiting actions are left to the next run. Called on the game's thread, without a worker.

        Actions that are on disk are removed from memory; the next action starts a new queue.
        """
        self._close_files()
        in_memory = self.in_memory()
        is_empty = len(in_memory) == len(self.waiting) and not self.aside.waiting
        self.waiting = WaitingActions(in_memory)
        self._unwritten = WaitingActions(in_memory)
        self._done_bytes = self._appended_bytes - sum(len(action.text) for action in in_memory)
        if self._folder is not None and is_empty:
            remove_folder(self._folder)
        if self._lock is not None:
            self._lock.release(remove=is_empty)
        self._folder = self._lock = None
        self.aside = Aside(None)
        self._segments.clear()

    def discard(self) -> None:
        """Close and delete the queue, after its actions were moved to another one; called as `close` is."""
        if self.waiting:
            self.done(len(self.waiting))
        self.close()

    def abandon(self) -> None:
        """Forget everything, and change nothing on disk: in a forked process, the files are the parent's."""
        self._close_files()
        if self._lock is not None and self._lock.is_held:
            self._lock.abandon()
        self._folder = self._lock = None
        self.aside = Aside(None)
        self.waiting = WaitingActions()
        self._unwritten = WaitingActions()
        self._segments.clear()

    def reopen(self) -> None:
        """Open the files where they are, after memory and disk were put back to an earlier state together."""
        self._closed_files.clear()
        self._file = self._acks = -1
        if self._folder is None:
            return
        self._acks = os.open(self._folder / DONE, _APPEND, FILE_MODE)
        if self._segments:
            self._file = os.open(self._segments[-1][1], _APPEND, FILE_MODE)

    def _close_files(self) -> None:
        for file in (*(file for _, file in self._closed_files), self._file, self._acks):
            if file >= 0:
                os.close(file)
        self._closed_files.clear()
        self._file = self._acks = -1

    def _append_note(self, content: bytes) -> None:
        """Append to the file `done`; if the disk is full, actions are delivered again after a crash."""
        if self._acks >= 0:
            line = b"\n" + seal(content) if self._note_is_torn else seal(content)
            with contextlib.suppress(OSError):
                self._note_is_torn = os.write(self._acks, line) != len(line)

    def _catch_up(self) -> None:
        """Write the unwritten actions in order; only some of them in one frame."""
        for _ in range(MOST_CAUGHT_UP):
            action = self._unwritten[0]
            if action.number > self._done_number:
                self._write(action.number, encode_action(action))
            self._unwritten.popleft()
            if not self._unwritten:
                return

    def _write(self, number: int, content: bytes) -> None:
        line = seal(content)
        try:
            if self._file < 0 or self._file_size > SEGMENT_BYTES:
                self._next_file(number)
            if self._torn:
                line = b"\n" + line
            self._torn = True
            written = os.write(self._file, line)
            self._torn = written != len(line)
            if self._torn:  # the disk is full: try to remove the incomplete line
                os.ftruncate(self._file, self._file_size)
                self._torn, written = False, 0
            self._file_size += written
        except OSError as error:
            raise StorageError(
                f"The player's actions cannot be saved in {self._parent} ({error.strerror or error}), so they are "
                "lost if the game ends before they are delivered: check free space and permissions."
            ) from error
        if not written:
            raise StorageError(
                f"The player's actions are in memory only, because the disk of {self._parent} is full: "
                "free some space."
            )

    def _next_file(self, number: int) -> None:
        folder = self._folder or self._make_folder()
        path = folder / f"{number:010d}.log"
        file = os.open(path, _APPEND, FILE_MODE)
        if self._file >= 0:
            self._closed_files.append((self._segments[-1][0], self._file))
            if len(self._closed_files) > MOST_OPEN:
                self._close_oldest_file(sync=False)
        self._file, self._file_size, self._torn = file, 0, False
        self._segments.append((number, path))

    def _close_oldest_file(self, *, sync: bool) -> None:
        try:
            _, file = self._closed_files.popleft()
        except IndexError:  # the other thread was faster
            return
        if sync:
            with contextlib.suppress(OSError):
                os.fsync(file)
        os.close(file)

    def _make_folder(self) -> Path:
        make_folder(self._parent)
        lock = None
        while lock is None:  # another copy of the game may be checking the new lock just now
            number = next_run_number(self._parent)
            folder = self._parent / f"{number:08d}-{self._dice.bits(f'outbox {number}') >> 192:016x}"
            lock = FolderLock.acquire(lock_of(folder))  # before the folder exists, so that nobody takes it over
        self._folder = folder
        try:
            make_folder(folder)
            self._acks = os.open(folder / DONE, _APPEND, FILE_MODE)
        except OSError:
            self._folder = None
            lock.release(remove=True)
            raise
        self._lock = lock
        self.aside = Aside(folder)
        for reference, value in self.references.items():
            self._append_note(f"{reference} {value}".encode())
        return folder


def lock_of(folder: Path) -> Path:
    """Return the lock file of a run's folder."""
    return folder.with_name(folder.name + ".lock")


def run_folders(parent: Path) -> list[Path]:
    """Return the folders of all runs, oldest first."""
    try:
        found = [path for path in parent.iterdir() if path.name[:8].isdecimal() and path.is_dir()]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name)


def next_run_number(parent: Path) -> int:
    """Return a number for a new run, above all others; it orders runs even if the device's clock is set back."""
    return max((int(path.name[:8]) for path in run_folders(parent)), default=0) + 1


def remove_folder(folder: Path) -> None:
    """Delete a run's folder; files that cannot be deleted are left."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


_open_here: weakref.WeakSet[Outbox] = weakref.WeakSet()


def _abandon_all() -> None:
    for outbox in list(_open_here):
        outbox.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
