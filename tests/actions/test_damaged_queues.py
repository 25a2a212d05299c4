"""Whatever the disk does to a queue: what can be read is sent, the rest is set aside and reported, calls go on."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.actions.playing import (
    assign,
    heard,
    logs,
    named,
    open_files,
    queue_files,
    until_heard,
    until_online,
)
from tests.conftest import PLAYER, Play
from tests.disk_faults import no_room_for_files_longer_than, queues_that_cannot_be_read
from uwclient import PlayerEvent, StorageError
from uwclient.config import Config
from uwclient.disk.checksummed_lines import seal
from uwclient.disk.outbox import Outbox
from uwclient.disk.paths import player_folder
from uwclient.sandbox import Sandbox

Left = Callable[..., Path]


@pytest.fixture
def left(sandbox: Sandbox, data: Path) -> Left:
    """Leaves a queue of events, as a run that ended does; the file that they are in."""

    def leave(*names: str, player: str = PLAYER) -> Path:
        config = Config(api_key=sandbox.api_key, player_id=player, host=sandbox.url, data_dir=str(data))
        folder = player_folder(config)
        box = Outbox(folder / "outbox")
        for name in names:
            box.append("event", b'{"event_id":"%s"}' % name.encode(), int(sandbox.clock.now().timestamp()), 0)
        box.close()
        return logs(folder)[-1]

    return leave


def damaged(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(data.rglob("outbox/*.damaged")))


def test_a_torn_last_line_is_dropped_alone(sandbox: Sandbox, play: Play, data: Path, left: Left) -> None:
    path = left(*named(0, 20))
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])

    game = play()
    assign(game, ["new"])
    until_heard(game, sandbox, 20)
    assert heard(sandbox) == [*named(0, 19), "new"]
    game.uw.stop()
    assert damaged(data) in (b"", whole.splitlines(keepends=True)[-1][:-5])


def test_a_queue_file_cut_at_any_byte_loses_no_whole_line(sandbox: Sandbox, play: Play, left: Left) -> None:
    size = len(left(*named(0, 3), player="measured").read_bytes())
    for length in range(0, size, 5):
        player = f"cut-{length}"
        path = left(*named(0, 3), player=player)
        whole = path.read_bytes()
        path.write_bytes(whole[:length])
        game = play(player, virtual=True)
        game.until_loaded()
        game.pass_time(1)
        assert heard(sandbox, player) == named(0, whole[:length].count(b"\n"))
        game.uw.stop()


def test_noise_in_a_queue_file_is_set_aside_and_reported(
    sandbox: Sandbox, play: Play, data: Path, left: Left, caplog: pytest.LogCaptureFixture
) -> None:
    path = left(*named(0, 200))
    whole = path.read_bytes()
    noise = random.Random(5).randbytes(300)
    path.write_bytes(whole[:2000] + noise + whole[2300:])

    game = play()
    game.until_loaded()
    assign(game, ["new"])
    game.until(lambda: heard(sandbox)[-1:] == ["new"])
    names = heard(sandbox)
    assert len(names) >= 185
    assert names == [name for name in named(0, 200) if name in names] + ["new"]
    (failed,) = game.seen.of("client", "on_storage_failed")
    assert isinstance(failed["error"], StorageError)
    assert "damaged" in str(failed["error"])
    assert str(failed["error"]) in caplog.text
    assert any(part in damaged(data) for part in noise.split(b"\n") if part)
    game.uw.stop()
    assert [path.suffix for path in queue_files(data)] == [".damaged"]


def test_noise_instead_of_a_queue_is_set_aside_and_the_game_goes_on(
    sandbox: Sandbox, play: Play, data: Path, left: Left
) -> None:
    path = left(*named(0, 20))
    noise = random.Random(6).randbytes(5000)
    path.write_bytes(noise)
    game = play()
    assign(game, ["new"])
    until_heard(game, sandbox, 1)
    assert heard(sandbox) == ["new"]
    assert len(game.seen.of("client", "on_storage_failed")) == 1
    assert damaged(data) == noise


def test_a_damaged_queue_is_reported_once_and_not_at_every_start(sandbox: Sandbox, play: Play, left: Left) -> None:
    path = left(*named(0, 5))
    path.write_bytes(path.read_bytes() + b"noise\n")
    game = play()
    until_heard(game, sandbox, 5)
    game.uw.stop()
    following = play()
    following.until_loaded()
    assert following.seen.of("client", "on_storage_failed") == []


@pytest.mark.parametrize("damage", [b"", b"\x00\xff\n" * 9, b"0123", b"00000000 9\n"])
def test_a_damaged_note_of_what_is_done_costs_duplicates_and_no_action(
    sandbox: Sandbox, play: Play, left: Left, damage: bytes
) -> None:
    path = left(*named(0, 20))
    (path.parent / "done").write_bytes(seal(b"5") + damage)
    game = play()
    until_heard(game, sandbox, 15)
    assert heard(sandbox) == named(5, 20)


def test_an_action_that_is_whole_but_nonsense_hurts_no_other(
    sandbox: Sandbox, play: Play, left: Left, data: Path
) -> None:
    path = left(*named(0, 3))
    at = int(sandbox.clock.now().timestamp())
    lines = [b"4 %d hologram {}" % at, b"5 %d offer_shown not json" % at, b'6 %d event {"event_id":"e3"}' % at]
    path.write_bytes(path.read_bytes() + b"".join(map(seal, lines)))
    game = play()
    until_heard(game, sandbox, 4)
    assert heard(sandbox) == named(0, 4)
    game.until_sent("client", "on_delivery_failed", 2)
    kinds = [failed["action"].kind for failed in game.seen.of("client", "on_delivery_failed")]
    assert kinds == ["hologram", "offer_shown"]


@pytest.mark.parametrize("content", [b"7", b"7 8", b"seven 8 event {}", b"7 8 \xff {}", b""])
def test_a_line_of_another_form_hurts_no_other(sandbox: Sandbox, play: Play, left: Left, content: bytes) -> None:
    path = left(*named(0, 3))
    whole = path.read_bytes()
    at = int(sandbox.clock.now().timestamp())
    path.write_bytes(whole + seal(content) + seal(b'9 %d event {"event_id":"e3"}' % at))
    game = play(virtual=True)
    game.until_loaded()
    game.pass_time(2)
    assert heard(sandbox) == named(0, 4)


def test_a_queue_that_cannot_be_read_now_is_reported_and_sent_when_it_can_be(
    sandbox: Sandbox, play: Play, left: Left
) -> None:
    left(*named(0, 5))
    with queues_that_cannot_be_read():
        game = play()
        game.until_loaded()
        assert len(game.seen.of("client", "on_storage_failed")) == 1
        game.uw.stop()

    following = play(virtual=True)
    following.until_loaded()
    following.pass_time(2)
    assert heard(sandbox) == named(0, 5)


# A disk that refuses.


@pytest.mark.parametrize("room", [0, 1, 60, 500, 999])
def test_on_a_full_disk_calls_do_not_raise_and_everything_is_delivered(
    sandbox: Sandbox, play: Play, data: Path, room: int
) -> None:
    game = until_online(play())
    game.until_loaded()
    with no_room_for_files_longer_than(room):
        assign(game, named(0, 50))
        until_heard(game, sandbox, 50)
    assert heard(sandbox) == named(0, 50)
    (failed,) = game.seen.of("client", "on_storage_failed")
    assert isinstance(failed["error"], StorageError)
    game.uw.stop()
    assert queue_files(data) == []


def test_what_fits_on_a_disk_that_fills_up_is_delivered_by_the_next_run(
    sandbox: Sandbox, play: Play, data: Path
) -> None:
    game = play(start=False, player_id="hero-1")
    with no_room_for_files_longer_than(1000):
        assign(game, named(0, 50))
    assign(game, named(50, 60))  # there is room again
    on_disk = logs(data)[0].read_bytes()
    assert b'"e59"' in on_disk
    copy = data.with_name("copy")  # what a killed game would have left
    for path in queue_files(data):
        target = copy / path.relative_to(data)
        if path.is_dir():
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())

    following = play("hero-1", data_dir=copy)
    following.until(lambda: heard(sandbox, "hero-1")[-1:] == ["e59"])
    assert heard(sandbox, "hero-1") == named(0, 60), "what the disk had refused is written once there is room"


def a_file(folder: Path) -> Path:
    (folder / "file").write_text("not a folder")
    return folder / "file"


def below_a_file(folder: Path) -> Path:
    return a_file(folder) / "data"


def with_too_long_a_name(folder: Path) -> Path:
    return folder / ("x" * 300)


@pytest.mark.parametrize(
    "place", [a_file, below_a_file, with_too_long_a_name], ids=lambda place: place.__name__.replace("_", " ")
)
def test_without_a_folder_everything_is_delivered_from_memory(
    sandbox: Sandbox, play: Play, tmp_path: Path, place: Callable[[Path], Path]
) -> None:
    game = play(data_dir=place(tmp_path), start=False)
    told: list[bool] = []
    assign(game, named(0, 10), told.append)
    game.uw.start()
    game.until(lambda: told == [True] * 10)
    assert heard(sandbox) == named(0, 10)
    assert len(game.seen.of("client", "on_storage_failed")) >= 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do everything")
def test_a_folder_that_may_not_be_written_costs_only_the_safety(sandbox: Sandbox, play: Play, data: Path) -> None:
    data.mkdir()
    data.chmod(0o500)
    game = play()
    assign(game, named(0, 10))
    until_heard(game, sandbox, 10)
    assert heard(sandbox) == named(0, 10)
    data.chmod(0o700)


def test_a_queue_folder_that_vanishes_costs_nothing_while_the_game_runs(
    sandbox: Sandbox, play: Play, data: Path
) -> None:
    game = play(start=False)
    assign(game, named(0, 5))
    for path in reversed(queue_files(data)):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    assign(game, named(5, 10))
    game.uw.start()
    until_heard(game, sandbox, 10)
    assert heard(sandbox) == named(0, 10)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of the open files")
def test_a_disk_without_room_for_a_folder_costs_no_open_files(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Path.mkdir

    def refuse(path: Path, *arguments: Any, **options: Any) -> None:
        if path.parent.name == "outbox":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        make(path, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    game = play(start=False)
    before = open_files()
    for number in range(50):
        game.uw.assign_event(PlayerEvent(f"e{number}"))
    assert open_files() <= before + 1


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of the open files")
def test_a_client_that_stopped_with_actions_left_holds_no_file_open(sandbox: Sandbox, play: Play) -> None:
    before = open_files()
    for _ in range(5):
        game = play(virtual=True, start=False)
        assign(game, named(0, 3))
        sandbox.stop()
        game.uw.start()
        game.uw.pump()
        game.uw.stop()
    assert open_files() <= before + 1
