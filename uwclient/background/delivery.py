"""The way of the player's actions to the platform: in order, at least once, batched, however long it takes.

It runs on the worker. Each queue is delivered from its front; the queues of earlier runs come first.
"""

from __future__ import annotations

from collections.abc import Callable

from uwclient.background.action_queues import ActionQueues, Queue
from uwclient.background.retries import Retries
from uwclient.background.session_keeper import SessionKeeper
from uwclient.background.set_aside import SetAside
from uwclient.background.settling import Settling
from uwclient.background.trouble import Trouble
from uwclient.background.worker import Worker
from uwclient.errors import AccessDenied, RequestRejected, StorageError, Unavailable, UserWiseError
from uwclient.log import logger
from uwclient.models.notices import Delivered, Notice, StorageFailed
from uwclient.time_sources import TimeSource
from uwclient.wire.actions import LARGEST_BATCH, UNSENDABLE, Batch, next_batch
from uwclient.wire.session_api import SessionApi

LINGER = 0.25
"""Seconds that the first action of a batch waits for others to join it."""

SYNC_AFTER = 1.0
"""Seconds after which actions that still wait are synced to the disk (fsync)."""

LOOK_AGAIN_AFTER = 60.0
"""Seconds between two checks whether another copy of the game has ended and left its queue."""

LATELY = 600.0
"""The maximum age, in seconds, of a reply that counts as a sign that the platform is up."""


