from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.disk_faults import queues_that_cannot_be_read
from tests.unit.strategies import never_rests
from uwclient.disk import locks
from uwclient.disk import outbox as outbox_file
from uwclient.disk.checksummed_lines import seal, unseal
from uwclient.disk.outbox import DONE, Outbox
from uwclient.disk.outbox_recovery import RecoveredQueue, adopt_queues
from uwclient.errors import StorageError
from uwclient.models.player import QueuedAction
from uwclient.throttle import WorkStopped

WRITTEN = [f"action-{number}" for number in range(6)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


@pytest.fixture
def take(folder: Path) -> Iterator[Callable[[], list[RecoveredQueue]]]:
    """Takes over what earlier runs have left; lets go of it after the test."""
    taken: list[RecoveredQueue] = []

    def take() -> list[RecoveredQueue]:
        while taken:
            taken.pop().close()
        queues, others = adopt_queues(folder, lambda: None, never_rests)
        assert others == 0
        taken.extend(queues)
        return queues

    yield take
    while taken:
        taken.pop().close()


Take = Callable[[], list[RecoveredQueue]]


def texts(queue: RecoveredQueue) -> list[str]:
    return [action.text.decode() for action in queue.waiting]


def played(folder: Path, *written: str, done: int = 0) -> Path:
    """A run that left these actions; its folder."""
    box = Outbox(folder)
    for text in written:
        box.append("event", text.encode(), 1_700_000_000, 0)
    made = box.folder
    assert made is not None
    if done:
        box.done(done)
    box.close()
    return made


def log_of(run: Path) -> Path:
    (path,) = run.glob("*.log")
    return path


def damaged_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.damaged")))


def intact(file: bytes) -> list[str]:
    """What can be read of a file: the text of each line that is whole."""
    contents = [unseal(line + b"\n") for line in file.split(b"\n")[:-1]]
    return [content.split(b" ", 3)[3].decode() for content in contents if content is not None]


def test_times_that_may_be_wrong_are_told_apart_also_in_files_of_earlier_versions(folder: Path, take: Take) -> None:
    box = Outbox(folder)
    box.append("event", b"{}", 1_700_000_001, 0, at_is_sure=False)
    box.append("event", b"{}", 1_700_000_002, 0)
    box.close()
    (path,) = folder.rglob("*.log")
    with path.open("ab") as file:
        file.write(seal(b"3 -1700000003 event {}") + seal(b"4 0 event {}") + seal(b"5 1700000005 event {}"))

    (queue,) = take()
    assert [(action.at, action.at_is_sure) for action in queue.waiting] == [
        (1_700_000_001, False),
        (1_700_000_002, True),
        (1_700_000_003, False),
        (0, False),
        (1_700_000_005, True),
    ]


def test_where_nothing_was_left_there_are_no_queues(folder: Path) -> None:
    assert adopt_queues(folder, lambda: None, never_rests) == ([], 0)


def test_what_a_run_has_left_is_read_in_order_with_kind_and_time(folder: Path, take: Take) -> None:
    box = Outbox(folder)
    box.append("region", b'{"name":"a b"}', 1_700_000_001, 5)
    box.append("event", b"{}", 1_700_000_002, 6)
    box.close()

    (queue,) = take()
    assert list(queue.waiting) == [
        QueuedAction(1, "region", b'{"name":"a b"}', 1_700_000_001),
        QueuedAction(2, "event", b"{}", 1_700_000_002),
    ]
    assert queue.problem is None
    assert queue.waiting_bytes == 16


def test_runs_come_in_the_order_in_which_they_began_whatever_the_clock_says(folder: Path, take: Take) -> None:
    for number in range(12):
        played(folder, f"of run {number}")
    assert [texts(queue) for queue in take()] == [[f"of run {number}"] for number in range(12)]


def test_one_run_s_own_folder_is_left_alone(folder: Path) -> None:
    box = Outbox(folder)
    box.append("event", b"{}", 0, 0)
    assert adopt_queues(folder, lambda: box.folder, never_rests) == ([], 0)
    box.close()


def test_the_queue_of_a_run_that_goes_on_is_left_alone_and_counted(folder: Path) -> None:
    box = Outbox(folder)
    box.append("event", b"{}", 0, 0)

    assert adopt_queues(folder, lambda: None, never_rests) == ([], 1)
    assert [action.text for action in box.waiting] == [b"{}"]
    box.close()


def test_a_queue_is_taken_over_by_one_alone(folder: Path) -> None:
    played(folder, "a")
    (queue,), _ = adopt_queues(folder, lambda: None, never_rests)
    assert adopt_queues(folder, lambda: None, never_rests) == ([], 1)
    queue.close()
    (again,), _ = adopt_queues(folder, lambda: None, never_rests)
    assert texts(again) == ["a"]
    again.close()


def test_what_is_done_is_not_found_again(folder: Path, take: Take) -> None:
    played(folder, *WRITTEN, done=1)
    (queue,) = take()
    assert texts(queue) == WRITTEN[1:]
    queue.done(2)
    (again,) = take()
    assert texts(again) == WRITTEN[3:]


def test_what_is_told_about_references_is_found_again(folder: Path, take: Take) -> None:
    played(folder, *WRITTEN)
    take()[0].remember("reference", "impression-1")
    assert take()[0].references == {"reference": "impression-1"}


def test_a_queue_that_is_done_leaves_nothing_behind(folder: Path) -> None:
    played(folder, *WRITTEN)
    (queue,), _ = adopt_queues(folder, lambda: None, never_rests)
    queue.done(len(WRITTEN))
    queue.close()
    assert list(folder.iterdir()) == []


def test_a_file_that_is_cut_anywhere_loses_the_lines_that_are_cut_alone(folder: Path, take: Take) -> None:
    path = log_of(played(folder, *WRITTEN))
    whole = path.read_bytes()
    for length in range(len(whole)):
        for damaged in folder.glob("*.damaged"):
            damaged.unlink()
        path.write_bytes(whole[:length])
        lines = whole[:length].count(b"\n")

        (queue,) = take()
        torn = whole[:length].rpartition(b"\n")[2]
        assert texts(queue) == WRITTEN[:lines]
        assert damaged_bytes(folder) in (b"", torn), "only what is torn may be set aside"
        assert queue.problem is None or torn
        if not lines:  # a queue without actions is removed when it is let go
            path.parent.mkdir(exist_ok=True)
            take()
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(whole)


def test_noise_in_a_file_costs_the_lines_that_it_hits(folder: Path, take: Take) -> None:
    written = [f"action-{number:03}" for number in range(40)]
    path = log_of(played(folder, *written))
    whole = path.read_bytes()
    source = random.Random(4)
    for _ in range(60):
        start = source.randrange(len(whole))
        noise = source.randbytes(source.randrange(1, 120))
        spoiled = (whole[:start] + noise + whole[start + len(noise) :])[: len(whole)]
        path.write_bytes(spoiled)

        (queue,) = take()
        assert texts(queue) == intact(spoiled)
        assert len(texts(queue)) >= 30
        hit = [line for line in spoiled.split(b"\n")[:-1] if line and unseal(line + b"\n") is None]
        if hit:  # what has no end may be a line that was torn when the game was killed
            assert isinstance(queue.problem, StorageError)
            assert "set aside" in str(queue.problem)
            assert all(line in damaged_bytes(folder) for line in hit)
        for damaged in folder.glob("*.damaged"):
            damaged.unlink()


def test_what_was_damaged_is_set_aside_even_when_nothing_can_be_read(folder: Path) -> None:
    path = log_of(played(folder, *WRITTEN))
    noise = bytes(range(256)) * 3
    path.write_bytes(noise)

    (queue,), _ = adopt_queues(folder, lambda: None, never_rests)
    assert texts(queue) == []
    queue.close()
    assert damaged_bytes(folder) == noise


def test_a_line_without_an_end_does_not_fill_the_memory(folder: Path, take: Take) -> None:
    path = log_of(played(folder, *WRITTEN))
    whole = path.read_bytes()
    path.write_bytes(whole[:-30] + b"x" * 3_000_000 + b"\n" + whole)

    (queue,) = take()
    assert texts(queue) == WRITTEN


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: b"",
        lambda file: b"\n" * 20,
        lambda file: bytes(range(256)),
        lambda file: file[: len(file) // 2],
        lambda file: file[:-1],
        lambda file: file.replace(b"3", b"4"),
        lambda file: b"\xff" * len(file),
    ],
    ids=["emptied", "empty lines", "noise", "half", "torn", "flipped", "ones"],
)
def test_a_damaged_file_of_what_is_done_costs_duplicates_and_no_action(
    folder: Path, take: Take, damage: Callable[[bytes], bytes]
) -> None:
    run = played(folder, *WRITTEN, done=3)
    path = run / DONE
    path.write_bytes(damage(path.read_bytes()))

    (queue,) = take()
    found = texts(queue)
    assert found in (WRITTEN, WRITTEN[3:])
    queue.done(2)
    assert texts(take()[0]) in (found[2:], WRITTEN[3:])


