"""Whatever the disk does, the game goes on, and somebody is told."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.disk_faults import no_room_for_files_longer_than
from uwclient import StorageError
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

LONG_BODY = "A very warm welcome. " * 400


def cut_short(file: bytes) -> bytes:
    return file[: len(file) // 2]


def emptied(_: bytes) -> bytes:
    return b""


def flipped(file: bytes) -> bytes:
    middle = len(file) // 2
    return file[:middle] + bytes([file[middle] ^ 1]) + file[middle + 1 :]


def noise(file: bytes) -> bytes:
    return bytes((number * 37 + 11) % 256 for number in range(len(file)))


def of_a_newer_version(file: bytes) -> bytes:
    """A file that is whole, but of a format that nobody knows yet."""
    content, foot, _ = file.rpartition(b"\nsha256:")
    assert content.startswith(b'{"schema": 1')
    newer = content.replace(b'"schema": 1', b'"schema": 2', 1)
    return newer + foot + hashlib.sha256(newer).hexdigest().encode() + b"\n"


def with_another_head(file: bytes) -> bytes:
    return b"[]\n" + file.partition(b"\n")[2]


def without_its_foot(file: bytes) -> bytes:
    return file[:-10]


DAMAGES = [cut_short, emptied, flipped, noise, of_a_newer_version, with_another_head, without_its_foot]


@pytest.fixture
def caches(tmp_path: Path) -> Callable[[str], list[Path]]:
    """The files of the cache whose name begins in this way."""
    return lambda name: sorted((tmp_path / "data").rglob(f"{name}*.cache"))


def played_once(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("messages", id="welcome", body=LONG_BODY)
    sandbox.publish("offers", id="gems")
    game = play()
    game.until_loaded()
    game.uw.stop()


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged; nothing of it may be a traceback."""
    tracebacks = [record.getMessage() for record in caplog.records if record.exc_info]
    assert tracebacks == []
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.replace("_", " "))
def test_a_damaged_cache_file_is_reported_and_the_rest_works_offline(
    sandbox: Sandbox,
    play: Play,
    caches: Callable[[str], list[Path]],
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[bytes], bytes],
) -> None:
    played_once(sandbox, play)
    (file,) = caches("messages")
    file.write_bytes(damage(file.read_bytes()))
    sandbox.stop()

    game = play()
    game.until_live("offers", "gems")
    game.until_sent("messages", "on_load_failed")

    (failed,) = game.seen.of("messages", "on_load_failed")
    assert isinstance(failed["error"], StorageError)
    assert "set aside" in str(failed["error"])
    assert str(file) in str(failed["error"])
    assert any(str(file) in line for line in warnings_of(caplog))
    assert game.live("messages") == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.replace("_", " "))
def test_a_damaged_cache_file_is_replaced_by_what_the_platform_sends(
    sandbox: Sandbox, play: Play, caches: Callable[[str], list[Path]], damage: Callable[[bytes], bytes]
) -> None:
    played_once(sandbox, play)
    for file in (*caches("messages"), *caches("session")):
        file.write_bytes(damage(file.read_bytes()))

    second = play()
    second.until_live("messages", "welcome")
    second.until_loaded()
    second.uw.stop()
    third = play()
    third.until_live("messages", "welcome")
    third.until_loaded()

    assert third.seen.of("messages", "on_load_failed") == []


def test_the_generation_before_serves_for_a_damaged_one(
    sandbox: Sandbox, play: Play, caches: Callable[[str], list[Path]]
) -> None:
    played_once(sandbox, play)
    sandbox.publish("messages", id="news")
    second = play()
    second.until_live("messages", "welcome", "news")
    second.uw.stop()
    newest = max(caches("messages"), key=lambda file: file.stat().st_size)
    newest.write_bytes(cut_short(newest.read_bytes()))
    sandbox.stop()

    game = play()
    game.until_live("messages", "welcome")

    assert len(game.seen.of("messages", "on_load_failed")) == 1


def below_a_file(folder: Path) -> Path:
    (folder / "file").write_text("not a folder")
    return folder / "file" / "data"


def a_file(folder: Path) -> Path:
    (folder / "file").write_text("not a folder")
    return folder / "file"


def with_too_long_a_name(folder: Path) -> Path:
    return folder / ("x" * 300)


def behind_links_in_a_circle(folder: Path) -> Path:
    (folder / "one").symlink_to(folder / "two")
    (folder / "two").symlink_to(folder / "one")
    return folder / "one" / "data"


@pytest.mark.parametrize(
    "place",
    [below_a_file, a_file, with_too_long_a_name, behind_links_in_a_circle],
    ids=lambda place: place.__name__.replace("_", " "),
)
def test_a_data_folder_that_cannot_be_used_is_reported_once_and_content_is_live_all_the_same(
    sandbox: Sandbox, play: Play, tmp_path: Path, caplog: pytest.LogCaptureFixture, place: Callable[[Path], Path]
) -> None:
    sandbox.publish("offers", id="gems")
    game = play(data_dir=place(tmp_path))
    game.until_live("offers", "gems")
    game.until_loaded()

    sandbox.publish("offers", id="coins")
    assert game.refresh()

    assert game.live("offers") == ["gems", "coins"]
    (failed,) = game.seen.of("client", "on_storage_failed")
    assert isinstance(failed["error"], StorageError)
    assert "memory only" in str(failed["error"])
    assert warnings_of(caplog) == [str(failed["error"])]


def test_a_disk_that_fills_up_is_reported_and_keeps_the_last_good_content(
    sandbox: Sandbox, play: Play, caches: Callable[[str], list[Path]]
) -> None:
    sandbox.publish("messages", id="welcome")
    game = play()
    game.until_loaded()

    with no_room_for_files_longer_than(2000):
        sandbox.publish("messages", id="news", body=LONG_BODY)
        assert game.refresh()
        assert game.live("messages") == ["welcome", "news"]
        game.until_sent("client", "on_storage_failed")
    game.uw.stop()
    sandbox.stop()

    offline = play()
    offline.until_live("messages", "welcome")
    assert offline.seen.of("messages", "on_load_failed") == []
    assert not list(caches("messages")[0].parent.glob("*.new")), "no half-written file stays"


def test_a_disk_that_has_room_again_keeps_content_again(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    with no_room_for_files_longer_than(2000):
        sandbox.publish("messages", id="welcome", body=LONG_BODY)
        assert game.refresh()
        game.until_sent("client", "on_storage_failed")

    sandbox.publish("messages", id="news")
    assert game.refresh()
    game.uw.stop()
    sandbox.stop()

    offline = play()
    offline.until_live("messages", "welcome", "news")


def test_the_names_of_files_do_not_tell_who_plays(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    game: Game = play("../../etc/ada lovelace")
    game.until_loaded()

    names = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert names
    assert not [name for name in names if "ada" in name or ".." in name or "etc" in name]
