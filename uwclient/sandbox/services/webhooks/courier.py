"""Carries webhooks to their endpoints: on a thread of its own, or when somebody who owns the time says so."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.services.webhooks.models import DueAttempt, Outcome
from uwclient.sandbox.services.webhooks.posting import post
from uwclient.sandbox.services.webhooks.service import Webhooks

GRACE_SECONDS = 1.0
"""How long a stop waits for requests that are on their way."""
JOIN_SECONDS = 5.0
MOST_ROUNDS = 2_000
_SHORTEST_WAIT = 0.02


class Courier:
    """Owns the thread that sends webhooks while the sandbox runs.

    It also has everything happen in time that is due by itself, because there is no request that would ask for it.

    Args:
        backend: what the services share.
        webhooks: what is to be sent.
        failed: called with errors that are handled nowhere else.

    """

    def __init__(self, backend: Backend, webhooks: Webhooks, failed: Callable[[BaseException], None]) -> None:
        self._backend = backend
        self._webhooks = webhooks
        self._failed = failed
        self._lock = threading.Lock()
        self._is_running = False
        self._is_by_hand = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        webhooks.on_news(self._wake)
        backend.clock.on_move(self._wake)

    def start(self) -> None:
        """Send from now on, as soon as there is something to send."""
        self._is_running = True
        self._wake()

    def stop(self) -> None:
        """Send nothing more; what is on its way has a moment to arrive, and is sent again otherwise."""
        self._is_running = False
        with self._lock:
            thread, self._thread = self._thread, None
            self._notify()
        if thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_SECONDS)

    def send_by_hand(self) -> None:
        """Leave sending to whoever calls `send_due`, because they own the time."""
        self._is_by_hand = True

    def send_due(self) -> int:
        """Make the attempts that are due, and those that these cause, before time goes on; how many there were.

        Functions are called on this thread.
        """
        made = 0
        for _ in range(MOST_ROUNDS):
            due = self._webhooks.take_due()
            if not due:
                return made
            made += len(due)
            self._send_all(sorted(due, key=lambda one: one.number))
        raise RuntimeError("Webhooks do not come to an end, because what they call makes more and more happen.")

    def _send_all(self, attempts: Sequence[DueAttempt]) -> None:
        for one in attempts:
            if one.function is not None:
                self._webhooks.record(one, _call(one))
        over_network = [one for one in attempts if one.function is None]
        if over_network:  # on a thread of its own: this one may be that of an event loop
            thread = threading.Thread(target=lambda: asyncio.run(self._post_all(over_network)), daemon=True)
            thread.start()
            thread.join()

    async def _post_all(self, attempts: Sequence[DueAttempt]) -> None:
        await asyncio.gather(*map(self._attempt, attempts))

    async def _attempt(self, due: DueAttempt) -> None:
        if due.function is not None:
            outcome = _call(due)
        else:
            outcome = await post(due.request, self._webhooks.access.hosts)
        self._webhooks.record(due, outcome)

    # The thread.

    def _wake(self) -> None:
        """Have the thread look for what is due; it begins with the first endpoint."""
        with self._lock:
            if self._thread is None:
                if not self._is_running or self._is_by_hand or not self._webhooks.endpoints:
                    return
                self._thread = threading.Thread(target=self._work, name="uwclient-sandbox-webhooks", daemon=True)
                self._thread.start()
            self._notify()

    def _notify(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    def _work(self) -> None:
        try:
            asyncio.run(self._send_until_stopped())
        except Exception as error:
            self._failed(error)

    async def _send_until_stopped(self) -> None:
        with self._lock:
            self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        under_way: set[asyncio.Task[None]] = set()
        try:
            while self._is_running:
                self._news.clear()
                for due in self._take_due():
                    task = asyncio.create_task(self._attempt(due))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                    task.add_done_callback(self._check)
                await self._rest()
            if under_way:
                await asyncio.wait(under_way, timeout=GRACE_SECONDS)
        finally:
            with self._lock:
                self._loop = None
            self._webhooks.forget_taken()

    def _take_due(self) -> list[DueAttempt]:
        try:
            self._backend.catch_up()
            return self._webhooks.take_due()
        except Exception as error:
            self._failed(error)
            return []

    async def _rest(self) -> None:
        """Wait until there is news, or until something is due."""
        clock, next_at = self._backend.clock, self._backend.schedule.next_at
        seconds = None
        if next_at is not None and clock.rate > 0:
            seconds = max((next_at - clock.now()).total_seconds() / clock.rate, _SHORTEST_WAIT)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)

    def _check(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed(error)


def _call(due: DueAttempt) -> Outcome:
    """Call a function in place of a request; what it raises is no acknowledgement."""
    assert due.function is not None, "it is no URL"  # noqa: S101
    try:
        returned = due.function(due.request)
    except Exception as error:
        return Outcome(None, f"The function has raised {type(error).__name__}: {error}.")
    status = returned if isinstance(returned, int) and not isinstance(returned, bool) else 200
    outcome = Outcome(status)
    return outcome if outcome.is_acknowledged else Outcome(status, f"The function has returned {status}.")