def test_a_missing_file_of_what_is_done_costs_duplicates_and_no_action(folder: Path, take: Take) -> None:
    (played(folder, *WRITTEN, done=3) / DONE).unlink()
    assert texts(take()[0]) == WRITTEN


def test_what_is_done_is_noted_after_a_torn_note(folder: Path, take: Take) -> None:
    path = played(folder, *WRITTEN, done=1) / DONE
    path.write_bytes(path.read_bytes() + b"0123")  # the beginning of another note

    take()[0].done(4)

    assert texts(take()[0]) == WRITTEN[5:]


def test_a_file_that_cannot_be_read_now_is_kept_for_later(folder: Path) -> None:
    played(folder, *WRITTEN)
    with queues_that_cannot_be_read():
        (queue,), _ = adopt_queues(folder, lambda: None, never_rests)
        assert texts(queue) == []
        assert isinstance(queue.problem, StorageError)
        assert "cannot be read" in str(queue.problem)
        queue.close()

    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"action-0" in left, "the queue was removed unread"


def test_what_follows_a_file_that_cannot_be_read_now_waits_for_it(
    folder: Path, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "SEGMENT_BYTES", 60)
    run = played(folder, *WRITTEN)
    second = sorted(run.glob("*.log"))[1]
    content = second.read_bytes()
    second.unlink()
    second.mkdir()

    (queue,) = take()
    before = texts(queue)
    assert 0 < len(before) < len(WRITTEN)
    assert isinstance(queue.problem, StorageError)
    queue.done(len(before))
    queue.close()

    second.rmdir()
    second.write_bytes(content)
    (queue,) = take()
    assert before + texts(queue) == WRITTEN


