"""Recovers the queues that earlier runs of the game have left; some of those runs may still be going on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

from uwclient.disk.action_lines import number_and_length
from uwclient.disk.aside import NAME, Aside
from uwclient.disk.checksummed_lines import append_line, seal, unseal
from uwclient.disk.locks import FolderLock
from uwclient.disk.outbox import DONE, lock_of, remove_folder, run_folders
from uwclient.disk.private import open_private
from uwclient.disk.waiting_actions import WaitingActions
from uwclient.errors import StorageError
from uwclient.models.player import QueuedAction

_LONGEST_LINE = 256 * 1024
_PIECE = 64 * 1024


class RecoveredQueue:
    """Owns the queue of a run that has ended.

    Attributes:
        waiting: the actions that are not done, oldest first.
        waiting_bytes: their size.
        references: the platform's ids for references.
        aside: the actions that were set aside.
        problem: why something could not be read, or None.
        dropped: the number of actions that were not read, because too many wait after them; an upper bound.

    """

    def __init__(self, folder: Path, lock: FolderLock, throttle: Callable[[], None], most: int) -> None:
        self._folder = folder
        self._lock = lock
        self.problem: StorageError | None = None
        self._is_unread = False  # whether a file could not be read; a later run may be able to
        self.references: dict[str, str]
        self.dropped = drop_oldest(folder, throttle, most)
        self.waiting, self.references, self.aside, damage = read_queue(folder, throttle)
        self.waiting_bytes = self.waiting.recovered_bytes
        for path, found in damage.items():
            if isinstance(found, StorageError):
                self._is_unread = True
                self.problem = found
            else:
                self.problem = self._quarantine(path, found)

    def done(self, count: int) -> list[QueuedAction]:
        """Remove and return the first `count` actions, which were delivered, refused, dropped or set aside."""
        actions = [self.waiting.popleft() for _ in range(count)]
        self.waiting_bytes -= sum(len(action.text) for action in actions)
        self._append_note(b"%d" % actions[-1].number)
        return actions

    def remember(self, reference: str, value: str) -> None:
        """Keep the platform's id for a reference."""
        self.references[reference] = value
        self._append_note(f"{reference} {value}".encode())

    def close(self) -> None:
        """Close the queue; it is deleted if it is empty, else left to the next run."""
        is_empty = not self.waiting and not self.aside.waiting and not self._is_unread
        if is_empty:
            remove_folder(self._folder)
        self._lock.release(remove=is_empty)

    def abandon(self) -> None:
        """Let go of the queue, and change nothing on disk."""
        self._lock.abandon()

    def _append_note(self, content: bytes) -> None:
        append_line(self._folder / DONE, seal(content))

    def _quarantine(self, path: Path, damaged: list[bytes]) -> StorageError | None:
        """Save damaged lines beside the queues, for inspection; None if an earlier run has done so."""
        kept = self._folder.parent / f"{self._folder.name}-{path.stem}.damaged"
        lines = b"".join(damaged)
        try:
            if kept.exists() and kept.read_bytes() == lines:
                return None
            unfinished = kept.with_suffix(".new")
            with open_private(unfinished, "wb") as file:
                file.write(lines)
            unfinished.replace(kept)
        except OSError as error:
            self._is_unread = True
            return StorageError(
                f"{len(damaged)} lines of the queue {path} are damaged, and could not be set aside "
                f"({error.strerror or error}), so the file is kept; the other actions in it are delivered."
            )
        return StorageError(
            f"{len(damaged)} lines of the queue {path} are damaged and were set aside in {kept}; "
            "the other actions in it are delivered."
        )


def adopt_queues(
    parent: Path, own: Callable[[], Path | None], throttle: Callable[[], None], most: int = sys.maxsize
) -> tuple[list[RecoveredQueue], int]:
    """Return the queues of runs that have ended, oldest first, and the number of other runs that are going on.

    `own()` returns the folder of this run, which may be created at any time. Of each queue about `most` actions are
    kept, the newest.
    """
    queues: list[RecoveredQueue] = []
    others = 0
    try:
        for folder in run_folders(parent):
            lock = None if folder == own() else _try_lock(folder)
            if lock is not None:
                queues.append(_opened(folder, lock, throttle, most))
            elif folder != own():
                others += 1
        _delete_stale_locks(parent)
    except BaseException:
        for queue in queues:
            queue.close()
        raise
    return queues, others


