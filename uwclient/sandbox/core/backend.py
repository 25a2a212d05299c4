"""What all services of a sandbox share: one lock, the storage, the clock, the ids, and what is due later."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from uwclient.dice import Dice
from uwclient.sandbox.core.clock import SandboxClock
from uwclient.sandbox.core.deliveries import Deliveries, Source
from uwclient.sandbox.core.erasure import Erasure
from uwclient.sandbox.core.ids import Ids
from uwclient.sandbox.core.revisions import Revisions
from uwclient.sandbox.core.schedule import Schedule
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.core.times import milliseconds

Announced = Callable[[str, Mapping[str, Any]], None]
"""Told what happened: the name of a webhook event, and its payload (section Webhooks)."""


class Kept(Protocol):
    """A part of the platform that is not in the database, and must be saved with it."""

    def state(self) -> Any:
        """All that is to be kept of it, as JSON can hold it."""

    def restore(self, state: Any) -> None:
        """Become the part that gave this state."""


class Backend:
    """Owns the lock under which each public function of a service runs as one step.

    Attributes:
        lock: held by whoever reads or writes more than one thing of the platform.
        storage: the database; each service creates, reads and writes its own tables in it.
        clock: the platform's time.
        dice: where chance comes from.
        ids: draws the ids that the platform gives out.
        erasure: erases all that is kept of a player.
        deliveries: the requests that brought something a player did.
        schedule: what will happen by itself.
        revisions: whether the platform has changed for a player.

    """

    def __init__(self, storage: Storage, clock: SandboxClock, dice: Dice) -> None:
        self.lock = threading.RLock()
        self.storage = storage
        self.clock = clock
        self.dice = dice
        self.ids = Ids(storage, dice)
        self.erasure = Erasure(storage)
        self.deliveries = Deliveries(storage, self.erasure)
        self.revisions = Revisions(storage)
        self.erasure.on_erase(self.revisions.forget)
        self.schedule = Schedule(storage, self.revisions)
        self._kept: dict[str, Kept] = {}
        storage.run("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, state TEXT NOT NULL)")
        self.keep("clock", clock)
        self._is_catching_up = False
        self._change_listeners: list[Callable[[str, str], None]] = []
        self._delivery_listeners: list[Callable[[Source, int], None]] = []
        self._restore_listeners: list[Callable[[], None]] = [self.schedule.read]
        self._replace_listeners: list[Callable[[], None]] = []
        storage.on_rollback(self.read_again)
        self._announcement_listeners: list[Announced] = []
        self._announced: list[tuple[str, Mapping[str, Any]]] = []
        self._is_silent = False

    def on_change(self, listener: Callable[[str, str], None]) -> None:
        """Call `listener` with each change by live operations: what was done, and the id of what it was done to."""
        self._change_listeners.append(listener)

    def note_change(self, what: str, about: str) -> None:
        """Tell of a change that live operations, or the timeline of a scenario, have made."""
        for listener in self._change_listeners:
            listener(what, about)

    def on_announcement(self, listener: Announced) -> None:
        """Call `listener` with what happens, within the step in which it does: in its lock and its transaction."""
        self._announcement_listeners.append(listener)

    def announce(self, name: str, payload: Mapping[str, Any]) -> None:
        """Tell what happened; whoever calls it holds the lock, and has written already what it tells of.

        What a listener announces in turn is told to all once they have heard of this.

        Args:
            name: one of the names of webhook events (section Webhooks).
            payload: the payload that the event is documented with.

        """
        if self._is_silent:
            return
        self._announced.append((name, payload))
        if len(self._announced) > 1:
            return
        try:
            for one in self._announced:  # which grows while listeners do what they announce in turn
                for listener in self._announcement_listeners:
                    listener(*one)
        finally:
            self._announced.clear()

    @contextmanager
    def silence(self) -> Iterator[None]:
        """A block in which nothing is announced, as it says how things are, not what happens; it holds the lock."""
        with self.lock:
            before, self._is_silent = self._is_silent, True
            try:
                yield
            finally:
                self._is_silent = before

    def on_delivery(self, listener: Callable[[Source, int], None]) -> None:
        """Call `listener` with the source and the number of each delivery, within its transaction."""
        self._delivery_listeners.append(listener)

    def on_restore(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the database was replaced or rolled back: what is in memory must be read again."""
        self._restore_listeners.append(listener)

    def on_replace(self, listener: Callable[[], None]) -> None:
        """Call `listener` when all that there was is gone, and something else may be there."""
        self._replace_listeners.append(listener)

    def now(self) -> int:
        """The platform's time in milliseconds since 1970."""
        return milliseconds(self.clock.now())

    def keep(self, name: str, part: Kept) -> None:
        """Save and restore a part of the platform that is not in the database, under a name of its own."""
        self._kept[name] = part

    def save(self) -> bytes:
        """The whole platform: its database, and in one more table the parts that are not in it."""
        with self.lock:
            states = [(name, json.dumps(part.state())) for name, part in self._kept.items()]
            self.storage.run_many("INSERT OR REPLACE INTO kept VALUES (?, ?)", states)
            return self.storage.image()

    def restore(self, saved: bytes) -> None:
        """Become the platform that `save` gave. ValueError, and no change, when those bytes are something else."""
        with self.lock:
            self.storage.replace(saved)
            states = dict(self.storage.rows("SELECT name, state FROM kept"))
            for name in self._kept.keys() & states.keys():
                self._kept[name].restore(json.loads(states[name]))
            self._replaced()

    def clear(self) -> None:
        """Empty all tables."""
        with self.lock:
            self.storage.clear()
            self._replaced()

    def read_again(self) -> None:
        """Have all that is kept in memory read again: the tables are other ones, or writing was undone."""
        for listener in self._restore_listeners:
            listener()

    def _replaced(self) -> None:
        self.read_again()
        for listener in self._replace_listeners:
            listener()

    @contextmanager
    def delivery(self, source: Source, action: str, at: datetime | None = None) -> Iterator[int]:
        """Record a delivery around a block, which happens wholly or (when it raises) not at all.

        Args:
            source: where the action comes from.
            action: what the request brings, as `Delivery.action`.
            at: when it arrived, an aware datetime; None for now.

        Yields:
            The delivery's number, which the rows of the block refer to.

        """
        with self.lock, self.storage.transaction():
            number = self.deliveries.add(source, action, at or self.clock.now())
            for listener in self._delivery_listeners:
                listener(source, number)
            yield number

    def catch_up(self) -> None:
        """Run everything scheduled that is due by now; within such an action, later ones wait for its end."""
        with self.lock:
            if not self._is_catching_up:
                self._is_catching_up = True
                try:
                    self.schedule.run_due(self.clock.now())
                finally:
                    self._is_catching_up = False