def test_two_damaged_files_of_one_run_are_both_told_of_and_set_aside(
    folder: Path, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "SEGMENT_BYTES", 60)
    run = played(folder, *WRITTEN)
    paths = sorted(run.glob("*.log"))
    for path in paths:
        path.write_bytes(path.read_bytes() + b"noise in " + path.name.encode() + b"\n")

    (queue,) = take()
    assert texts(queue) == WRITTEN
    assert len(paths) >= 2
    assert damaged_bytes(folder).count(b"noise in") == len(paths)


def test_work_that_is_stopped_while_it_reads_lets_go_of_the_queues(folder: Path, take: Take) -> None:
    for number in range(3):
        played(folder, *(f"{number}.{text}" for text in WRITTEN))
    calls = 0

    def stopped_in_the_middle() -> None:
        nonlocal calls
        calls += 1
        if calls == 9:
            raise WorkStopped

    with pytest.raises(WorkStopped):
        adopt_queues(folder, lambda: None, stopped_in_the_middle)

    assert [len(texts(queue)) for queue in take()] == [6, 6, 6]


def test_a_folder_that_is_no_run_s_is_left_alone(folder: Path, take: Take) -> None:
    played(folder, "a")
    (folder / "notes").mkdir()
    (folder / "00000009-file").write_text("not a folder")
    assert [texts(queue) for queue in take()] == [["a"]]
    assert (folder / "notes").is_dir()


@pytest.mark.skipif(not hasattr(locks, "fcntl"), reason="a matter of flock")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_where_a_disk_has_no_locks_queues_are_taken_over_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", refuse)
    played(folder, "a")

    queues, others = adopt_queues(folder, lambda: None, never_rests)
    assert others == 0
    assert [texts(queue) for queue in queues] == [["a"]]
    queues[0].close()


def test_of_a_queue_that_is_too_long_only_the_newest_files_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "SEGMENT_BYTES", 1)  # an action a file
    run = played(folder, *WRITTEN, done=1)
    (queue,), _ = adopt_queues(folder, lambda: None, never_rests, 3)
    assert texts(queue) == WRITTEN[3:]
    assert queue.dropped == 2, "the first was done"
    assert len(list(run.glob("*.log"))) == 3
    queue.close()

    (again,), _ = adopt_queues(folder, lambda: None, never_rests, 3)
    assert (texts(again), again.dropped) == (WRITTEN[3:], 0), "told once"
    assert again.waiting_bytes == sum(map(len, WRITTEN[3:]))
    again.close()


def test_a_queue_whose_newest_files_have_less_than_enough_is_read_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "SEGMENT_BYTES", 1)
    played(folder, *WRITTEN)
    (queue,), _ = adopt_queues(folder, lambda: None, never_rests, len(WRITTEN))
    assert (texts(queue), queue.dropped) == (WRITTEN, 0)
    queue.close()


def test_full_files_of_a_game_that_does_not_run_are_not_kept_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "SEGMENT_BYTES", 1)
    box = Outbox(folder)
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir())) if descriptors.exists() else 0
    written = [str(number) for number in range(3 * outbox_file.MOST_OPEN)]
    for text in written:
        box.append("event", text.encode(), 1_700_000_000, 0)
    if before:
        more = {"the open file", "done", "the lock"}
        assert len(list(descriptors.iterdir())) - before <= outbox_file.MOST_OPEN + len(more)
    box.close()
    (queue,), _ = adopt_queues(folder, lambda: None, never_rests)
    assert texts(queue) == written
    queue.close()
