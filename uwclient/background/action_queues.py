"""What the player did and the platform does not have yet: the queues of one player, while a run lasts."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from uwclient.disk.aside import Aside
from uwclient.disk.outbox import Outbox
from uwclient.disk.outbox_recovery import RecoveredQueue, adopt_queues
from uwclient.models.action_envelope import TRIGGERING, opened
from uwclient.models.campaign import Firing

Queue: TypeAlias = "RecoveredQueue | Outbox"

_TRIGGERING = frozenset(kind.value for kind in TRIGGERING.values())

MOST_ACTIONS = 50_000
MOST_BYTES = 32 * 1024 * 1024
GREATEST_AGE = 30 * 24 * 3600
"""Limits of the waiting actions (the age in seconds): beyond them the oldest are dropped, counted and signalled."""


class ActionQueues:
    """The queues that earlier runs have left, oldest first, and the one of this run.

    The worker works them off; the game's thread appends to `own`, and reads the numbers.

    Attributes:
        own: the queue of this run.
        folder: the player's.
        is_ready: whether it is known what earlier runs have left.

    """

    def __init__(self, own: Outbox, folder: Path, throttle: Callable[[], None]) -> None:
        self.own = own
        self.folder = folder
        self.is_ready = False
        self._throttle = throttle
        self._earlier: deque[RecoveredQueue] = deque()
        self._earlier_waiting = 0  # written by the worker, read by the game's thread, like the next
        self._number_set_aside = 0

    @property
    def waiting(self) -> int:
        """The number of actions that wait to be delivered."""
        return self._earlier_waiting + len(self.own.waiting) + self._number_set_aside

    @property
    def set_aside(self) -> int:
        """The number of waiting actions that were set aside."""
        return self._number_set_aside

    @property
    def has_waiting(self) -> bool:
        """Whether actions wait that were not set aside."""
        return bool(self._earlier_waiting or self.own.waiting)

    def has_up_to(self, number: int) -> bool:
        """Whether something waits that was done before this run, or in it up to this number."""
        mine = self.own.waiting
        return not self.is_ready or self._earlier_waiting > 0 or (bool(mine) and mine[0].number <= number)

    # On the worker.

    @property
    def all(self) -> list[Queue]:
        """The queues, oldest first."""
        return [*self._earlier, self.own]

    def adopt(self) -> tuple[list[RecoveredQueue], int]:
        """Take over what earlier runs have left since the last time; and how many belong to other copies."""
        self.is_ready = True
        queues, others = adopt_queues(self.folder / "outbox", lambda: self.own.folder, self._throttle, MOST_ACTIONS)
        self._earlier.extend(queues)
        return queues, others

    def count(self) -> None:
        """Count anew what waits in the queues of earlier runs, and what was set aside."""
        self._earlier_waiting = sum(len(queue.waiting) for queue in self._earlier)
        self._number_set_aside = sum(len(queue.aside) for queue in self.all)

    def front(self) -> Queue | None:
        """Return the queue to deliver from next, or None when nothing waits."""
        for queue in list(self._earlier):
            if queue.waiting:
                return queue
            if not len(queue.aside):
                self._earlier.remove(queue)
                queue.close()
        return self.own if self.own.waiting and self.is_ready else None

    def firings_waiting(self) -> tuple[tuple[Firing, float], ...] | None:
        """Return the firings of the waiting actions, each with its time in seconds since 1970.

        It is None until the queues of earlier runs have been read.
        """
        if not self.is_ready:
            return None
        found: list[tuple[Firing, float]] = []
        for queue in self.all:
            for action in chain(queue.aside.waiting, queue.waiting.of_kinds(_TRIGGERING, self._throttle)):
                with contextlib.suppress(ValueError):  # not sent either, which is told then
                    found += ((firing, action.at) for firing in opened(action).firings)
                self._throttle()
        return tuple(found)

    def excess(self, surely_past: float) -> Iterator[tuple[Aside | Queue, int]]:
        """Where too much waits, or for too long, each with the number of its first actions that are too many."""
        sources: list[Aside | Queue] = [one for queue in self.all for one in (queue.aside, queue)]
        too_many = sum(len(source.waiting) for source in sources) - MOST_ACTIONS
        too_large = sum(source.waiting_bytes for source in sources) - MOST_BYTES
        for source in sources:
            waiting = source.waiting
            dropped = 0
            while dropped < len(waiting):
                action = waiting[dropped]
                too_old = action.at_is_sure and action.at < surely_past - GREATEST_AGE
                if dropped >= too_many and too_large <= 0 and not too_old:
                    break
                dropped += 1
                too_large -= len(action.text)
            if dropped:
                too_many -= dropped
                yield source, dropped

    def abandon(self) -> None:
        """Let go of the queues of earlier runs, and change nothing on disk."""
        while self._earlier:
            self._earlier.popleft().abandon()

    def close(self) -> None:
        """Close the queues of earlier runs; their waiting actions are left to the next run."""
        while self._earlier:
            self._earlier.popleft().close()
