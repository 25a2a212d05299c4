"""One action that gets no answer, while others get theirs, makes way; nothing else is ever overtaken or lost."""

from __future__ import annotations

import importlib
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.delivering import DOWN, NOW, Desk, busy
from uwclient.background import action_queues as queues_module
from uwclient.background.set_aside import TRIED_EVERY
from uwclient.background.trouble import UNANSWERED_FOR
from uwclient.disk.aside import NAME
from uwclient.disk.outbox import Outbox
from uwclient.disk.outbox_recovery import adopt_queues
from uwclient.errors import Unavailable
from uwclient.models.notices import ActionFailed, ActionsDropped, ActionsSettled
from uwclient.wire.actions import Batch

WELL_OVER = UNANSWERED_FOR + 1200.0
"""Seconds after which an action that gets no answer has surely been set aside."""


def ignoring(*numbers: int) -> Callable[[Batch], bool]:
    """Gives no answer to requests with one of these events."""
    return lambda batch: not set(numbers).isdisjoint(events_in(batch))


def events_in(batch: Batch) -> list[int]:
    found: list[int] = json.loads(batch.body).get("events", [])
    return found


def arrived(desk: Desk) -> list[int]:
    """The events that the platform has taken, in order."""
    return [event for batch in desk.platform.taken for event in events_in(batch)]


def tries_of(desk: Desk, number: int) -> list[float]:
    """When an event went alone."""
    return [moment for moment, _, batch in desk.platform.batches if events_in(batch) == [number]]


def kill(desk: Desk) -> None:
    """What the system does when a process is killed: it closes its files, and that is all."""
    queues = desk.queues.all
    for queue in queues:
        lock = queue._lock
        if lock is not None:
            os.close(lock._descriptor)
            lock._descriptor = -1


