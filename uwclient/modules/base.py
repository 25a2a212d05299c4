"""What all content modules have in common: which records of one kind are live, and who is told.

The rule of all modules: a name without an underscore is for games. What the client's own parts call (the scheduler,
the router of notices, the pump's work) begins with one underscore and stands under a comment that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, repeat
from typing import Generic, TypeAlias, TypeVar, cast

from uwclient.errors import ArgumentError, UserWiseError
from uwclient.models.content import ALWAYS, NEVER, START_ORDER, Kind, Record
from uwclient.models.notices import Changes
from uwclient.models.packed_records import PackedRecords
from uwclient.pump import deliver
from uwclient.rules.clock import JUMP
from uwclient.rules.start_order import StartOrder
from uwclient.rules.timetable import Timetable, Transition
from uwclient.signals import ContentSignals

R = TypeVar("R", bound=Record)

Start: TypeAlias = "tuple[float, int, int]"
"""A start of a record: its time, the number of the action that triggered a campaign, and minus the number of records
that campaigns have activated until then; the last two are 0 without a campaign. The greatest is the latest start; of
the starts that one action caused, the first one counts as the latest."""

SetStartsBefore: TypeAlias = Callable[[Kind, "datetime | None"], None]


class ContentModule(ContentSignals, Generic[R]):
    """The records of one kind that this player has, and which of them are live now.

    All of it runs on the game's thread; what a game reads changes only inside `pump()`.
    """

    def __init__(self, kind: Kind, timetable: Timetable, set_starts_before: SetStartsBefore) -> None:
        super().__init__()
        self._kind = kind
        self._turn_to_end = START_ORDER.index(kind)
        self._turn_to_start = len(START_ORDER) + START_ORDER.index(kind)
        self._schedule = timetable.add(self._settle)
        self._set_starts_before = set_starts_before
        self._starts_before: datetime | None = None
        self._waiting: dict[str, R] = {}  # what the platform lists, unless it is active
        self._activated: dict[str, R] = {}  # what campaigns have brought
        self._active: dict[str, R] = {}
        self._upcoming: StartOrder[R] = StartOrder()
        self._active_shown: tuple[R, ...] | None = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._active)} active, {len(self._upcoming)} upcoming>"

    @property
    def active(self) -> tuple[R, ...]:
        """The live records, in the order in which they went live; a tuple that never changes."""
        if self._active_shown is None:
            self._active_shown = tuple(self._active.values())
        return self._active_shown

    @property
    def upcoming(self) -> tuple[R, ...]:
        """The records that will go live later, the next one first; a tuple that never changes."""
        return self._upcoming.listed

    @property
    def upcoming_starts_before(self) -> datetime | None:
        """The moment (aware) up to which upcoming records are loaded, or None for all.

        A change takes effect with the next refresh.

        Raises:
            ArgumentError: it is set to something else than an aware datetime or None.
        """
        return self._starts_before

    @upcoming_starts_before.setter
    def upcoming_starts_before(self, moment: datetime | None) -> None:
        if moment is not None and (not isinstance(moment, datetime) or moment.tzinfo is None):
            raise ArgumentError(
                "upcoming_starts_before must be a datetime with a time zone, such as "
                "datetime.now(timezone.utc) + timedelta(days=7), or None for all."
            )
        self._starts_before = moment
        self._set_starts_before(self._kind, moment)

    def get(self, id: str) -> R | None:
        """Return the active or upcoming record with this id, or None."""
        return self._active.get(id) or self._upcoming.get(id)

    def find(self, predicate: Callable[[R], bool]) -> R | None:
        """Return the first record with a true `predicate(record)`, active ones before upcoming ones, or None."""
        return next((record for record in (*self.active, *self.upcoming) if predicate(record)), None)

    # For the client's own parts.

    def _shows(self, record_id: str) -> bool:
        """Whether the record is active or upcoming."""
        return record_id in self._active or record_id in self._upcoming

    def _apply(
        self, changes: Changes, now: float, unlisted: Iterable[str] = (), before_starts: Iterable[int] = ()
    ) -> Iterator[int]:
        """Take a load's changes in, a record a step, and out of `changes`.

        Of the `unlisted` records, those that are not among the changes are removed. Removals and ends come first,
        then the steps `before_starts`, then the starts. Like every iterator of steps here, it continues after a step
        that raised.
        """
        upserts = changes.upserts
        starting = _Starting()
        return chain(
            map(self._remove_unless_listed, unlisted, repeat(upserts), repeat(now)),
            map(self._remove, changes.removed, repeat(now)),
            map(self._put_unless_it_starts, list(upserts), repeat(upserts), repeat(now), repeat(starting)),
            before_starts,
            map(self._put, starting.in_platforms_order(), repeat(upserts), repeat(now)),
        )

    def _emit_loaded(self, *, from_api: bool) -> int:
        """Send `on_loaded`."""
        return deliver(self.on_loaded, self, from_api=from_api, from_cache=not from_api)

    def _emit_load_failed(self, error: UserWiseError) -> int:
        """Send `on_load_failed`."""
        return deliver(self.on_load_failed, self, error=error)

    def _settle_live(self, now: float) -> Iterator[int]:
        """Update each live record to the state that its times give now, one in each step."""
        return map(self._settle, list(self._active), repeat(now))

    def _settle_all(self, now: float) -> Iterator[int]:
        """Update every record to the state that its times give now, one in each step."""
        return map(self._settle, self._known_ids(), repeat(now))

    def _known_ids(self) -> list[str]:
        """The ids of all records, live or not."""
        return list({**self._waiting, **self._active, **self._activated})

    def _make_room(self, record_id: str, now: float) -> int:
        """End a record that a campaign is about to bring once more; the signals sent.

        A record that is live because the platform lists it stays live.
        """
        shown, listed = self._active.get(record_id), self._listed(record_id)
        if shown is None or _is_live(listed, now):
            return 0
        if listed is not None:
            self._waiting[record_id] = listed
        return self._deactivate(shown)

    def _activate(self, record: Record, now: float, fired: Start) -> int:
        """Activate a record of a campaign, after `make_room`, and return the number of signals sent."""
        listed = self._listed(record.id)
        self._activated[record.id] = cast(R, record)
        if not _is_live(listed, now):
            self._reopen(record)
        return self._become(record.id, listed, now)

    def _clear(self) -> tuple[R, ...]:
        """Remove all records without sending signals, and return those that were live."""
        live = self.active
        self._waiting, self._activated, self._active, self._upcoming = {}, {}, {}, StartOrder()
        self._active_shown = ()
        self._changed()
        return live

    def _emit_inactive(self, record: R) -> int:
        """Send `on_inactive`."""
        return deliver(self.on_inactive, self, record=record)

    def _what_happens(self, transition: Transition, record_id: str) -> str | None:
        """Describe a transition in words; None if it is not one of this module's."""
        if transition != self._settle:
            return None
        return "goes live" if record_id in self._upcoming else "ends"

    def _put_unless_it_starts(self, record_id: str, upserts: PackedRecords, now: float, starting: _Starting) -> int:
        """Take one record in, or note that this is going to start it, and its place."""
        span = None if record_id in self._active else upserts.span(record_id)
        if span is None or not span.starts <= now < span.ends:
            return self._put(record_id, upserts, now)
        starting.add(record_id, span.place)
        record = upserts.get(record_id) if record_id in self._upcoming else None
        if record is not None:  # it may be due before that
            self._waiting[record_id] = cast(R, record)
        return 0

    def _put(self, record_id: str, upserts: PackedRecords, now: float) -> int:
        """Take one record in, as it is told by now; it may be gone again."""
        record = upserts.pop(record_id)
        if record is None:
            return 0
        known = self._listed(record_id)
        if known is None or known.text != record.text or known != record:
            known = cast(R, record)
        return self._become(record_id, known, now)

    def _remove_unless_listed(self, record_id: str, upserts: PackedRecords, now: float) -> int:
        return 0 if record_id in upserts else self._remove(record_id, now)

    def _remove(self, record_id: str, now: float) -> int:
        return self._become(record_id, None, now)

    def _listed(self, record_id: str) -> R | None:
        """What the platform lists under this id."""
        shown = self._active.get(record_id)
        is_listed = shown is not None and shown is not self._activated.get(record_id)
        return shown if is_listed else self._waiting.get(record_id)

    def _settle(self, record_id: str, now: float) -> int:
        """Update one record to the state that its times give at `now`, and return the number of signals sent."""
        return self._become(record_id, self._listed(record_id), now)

    def _become(self, record_id: str, listed: R | None, now: float) -> int:
        """Settle a record, of which the platform lists this from now on."""
        record = listed
        if listed is None:
            self._waiting.pop(record_id, None)
        else:
            self._waiting[record_id] = listed
        if record_id in self._activated and not _is_live(listed, now):
            record = self._activated[record_id]
        shown = self._active.get(record_id)
        ends = NEVER if record is None else record.ends
        # A live record stays live when a better estimate of the time lies just before its start.
        latest_start = now if shown is None else now + JUMP
        waits = record is not None and record.starts > latest_start
        if record is not None and waits:
            self._upcoming.put(record)
            self._await_start(record, now)
        elif record_id in self._upcoming:
            self._end_waiting(record_id)
        if record is None:
            self._schedule.discard(record_id)
        if record is None or waits or ends <= now:
            return 0 if shown is None else self._deactivate(shown)
        listed_starts = NEVER if listed is None or listed.starts <= now else listed.starts
        if listed_starts <= ends:
            self._schedule.set(record_id, listed_starts, self._turn_to_start, record.place)
        else:
            self._schedule.set(record_id, ends, self._turn_to_end, record.place)
        if record is listed:
            del self._waiting[record_id]
        if shown is record:
            return 0
        self._active[record_id] = record
        self._active_shown = None
        self._changed()
        if shown is None:
            return deliver(self.on_active, self, record=record)
        return deliver(self.on_updated, self, record=record, previous=shown)

    def _deactivate(self, record: R) -> int:
        del self._active[record.id]
        self._active_shown = None
        self._changed()
        return self._emit_inactive(record)

    def _await_start(self, record: R, now: float) -> None:
        """Schedule the record's start."""
        self._schedule.set(record.id, record.starts, self._turn_to_start, record.place)

    def _end_waiting(self, record_id: str) -> None:
        """Remove the record from the upcoming ones."""
        self._upcoming.remove(record_id)

    def _reopen(self, record: Record) -> None:
        """Hook for modules that keep something for each start of a record: a campaign starts it anew."""

    def _changed(self) -> None:
        """Hook for modules that cache something about the live records: they have changed."""


def _is_live(record: Record | None, now: float) -> bool:
    return record is not None and record.starts <= now < record.ends


class _Starting:
    """The ids of records that are going to start, with their places in the platform's list.

    They come in its order, unless several loads were merged; so nothing is sorted, which would cost a frame.
    """

    def __init__(self) -> None:
        self._places: dict[str, float] = {}
        self._latest = ALWAYS
        self._is_in_order = True

    def add(self, record_id: str, place: float) -> None:
        """Add a record."""
        self._is_in_order = self._is_in_order and place >= self._latest
        self._latest = place
        self._places[record_id] = place

    def in_platforms_order(self) -> Iterator[str]:
        """The ids as they are when the first is asked for."""
        yield from self._places if self._is_in_order else sorted(self._places, key=self._places.__getitem__)
