"""Whatever is loaded in whatever frames: the game hears of the newest, once, and always from what it saw before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.unit.told import changes, told
from uwclient.diagnostics_recorder import REQUESTS, DiagnosticsRecorder
from uwclient.models.content import Kind, Message, Record
from uwclient.models.notices import (
    CampaignsLoaded,
    ContentLoaded,
    LoadFailed,
    Notice,
    RefreshFinished,
    RequestMade,
    RequestsMade,
    SessionOpened,
)
from uwclient.modules.base import ContentModule
from uwclient.modules.content_scheduler import ContentScheduler
from uwclient.pump import MOST_WAITING, Mailbox, Pump
from uwclient.rules.clock import ServerClock
from uwclient.rules.content import ContentIndex
from uwclient.rules.timetable import Timetable

IDS = st.sampled_from("abcdefgh")


def nothing(*_: object) -> None:
    """Do nothing."""


class Game:
    """A client's road from the worker to the listeners, with messages alone."""

    def __init__(self) -> None:
        timetable = Timetable()
        self.messages: ContentModule[Message] = ContentModule(Kind.MESSAGES, timetable, nothing)
        self.scheduler = ContentScheduler({Kind.MESSAGES: self.messages}, timetable, ServerClock(0.0, 0.0))
        self.scheduler.start_run(0.0)
        self.mailbox = Mailbox()
        self.post = self.mailbox.new_generation()
        self.finished: list[int] = []
        self.pump = Pump(
            self.mailbox,
            lambda: 0.0,
            self._next_steps,
            lambda: self.scheduler.next_due,
            DiagnosticsRecorder(lambda: 0.0),
        ).pump

    def _next_steps(self) -> Iterator[int] | None:
        notice = self.mailbox.pop()
        if isinstance(notice, ContentLoaded):
            return self.scheduler.load(notice.changes, notice.announce, 0.0)
        if isinstance(notice, RefreshFinished):
            self.finished.append(notice.ticket)
            return iter([0])
        return self.scheduler.next_due_steps(0.0)


class RefreshesAgainstWhatWasHeard(RuleBasedStateMachine):
    """Refreshes come, and frames of any length; a listener keeps its own list by signals alone."""

    def __init__(self) -> None:
        super().__init__()
        self.game = Game()
        self.index = ContentIndex(Kind.MESSAGES)
        self.told: dict[str, Message] = {}  # as the platform told last
        self.version = 0
        self.heard: dict[str, Record] = {}
        self.refreshes = 0
        self.faults: list[str] = []  # for what a listener raises goes no further
        for name in ("on_active", "on_updated", "on_inactive"):
            getattr(self.game.messages, name).connect(partial(self._hear, name))

    def _hear(self, signal: str, _: object, record: Record, previous: Record | None = None) -> None:
        seen = self.heard.pop(record.id, None)
        if seen is not (record if signal == "on_inactive" else previous):
            self.faults.append(f"{signal} of {record.id} is not about what the game saw")
        if signal == "on_inactive":
            return
        if record.id not in self.told or self.told[record.id].text != record.text:
            self.faults.append(f"{signal} of {record.id} tells what is not the newest")
        self.heard[record.id] = record

    @rule(ids=st.lists(IDS, unique=True), edited=st.sets(IDS))
    def refresh(self, ids: list[str], edited: set[str]) -> None:
        listing = {}
        for id in ids:
            known = self.told.get(id)
            if known is None or id in edited:
                self.version += 1
                known = Message(id=id, text=f'{{"id":"{id}","version":{self.version}}}'.encode())
            listing[id] = known
        self.told = listing
        self.refreshes += 1
        self.game.post(ContentLoaded(self.index.replace(told(self.index, listing.values()), nothing), announce=False))
        self.game.post(RefreshFinished(self.refreshes, ok=True))

    @rule(steps=st.integers(1, 6))
    def frame(self, steps: int) -> None:
        for _ in range(steps):
            self.game.pump(0)

    @rule()
    def long_frame(self) -> None:
        self.game.pump(None)
        assert self.texts(self.heard) == self.texts(self.told)
        assert self.game.finished == list(range(1, self.refreshes + 1))

    @staticmethod
    def texts(records: Any) -> dict[str, bytes]:
        return {id: record.text for id, record in records.items()}

    @invariant()
    def what_is_active_is_what_was_heard(self) -> None:
        assert {record.id: record for record in self.game.messages.active} == self.heard
        assert self.faults == []

    @invariant()
    def one_load_waits_at_most(self) -> None:
        waiting = [entry for entry in self.game.mailbox.waiting if not isinstance(entry[1], RefreshFinished)]
        assert len(waiting) <= 1


RefreshesAgainstWhatWasHeard.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestRefreshesAgainstWhatWasHeard = RefreshesAgainstWhatWasHeard.TestCase


def messages(ids: str, version: int = 1) -> list[Message]:
    return [Message(id=id, text=f"{id}{version}".encode()) for id in ids]


def heard_by(game: Game) -> list[str]:
    """Grows by what the game hears."""
    heard: list[str] = []
    for name in ("on_active", "on_updated", "on_inactive"):
        signal = getattr(game.messages, name)
        signal.connect(lambda _, record, previous=None, name=name: heard.append(f"{name} {record.text.decode()}"))
    return heard