class Runs:
    """Owns the runs of one player after each other, on one platform."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[Desk] = []
        self.desk = self.next()

    def next(self, ignore: Callable[[Batch], bool] = lambda batch: False) -> Desk:
        """The next run, with a session."""
        desk = self.desk = Desk(self._folder)
        self._open.append(desk)
        desk.platform.ignore = ignore
        desk.work()
        desk.delivery.use_session("session")
        desk.work()
        return desk

    def end(self) -> None:
        """Close what is open."""
        for desk in self._open:
            desk.close()


@pytest.fixture
def runs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Runs]:
    made = Runs(tmp_path)
    yield made
    made.end()
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.fixture
def desk(runs: Runs) -> Desk:
    return runs.desk


# One action among others.


@pytest.mark.parametrize("wrong", [1, 17, 60])
def test_the_one_that_gets_no_answer_is_found_and_the_others_pass(desk: Desk, wrong: int) -> None:
    desk.platform.ignore = ignoring(wrong)
    desk.put(60, ticket=7)
    desk.pass_time(UNANSWERED_FOR - 60.0, step=1.0)
    assert arrived(desk) == list(range(1, wrong)), "those before it need not wait for it"

    desk.pass_time(WELL_OVER, step=1.0)
    assert arrived(desk) == [number for number in range(1, 61) if number != wrong]
    assert desk.queues.set_aside == desk.queues.waiting == 1
    assert not desk.queues.has_waiting
    assert desk.notices(ActionFailed) == desk.notices(ActionsDropped) == []


def test_what_comes_later_does_not_wait_for_it(desk: Desk) -> None:
    desk.platform.ignore = ignoring(1)
    desk.put()
    desk.pass_time(WELL_OVER, step=1.0)
    desk.put()
    desk.pass_time(1.0)
    assert arrived(desk) == [2]


def test_it_is_tried_again_every_hour_until_it_is_answered(desk: Desk) -> None:
    desk.platform.ignore = ignoring(1)
    desk.put(ticket=7)
    desk.pass_time(WELL_OVER, step=1.0)
    before = len(tries_of(desk, 1))
    desk.pass_time(5 * TRIED_EVERY, step=10.0)
    tries = tries_of(desk, 1)[before:]
    assert len(tries) == 5
    assert {round(later - earlier) for earlier, later in itertools.pairwise(tries)} == {3600}

    desk.platform.ignore = ignoring()
    desk.pass_time(TRIED_EVERY, step=10.0)
    assert desk.notices(ActionsSettled) == [ActionsSettled((7,), True)]
    assert desk.queues.waiting == desk.queues.set_aside == 0


def test_one_that_is_refused_at_last_is_a_dead_letter(desk: Desk) -> None:
    desk.platform.ignore = ignoring(1)
    desk.put(ticket=7)
    desk.pass_time(WELL_OVER, step=1.0)
    desk.platform.ignore = ignoring()
    desk.platform.refuse = lambda batch: True
    desk.pass_time(TRIED_EVERY, step=10.0)
    assert [failed.ticket for failed in desk.notices(ActionFailed)] == [7]
    assert desk.queues.set_aside == 0


def test_one_that_is_refused_with_its_campaigns_goes_without_them(desk: Desk) -> None:
    desk.platform.ignore = lambda batch: True
    desk.trigger("i1")
    desk.pass_time(WELL_OVER, step=1.0)
    assert desk.queues.firings_waiting(), "what was set off still counts"
    desk.platform.ignore = ignoring()
    desk.platform.refuse = lambda batch: b"triggered" in batch.body
    desk.pass_time(TRIED_EVERY, step=10.0)
    assert desk.queues.set_aside == 0
    assert desk.notices(ActionFailed) == []
    assert desk.platform.bodies[-1] == b'{"events":[1]}'


# When it is not the action.


def test_nothing_is_set_aside_while_nothing_else_is_answered(desk: Desk) -> None:
    desk.keeper.is_heard = False
    desk.platform.ignore = lambda batch: True
    desk.put(5)
    desk.pass_time(10 * UNANSWERED_FOR, step=10.0)
    assert desk.queues.set_aside == 0
    desk.platform.ignore = ignoring()
    desk.pass_time(400.0, step=1.0)
    assert arrived(desk) == [1, 2, 3, 4, 5]


def test_a_night_s_sleep_is_no_hour_of_tries(desk: Desk) -> None:
    desk.platform.answers.extend([DOWN] * 4)
    desk.put()
    desk.pass_time(1.0)
    desk.pass_time(8 * 3600.0, step=8 * 3600.0)
    desk.pass_time(10.0)
    assert desk.queues.set_aside == 0


def test_a_platform_that_asks_to_wait_has_answered(desk: Desk) -> None:
    asked = Unavailable("slowly", status=429, errors=("Too many requests.",), hints=(), retry_after=60.0)
    desk.platform.answers.extend([asked] * 200)
    desk.put()
    desk.pass_time(3 * UNANSWERED_FOR, step=5.0)
    assert desk.queues.set_aside == 0


@pytest.mark.parametrize("seconds", [60.0, 1200.0])
def test_trouble_of_less_than_an_hour_changes_no_order(desk: Desk, seconds: float) -> None:
    desk.platform.ignore = lambda batch: True
    desk.put(250)
    desk.pass_time(seconds, step=1.0)
    desk.platform.ignore = ignoring()
    desk.pass_time(400.0, step=1.0)
    assert arrived(desk) == list(range(1, 251))


def test_a_server_that_is_busy_for_long_counts_by_the_time_that_has_passed(desk: Desk) -> None:
    desk.platform.answers.extend([busy(1000.0)] * 5)
    desk.put()
    desk.pass_time(4000.0, step=5.0)
    assert desk.queues.set_aside == 0
    desk.pass_time(1500.0, step=5.0)
    assert desk.queues.set_aside == 1


# Across runs.


def test_it_stays_aside_in_the_next_run_which_tries_it_first(runs: Runs) -> None:
    desk = runs.desk
    desk.platform.ignore = ignoring(1)
    desk.put(3)
    desk.pass_time(WELL_OVER, step=1.0)
    desk.close()

    following = runs.next(ignoring(1))
    assert following.queues.set_aside == 1
    assert tries_of(following, 1) == [100.0]
    following.pass_time(2 * TRIED_EVERY, step=10.0)
    assert len(tries_of(following, 1)) == 3
    following.close()

    last = runs.next()
    last.pass_time(1.0)
    assert arrived(last) == [1]
    last.close()
    assert list((last.folder / "outbox").iterdir()) == []


def test_short_runs_add_up_to_an_hour(runs: Runs) -> None:
    runs.desk.put(3)
    kill(runs.desk)
    for _ in range(16):
        desk = runs.next(ignoring(1))
        desk.pass_time(600.0, step=1.0)
        kill(desk)
        if desk.queues.set_aside:
            break
    assert desk.queues.set_aside == 1
    assert arrived(desk) == [2, 3]


@pytest.mark.parametrize("stopped", [True, False], ids=["stopped", "killed"])
def test_a_kill_between_the_two_files_neither_loses_nor_repeats_it(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    """An action is written beside the queue first, and counts as done in it then."""
    desk = runs.desk
    desk.platform.ignore = ignoring(1)
    desk.put(3)
    with monkeypatch.context() as patched:
        if not stopped:
            patched.setattr(Outbox, "done", lambda box, count: (_ for _ in ()).throw(SystemExit))
        try:
            desk.pass_time(WELL_OVER, step=1.0)
        except SystemExit:
            kill(desk)
        else:
            desk.close()

    following = runs.next(ignoring(1))
    following.pass_time(10.0)
    assert following.queues.set_aside == 1
    assert following.queues.waiting == 1
    assert {number for one in (desk, following) for number in arrived(one)} == {2, 3}


def test_a_kill_at_any_moment_loses_and_reorders_nothing(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are copied before each write, as a kill would leave them, and read as the next run does."""
    desk = runs.desk
    desk.platform.ignore = ignoring(2, 4)
    copies: list[tuple[Path, set[int]]] = []

    def kept_before(write: Callable[..., Any]) -> Callable[..., Any]:
        def copy_and_write(*arguments: Any) -> Any:
            copy = tmp_path / "copies" / str(len(copies))
            shutil.copytree(desk.folder / "outbox", copy)
            copies.append((copy, set(arrived(desk))))
            return write(*arguments)

        return copy_and_write

    desk.put(6)
    for place in ("aside.append_surely", "aside.append_line", "outbox.Outbox._append_note"):
        owner, _, name = f"uwclient.disk.{place}".rpartition(".")
        target = Outbox if owner.endswith("Outbox") else importlib.import_module(owner)
        monkeypatch.setattr(target, name, kept_before(getattr(target, name)))
    desk.pass_time(2.5 * WELL_OVER, step=5.0)
    desk.platform.ignore = ignoring()
    desk.pass_time(TRIED_EVERY, step=5.0)

    assert len(copies) > 20
    assert set(arrived(desk)) == {1, 2, 3, 4, 5, 6}
    for copy, taken in copies:
        for lock in copy.glob("*.lock"):
            lock.unlink()
        (queue,), _ = adopt_queues(copy, lambda: None, lambda: None)
        waiting, aside = ([int(action.text) for action in one] for one in (queue.waiting, queue.aside.waiting))
        assert waiting == sorted(waiting)
        assert set(waiting).isdisjoint(aside)
        assert taken | set(waiting) | set(aside) == {1, 2, 3, 4, 5, 6}
        assert set(aside) <= {2, 4}
        queue.close()


