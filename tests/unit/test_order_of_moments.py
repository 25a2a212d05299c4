"""Whatever is scheduled and however late it is looked at, signals come in the order of a simple list."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.told import changes, told
from uwclient.models.content import Kind, Message, Offer, Record, RemoteConfig
from uwclient.modules.base import ContentModule
from uwclient.modules.content_scheduler import ContentScheduler
from uwclient.modules.remote_configs import RemoteConfigsModule
from uwclient.rules.clock import ServerClock, moment_of
from uwclient.rules.content import ContentIndex
from uwclient.rules.timetable import Timetable

CLASSES: dict[Kind, type[Record]] = {Kind.REMOTE_CONFIGS: RemoteConfig, Kind.OFFERS: Offer, Kind.MESSAGES: Message}
"""In the order in which they start. (The events and surveys of a client need more than a schedule.)"""


class Planned(NamedTuple):
    """A record of some kind, live from one moment to another."""

    kind: Kind
    id: str
    start: int
    end: int


def nothing(*_: object) -> None:
    """Do nothing."""


class World:
    """A board with three modules, and what they have told."""

    def __init__(self) -> None:
        timetable = Timetable()
        modules: dict[Kind, ContentModule[Any]] = {
            Kind.MESSAGES: ContentModule(Kind.MESSAGES, timetable, nothing),
            Kind.OFFERS: ContentModule(Kind.OFFERS, timetable, nothing),
            Kind.REMOTE_CONFIGS: RemoteConfigsModule(timetable, nothing),
        }
        self.scheduler = ContentScheduler(modules, timetable, ServerClock(0.0, 0.0))
        self.indexes = {kind: ContentIndex(kind) for kind in modules}
        self.told: list[tuple[str, str]] = []
        for module in modules.values():
            module.on_active.connect(partial(self._hear, "active"))
            module.on_inactive.connect(partial(self._hear, "inactive"))

    def _hear(self, what: str, _: object, record: Record) -> None:
        self.told.append((what, record.id))

    def load(self, kind: Kind, records: list[Planned], now: float) -> None:
        changes = self.indexes[kind].replace(told(self.indexes[kind], map(made, records)), nothing)
        for _ in self.scheduler.load(changes, False, now):
            pass

    def look(self, now: float) -> None:
        while (steps := self.scheduler.next_due_steps(now)) is not None:
            for _ in steps:
                pass


def made(planned: Planned) -> Record:
    text = f'{{"id":"{planned.id}","at":[{planned.start},{planned.end}]}}'.encode()
    return CLASSES[planned.kind](
        id=planned.id, start_at=moment_of(planned.start), end_at=moment_of(planned.end), text=text
    )


RECORDS = st.lists(st.tuples(st.sampled_from(list(CLASSES)), st.integers(1, 8), st.integers(1, 4)), max_size=14).map(
    lambda drawn: [
        Planned(kind, f"{kind.value}-{number}", start, start + length)
        for number, (kind, start, length) in enumerate(drawn)
    ]
)
LOOKS = st.sets(st.integers(1, 14), min_size=1).map(sorted)


def expected(records: list[Planned], looks: list[int]) -> list[tuple[str, str]]:
    """The same, slowly: every start and end that has passed since the last look, sorted."""
    told: list[tuple[str, str]] = []
    live: set[str] = set()
    order = list(CLASSES)
    for now in looks:
        edges: list[tuple[int, int, int, int, str, str]] = []
        for place, record in enumerate(records):
            kind = order.index(record.kind)
            if record.id not in live and record.start <= now < record.end:
                edges.append((record.start, 1, kind, place, "active", record.id))
            if record.id in live and record.end <= now:
                edges.append((record.end, 0, kind, place, "inactive", record.id))
        for *_, what, id in sorted(edges):
            told.append((what, id))
            (live.add if what == "active" else live.discard)(id)
    return told


@settings(deadline=None, max_examples=200)
@given(records=RECORDS, looks=LOOKS, shuffled=st.randoms(use_true_random=False))
def test_signals_come_by_moment_ends_first_then_by_kind_then_by_place(
    records: list[Planned], looks: list[int], shuffled: Any
) -> None:
    world = World()
    for kind in CLASSES:
        all_of_kind = [record for record in records if record.kind is kind]
        some = [record for record in all_of_kind if shuffled.random() < 0.5]
        world.load(kind, some, now=0.0)
        world.load(kind, all_of_kind, now=0.0)  # the others come later, in between
    for now in looks:
        world.look(float(now))

    assert world.told == expected(records, looks)


@settings(deadline=None, max_examples=200)
@given(lists=st.lists(st.lists(st.sampled_from("abcdefghij"), unique=True), min_size=1, max_size=6))
def test_new_records_get_places_between_their_neighbours(lists: list[list[str]]) -> None:
    index = ContentIndex(Kind.MESSAGES)
    present: list[str] = []
    for ids in lists:
        kept = [id for id in present if id in ids]
        arrived = [id for id in ids if id not in present]
        present = sorted({*kept, *arrived})  # the platform sorts its list
        records = {id: Message(id=id, text=f'{{"id":"{id}"}}'.encode()) for id in present}
        index.replace(told(index, records.values()), nothing)
        places = list(index.places().values())
        assert places == sorted(places)
        assert len(set(places)) == len(present)


def test_a_load_of_changes_alone_starts_records_in_the_order_given() -> None:
    world = World()
    records = [Message(id=id, text=id.encode()) for id in "cab"]
    for _ in world.scheduler.load(changes(Kind.MESSAGES, records), False, 0.0):
        pass

    assert world.told == [("active", "c"), ("active", "a"), ("active", "b")]
