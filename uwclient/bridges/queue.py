"""The durable queue of a bridge: what is to be told, until the platform has it; and what was told.

The queue is that of a game's actions (`disk/outbox.py`): a line is on disk when `put` returns. What was told is a
journal beside it, a line for each telling: its slot and version. Only the journal says that something is done, so a
process that is killed at any moment tells again at most what it was telling just then.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from uwclient.bridges.telling import Telling, read_telling
from uwclient.dice import Dice
from uwclient.disk.checksummed_lines import append_surely, seal, unseal
from uwclient.disk.locks import FolderLock
from uwclient.disk.outbox import Outbox
from uwclient.disk.outbox_recovery import RecoveredQueue, adopt_queues
from uwclient.disk.private import make_folder, open_private
from uwclient.errors import ArgumentError
from uwclient.log import logger

JOURNAL = "told"
_OUTBOX = "outbox"


class TellingQueue:
    """Owns a folder, which one process at a time uses. Any thread may put; one thread takes.

    Args:
        folder: where it is.
        wall: the seconds since 1970.
        dice: what tells the queues of runs apart.

    Raises:
        ArgumentError: another process uses the folder.
        OSError: the folder cannot be used.

    """

    def __init__(self, folder: Path, wall: Callable[[], float], dice: Dice | None = None) -> None:
        make_folder(folder)
        self._wall = wall
        self._lock = threading.Lock()
        held = FolderLock.acquire(folder / "bridge.lock")
        if held is None:
            raise ArgumentError(f"Another bridge uses the folder {folder}: end it, or give this one its own.")
        self._held = held
        self._journal = folder / JOURNAL
        self._told = _read_journal(self._journal)
        self._outbox = Outbox(folder / _OUTBOX, dice)
        self._recovered, _ = adopt_queues(folder / _OUTBOX, lambda: self._outbox.folder, lambda: None)
        self._waiting: dict[str, str] = {}
        for queue in self._recovered:
            if queue.problem is not None:
                logger().warning("%s", queue.problem)
            for action in queue.waiting:
                telling = read_telling(action.kind, action.text)
                self._waiting[telling.slot] = telling.version

    def __len__(self) -> int:
        """How many tellings wait."""
        return len(self._outbox.waiting) + sum(len(queue.waiting) for queue in self._recovered)

    def put(self, tellings: Iterable[Telling]) -> int:
        """Queue what is new, and return how many were; all of it is on disk when this returns.

        Raises StorageError when the disk does not take it.
        """
        count = 0
        with self._lock:
            for telling in tellings:
                if self._latest(telling.slot) == telling.version:
                    continue
                self._outbox.append(telling.kind, telling.written(), int(self._wall()), 0)
                self._waiting[telling.slot] = telling.version
                count += 1
            if count:
                self._outbox.sync()
        return count

    def next(self) -> Telling | None:
        """Return the oldest telling that waits; None when there is none."""
        while (queue := self._oldest()) is not None:
            action = queue.waiting[0]
            telling = read_telling(action.kind, action.text)
            if self._told.get(telling.slot) != telling.version:
                return telling
            with self._lock:
                queue.done(1)  # the last run was killed between the journal and this
        return None

    def done(self, telling: Telling) -> None:
        """Note that the oldest telling was told, or was refused for good. Raises OSError."""
        append_surely(self._journal, seal(f"{telling.slot} {telling.version}".encode()))
        with self._lock:
            self._told[telling.slot] = telling.version
            queue = self._oldest()
            assert queue is not None  # noqa: S101 - it is what `next` has returned
            queue.done(1)
            if self._waiting.get(telling.slot) == telling.version:
                del self._waiting[telling.slot]

    def close(self) -> None:
        """Close the files; what waits is for the next run."""
        for queue in self._recovered:
            queue.close()
        self._outbox.close()
        self._held.release(remove=False)

    def _latest(self, slot: str) -> str | None:
        """The version that a slot will have when all that waits was told."""
        return self._waiting.get(slot, self._told.get(slot))

    def _oldest(self) -> RecoveredQueue | Outbox | None:
        while self._recovered and not self._recovered[0].waiting:
            self._recovered.pop(0).close()
        if self._recovered:
            return self._recovered[0]
        return self._outbox if self._outbox.waiting else None


def _read_journal(path: Path) -> dict[str, str]:
    """Read the last version of each slot, and write the journal anew if most of it is out of date."""
    told: dict[str, str] = {}
    lines = 0
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            slot, _, version = (unseal(line) or b"").decode(errors="replace").partition(" ")
            if slot:
                told[slot] = version
            lines += 1
    if lines > 1000 and lines > 2 * len(told):
        unfinished = path.with_suffix(".new")
        with open_private(unfinished, "wb") as file:
            file.writelines(seal(f"{slot} {version}".encode()) for slot, version in told.items())
        unfinished.replace(path)
    return told
