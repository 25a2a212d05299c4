from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.strategies import never_rests
from uwclient.disk import outbox as outbox_file
from uwclient.disk.outbox import Outbox
from uwclient.disk.outbox_recovery import RecoveredQueue, adopt_queues
from uwclient.errors import StorageError
from uwclient.models.player import QueuedAction

KIND = "event"


def put(box: Outbox, *texts: str) -> None:
    for text in texts:
        box.append(KIND, text.encode(), 1_700_000_000, 0)


def texts(queue: Outbox | RecoveredQueue) -> list[str]:
    return [action.text.decode() for action in queue.waiting]


def logs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.log"))


def die(queue: Outbox | RecoveredQueue) -> None:
    """What the system does when a process is killed: it closes its files, and that is all."""
    lock = queue._lock
    files = [lock._descriptor] if lock is not None else []
    if isinstance(queue, Outbox):
        files += [
            file for file in (queue._file, queue._acks, *(file for _, file in queue._closed_files)) if file >= 0
        ]
    for file in files:
        os.close(file)


def left_behind(folder: Path) -> list[str]:
    """What the next start finds."""
    queues, _ = adopt_queues(folder, lambda: None, never_rests)
    found = [text for queue in queues for text in texts(queue)]
    for queue in queues:
        queue.close()
    return found


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


