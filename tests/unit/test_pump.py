from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.unit.told import changes
from uwclient.callables import name_of
from uwclient.diagnostics_recorder import DiagnosticsRecorder
from uwclient.disk.outbox import Outbox
from uwclient.models.content import Kind, Message
from uwclient.models.notices import ContentLoaded, Notice, SessionOpened
from uwclient.modules.actions import Actions
from uwclient.modules.answers import Answers
from uwclient.modules.content_scheduler import ContentScheduler
from uwclient.modules.messages import MessagesModule
from uwclient.pump import Mailbox, Pump, call_safely, deliver
from uwclient.rules.clock import ServerClock
from uwclient.rules.timetable import Timetable
from uwclient.signals import Signal

FIRST, SECOND, THIRD = (SessionOpened(name) for name in ("first", "second", "third"))


# The mailbox.


def taken_from(mailbox: Mailbox) -> Iterator[Notice]:
    """What waits, as it is taken."""
    while (notice := mailbox.pop()) is not None:
        yield notice


def test_notices_are_taken_once_in_the_order_of_posting() -> None:
    mailbox = Mailbox()
    post = mailbox.new_generation()
    post(FIRST)
    post(SECOND)

    assert list(taken_from(mailbox)) == [FIRST, SECOND]
    assert list(taken_from(mailbox)) == []


def test_what_is_posted_while_others_are_taken_is_taken_too() -> None:
    mailbox = Mailbox()
    post = mailbox.new_generation()
    post(FIRST)
    taken: list[Notice] = []
    for notice in taken_from(mailbox):
        taken.append(notice)
        if notice is FIRST:
            post(SECOND)

    assert taken == [FIRST, SECOND]


def test_what_an_earlier_worker_posts_is_dropped_also_when_it_is_late() -> None:
    mailbox = Mailbox()
    earlier = mailbox.new_generation()
    earlier(FIRST)
    later = mailbox.new_generation()
    later(SECOND)
    earlier(THIRD)

    assert list(taken_from(mailbox)) == [SECOND]


def test_a_new_generation_in_the_middle_drops_what_still_waits() -> None:
    mailbox = Mailbox()
    post = mailbox.new_generation()
    post(FIRST)
    post(SECOND)
    taking = taken_from(mailbox)

    assert next(taking) is FIRST
    mailbox.new_generation()(THIRD)
    assert list(taking) == [THIRD]


def test_what_is_true_whichever_worker_is_heard_is_never_dropped() -> None:
    mailbox = Mailbox()
    mailbox.post(FIRST)
    mailbox.new_generation()

    assert mailbox.pop() is FIRST


# The pump.