def test_a_disk_that_refuses_it_keeps_it_where_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.platform.ignore = ignoring(1)
    desk.put(3)
    with monkeypatch.context() as patched:
        patched.setattr(
            "uwclient.disk.aside.append_surely", lambda path, line: (_ for _ in ()).throw(OSError(28, "full"))
        )
        desk.pass_time(WELL_OVER, step=1.0)
        assert desk.queues.set_aside == 0
        assert len(desk.outbox.waiting) == 3
    desk.pass_time(WELL_OVER, step=1.0)
    assert desk.queues.set_aside == 1
    assert arrived(desk) == [2, 3]


def test_a_damaged_line_costs_itself_alone(runs: Runs) -> None:
    desk = runs.desk
    desk.platform.ignore = lambda batch: True
    desk.put(2)
    desk.pass_time(2 * WELL_OVER, step=1.0)
    assert desk.queues.set_aside == 2
    desk.close()
    (path,) = desk.folder.glob(f"outbox/*/{NAME}")
    path.write_bytes(path.read_bytes().replace(b"event 1\n", b"event 9\n"))

    following = runs.next()
    following.pass_time(10.0)
    assert arrived(following) == [2]
    following.close()
    (kept,) = (desk.folder / "outbox").iterdir()
    assert b"event 9" in kept.read_bytes()


# What must not arrive before it.


def put_text(desk: Desk, kind: str, **fields: Any) -> None:
    attributes = [{"name": name, "value": value, "data_type": "integer"} for name, value in fields.items()]
    told: Any = attributes if kind == "attributes" else fields
    desk.outbox.append(kind, json.dumps(told, separators=(",", ":")).encode(), NOW, 0)
    desk.delivery.check_soon()


def bodies(desk: Desk) -> list[Any]:
    """What the platform has taken."""
    return [json.loads(batch.body) for batch in desk.platform.taken]


def test_what_becomes_of_an_offer_waits_for_its_impression(runs: Runs) -> None:
    desk = runs.desk
    desk.platform.ignore = lambda batch: batch.defines == "r1"
    put_text(desk, "offer_shown", offer_id="gems", reference="r1")
    put_text(desk, "offer_state", reference="r1", state="viewed")
    put_text(desk, "offer_shown", offer_id="gold", reference="r2")
    put_text(desk, "offer_state", reference="r2", state="viewed")
    desk.pass_time(WELL_OVER, step=1.0)
    put_text(desk, "offer_state", reference="r1", state="accepted")
    desk.pass_time(10.0)
    assert bodies(desk) == [{"offer_id": "gold"}, {"state": "viewed", "offer_impression_id": "impression-of-r2"}]
    assert desk.queues.set_aside == 3
    desk.close()

    following = runs.next()
    put_text(following, "offer_state", reference="r1", state="purchased")
    following.pass_time(10.0)
    assert bodies(following) == [
        {"offer_id": "gems"},
        {"state": "viewed", "offer_impression_id": "impression-of-r1"},
        {"state": "accepted", "offer_impression_id": "impression-of-r1"},
        {"state": "purchased", "offer_impression_id": "impression-of-r1"},
    ]
    assert following.notices(ActionFailed) == []


