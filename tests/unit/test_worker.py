from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from tests.unit.conftest import Clock
from uwclient.background.worker import THREAD_NAME, Worker
from uwclient.throttle import StopSign, Throttle, WorkStopped

PATIENCE = 5.0


@pytest.fixture
def worker(clock: Clock) -> Iterator[Worker]:
    made = Worker(clock, polite=False)
    yield made
    made.ask_to_stop()
    assert made.join(PATIENCE)


@pytest.fixture
def done() -> list[object]:
    """What tasks have noted."""
    return []


def steps(worker: Worker, count: int) -> None:
    for _ in range(count):
        worker.step()


# Without a thread.


def test_tasks_are_done_when_they_are_due_the_longest_due_first(
    worker: Worker, clock: Clock, done: list[object]
) -> None:
    worker.at(103.0, done.append, "third")
    worker.at(101.0, done.append, "first")
    worker.at(101.0, done.append, "second")
    steps(worker, 3)
    assert done == []
    assert worker.next_due == 101.0

    clock.now = 200.0
    steps(worker, 2)
    assert done == ["first", "second"]
    steps(worker, 2)
    assert done == ["first", "second", "third"]
    assert worker.next_due == float("inf")


def test_setting_a_task_again_moves_it(worker: Worker, clock: Clock, done: list[object]) -> None:
    worker.at(101.0, done.append, "task")
    worker.at(150.0, done.append, "task")
    clock.now = 120.0

    worker.step()

    assert done == []
    assert worker.next_due == 150.0


def test_a_task_can_be_taken_off_the_agenda(worker: Worker, clock: Clock, done: list[object]) -> None:
    worker.at(100.0, done.append, "unwanted")
    worker.at(100.0, done.append, "wanted")
    worker.never(done.append, "unwanted")
    steps(worker, 2)
    assert done == ["wanted"]

    worker.at(100.0, done.append, "expected")
    assert worker.expects(done.append, "expected")
    assert not worker.expects(done.append, "unwanted")


def test_what_the_game_asks_for_goes_first_in_the_order_of_asking(worker: Worker, done: list[object]) -> None:
    worker.at(0.0, done.append, "agenda")
    for number in range(3):
        worker.request(done.append, number)
    assert worker.next_due == 0.0

    steps(worker, 4)

    assert done == [0, 1, 2, "agenda"]


def fail() -> None:
    raise RuntimeError("unforeseen")


def test_a_task_that_fails_is_logged_and_told_and_work_goes_on(
    worker: Worker, done: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    worker.on_error = lambda: done.append("told")
    worker.request(fail)
    worker.request(done.append, "next")

    steps(worker, 2)

    assert done == ["told", "next"]
    assert "failed in an unexpected way" in caplog.text
    assert "unforeseen" in caplog.text


def test_a_failure_while_a_failure_is_told_does_not_end_the_work(
    worker: Worker, done: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    worker.on_error = fail
    worker.request(fail)
    worker.request(done.append, "next")

    steps(worker, 2)

    assert done == ["next"]
    assert "failed in an unexpected way" in caplog.text


def test_work_that_was_stopped_is_no_failure(
    worker: Worker, done: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    worker.on_error = lambda: done.append("told")
    worker.request(worker.throttle)
    worker.ask_to_stop()

    worker.step()

    assert done == []
    assert "failed in an unexpected way" not in caplog.text


def test_a_pace_rests_until_it_is_to_stop() -> None:
    stopping = StopSign()
    throttle = Throttle(stopping)
    for _ in range(3):
        throttle()

    stopping.set()
    with pytest.raises(WorkStopped):
        Throttle(stopping)()


def test_a_worker_without_a_thread_has_ended(worker: Worker) -> None:
    assert worker.join(0.0)


# With a thread.


@pytest.fixture
def start(worker: Worker) -> Callable[[], threading.Event]:
    """Starts the thread of the worker; the event is set at its end."""

    def start() -> threading.Event:
        finished = threading.Event()
        worker.start(finished.set)
        return finished

    return start


Start = Callable[[], threading.Event]


def test_a_request_from_another_thread_wakes_the_worker(worker: Worker, start: Start) -> None:
    start()
    for _ in range(20):
        done = threading.Event()
        worker.request(done.set)
        assert done.wait(PATIENCE)


def test_tasks_run_on_a_daemon_thread_with_a_name(worker: Worker, start: Start) -> None:
    seen: list[threading.Thread] = []
    done = threading.Event()
    worker.request(lambda: seen.append(threading.current_thread()))
    worker.request(done.set)
    start()

    assert done.wait(PATIENCE)
    assert seen[0].name == THREAD_NAME
    assert seen[0].daemon


def test_a_thread_that_sleeps_ends_at_once_and_finishes(worker: Worker, clock: Clock, start: Start) -> None:
    worker.at(clock.now + 1e6, fail)
    finished = start()

    worker.ask_to_stop()

    assert worker.join(PATIENCE)
    assert finished.is_set()


def test_a_thread_goes_on_after_a_failure(worker: Worker, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    start()
    worker.request(fail)
    worker.request(done.set)

    assert done.wait(PATIENCE)
    assert "failed in an unexpected way" in caplog.text


def test_joining_a_thread_that_hangs_takes_no_longer_than_allowed(worker: Worker, start: Start) -> None:
    hanging, let_go = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        let_go.wait(PATIENCE)

    worker.request(hang)
    start()
    assert hanging.wait(PATIENCE)
    worker.ask_to_stop()

    assert not worker.join(0.01)
    assert not worker.join(-1.0)
    let_go.set()
    assert worker.join(PATIENCE)


def test_a_long_task_ends_at_its_next_rest(worker: Worker, start: Start) -> None:
    under_way = threading.Event()

    def long_task() -> None:
        while True:
            worker.throttle()
            under_way.set()

    worker.request(long_task)
    start()
    assert under_way.wait(PATIENCE)

    worker.ask_to_stop()

    assert worker.join(PATIENCE)


def test_the_worker_may_ask_for_its_own_end(worker: Worker, start: Start) -> None:
    joined: list[bool] = []

    def end() -> None:
        worker.ask_to_stop()
        joined.append(worker.join(PATIENCE))

    worker.request(end)
    finished = start()

    assert finished.wait(PATIENCE)
    assert joined == [True]
