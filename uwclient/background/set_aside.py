"""Owns the actions that were set aside: when they are tried again, and what has to wait with them.

Runs on the worker. Each is tried on its own, once an hour and at the start of a run; what must not arrive before one
that is still without an answer is left for the next time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from uwclient.background.action_queues import ActionQueues, Queue
from uwclient.background.session_keeper import SessionKeeper
from uwclient.background.settling import Settling
from uwclient.background.worker import Worker
from uwclient.errors import AccessDenied, RequestRejected, UserWiseError
from uwclient.models.player import QueuedAction
from uwclient.wire.actions import LARGEST_BATCH, UNSENDABLE, next_batch, subjects
from uwclient.wire.session_api import SessionApi

TRIED_EVERY = 3600.0
"""Seconds between two tries of what was set aside."""


class SetAside:
    """The rounds in which everything that was set aside is tried again."""

    def __init__(
        self,
        worker: Worker,
        api: SessionApi,
        queues: ActionQueues,
        keeper: SessionKeeper,
        settling: Settling,
        monotonic: Callable[[], float],
    ) -> None:
        self._worker = worker
        self._api = api
        self._queues = queues
        self._keeper = keeper
        self._settling = settling
        self._monotonic = monotonic
        self._session_id: str | None = None
        self._next_round = float("-inf")
        self._round: deque[tuple[Queue, QueuedAction]] = deque()
        self._held: set[str] = set()  # what waits in this round, and must not be overtaken

    def use_session(self, session_id: str | None) -> None:
        """A session was opened, or there is none any more."""
        self._session_id = session_id
        self._round.clear()
        self.look()

    def look(self) -> None:
        """Put the next round on the agenda, when there is something to try."""
        if self._session_id is None or not len(self):
            self._worker.never(self._begin_round)
        elif not self._round:
            self._worker.at(max(self._monotonic(), self._next_round), self._begin_round)

    def __len__(self) -> int:
        """How many actions are set aside."""
        return sum(len(queue.aside) for queue in self._queues.all)

    def put(self, queue: Queue) -> None:
        """The first action of a queue is set aside. StorageError when the disk does not take it: then it is not."""
        if not len(self):
            self._next_round = self._monotonic() + TRIED_EVERY
        queue.aside.put(queue.waiting[0])
        queue.done(1)
        self.look()

    def room_before(self, queue: Queue) -> int:
        """How many of the first actions, at most a batch, may arrive before what was set aside."""
        held: set[str] = set()
        for one in self._queues.all:
            held.update(*(subjects(action, one.references) for action in one.aside.waiting))
        if held:
            for place in range(min(LARGEST_BATCH, len(queue.waiting))):
                if not held.isdisjoint(subjects(queue.waiting[place], queue.references)):
                    return place
        return LARGEST_BATCH

    def _begin_round(self) -> None:
        self._next_round = self._monotonic() + TRIED_EVERY
        self._round.extend((queue, action) for queue in self._queues.all for action in queue.aside.waiting)
        self._held.clear()
        self._try_next()

    def _try_next(self) -> None:
        """Try one action, and leave the others for the next steps: the queue is not to wait for all of them."""
        if not self._round:
            self.look()
            return
        queue, action = self._round.popleft()
        if action in queue.aside:
            changed = subjects(action, queue.references)
            if not self._held.isdisjoint(changed) or not self._try(_Alone(queue, action)):
                self._held |= changed
        self._worker.at(self._monotonic(), self._try_next)

    def _try(self, alone: _Alone, *, with_triggers: bool = True) -> bool:
        """Send an action; whether it waits no more."""
        if self._session_id is None:
            return False
        try:
            batch = next_batch(alone.waiting, alone.queue.references, 1, with_triggers=with_triggers)
        except UNSENDABLE as error:
            self._settling.refused(alone, UserWiseError(f"The action cannot be sent: {error}"))
            return True
        reply = self._api.act(batch, self._session_id)
        if not isinstance(reply, UserWiseError):
            self._settling.accepted(alone, batch, reply, self._queues.own)
            if batch.impression_ids:
                self._keeper.campaigns_triggered(batch.impression_ids)
            return True
        if isinstance(reply, AccessDenied):
            self._keeper.deny_access(reply)
        elif isinstance(reply, RequestRejected) and self._keeper.check_session():
            if batch.impression_ids:  # better without its campaigns than not at all
                return self._try(alone, with_triggers=False)
            self._settling.refused(alone, reply)
            return True
        return False


class _Alone:
    """One action that was set aside, as a source of its own."""

    def __init__(self, queue: Queue, action: QueuedAction) -> None:
        self.queue = queue
        self.waiting: Sequence[QueuedAction] = (action,)

    def done(self, count: int) -> Sequence[QueuedAction]:
        """It is settled."""
        for action in self.waiting[:count]:
            self.queue.aside.settle(action)
        return self.waiting[:count]

    def remember(self, reference: str, value: str) -> None:
        """Keep what the platform has told about a reference."""
        self.queue.remember(reference, value)
