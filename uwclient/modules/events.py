"""The game's live events: `uw.events`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from uwclient.dice import between
from uwclient.models.content import GameEvent, Kind
from uwclient.modules.base import ContentModule, SetStartsBefore
from uwclient.rules.timetable import Timetable, Transition

if TYPE_CHECKING:
    import random

RELOAD_LEAD = (1.0, 3.0)
"""The seconds (least, most) before its start at which an event is loaded again; random, to spread the requests."""


class EventsModule(ContentModule[GameEvent]):
    """The live and upcoming events. An event is loaded again just before it goes live."""

    def __init__(
        self,
        timetable: Timetable,
        set_starts_before: SetStartsBefore,
        reload_event: Callable[[str], None],
        rng: random.Random,
    ) -> None:
        super().__init__(Kind.EVENTS, timetable, set_starts_before)
        self._reload_event = reload_event
        self._rng = rng
        self._reloads = timetable.add(self._reload)
        self._awaited: dict[str, float] = {}  # by event id, the start for which a reload is scheduled or done

    def get_by_external_id(self, external_id: str) -> GameEvent | None:
        """Return the event with the studio's own id, active ones before upcoming ones, or None."""
        return self.find(lambda event: event.external_id == external_id)

    def _await_start(self, record: GameEvent, now: float) -> None:
        super()._await_start(record, now)
        if self._awaited.get(record.id) == record.starts:
            return
        self._awaited[record.id] = record.starts
        lead = min(between(self._rng, *RELOAD_LEAD), (record.starts - now) / 2)
        self._reloads.set(record.id, record.starts - lead)

    def _end_waiting(self, record_id: str) -> None:
        super()._end_waiting(record_id)
        del self._awaited[record_id]
        self._reloads.discard(record_id)

    def _clear(self) -> tuple[GameEvent, ...]:
        """Remove all records without sending signals, and return those that were live."""
        self._awaited.clear()
        return super()._clear()

    def _what_happens(self, transition: Transition, record_id: str) -> str | None:
        """Describe a transition in words; None if it is not one of this module's."""
        return "is loaded again" if transition == self._reload else super()._what_happens(transition, record_id)

    def _reload(self, record_id: str, now: float) -> int:
        self._reload_event(record_id)
        return 0
