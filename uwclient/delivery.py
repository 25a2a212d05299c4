"""Owns the way of the player's actions to the platform: in order, at least once, batched, however long it takes.

Runs on the worker. A queue is worked off from its front; what earlier runs have left comes first.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Protocol

from uwclient.disk.dead_letters import DeadLetters
from uwclient.disk.earlier_runs import EarlierQueue, take_over
from uwclient.disk.outbox import Outbox
from uwclient.errors import AccessDenied, ReplyError, RequestRejected, UserWiseError
from uwclient.log import logger
from uwclient.models.campaign import Firing
from uwclient.models.notices import (
    ActionFailed,
    ActionsDropped,
    ActionsSettled,
    Delivered,
    ImpressionOpened,
    Notice,
    StorageFailed,
)
from uwclient.models.player import TIME_UNKNOWN, PlayerAction, QueuedAction
from uwclient.models.triggering import opened
from uwclient.wire.actions import LARGEST_BATCH, Batch, UnknownReference, next_batch, told_impression_id
from uwclient.wire.retry import Backoff
from uwclient.wire.session_api import SessionApi, retry_after
from uwclient.worker import Worker

LINGER = 0.25
"""Seconds that a first action waits for neighbours to travel with."""

SYNC_AFTER = 1.0
"""Seconds after which what still waits is to reach the disk itself."""

LOOK_AGAIN_AFTER = 60.0
"""Seconds after which the queues of other copies of the game are looked at again: they may have ended."""

MOST_ACTIONS = 50_000
MOST_BYTES = 32 * 1024 * 1024
GREATEST_AGE = 30 * 24 * 3600
"""Bounds of what waits (the age in seconds): beyond them the oldest is dropped, counted and signalled."""


class SessionKeeper(Protocol):
    """Who keeps the session that actions are delivered in."""

    @property
    def platform_time(self) -> float:
        """The platform's time as last heard, in seconds since 1970; 0 when it was not."""

    def check_session(self) -> bool:
        """Whether the platform still knows the session, now that it has refused something in it."""

    def deny_access(self, error: AccessDenied) -> None:
        """The platform has refused the key, the hash or the address."""

    def campaigns_triggered(self, impression_ids: tuple[str, ...]) -> None:
        """The platform has been told of triggered campaigns."""