class Game:
    """A pump whose work is a list of calls, each of which sends a signal."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due = float("inf")
        self.work: list[Callable[[], object]] = []
        self.looked = 0
        self.mailbox = Mailbox()
        self.post = self.mailbox.new_generation()
        self.recorder = DiagnosticsRecorder(lambda: self.now)
        self._pump = Pump(self.mailbox, lambda: self.now, self._next_steps, lambda: self.due, self.recorder)

    def pump(self, budget_ms: float | None = None) -> int:
        return self._pump.pump(budget_ms)

    def drop(self) -> None:
        self._pump.drop()

    def interrupt(self, *work: Callable[[], object]) -> None:
        self.interrupt_with(map(self._do, work))

    def interrupt_with(self, steps: Iterator[int]) -> None:
        self._pump.interrupt(steps)

    def wake(self) -> None:
        self._pump.wake()

    def _next_steps(self) -> Iterator[int] | None:
        self.looked += 1
        if self.mailbox.pop() is not None:
            return iter([1])
        work, self.work = self.work, []
        return map(self._do, work) if work else None

    @staticmethod
    def _do(work: Callable[[], object]) -> int:
        work()
        return 1


@pytest.fixture
def game() -> Game:
    return Game()


def nothing() -> None:
    """Work that takes no time."""


def test_a_pump_without_limit_delivers_everything_and_counts_it(game: Game) -> None:
    game.work = [nothing] * 5

    assert game.pump() == 5
    assert game.pump() == 0


def test_with_nothing_due_a_pump_does_not_even_look(game: Game) -> None:
    game.pump()
    game.work = [nothing]

    looked = game.looked

    assert [game.pump() for _ in range(3)] == [0, 0, 0]
    assert game.looked == looked


def test_a_pump_looks_again_when_something_is_due(game: Game) -> None:
    game.due = 5.0
    game.pump()
    game.work = [nothing]

    game.now = 4.9
    assert game.pump() == 0
    game.now = 5.0
    assert game.pump() == 1


def test_a_notice_is_delivered_at_once(game: Game) -> None:
    game.pump()
    game.post(FIRST)

    assert game.pump() == 1


def test_waking_makes_the_pump_look_again(game: Game) -> None:
    game.pump()
    game.work = [nothing]
    game.wake()

    assert game.pump() == 1


def test_over_budget_the_rest_waits_for_the_next_frames(game: Game) -> None:
    done: list[int] = []
    game.work = [partial(done.append, number) for number in range(4)]

    assert [game.pump(0.0) for _ in range(6)] == [1, 1, 1, 1, 0, 0]
    assert done == [0, 1, 2, 3]


def test_a_listener_that_pumps_delivers_nothing_twice(game: Game) -> None:
    nested: list[int] = []
    game.work = [lambda: nested.append(game.pump()), nothing]

    assert game.pump() == 2
    assert nested == [0]


def test_what_interrupts_comes_before_the_rest_of_what_is_under_way(game: Game) -> None:
    done: list[object] = []
    game.work = [partial(done.append, number) for number in range(3)]
    game.pump(0.0)
    game.interrupt(*(partial(done.append, letter) for letter in "ab"))

    assert [game.pump(0.0) for _ in range(5)] == [1, 1, 1, 1, 0]
    assert done == [0, "a", "b", 1, 2]


def test_a_pump_that_had_nothing_to_do_does_what_interrupts(game: Game) -> None:
    game.pump()
    game.interrupt(nothing, nothing)

    assert game.pump() == 2
    assert game.pump() == 0


def test_a_listener_that_interrupts_is_heard_in_the_same_pump_also_over_budget(game: Game) -> None:
    done: list[str] = []
    game.work = [lambda: game.interrupt(lambda: done.append("at once")), lambda: done.append("later")]

    assert game.pump(0.0) == 2
    assert done == ["at once"]
    assert game.pump() == 1
    assert done == ["at once", "later"]


def test_interruptions_without_end_leave_each_frame_its_time(game: Game) -> None:
    counted: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            game.interrupt(nothing)
            counted.append(1)
            yield 1

    game.interrupt_with(endless())

    assert [game.pump(0.0) for _ in range(5)] == [1] * 5
    assert len(counted) == 5


def test_what_interrupts_is_dropped_too(game: Game) -> None:
    done: list[str] = []
    game.interrupt(game.drop, lambda: done.append("dropped"))
    game.work = [lambda: done.append("new")]

    assert game.pump() == 2
    assert done == ["new"]


def test_what_is_under_way_can_be_dropped_from_inside(game: Game) -> None:
    done: list[str] = []

    def leave() -> None:
        game.drop()
        game.work = [lambda: done.append("new")]

    game.work = [leave, lambda: done.append("old")]

    assert game.pump() == 2
    assert done == ["new"]


def test_what_is_under_way_can_be_dropped_between_frames(game: Game) -> None:
    game.work = [nothing] * 3
    game.pump(0.0)
    game.drop()
    game.work = [nothing]

    assert game.pump() == 1


@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_an_exception_that_goes_through_a_pump_does_not_wedge_it(game: Game, failure: type[BaseException]) -> None:
    def fail() -> None:
        raise failure

    game.work = [nothing, fail, nothing, nothing]
    with pytest.raises(failure):
        game.pump()

    assert game.pump() == 2
    game.post(FIRST)
    assert game.pump() == 1


class Files:
    outbox = Outbox(Path())


def no_actions() -> Actions:
    return Actions(Files(), lambda: (0.0, True), nothing, lambda error: None, lambda kind, text: None)


def test_content_that_was_interrupted_goes_live_at_the_next_pump() -> None:
    timetable = Timetable()
    messages = MessagesModule(timetable, lambda kind, moment: None, Answers(Path(), lambda text: None), no_actions())
    scheduler = ContentScheduler({Kind.MESSAGES: messages}, timetable, ServerClock(0.0, 0.0))
    mailbox = Mailbox()

    def next_steps() -> Iterator[int] | None:
        notice = mailbox.pop()
        if isinstance(notice, ContentLoaded):
            return scheduler.load(notice.changes, notice.announce, 0.0)
        return scheduler.next_due_steps(0.0)

    def interrupt(_: object, record: Message) -> None:
        if record.id == "b":
            raise KeyboardInterrupt

    messages.on_active.connect(interrupt)
    pump = Pump(mailbox, lambda: 0.0, next_steps, lambda: scheduler.next_due, DiagnosticsRecorder(lambda: 0.0))
    loaded = [Message(id=name, text=name.encode()) for name in "abcd"]
    mailbox.new_generation()(ContentLoaded(changes(Kind.MESSAGES, loaded), announce=True))

    with pytest.raises(KeyboardInterrupt):
        pump.pump(None)
    pump.pump(None)

    assert [message.id for message in messages.active] == ["a", "b", "c", "d"]


# The game's own code.


class Hero:
    """Something with listeners."""

    def on_active(self, *_: Any, **__: Any) -> None:
        raise RuntimeError("of the hero")

    def __call__(self, *_: Any, **__: Any) -> None:
        raise RuntimeError("of the hero")


def on_active(*_: Any, **__: Any) -> None:
    raise RuntimeError("of the game")


@pytest.mark.parametrize(
    ("listener", "name"),
    [
        (on_active, f"{__name__}.on_active"),
        (Hero().on_active, f"{__name__}.Hero.on_active"),
        (Hero(), f"{__name__}.Hero"),
        (lambda *_, **__: 1 / 0, f"{__name__}.<lambda>"),
        (partial(on_active, 1), f"{__name__}.on_active"),
        (partial(partial(Hero().on_active, 1), 2), f"{__name__}.Hero.on_active"),
    ],
    ids=["function", "method", "object", "lambda", "partial", "partial of a partial"],
)
def test_code_of_the_game_that_fails_is_logged_by_its_name(
    listener: Callable[..., Any], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    call_safely(listener, "sender", what="a listener of on_active", record=1)

    assert name_of(listener) == name
    (entry,) = caplog.records
    assert entry.getMessage() == f"{name}, a listener of on_active, failed; the others go on."
    assert entry.exc_info is not None


def test_what_is_no_fault_of_the_game_goes_through() -> None:
    def leave(*_: Any) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        call_safely(leave, what="a callback")


def test_every_listener_hears_a_signal_although_others_fail(caplog: pytest.LogCaptureFixture) -> None:
    signal = Signal("on_active")
    heard: list[tuple[object, dict[str, Any]]] = []
    for _ in range(3):
        signal.connect(partial(on_active))
        signal.connect(lambda sender, **details: heard.append((sender, details)))

    assert deliver(signal, "module", record="dragon") == 1

    assert heard == [("module", {"record": "dragon"})] * 3
    assert len(caplog.records) == 3


def test_a_listener_may_disconnect_while_it_is_called() -> None:
    signal = Signal("on_active")
    heard: list[object] = []

    @signal.connect
    def once(sender: object) -> None:
        heard.append(sender)
        signal.disconnect(once)

    deliver(signal, "first")
    deliver(signal, "second")

    assert heard == ["first"]
