from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import awkward_text, json_objects, never_rests
from uwclient.disk import media
from uwclient.disk.media import LEFT_UNFINISHED, MediaCache
from uwclient.errors import StorageError
from uwclient.time_sources import RealTime

ROOMY = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


def open_cache(folder: Path, limit: int = ROOMY) -> MediaCache:
    return MediaCache(folder, limit, never_rests)


def data_in(cache: MediaCache, key: str) -> bytes | None:
    kept = cache.load(key)
    return None if kept is None else kept.data


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


@given(awkward_text, json_objects, st.binary(max_size=200))
def test_what_is_kept_is_read_back_also_by_the_next_run(key: str, about: dict[str, object], data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        open_cache(Path(folder)).save(key, about, data)
        assert open_cache(Path(folder)).load(key) == (about, data)


def test_a_file_that_is_larger_than_all_may_be_is_not_even_read(folder: Path) -> None:
    open_cache(folder).save("banner", {}, b"x" * 5000)
    cache = open_cache(folder, limit=4000)

    assert cache.keeps("banner")
    assert cache.load("banner") is None
    assert files(folder) == []


@given(st.binary(max_size=60), st.data())
def test_a_file_with_a_wrong_or_missing_byte_is_never_handed_out(content: bytes, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = open_cache(Path(folder))
        cache.save("banner", {"etag": '"5"'}, content)
        (path,) = files(Path(folder))
        good = path.read_bytes()
        at = data.draw(st.integers(0, len(good) - 1))
        bad = data.draw(st.sampled_from([good[:at], good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], good + b"x"]))
        path.write_bytes(bad)

        assert cache.load("banner") is None
        assert files(Path(folder)) == [], "it is not read again"
        cache.save("banner", {}, b"new")
        assert data_in(cache, "banner") == b"new"


def test_a_file_of_another_version_is_not_handed_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(media, "SCHEMA", 2)
        open_cache(folder).save("banner", {}, b"of the future")
    assert open_cache(folder).load("banner") is None


@pytest.mark.parametrize("key", ["../../escape", "/etc/passwd", "a\0b", "..", "", "\ud800", "C:\\x", "ü" * 5000])
def test_no_key_becomes_a_path(folder: Path, key: str) -> None:
    cache = open_cache(folder)
    cache.save(key, {}, b"x")

    assert data_in(cache, key) == b"x"
    (path,) = files(folder)
    assert path.name.removesuffix(".media").isalnum()
    assert len(path.name) == 46


SIZES = st.sampled_from([0, 10, 100, 300])


@given(st.lists(st.tuples(st.sampled_from(["save", "load", "forget", "reopen"]), st.sampled_from("abcde"), SIZES)))
def test_what_was_not_used_for_longest_goes_first_across_runs(steps: list[tuple[str, str, int]]) -> None:
    """Beside a plain list of keys in the order of their use."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        empty = MediaCache(folder / "probe", ROOMY, never_rests)
        empty.save("a", {}, b"")
        head = files(folder / "probe")[0].stat().st_size
        limit = 3 * (head + 100)
        cache = open_cache(folder / "media", limit)
        model: list[tuple[str, int]] = []
        for step, key, size in steps:
            others = [entry for entry in model if entry[0] != key]
            if step == "save":
                cache.save(key, {}, bytes(size))
                model = [*others, (key, head + size)]
                while sum(room for _, room in model) > limit:
                    model.pop(0)
            elif step == "load":
                found = data_in(cache, key)
                assert (found is None) == (len(others) == len(model))
                model = [*others, *(entry for entry in model if entry[0] == key)]
            elif step == "forget":
                cache.delete(key)
                model = others
            else:
                cache = open_cache(folder / "media", limit)
            assert sum(path.stat().st_size for path in files(folder / "media")) == sum(room for _, room in model)
            assert [key for key in "abcde" if cache.keeps(key)] == sorted(key for key, _ in model)


def test_what_alone_is_larger_than_the_bound_is_not_kept_and_drives_nothing_out(folder: Path) -> None:
    cache = open_cache(folder, 1000)
    cache.save("small", {}, bytes(100))
    cache.save("large", {}, bytes(1000))

    assert data_in(cache, "large") is None
    assert data_in(cache, "small") == bytes(100)


def test_what_has_grown_beyond_the_bound_is_not_kept_as_it_was(folder: Path) -> None:
    cache = open_cache(folder, 1000)
    cache.save("banner", {}, bytes(100))
    cache.save("banner", {}, bytes(1000))
    assert data_in(cache, "banner") is None


def test_a_bound_that_was_lowered_holds(folder: Path) -> None:
    cache = open_cache(folder)
    for key in "abc":
        cache.save(key, {}, bytes(1000))
    cache.limit = 1500
    cache.shrink()
    assert [key for key in "abc" if cache.keeps(key)] == ["c"]
    cache.limit = 0
    cache.shrink()
    assert files(folder) == []


def test_there_are_not_more_files_than_can_be_looked_through(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_FILES", 3)
    cache = open_cache(folder)
    for key in "abcde":
        cache.save(key, {}, b"")
    assert [key for key in "abcde" if cache.keeps(key)] == ["c", "d", "e"]


def test_the_order_of_use_survives_a_device_clock_that_was_set_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, year in (("a", 2030), ("b", 2020), ("c", 2010)):
        seconds = (year - 1970) * 365.25 * 86400
        monkeypatch.setattr(RealTime, "wall", lambda now=seconds: now)
        open_cache(folder).save(key, {}, bytes(1000))
    cache = open_cache(folder, 2500)
    cache.shrink()
    assert [key for key in "abc" if cache.keeps(key)] == ["b", "c"]


def test_two_caches_on_one_folder_get_along(folder: Path) -> None:
    one, other = open_cache(folder), open_cache(folder)
    one.save("a", {}, b"1")
    assert data_in(other, "a") == b"1"
    other.save("a", {}, b"2")
    assert data_in(one, "a") == b"2"
    other.delete("a")
    assert data_in(one, "a") is None
    one.limit = 0
    one.shrink()


def test_what_a_killed_process_has_left_is_removed_once_no_process_can_be_writing_it(folder: Path) -> None:
    folder.mkdir()
    old, young, strange = folder / "a.1-1.new", folder / "b.1-1.new", folder / "readme.txt"
    for path in (old, young, strange):
        path.write_bytes(b"x")
    long_ago = time.time() - LEFT_UNFINISHED - 60
    os.utime(old, (long_ago, long_ago))
    os.utime(strange, (long_ago, long_ago))

    open_cache(folder).save("banner", {}, b"x")

    assert not old.exists()
    assert young.exists()
    assert strange.exists()


def test_a_folder_that_cannot_be_is_an_error_to_save_in_and_nothing_to_load_from(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = open_cache(tmp_path / "file" / "media")

    assert cache.load("banner") is None
    assert not cache.keeps("banner")
    cache.delete("banner")
    with pytest.raises(StorageError, match=r"Media cannot be saved in .*: check the disk's free space"):
        cache.save("banner", {}, b"x")
    cache.shrink()


def test_nothing_unfinished_is_left_where_the_disk_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = open_cache(folder)
    cache.save("banner", {}, b"old")

    def full(self: Path, target: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(StorageError, match="No space left on device"):
            cache.save("banner", {}, b"new")

    assert len(files(folder)) == 1
    assert data_in(cache, "banner") == b"old"
