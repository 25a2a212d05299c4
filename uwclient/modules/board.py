"""Owns what is live across all modules: one schedule, on the platform's time, for every record's start and end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uwclient.models.content import Kind
from uwclient.models.session import Changes, TimeSample
from uwclient.modules.base import ContentModule, Transition
from uwclient.state.clock import ServerClock
from uwclient.state.schedule import Schedule


class Board:
    """Owns the clock that content follows, the schedule of all modules, and cached content that is held back.

    Content of an earlier run is held for a moment: the platform may answer at once, and then a message that was
    withdrawn, or seen already, must not flash up first.
    """

    def __init__(
        self, modules: Mapping[Kind, ContentModule[Any]], schedule: Schedule[Transition], clock: ServerClock
    ) -> None:
        self._modules = modules
        self._schedule = schedule
        self._held: dict[Kind, Changes] = {}
        self._not_loaded: set[Kind] = set()
        self._set_back = False
        self.clock = clock

    def begin(self) -> None:
        """A run begins: the first load of each kind replaces what an earlier run has left here."""
        self._held.clear()
        self._not_loaded = set(self._modules)

    @property
    def holds_content(self) -> bool:
        """Whether cached content waits to be released."""
        return bool(self._held)

    @property
    def next_due(self) -> float:
        """The monotonic moment of the next start or end."""
        if self._set_back:
            return 0.0
        return self.clock.monotonic_at(self._schedule.next_at)

    def observe(self, sample: TimeSample) -> None:
        """Take in what a reply says of the time."""
        self._set_back = self.clock.observe(sample) or self._set_back

    def hold(self, changes: Changes) -> None:
        """Keep cached content until the platform has answered, or `release` is called."""
        self._held[changes.kind] = changes

    def release(self, monotonic: float) -> Iterator[int]:
        """Show the cached content that is still held."""
        while self._held:
            kind, changes = self._held.popitem()
            yield from self._apply(changes, monotonic)
            yield self._modules[kind].tell_loaded(from_api=False)

    def load(self, changes: Changes, announce: bool, monotonic: float) -> Iterator[int]:
        """Take in what the platform's reply changes; what was held for this kind is its base."""
        held = self._held.pop(changes.kind, None)
        if held is not None:
            changes = _on_top_of(held, changes)
        module = self._modules[changes.kind]
        differs = bool(changes.upserts) or any(map(module.shows, changes.removed))
        yield from self._apply(changes, monotonic)
        if announce or differs:
            yield module.tell_loaded(from_api=True)

    def deliver_due(self, monotonic: float) -> Iterator[int]:
        """Whatever starts or ends by now, in the order of its moments."""
        if self._set_back:
            self._set_back = False
            for module in self._modules.values():
                yield from module.settle_all(self.clock.now(monotonic))
        now = self.clock.now(monotonic)
        while (due := self._schedule.pop_due(now)) is not None:
            transition, record_id = due
            yield transition(record_id, now)

    def leave(self, monotonic: float) -> Iterator[int]:
        """The player has left: every live record ends."""
        self._held.clear()
        for module in self._modules.values():
            yield from module.leave(self.clock.now(monotonic))

    def _apply(self, changes: Changes, monotonic: float) -> Iterator[int]:
        complete = changes.kind in self._not_loaded
        self._not_loaded.discard(changes.kind)
        return self._modules[changes.kind].apply(changes, self.clock.now(monotonic), complete)


def _on_top_of(base: Changes, newer: Changes) -> Changes:
    """Two changes as one."""
    upserts = {**base.upserts, **newer.upserts}
    for record_id in newer.removed:
        upserts.pop(record_id, None)
    return Changes(base.kind, upserts, newer.removed)
