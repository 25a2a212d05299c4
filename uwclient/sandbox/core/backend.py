"""What all services of a sandbox share: one lock, the storage, the clock, and what is due later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from uwclient.sandbox.core.clock import SandboxClock
from uwclient.sandbox.core.deliveries import Deliveries, Source
from uwclient.sandbox.core.ids import Ids
from uwclient.sandbox.core.schedule import Schedule
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.times import milliseconds


class Backend:
    """Owns the lock under which each public function of a service runs as one step.

    Attributes:
        lock: held by whoever reads or writes more than one thing of the platform.
        storage: the database; each service creates, reads and writes its own tables in it.
        clock: the platform's time.
        ids: draws the ids that the platform gives out.
        deliveries: the requests that brought something a player did.
        schedule: what will happen by itself.

    """

    def __init__(self, storage: Storage, clock: SandboxClock) -> None:
        self.lock = threading.RLock()
        self.storage = storage
        self.clock = clock
        self.ids = Ids()
        self.deliveries = Deliveries(storage)
        self.schedule = Schedule()
        self._delivery_listeners: list[Callable[[Source, int], None]] = []
        self._restore_listeners: list[Callable[[], None]] = []

    def on_delivery(self, listener: Callable[[Source, int], None]) -> None:
        """Call `listener` with the source and the number of each delivery, within its transaction."""
        self._delivery_listeners.append(listener)

    def on_restore(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the whole database was replaced: what is kept in memory must be read again."""
        self._restore_listeners.append(listener)

    def restored(self) -> None:
        """Tell the services that the whole database was replaced."""
        for listener in self._restore_listeners:
            listener()

    def now(self) -> int:
        """The platform's time in milliseconds since 1970."""
        return milliseconds(self.clock.now())

    @contextmanager
    def delivery(self, source: Source, action: str) -> Iterator[int]:
        """Record a delivery around a block, which happens wholly or (when it raises) not at all.

        Args:
            source: where the action comes from.
            action: what the request brings, as `Delivery.action`.

        Yields:
            The delivery's number, which the rows of the block refer to.

        """
        with self.lock, self.storage.transaction():
            number = self.deliveries.add(source, action, self.clock.now())
            for listener in self._delivery_listeners:
                listener(source, number)
            yield number

    def catch_up(self) -> None:
        """Run everything scheduled that is due by now."""
        with self.lock:
            self.schedule.run_due(self.clock.now())