def _try_lock(folder: Path) -> FolderLock | None:
    try:
        return FolderLock.acquire(lock_of(folder))
    except OSError:
        return None


def _delete_stale_locks(parent: Path) -> None:
    """Delete the locks of processes that were killed before they had created a folder."""
    with contextlib.suppress(OSError):
        for path in parent.glob("*.lock"):
            folder = path.with_suffix("")
            lock = None if folder.exists() else _try_lock(folder)
            if lock is not None:
                lock.release(remove=not folder.exists())


def _opened(folder: Path, lock: FolderLock, throttle: Callable[[], None], most: int) -> RecoveredQueue:
    try:
        return RecoveredQueue(folder, lock, throttle, most)
    except BaseException:
        lock.release(remove=False)
        raise


def drop_oldest(folder: Path, throttle: Callable[[], None], most: int) -> int:
    """Delete the oldest files of a queue while those after them have `most` actions; how many were dropped so.

    They are not read: a queue of a million is ready as soon as one of thousands. So the number is what the names of
    the files say, and some too many if lines in them are missing or damaged, as after a full disk.
    """
    done, _ = _read_done(folder)
    paths = [path for path in sorted(folder.glob("*.log")) if path.stem.isdecimal()]
    waiting = 0
    while paths and int(paths[-1].stem) > done + 1:
        try:
            waiting += _lines_in(paths[-1], throttle)
        except OSError:  # told when it is read
            return 0
        first = int(paths.pop().stem)
        if waiting >= most and paths:
            append_line(folder / DONE, seal(b"%d" % (first - 1)))
            for path in paths:
                with contextlib.suppress(OSError):
                    path.unlink()
                throttle()
            return first - 1 - done
    return 0


def _lines_in(path: Path, throttle: Callable[[], None]) -> int:
    lines = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            lines += piece.count(b"\n")
            throttle()
    return lines


def read_queue(
    folder: Path, throttle: Callable[[], None]
) -> tuple[WaitingActions, dict[str, str], Aside, dict[Path, list[bytes] | StorageError]]:
    """Read a run's folder: the waiting actions, the references, the actions set aside, and the damage by file."""
    last, references = _read_done(folder)
    waiting = WaitingActions()
    damage: dict[Path, list[bytes] | StorageError] = {}
    aside, set_aside = _read_aside(folder, damage)
    for path in sorted(folder.glob("*.log")):
        damaged: list[bytes] = []
        try:
            with path.open("rb") as file:
                while line := file.readline(_LONGEST_LINE):
                    throttle()
                    content = unseal(line)
                    number, length = (None, 0) if content is None else number_and_length(content)
                    if content is None or number is None:
                        if line != b"\n":
                            damaged.append(line)
                    elif number > last:
                        last = number
                        if last not in set_aside:  # else the game was killed before it was marked as done here
                            waiting.append(number, content)
                            waiting.recovered_bytes += length
        except FileNotFoundError:  # deleted meanwhile by a running game; `uwclient doctor` reads it at any time
            continue
        except OSError as error:  # the actions after it wait too, to keep the order
            damage[path] = StorageError(f"The queue {path} cannot be read: {error.strerror or error}.")
            break
        if damaged:
            damage[path] = damaged
    return waiting, references, aside, damage


def _read_done(folder: Path) -> tuple[int, dict[str, str]]:
    """Read the number of the last action that is done, and the platform's ids for references."""
    done = 0
    references: dict[str, str] = {}
    with contextlib.suppress(OSError), (folder / DONE).open("rb") as file:
        for line in file:
            words = (unseal(line) or b"").decode(errors="replace").split(" ")
            if len(words) == 2:
                references[words[0]] = words[1]
            elif words[0].isdecimal():
                done = max(done, int(words[0]))
    return done, references


def _read_aside(folder: Path, damage: dict[Path, list[bytes] | StorageError]) -> tuple[Aside, set[int]]:
    """Read the actions of a run that were set aside, and the numbers of all that ever were; adds to `damage`."""
    aside, path = Aside(folder), folder / NAME
    try:
        numbers, damaged = aside.load()
    except OSError as error:
        damage[path] = StorageError(f"The actions set aside in {path} cannot be read: {error.strerror or error}.")
        return aside, set()
    if damaged:
        damage[path] = damaged
    return aside, numbers