@pytest.fixture
def box(folder: Path) -> Iterator[Outbox]:
    made = Outbox(folder)
    yield made
    made.close()


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file for about three actions."""
    monkeypatch.setattr(outbox_file, "SEGMENT_BYTES", 100)


def test_an_outbox_that_was_never_used_leaves_no_trace(folder: Path) -> None:
    Outbox(folder).close()
    assert not folder.exists()


def test_actions_wait_in_order_with_numbers_from_one(box: Outbox) -> None:
    put(box, "a", "b", "c")
    assert [(action.number, action.text) for action in box.waiting] == [(1, b"a"), (2, b"b"), (3, b"c")]
    assert box.waiting_bytes == 3


def test_an_action_keeps_kind_time_and_ticket(box: Outbox) -> None:
    box.append("region", b'{"name":"a b"}', 1_700_000_123, 7)
    (action,) = box.waiting
    assert action == QueuedAction(1, "region", b'{"name":"a b"}', 1_700_000_123, 7)


def test_an_action_is_in_the_file_when_the_call_returns(box: Outbox, folder: Path) -> None:
    for number in range(5):
        put(box, f"action-{number}")
        (path,) = folder.rglob("*.log")
        assert path.read_bytes().count(b"\n") == number + 1
        assert f"action-{number}".encode() in path.read_bytes()


def test_what_is_done_waits_no_more(box: Outbox) -> None:
    put(box, "aa", "bb", "cc")
    box.done(2)
    assert texts(box) == ["cc"]
    assert box.waiting_bytes == 2


def test_what_is_done_is_not_found_after_a_crash(folder: Path) -> None:
    box = Outbox(folder)
    put(box, "a", "b", "c")
    box.done(2)
    die(box)
    assert left_behind(folder) == ["c"]


def test_everything_is_removed_when_all_is_done(box: Outbox, folder: Path) -> None:
    put(box, "a")
    box.done(1)
    box.close()
    assert list(folder.iterdir()) == []


def test_what_is_not_done_is_left_to_the_next_run(folder: Path) -> None:
    box = Outbox(folder)
    put(box, "a", "b")
    box.done(1)
    box.close()
    assert left_behind(folder) == ["b"]


def test_closing_twice_is_closing_once(box: Outbox, folder: Path) -> None:
    put(box, "a")
    box.close()
    box.close()
    assert left_behind(folder) == ["a"]


@pytest.mark.usefixtures("small_files")
def test_a_new_file_begins_when_one_is_large_enough(box: Outbox, folder: Path) -> None:
    put(box, *(f"action-{number}" for number in range(12)))
    names = logs(folder)
    assert len(names) > 2
    assert names[0] == "0000000001.log"
    assert names == sorted(names)


@pytest.mark.usefixtures("small_files")
def test_a_file_goes_when_all_in_it_is_done(box: Outbox, folder: Path) -> None:
    put(box, *(f"action-{number}" for number in range(12)))
    names = logs(folder)
    second = int(Path(names[1]).stem)

    box.done(second - 2)
    assert logs(folder) == names, "one action of the first file still waits"
    box.done(1)
    assert logs(folder) == names[1:]
    box.done(len(box.waiting))
    assert logs(folder) == names[-1:], "the file that is written to stays"


@pytest.mark.usefixtures("small_files")
def test_what_was_written_over_many_files_is_found_in_order(folder: Path) -> None:
    box = Outbox(folder)
    written = [f"action-{number}" for number in range(30)]
    put(box, *written)
    box.done(7)
    die(box)
    assert left_behind(folder) == written[7:]


def test_an_outbox_goes_on_after_it_was_closed(box: Outbox, folder: Path) -> None:
    put(box, "a", "b")
    box.done(2)
    box.close()
    put(box, "c")

    assert [action.number for action in box.waiting] == [3]
    die(box)
    assert left_behind(folder) == ["c"]
    box._file = box._acks = -1
    box._lock = None


def test_what_was_told_about_references_is_found_after_a_crash(folder: Path) -> None:
    box = Outbox(folder)
    put(box, "a", "b")
    box.remember("reference", "impression-1")
    box.done(1)
    die(box)

    (queue,), _ = adopt_queues(folder, lambda: None, never_rests)
    assert queue.references == {"reference": "impression-1"}
    assert texts(queue) == ["b"]
    queue.close()


def test_what_was_told_about_references_outlives_a_stop_in_between(folder: Path) -> None:
    box = Outbox(folder)
    put(box, "shown")
    box.remember("reference", "impression-1")
    box.done(1)
    box.close()
    put(box, "accepted, which names the reference")
    die(box)

    (queue,), _ = adopt_queues(folder, lambda: None, never_rests)
    assert queue.references.get("reference") == "impression-1"
    queue.close()


def test_syncing_changes_nothing_that_can_be_seen(box: Outbox, folder: Path) -> None:
    box.sync()
    put(box, "a")
    box.sync()
    box.sync()
    assert texts(box) == ["a"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of the open files")
@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("synced", [True, False])
def test_no_file_stays_open_after_the_close(folder: Path, synced: bool) -> None:
    before = open_files()
    box = Outbox(folder)
    put(box, *(f"action-{number}" for number in range(30)))
    if synced:
        box.sync()
    box.close()
    assert open_files() == before


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of the open files")
def test_a_disk_without_room_for_a_folder_costs_no_open_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    box = Outbox(folder)

    make = Path.mkdir

    def refuse(path: Path, *arguments: Any, **options: Any) -> None:
        if path.parent == folder:
            raise OSError(28, "No space left on device")
        make(path, *arguments, **options)

    before = open_files()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", refuse)
        for number in range(20):
            with pytest.raises(StorageError):
                put(box, f"action-{number}")
    assert open_files() == before
    assert len(list(folder.iterdir())) <= 1, "nor a file each"

    assert len(texts(box)) == 20
    put(box, "there is room again")
    die(box)
    assert left_behind(folder) == [*(f"action-{number}" for number in range(20)), "there is room again"]


def test_what_a_disk_has_refused_is_caught_up_in_order_and_not_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_file, "MOST_CAUGHT_UP", 3)
    box = Outbox(folder)
    put(box, "0")
    with monkeypatch.context() as patched:
        patched.setattr("os.write", lambda *_: 0)
        for number in range(1, 8):
            with pytest.raises(StorageError):
                put(box, str(number))
    put(box, "8", "9", "10")
    assert len(box.in_memory()) == 1
    put(box, "11")
    assert box.in_memory() == []
    die(box)
    assert left_behind(folder) == [str(number) for number in range(12)]


def test_a_folder_that_cannot_be_made_costs_only_the_safety(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    box = Outbox(tmp_path / "file" / "outbox")
    for text in ("a", "b"):
        with pytest.raises(StorageError, match="cannot be saved in"):
            put(box, text)
    assert texts(box) == ["a", "b"]
    box.remember("reference", "impression-1")
    box.done(2)
    assert texts(box) == []
    box.close()


class OutboxAgainstLists(RuleBasedStateMachine):
    """An outbox, the queues that earlier runs have left, and what should be in them."""

    @initialize()
    def begin(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name) / "outbox"
        self.usual_size = outbox_file.SEGMENT_BYTES
        outbox_file.SEGMENT_BYTES = 120
        self.box = Outbox(self.folder)
        self.earlier: list[RecoveredQueue] = []
        self.wanted: list[list[str]] = [[]]  # of each earlier queue that is not empty, and of this run
        self.references: list[dict[str, str]] = [{}]
        self.count = 0

    @property
    def every_queue(self) -> list[Outbox | RecoveredQueue]:
        return [*self.earlier, self.box]

    @property
    def queues(self) -> list[Outbox | RecoveredQueue]:
        return [*(queue for queue in self.earlier if queue.waiting), self.box]

    @rule(count=st.integers(1, 8), size=st.integers(1, 60))
    def append(self, count: int, size: int) -> None:
        for _ in range(count):
            self.count += 1
            text = f"{self.count}:".ljust(size, "x")
            put(self.box, text)
            self.wanted[-1].append(text)

    @rule(data=st.data())
    @precondition(lambda self: any(self.wanted))
    def done(self, data: st.DataObject) -> None:
        queue, wanted = next((q, w) for q, w in zip(self.queues, self.wanted, strict=True) if w)
        count = data.draw(st.integers(1, len(wanted)))
        queue.done(count)
        del wanted[:count]
        self._forget_empty()

    @rule(data=st.data(), value=st.sampled_from("xyz"))
    def remember(self, data: st.DataObject, value: str) -> None:
        position = data.draw(st.integers(0, len(self.queues) - 1))
        if not self.wanted[position]:
            return
        self.queues[position].remember(f"ref{self.count}", value)
        self.references[position][f"ref{self.count}"] = value

    @rule()
    def crash(self) -> None:
        for queue in self.every_queue:
            die(queue)
        self._next_run()

    @rule()
    def stop(self) -> None:
        for queue in self.every_queue:
            queue.close()
        self._next_run()
        assert all(queue.waiting for queue in self.earlier), "what is empty is removed"

    @rule()
    def sync(self) -> None:
        self.box.sync()

    @invariant()
    def holds_what_was_put_in_and_is_not_done(self) -> None:
        assert [texts(queue) for queue in self.queues] == self.wanted
        for queue, wanted in zip(self.queues, self.wanted, strict=True):
            assert queue.waiting_bytes == sum(map(len, wanted))
        for queue, references in zip(self.queues, self.references, strict=True):
            assert references.items() <= queue.references.items()

    def teardown(self) -> None:
        for queue in self.queues:
            if queue.waiting:
                queue.done(len(queue.waiting))
        for queue in self.every_queue:
            queue.close()
        assert not self.folder.exists() or list(self.folder.iterdir()) == []
        outbox_file.SEGMENT_BYTES = self.usual_size
        self.temporary.cleanup()

    def _next_run(self) -> None:
        self.box = Outbox(self.folder)
        self.earlier, others = adopt_queues(self.folder, lambda: self.box.folder, never_rests)
        assert others == 0
        assert [queue.problem for queue in self.earlier] == [None] * len(self.earlier)
        self.wanted.append([])
        self.references.append({})
        self._forget_empty()

    def _forget_empty(self) -> None:
        kept = [position for position, wanted in enumerate(self.wanted[:-1]) if wanted]
        self.references = [*(self.references[position] for position in kept), self.references[-1]]
        self.wanted = [*(self.wanted[position] for position in kept), self.wanted[-1]]


TestOutboxAgainstLists = OutboxAgainstLists.TestCase