def test_a_later_value_waits_for_an_earlier_one_of_the_same_attribute(desk: Desk) -> None:
    desk.platform.ignore = lambda batch: b'"value":1,' in batch.body
    put_text(desk, "attributes", level=1)
    put_text(desk, "attributes", coins=5)
    put_text(desk, "attributes", level=2, gems=7)
    put_text(desk, "attributes", gems=8)
    put_text(desk, "attributes", coins=6)
    desk.pass_time(WELL_OVER, step=1.0)
    values = [(one["name"], one["value"]) for body in bodies(desk) for one in body["attributes"]]
    assert values == [("coins", 5), ("coins", 6)]

    desk.platform.ignore = ignoring()
    desk.pass_time(TRIED_EVERY, step=10.0)
    values = [(one["name"], one["value"]) for body in bodies(desk) for one in body["attributes"]]
    assert [value for name, value in values if name == "level"] == [1, 2]
    assert [value for name, value in values if name == "gems"] == [7, 8]


def test_an_address_that_is_set_and_removed_is_removed_in_the_end(desk: Desk) -> None:
    desk.platform.ignore = lambda batch: batch.method == "PUT"
    put_text(desk, "set_email", email_address="hero@example.com")
    put_text(desk, "delete_email", opt_out=True)
    desk.pass_time(WELL_OVER, step=1.0)
    assert desk.queues.set_aside == 2
    desk.platform.ignore = lambda batch: False
    desk.pass_time(TRIED_EVERY, step=10.0)
    assert [batch.method for _, _, batch in desk.platform.batches[-2:]] == ["PUT", "DELETE"]


# Bounds.


def test_what_is_set_aside_is_dropped_when_it_is_too_old(desk: Desk) -> None:
    desk.platform.ignore = ignoring(1)
    desk.put(ticket=7)
    desk.pass_time(WELL_OVER, step=1.0)
    desk.keeper.surely_past = float(NOW + queues_module.GREATEST_AGE + 1)
    desk.put(at=NOW + 1000)
    desk.pass_time(1.0)
    assert desk.notices(ActionsDropped) == [ActionsDropped(1)]
    assert ActionsSettled((7,), False) in desk.notices(ActionsSettled)
    assert desk.queues.set_aside == 0
    assert arrived(desk) == [2]


def test_what_is_set_aside_counts_and_is_the_first_to_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues_module, "MOST_ACTIONS", 5)
    desk.platform.ignore = ignoring(1)
    desk.put()
    desk.pass_time(WELL_OVER, step=1.0)
    desk.delivery.use_session(None)
    desk.put(6)
    desk.work()
    assert sum(notice.number for notice in desk.notices(ActionsDropped)) == 2
    assert desk.queues.set_aside == 0
    assert [action.text for action in desk.outbox.waiting] == [b"3", b"4", b"5", b"6", b"7"]


# Whatever happens.

steps = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from([10.0, 700.0, 4000.0, 8000.0]), st.sampled_from(["on", "kill", "stop"])
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(steps, st.sets(st.integers(1, 12), max_size=4))
def test_nothing_is_lost_and_only_what_gets_no_answer_is_overtaken(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[int, float, str]], wrong: set[int]
) -> None:
    runs = Runs(tmp_path_factory.mktemp("player"))
    desk, put_in, taken = runs.next(ignoring(*wrong)), 0, []
    for count, seconds, then in done:
        for _ in range(count):
            put_in += 1
            desk.outbox.append("event", b"%d" % put_in, NOW, 0)
        desk.delivery.check_soon()
        desk.pass_time(seconds, step=20.0)
        if then != "on":
            taken += arrived(desk)
            kill(desk) if then == "kill" else desk.close()
            desk = runs.next(ignoring(*wrong))
    right = [number for number in range(1, put_in + 1) if number not in wrong]
    assert [number for number in taken + arrived(desk) if number not in wrong] == right[: len(taken + arrived(desk))]

    taken += arrived(desk)
    desk.close()
    last = runs.next()
    last.pass_time(2 * TRIED_EVERY, step=20.0)
    assert sorted(set(taken + arrived(last))) == list(range(1, put_in + 1))
    runs.end()
