from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import json_objects, never_rests
from uwclient.disk.cache import SCHEMA, Cache
from uwclient.errors import StorageError

contents = st.lists(st.binary(max_size=40), max_size=4)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "player", never_rests)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "player"


def read(cache: Cache, path: Path) -> tuple[dict[str, Any], bytes]:
    """What a file of the cache says of its content, and the content."""
    file = cache.open(path)
    about = {name: value for name, value in file.about.items() if name != "schema"}
    return about, b"".join(file.pieces)


def newest(cache: Cache, name: str = "events") -> tuple[dict[str, Any], bytes]:
    return read(cache, cache.generations(name)[0])


@given(json_objects.filter(lambda about: "schema" not in about and len(json.dumps(about)) < 4000), contents)
def test_what_is_saved_is_read_back(about: dict[str, Any], content: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder), never_rests)
        cache.save("events", about, content)

        assert newest(cache) == (about, b"".join(content))


@given(contents, st.data())
def test_a_file_with_a_wrong_or_missing_byte_is_never_trusted(content: list[bytes], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder), never_rests)
        cache.save("events", {"etag": '"5"'}, content)
        (path,) = cache.generations("events")
        good = path.read_bytes()
        at = data.draw(st.integers(0, len(good) - 1))
        flipped = good[at] ^ data.draw(st.integers(1, 255))
        damaged = {
            "flipped": good[:at] + bytes([flipped]) + good[at + 1 :],
            "cut off": good[:at],
            "left out": good[:at] + good[at + 1 :],
            "longer": good + good[at : at + 1],
        }[data.draw(st.sampled_from(("flipped", "cut off", "left out", "longer")))]
        if damaged == good:
            return
        path.write_bytes(damaged)

        with pytest.raises(StorageError, match="set aside"):
            read(cache, path)


def test_content_of_many_pieces_comes_back_in_pieces(cache: Cache) -> None:
    content = [bytes([number]) * 10_000 for number in range(20)]
    cache.save("events", {}, content)

    pieces = list(cache.open(cache.generations("events")[0]).pieces)

    assert b"".join(pieces) == b"".join(content)
    assert max(map(len, pieces)) <= 16 * 1024


def test_the_last_two_generations_are_kept_newest_first(cache: Cache, folder: Path) -> None:
    for number in range(4):
        cache.save("events", {"number": number}, [b"content"])

    assert [read(cache, path)[0]["number"] for path in cache.generations("events")] == [3, 2]
    assert len(list(folder.iterdir())) == 2


def test_each_name_has_generations_of_its_own(cache: Cache) -> None:
    cache.save("events", {"of": "events"}, ())
    cache.save("offers", {"of": "offers"}, ())

    assert newest(cache, "events")[0] == {"of": "events"}
    assert newest(cache, "offers")[0] == {"of": "offers"}
    assert cache.generations("surveys") == []


def test_a_file_that_was_set_aside_is_out_of_the_way_but_there(cache: Cache, folder: Path) -> None:
    cache.save("events", {"number": 1}, ())
    cache.save("events", {"number": 2}, ())

    cache.set_aside(cache.generations("events")[0])

    assert newest(cache)[0] == {"number": 1}
    assert (folder / "events.cache.set-aside").exists()


def test_setting_aside_what_is_gone_is_no_trouble(cache: Cache, folder: Path) -> None:
    cache.set_aside(folder / "events.cache")


def genuine(**head: Any) -> bytes:
    """A file of the cache, made by hand, with a right checksum."""
    text = json.dumps(head).encode() + b"\n"
    return text + f"\nsha256:{hashlib.sha256(text).hexdigest()}\n".encode()


@pytest.mark.parametrize("schema", [SCHEMA + 1, 0, None, "1"])
def test_a_file_of_another_format_is_refused_by_its_number(cache: Cache, folder: Path, schema: Any) -> None:
    folder.mkdir()
    (folder / "events.cache").write_bytes(genuine(schema=schema))

    with pytest.raises(StorageError, match=f"format {schema!r}.*format {SCHEMA}"):
        cache.open(folder / "events.cache")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"[]\n", b"null\n", b"{}", b"\x00\xff\n", b"[" * 4000 + b"\n", b'{"a":1}' + b" " * 9000]
)
def test_a_file_that_was_never_ours_is_refused(cache: Cache, folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "events.cache").write_bytes(content)

    with pytest.raises(StorageError, match="set aside"):
        cache.open(folder / "events.cache")


def test_a_long_word_about_the_content_is_read_back(cache: Cache) -> None:
    about = {"etag": "x" * 8000}
    cache.save("events", about, [b"content"])

    assert newest(cache) == (about, b"content")


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_save_that_breaks_off_leaves_everything_as_it_was(
    cache: Cache, folder: Path, failure: type[BaseException]
) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield b"new "
        raise failure

    cache.save("events", {"number": 1}, [b"old content"])
    with pytest.raises(failure):
        cache.save("events", {"number": 2}, breaks_off())

    assert newest(cache) == ({"number": 1}, b"old content")
    assert len(list(folder.iterdir())) == 1


def test_a_full_disk_is_a_storage_error_that_leaves_everything_as_it_was(cache: Cache, folder: Path) -> None:
    def disk_is_full() -> Iterator[bytes]:
        yield b"new "
        raise OSError(errno.ENOSPC, "No space left on device")

    cache.save("events", {"number": 1}, [b"old content"])
    with pytest.raises(StorageError, match=r"No space left on device.*free space"):
        cache.save("events", {"number": 2}, disk_is_full())

    assert newest(cache) == ({"number": 1}, b"old content")
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_a_storage_error(cache: Cache, folder: Path) -> None:
    folder.write_text("in the way")

    with pytest.raises(StorageError, match="permissions"):
        cache.save("events", {}, [b"content"])
    assert cache.generations("events") == []


def test_a_folder_that_the_system_refuses_to_look_into_holds_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / ("x" * 300), never_rests)

    assert cache.generations("events") == []
    with pytest.raises(StorageError, match="too long"):
        cache.save("events", {}, ())


def test_a_file_that_is_gone_or_a_folder_is_a_storage_error(cache: Cache, folder: Path) -> None:
    folder.mkdir()
    (folder / "events.cache").mkdir()

    for path in (folder / "events.cache", folder / "offers.cache"):
        with pytest.raises(StorageError, match="cannot be read"):
            cache.open(path)


def test_a_file_that_vanishes_while_it_is_read_is_a_storage_error(cache: Cache) -> None:
    cache.save("events", {}, [b"content"])
    (path,) = cache.generations("events")
    file = cache.open(path)
    path.unlink()

    with pytest.raises(StorageError, match="cannot be read"):
        list(file.pieces)


def test_saving_rests_between_the_pieces(tmp_path: Path) -> None:
    rests: list[None] = []
    Cache(tmp_path, lambda: rests.append(None)).save("events", {}, [b"a"] * 30)

    assert len(rests) >= 30


def test_what_a_killed_process_has_left_is_removed_when_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / "events.cache.1.new", tmp_path / "events.cache.2.new"
    for path in (old, young):
        path.write_bytes(b"half a cache")
    os.utime(old, (0, 0))

    Cache(tmp_path, lambda: None).delete_unfinished()

    assert list(tmp_path.iterdir()) == [young]
