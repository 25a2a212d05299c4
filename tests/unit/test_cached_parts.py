"""Cached content comes part by part, and the game hears the same as if it had come at once."""

from __future__ import annotations

from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.told import changes
from uwclient.models.content import Kind, Message, Record
from uwclient.models.notices import CacheLoaded
from uwclient.modules.base import ContentModule
from uwclient.modules.content_scheduler import ContentScheduler
from uwclient.rules.clock import ServerClock
from uwclient.rules.timetable import Timetable

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True)


class Screen:
    """A scheduler with messages alone, and what it has told."""

    def __init__(self) -> None:
        timetable = Timetable()
        self.messages: ContentModule[Message] = ContentModule(Kind.MESSAGES, timetable, lambda kind, moment: None)
        self.scheduler = ContentScheduler({Kind.MESSAGES: self.messages}, timetable, ServerClock(0.0, 0.0))
        self.told: list[str] = []
        for name in ("on_active", "on_updated", "on_inactive"):
            getattr(self.messages, name).connect(partial(self._hear, name))
        self.loads = 0
        self.messages.on_loaded.connect(self._hear_load)

    def _hear(self, name: str, _: object, record: Record, **details: Any) -> None:
        self.told.append(f"{name} {record.id}")

    def _hear_load(self, *_: object, **details: Any) -> None:
        self.loads += 1

    def start(self) -> None:
        self.scheduler.start_run(0.0)
        self.scheduler.hold_no_longer(0.0)

    def take(self, ids: list[str], *, is_last: bool) -> None:
        messages = [Message(id=id, text=f'{{"id":"{id}"}}'.encode()) for id in ids]
        self.scheduler.hold(CacheLoaded(changes(Kind.MESSAGES, messages), is_last))

    def look(self) -> None:
        while (steps := self.scheduler.next_due_steps(0.0)) is not None:
            for _ in steps:
                pass


@given(before=IDS, ids=IDS, size=st.integers(1, 3), looks=st.lists(st.booleans(), min_size=9, max_size=9))
def test_the_game_hears_the_same_of_parts_and_of_a_whole(
    before: list[str], ids: list[str], size: int, looks: list[bool]
) -> None:
    whole, parted = Screen(), Screen()
    for screen in (whole, parted):
        screen.start()
        screen.take(before, is_last=True)
        screen.look()
        screen.start()
    whole.take(ids, is_last=True)
    whole.look()
    for number, look in zip(range(0, len(ids), size), looks, strict=False):
        parted.take(ids[number : number + size], is_last=False)
        if look:
            parted.look()
    parted.take([], is_last=True)
    parted.look()

    assert {record.id for record in parted.messages.active} == {record.id for record in whole.messages.active}
    assert sorted(parted.told) == sorted(whole.told)
    assert (whole.loads, parted.loads) == (2, 2)


def test_a_part_is_shown_before_the_next_one_comes() -> None:
    screen = Screen()
    screen.start()
    screen.take(["a"], is_last=False)
    screen.look()

    assert (screen.told, screen.loads) == (["on_active a"], 0)

    screen.take(["b"], is_last=True)
    screen.look()

    assert (screen.told, screen.loads) == (["on_active a", "on_active b"], 1)


def test_what_an_earlier_run_has_left_goes_with_the_last_part() -> None:
    screen = Screen()
    screen.start()
    screen.take(["a", "b", "c"], is_last=True)
    screen.look()
    screen.start()
    screen.told.clear()
    screen.take(["c"], is_last=False)
    screen.look()

    assert screen.told == []

    screen.take(["a"], is_last=True)
    screen.look()

    assert screen.told == ["on_inactive b"]