class Delivery:
    """Works off the queues of one player while a run lasts, and knows when the next request leaves.

    It begins with what earlier runs have left, once `predecessor_is_over`: then the run before this one has let go
    of its queue. `keeper` keeps the session that actions are delivered in.
    """

    def __init__(
        self,
        worker: Worker,
        api: SessionApi,
        queues: ActionQueues,
        keeper: SessionKeeper,
        retries: Retries,
        post: Callable[[Notice], None],
        time_source: TimeSource,
        predecessor_is_over: Callable[[], bool] = lambda: True,
    ) -> None:
        self._worker = worker
        self._api = api
        self._queues = queues
        self._outbox = queues.own
        self._keeper = keeper
        self._retries = retries
        self._post = post
        monotonic = self._monotonic = time_source.monotonic
        self._predecessor_is_over = predecessor_is_over
        self._session_id: str | None = None
        self._without_triggers = 0  # the number of an action that was refused because of its firings
        self._one_by_one = 0  # how many actions are sent singly, because their batch was refused
        self._knows_of_others = False
        self._ripe = 0  # the number of the newest action that has lingered long enough
        self._look_requested = False
        self._meanwhile_at = 0.0  # the moment from which a long task may be interrupted again
        self._ending = False
        self._may_begin: Callable[[], bool] = lambda: True  # another request, while it ends
        self._settling = Settling(queues.folder, post, self._settled, time_source.wall)
        self._set_aside = SetAside(worker, api, queues, keeper, self._settling, monotonic)
        self._trouble = Trouble(monotonic, self._others_are_answered)
        worker.at(0.0, self._adopt_queues)

    def use_session(self, session_id: str | None) -> None:
        """Deliver in this session from now on; with None, deliver nothing."""
        self._session_id = session_id
        self._worker.never(self._deliver)
        self._retries.over()
        self._trouble.over()
        self._set_aside.use_session(session_id)
        self._check()

    def check_soon(self) -> None:
        """Have the worker look at the queue; called on the game's thread. Calls before it has looked are merged."""
        if not self._look_requested:
            self._look_requested = True
            self._worker.request(self._check)

    def deliver_meanwhile(self) -> None:
        """Deliver what is due in the middle of a long task, which must not be at a request of its own.

        After a request the task goes on for as long as that took: thousands of waiting actions must not hold it up.
        """
        began = self._monotonic()
        if began < self._meanwhile_at:
            return
        if self._look_requested:
            self._check()
        self._worker.run_if_due(self._deliver)
        ended = self._monotonic()
        self._meanwhile_at = ended + (ended - began)

    def finish(self, may_begin: Callable[[], bool] = lambda: True) -> None:
        """Deliver the waiting actions until the first failure, then stop the worker.

        Before each request it asks whether that `may_begin`: one that is cut off on its way would be sent again at
        the next start.
        """
        self._ending = True
        self._may_begin = may_begin
        self._set_aside.use_session(None)
        self._check()

    def hurry(self, number: int) -> None:
        """Deliver the actions up to this number without waiting for others to join the batch."""
        self._ripe = max(self._ripe, number)
        self._check()

    def recover(self) -> None:
        """Continue after a bug in uwclient, with a delay."""
        self._set_aside.use_session(self._session_id)
        if self._session_id is not None:
            self._try_later(UserWiseError("There was a fault in uwclient."))

    def _adopt_queues(self) -> None:
        if not self._predecessor_is_over():
            self._worker.at(self._monotonic() + LINGER, self._adopt_queues)
            return
        queues, others = self._queues.adopt()
        self._post_queue_state(0, True, None)
        if queues:
            self._set_aside.check()
        if others:
            self._worker.at(self._monotonic() + LOOK_AGAIN_AFTER, self._adopt_queues)
        if others and not self._knows_of_others:
            self._knows_of_others = True
            logger().warning(
                "Another copy of the game is running for this player: each copy delivers the actions recorded in it."
            )
        for queue in queues:
            for reference, value in queue.references.items():
                self._outbox.remember(reference, value)
            if queue.dropped:
                self._settling.tell_dropped(queue.dropped)
            if queue.problem is not None:
                logger().warning("%s", queue.problem)
                self._post(StorageFailed(queue.problem))
        self._check()

    def _check(self) -> None:
        """Schedule the next request, and the sync to the disk."""
        self._look_requested = False
        self._drop_what_is_too_much()
        if not self._outbox.is_synced and not self._worker.expects(self._sync):
            self._worker.at(self._monotonic() + SYNC_AFTER, self._sync)
        queue = self._queues.front()
        gives_up = self._ending and (self._retries.failures > 0 or not self._may_begin())
        if queue is None or self._session_id is None or gives_up:
            if self._ending:
                self._sync()
                self._worker.ask_to_stop()
        elif not self._retries.failures and self._is_ripe(queue):
            self._worker.at(self._monotonic(), self._deliver)
        elif not self._worker.expects(self._deliver):
            self._worker.at(self._monotonic() + LINGER, self._deliver)

    def _sync(self) -> None:
        """Sync the queue to the disk, unless everything has been delivered meanwhile."""
        if self._outbox.waiting:
            self._outbox.sync()

    def _is_ripe(self, queue: Queue) -> bool:
        """Whether the next action is sent without waiting for others to join the batch."""
        return (
            self._ending
            or queue is not self._outbox
            or self._one_by_one > 0
            or len(queue.waiting) >= LARGEST_BATCH
            or queue.waiting[0].number <= self._ripe
        )

    def _deliver(self) -> None:
        """Send one request's worth of actions."""
        queue = self._queues.front()
        if queue is None or self._session_id is None:
            return
        if queue is self._outbox:
            self._ripe = self._outbox.last_number
        most = self._set_aside.room_before(queue)
        if not most:
            self._set_aside_first(queue)
            return
        try:
            batch = next_batch(
                queue.waiting,
                queue.references,
                1 if self._one_by_one else most,
                with_triggers=queue.waiting[0].number != self._without_triggers,
            )
        except UNSENDABLE as error:
            self._refused(queue, UserWiseError(f"The action cannot be sent: {error}"))
        else:
            reply = self._api.act(batch, self._session_id)
            if isinstance(reply, UserWiseError):
                self._failed(queue, batch, reply)
                return
            self._settling.accepted(queue, batch, reply, self._outbox)
            self._move_on(batch.size)
            if batch.impression_ids:
                self._keeper.campaigns_triggered(batch.impression_ids)
        self._check()

    def _others_are_answered(self) -> bool:
        """Whether the platform replies to other requests; one is sent when there was none recently."""
        lately = self._monotonic() - self._keeper.answered_at <= LATELY
        return lately or self._keeper.check_session()

    def _failed(self, queue: Queue, batch: Batch, error: UserWiseError) -> None:
        self._post_queue_state(0, False, error)
        if isinstance(error, AccessDenied):
            self._keeper.deny_access(error)
        elif not isinstance(error, RequestRejected):
            self._unanswered(queue, batch, error)
        elif self._keeper.check_session():
            self._trouble.over()
            if batch.size > 1:
                self._one_by_one = batch.size
            elif batch.impression_ids:  # the action matters more than its firings
                logger().warning("An action was refused with its triggered campaigns; it is sent without: %s", error)
                self._without_triggers = queue.waiting[0].number
                self._one_by_one = max(1, self._one_by_one)
            else:
                self._refused(queue, error)
            self._check()
        elif self._session_id is not None:  # it is not known whether the session was refused
            self._unanswered(queue, batch, error)

    def _unanswered(self, queue: Queue, batch: Batch, error: UserWiseError) -> None:
        """Retry later; or set the first action aside, when nothing else fails to get a reply."""
        if isinstance(error, Unavailable) and error.status == 429 and error.errors:  # an answer: not now
            self._trouble.over()
        else:
            self._trouble.failed(queue, batch.size)
            if batch.size > 1 and self._trouble.may_be_of_one(queue):
                self._one_by_one = batch.size
        is_alone_in_it = self._trouble.is_of_the_first(queue) and self._others_are_answered()
        if self._session_id is None:
            return
        if is_alone_in_it:
            self._set_aside_first(queue)
        else:
            self._try_later(error)

    def _set_aside_first(self, queue: Queue) -> None:
        """Set the first action aside: it gets no reply, or must not arrive before another that gets none."""
        action = queue.waiting[0]
        try:
            self._set_aside.put(queue)
        except StorageError as error:
            self._try_later(error)
            return
        logger().warning(
            "An action of the kind %r is set aside, because the platform does not reply to it or to one before it; "
            "it is retried every hour.",
            action.kind,
        )
        self._move_on(1)
        self._post_queue_state(0, False, None)
        self._keeper.actions_settled()
        self._check()

    def _try_later(self, error: UserWiseError) -> None:
        delay = self._retries.delay_after(error)
        self._trouble.plan(delay)
        logger().info("Actions wait; the next attempt is in %.1f s. %s", delay, error)
        self._worker.at(self._monotonic() + delay, self._deliver)
        self._keeper.actions_settled()
        self._check()

    def _refused(self, queue: Queue, error: UserWiseError) -> None:
        """Settle the first action as refused: it becomes a dead letter."""
        self._settling.refused(queue, error)
        self._move_on(1)

    def _move_on(self, count: int) -> None:
        """Reset what is known about failures, after the first actions have left the queue."""
        self._one_by_one = max(0, self._one_by_one - count)
        self._without_triggers = 0
        self._retries.over()
        self._trouble.over()

    def _post_queue_state(self, number: int, ok: bool, error: UserWiseError | None) -> None:
        """Post the state of the queue, after `number` actions have left it."""
        self._queues.count()
        self._post(Delivered(number, ok, error))

    def _settled(self, number: int, ok: bool, error: UserWiseError | None) -> None:
        self._post_queue_state(number, ok, error)
        self._keeper.actions_settled()

    def _drop_what_is_too_much(self) -> None:
        for source, count in self._queues.excess(self._keeper.surely_past):
            self._settling.dropped(source, count)
            self._trouble.over()