def test_superseded_updates_join_and_the_previous_one_is_what_the_game_saw() -> None:
    game = Game()
    game.post(ContentLoaded(changes(Kind.MESSAGES, messages("a")), announce=False))
    game.pump(None)
    (seen,) = game.messages.active
    updates: list[Any] = []
    game.messages.on_updated.connect(lambda _, **details: updates.append(details))

    for version in range(2, 9):
        game.post(ContentLoaded(changes(Kind.MESSAGES, messages("a", version)), announce=False))
    game.pump(None)

    ((record, previous),) = [(update["record"], update["previous"]) for update in updates]
    assert (record.text, previous) == (b"a8", seen)


def test_what_came_and_went_between_two_frames_was_never_there() -> None:
    game = Game()
    heard = heard_by(game)
    game.post(ContentLoaded(changes(Kind.MESSAGES, messages("a")), announce=False))
    game.post(ContentLoaded(changes(Kind.MESSAGES, removed=("a",)), announce=False))
    game.pump(None)

    assert heard == []


def test_what_went_and_came_back_between_two_frames_is_an_update() -> None:
    game = Game()
    game.post(ContentLoaded(changes(Kind.MESSAGES, messages("a")), announce=False))
    game.pump(None)
    heard = heard_by(game)
    game.post(ContentLoaded(changes(Kind.MESSAGES, removed=("a",)), announce=False))
    game.post(ContentLoaded(changes(Kind.MESSAGES, messages("a", 2)), announce=False))
    game.pump(None)

    assert heard == ["on_updated a2"]


def test_removals_come_before_additions_also_when_loads_have_joined() -> None:
    game = Game()
    game.post(ContentLoaded(changes(Kind.MESSAGES, messages("ab")), announce=False))
    game.pump(None)
    heard = heard_by(game)
    game.post(ContentLoaded(changes(Kind.MESSAGES, messages("c")), announce=False))
    game.post(ContentLoaded(changes(Kind.MESSAGES, messages("d"), removed=("a", "b")), announce=False))
    game.pump(None)

    assert heard == ["on_inactive a1", "on_inactive b1", "on_active c1", "on_active d1"]


def test_a_game_that_is_slower_than_the_refreshes_is_told_the_newest_all_the_same() -> None:
    game = Game()
    ids = [f"m{number}" for number in range(60)]
    ages: list[int] = []

    def load(version: int) -> None:
        records = [Message(id=id, text=str(version).encode()) for id in ids]
        game.post(ContentLoaded(changes(Kind.MESSAGES, records), announce=False))

    load(0)
    game.pump(None)
    for refresh in range(1, 30):
        load(refresh)
        game.messages.on_updated.connect(
            hear := (lambda _, record, previous, newest=refresh: ages.append(newest - int(record.text)))
        )
        for _ in range(40):  # it needs one and a half times as long for a refresh
            game.pump(0)
        game.messages.on_updated.disconnect(hear)
        oldest = min(int(record.text) for record in game.messages.active)
        assert refresh - oldest <= 2, "no record is older than two refreshes"

    assert set(ages) == {0}, "what is told is the newest"


def test_a_game_that_does_not_pump_is_not_left_with_more_and_more() -> None:
    mailbox = Mailbox()
    post = mailbox.new_generation()
    index = ContentIndex(Kind.MESSAGES)
    refused = LoadFailed(Kind.OFFERS, Exception("first"))  # type: ignore[arg-type]
    post(SessionOpened("first"))
    post(RefreshFinished(1, ok=True))
    for number in range(20_000):
        listed = [*messages("abc", number), Message(id=f"short-{number}", text=f"short{number}".encode())]
        post(ContentLoaded(index.replace(told(index, listed), nothing), announce=False))
        post(CampaignsLoaded(changes(Kind.CAMPAIGNS), announce=number == 7, session_id="s", reported=()))
        mailbox.post(RequestsMade((RequestMade("GET", "/offers", 200, None, float(number), 0.1),)))
        post(refused)
    post(RefreshFinished(2, ok=True))

    assert len(mailbox.waiting) <= MOST_WAITING + 1
    taken: list[Notice] = []
    while (notice := mailbox.pop()) is not None:
        taken.append(notice)
    (loaded,) = [notice for notice in taken if isinstance(notice, ContentLoaded)]
    assert [record.text for record in loaded.changes.upserts.records()] == [
        b"a19999",
        b"b19999",
        b"c19999",
        b"short19999",
    ]
    assert loaded.changes.removed == ()
    (campaigns,) = [notice for notice in taken if isinstance(notice, CampaignsLoaded)]
    assert campaigns.announce
    requests = [made.sent for notice in taken if isinstance(notice, RequestsMade) for made in notice.requests]
    assert requests[-REQUESTS:] == [float(number) for number in range(20_000 - REQUESTS, 20_000)]
    assert [notice.ticket for notice in taken if isinstance(notice, RefreshFinished)] == [1, 2]


@pytest.mark.parametrize("joined", [False, True])
def test_reports_of_campaigns_are_kept_when_loads_join(joined: bool) -> None:
    mailbox = Mailbox()
    post = mailbox.new_generation()
    taken: list[Any] = []
    take: Callable[[], object] = lambda: taken.append(mailbox.pop())  # noqa: E731
    post(CampaignsLoaded(changes(Kind.CAMPAIGNS), announce=True, session_id="s", reported=("one",)))
    if not joined:
        take()
    post(CampaignsLoaded(changes(Kind.CAMPAIGNS), announce=False, session_id="t", reported=("two",)))
    take()

    assert [impression for notice in taken for impression in notice.reported] == ["one", "two"]
    assert taken[-1].session_id == "t"