class Delivery:
    """Owns the queues of one player while a run lasts, and when the next request leaves."""

    def __init__(
        self,
        worker: Worker,
        api: SessionApi,
        outbox: Outbox,
        folder: Path,
        post: Callable[[Notice], None],
        monotonic: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._worker = worker
        self._api = api
        self._outbox = outbox
        self._folder = folder
        self._letters = DeadLetters(folder)
        self._post = post
        self._monotonic = monotonic
        self._rng = rng
        self._earlier: deque[EarlierQueue] = deque()
        self._session_id: str | None = None
        self._backoff = Backoff()
        self._failing_since = 0.0
        self._without_triggers = 0  # the number of an action that was refused with the campaigns that it has set off
        self._one_by_one = 0  # how many actions go alone, because one of them was refused among others
        self._predecessor_is_over: Callable[[], bool] = lambda: True
        self._knows_of_others = False
        self._is_ready = False  # whether earlier runs' queues have been taken over
        self._ripe = 0  # the number of the newest action that has lingered long enough
        self._look_requested = False
        self._ending = False
        self._earlier_waiting = 0  # written by the worker, read by the game's thread

    def begin(self, keeper: SessionKeeper) -> None:
        """Take over what earlier runs have left, first of all."""
        self._keeper = keeper
        self._worker.at(0.0, self._take_over)

    def wait_for(self, predecessor_is_over: Callable[[], bool]) -> None:
        """Deliver nothing before this is true: then an earlier run has let go of its queue. Before the start."""
        self._predecessor_is_over = predecessor_is_over

    def use_session(self, session_id: str | None) -> None:
        """A session was opened, or there is none any more."""
        self._session_id = session_id
        self._worker.never(self._deliver)
        self._backoff = Backoff()
        self._look()

    def look_soon(self) -> None:
        """Something was queued; for the game's thread, once for many."""
        if not self._look_requested:
            self._look_requested = True
            self._worker.request(self._look)

    def finish(self) -> None:
        """Deliver what waits as long as that goes well, then have the worker end."""
        self._ending = True
        self._look()

    @property
    def waiting(self) -> int:
        """How many actions wait to be delivered."""
        return self._earlier_waiting + len(self._outbox.waiting)

    @property
    def has_waiting(self) -> bool:
        """Whether anything waits to be delivered."""
        return bool(self._earlier or self._outbox.waiting)

    def firings_waiting(self) -> tuple[tuple[Firing, float], ...] | None:
        """The campaigns that were triggered by actions which still wait, each with its time.

        None when it is not known yet what earlier runs have left.
        """
        if not self._is_ready:
            return None
        found: list[tuple[Firing, float]] = []
        queues: list[EarlierQueue | Outbox] = [*self._earlier, self._outbox]
        for queue in queues:
            for place in range(len(queue.waiting)):  # not walked through: the game's thread may append
                action = queue.waiting[place]
                with contextlib.suppress(ValueError):  # not sent either, which is told then
                    found += ((firing, abs(action.at)) for firing in opened(action).firings)
                self._worker.pace()
        return tuple(found)

    def recover(self) -> None:
        """After a fault of uwclient's own: go on in a while."""
        if self._session_id is not None:
            self._try_later(UserWiseError("There was a fault in uwclient."))

    def close(self) -> None:
        """Leave the queues of earlier runs; what waits in them stays for the next run."""
        while self._earlier:
            self._earlier.popleft().close()

    def _take_over(self) -> None:
        if not self._predecessor_is_over():
            self._worker.at(self._monotonic() + LINGER, self._take_over)
            return
        self._is_ready = True
        parent = self._folder / "outbox"
        queues, others = take_over(parent, lambda: self._outbox.folder, self._worker.pace)
        self._earlier.extend(queues)
        if queues:
            self._tell_of_queue(0, ok=True)
        if others:
            self._worker.at(self._monotonic() + LOOK_AGAIN_AFTER, self._take_over)
        if others and not self._knows_of_others:
            self._knows_of_others = True
            logger().warning(
                "Another copy of the game is running for this player: each delivers what was done in it."
            )
        for queue in queues:
            for reference, value in queue.references.items():
                self._outbox.remember(reference, value)
            if queue.problem is not None:
                logger().warning("%s", queue.problem)
                self._post(StorageFailed(queue.problem))
        self._look()

    def _look(self) -> None:
        """Put on the agenda when the next request leaves, and when what still waits then is to reach the disk."""
        self._look_requested = False
        self._drop_what_is_too_much()
        if not self._outbox.is_synced and not self._worker.expects(self._sync):
            self._worker.at(self._monotonic() + SYNC_AFTER, self._sync)
        queue = self._front()
        if queue is None or self._session_id is None or (self._ending and self._backoff.failures):
            if self._ending:
                self._sync()
                self._worker.ask_to_stop()
        elif not self._backoff.failures and self._is_ripe(queue):
            self._worker.at(self._monotonic(), self._deliver)
        elif not self._worker.expects(self._deliver):
            self._worker.at(self._monotonic() + LINGER, self._deliver)

    def _sync(self) -> None:
        """What is delivered by now need not reach the disk any more."""
        if self._outbox.waiting:
            self._outbox.sync()

    def _is_ripe(self, queue: EarlierQueue | Outbox) -> bool:
        """Whether the next action need not wait for neighbours."""
        return (
            self._ending
            or queue is not self._outbox
            or self._one_by_one > 0
            or len(queue.waiting) >= LARGEST_BATCH
            or queue.waiting[0].number <= self._ripe
        )

    def _front(self) -> EarlierQueue | Outbox | None:
        """The queue whose turn it is, or None when nothing waits."""
        while self._earlier:
            if self._earlier[0].waiting:
                return self._earlier[0]
            self._earlier.popleft().close()
        return self._outbox if self._outbox.waiting and self._is_ready else None

    def _deliver(self) -> None:
        """Send one request's worth of actions."""
        queue = self._front()
        if queue is None or self._session_id is None:
            return
        if queue is self._outbox:
            self._ripe = self._outbox.last_number
        try:
            batch = next_batch(
                queue.waiting,
                queue.references,
                1 if self._one_by_one else LARGEST_BATCH,
                with_triggers=queue.waiting[0].number != self._without_triggers,
            )
        except (UnknownReference, ValueError, KeyError, TypeError, AttributeError) as error:
            self._give_up(queue, UserWiseError(f"The action cannot be sent: {error}"))
        else:
            reply = self._api.act(batch, self._session_id)
            if isinstance(reply, UserWiseError):
                self._failed(queue, batch, reply)
                return
            self._delivered(queue, batch, reply)
        self._backoff = Backoff()
        self._look()

    def _delivered(self, queue: EarlierQueue | Outbox, batch: Batch, reply: Mapping[str, Any] | None) -> None:
        if batch.defines is not None:
            impression_id = told_impression_id(reply)
            if impression_id is None:
                self._give_up(queue, ReplyError("The platform's reply to the new impression has no id."))
                return
            queue.remember(batch.defines, impression_id)
            if queue is not self._outbox:
                self._outbox.remember(batch.defines, impression_id)
            self._post(ImpressionOpened(queue.waiting[0].ticket, impression_id))
        self._settle(queue, batch.size, ok=True)
        if batch.impression_ids:
            self._keeper.campaigns_triggered(batch.impression_ids)

    def _failed(self, queue: EarlierQueue | Outbox, batch: Batch, error: UserWiseError) -> None:
        self._tell_of_queue(0, ok=False, error=error)
        if isinstance(error, AccessDenied):
            self._keeper.deny_access(error)
        elif not isinstance(error, RequestRejected):
            self._try_later(error)
        elif self._keeper.check_session():
            if batch.size > 1:
                self._one_by_one = batch.size
            elif batch.impression_ids:  # better without its campaigns than not at all
                logger().warning("An action was refused with its triggered campaigns, and goes without: %s", error)
                self._without_triggers = queue.waiting[0].number
                self._one_by_one = max(1, self._one_by_one)
            else:
                self._give_up(queue, error)
            self._look()
        elif self._session_id is not None:  # whether it was the session that was refused is not known
            self._try_later(error)

    def _try_later(self, error: UserWiseError) -> None:
        now = self._monotonic()
        if not self._backoff.failures:
            self._failing_since = now
        self._backoff = self._backoff.after_failure()
        delay = self._backoff.delay(self._rng, retry_after(error), lasting=now - self._failing_since)
        logger().info("Actions wait; the next try is in %.1f s. %s", delay, error)
        self._worker.at(now + delay, self._deliver)
        self._look()

    def _give_up(self, queue: EarlierQueue | Outbox, error: UserWiseError) -> None:
        """The first action can never be delivered."""
        action = _told(queue.waiting[0])
        logger().warning("An action of the kind %r was refused: %s", action.kind, error)
        self._letters.add(action, str(error))
        self._post(ActionFailed(queue.waiting[0].ticket, action, error))
        self._settle(queue, 1, ok=False, error=error)

    def _settle(
        self, queue: EarlierQueue | Outbox, count: int, *, ok: bool, error: UserWiseError | None = None
    ) -> None:
        tickets = tuple(action.ticket for action in queue.done(count) if action.ticket)
        self._one_by_one = max(0, self._one_by_one - count)
        self._without_triggers = 0
        self._tell_of_queue(count, ok=ok, error=error)
        if tickets:
            self._post(ActionsSettled(tickets, ok))

    def _tell_of_queue(self, number: int, *, ok: bool, error: UserWiseError | None = None) -> None:
        self._earlier_waiting = sum(len(queue.waiting) for queue in self._earlier)
        self._post(Delivered(number, ok, error))

    def _drop_what_is_too_much(self) -> None:
        queues: list[EarlierQueue | Outbox] = [*self._earlier, self._outbox]
        too_many = sum(len(queue.waiting) for queue in queues) - MOST_ACTIONS
        too_large = sum(queue.waiting_bytes for queue in queues) - MOST_BYTES
        oldest = self._keeper.platform_time - GREATEST_AGE
        for queue in queues:
            dropped = 0
            while dropped < len(queue.waiting):
                action = queue.waiting[dropped]
                too_old = TIME_UNKNOWN < action.at < oldest
                if dropped >= too_many and too_large <= 0 and not too_old:
                    break
                dropped += 1
                too_large -= len(action.text)
            if dropped:
                too_many -= dropped
                self._settle(queue, dropped, ok=False)
                logger().warning("%d actions were dropped undelivered: too many, too large or too old.", dropped)
                self._post(ActionsDropped(dropped))


def _told(action: QueuedAction) -> PlayerAction:
    """An action as the game hears of it."""
    kind, body = action.kind, None
    with contextlib.suppress(ValueError, TypeError):
        kind, text, _ = opened(action)
        body = json.loads(text)
    return PlayerAction(kind, body, datetime.fromtimestamp(abs(action.at), timezone.utc))
