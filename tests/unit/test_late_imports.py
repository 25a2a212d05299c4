"""What is imported beside a game: with rests, whole even when the client stops, and never across a fork."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from uwclient.late_imports import THREAD_NAME, begin_import, import_gently
from uwclient.throttle import WorkStopped

PATIENCE = 20.0


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of three modules that import each other, in the order a, b, c."""
    folder = tmp_path / "bundle_of_three"
    folder.mkdir()
    (folder / "__init__.py").write_text("from bundle_of_three import a\n")
    (folder / "a.py").write_text("from bundle_of_three import b\n")
    (folder / "b.py").write_text("from bundle_of_three import c\n")
    (folder / "c.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder.name
    for name in [name for name in sys.modules if name.split(".")[0] == folder.name]:
        del sys.modules[name]


def loaded(package: str) -> set[str]:
    return {name for name in sys.modules if name.split(".")[0] == package}


@pytest.mark.parametrize("burst", [0.0, 3600.0])
def test_there_is_a_rest_before_each_module_that_comes_after_a_burst(
    package: str, burst: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.late_imports.BURST", burst)
    had: list[int] = []
    import_gently(package, lambda: had.append(len(loaded(package))))
    assert had == ([0] if burst else [0, 1, 2, 3])
    assert len(loaded(package)) == 4


def test_what_is_there_is_not_imported_again(package: str) -> None:
    import_gently(package, lambda: None)
    import_gently(package, lambda: pytest.fail("it rests for nothing"))


def test_an_import_may_begin_on_a_thread_and_is_waited_for_where_it_is_needed(package: str) -> None:
    begin_import(package)
    import_gently(f"{package}.c", lambda: None)
    for thread in threading.enumerate():
        if thread.name == THREAD_NAME:
            thread.join(PATIENCE)
    assert len(loaded(package)) == 4


def test_an_import_that_fails_on_its_thread_is_told_to_those_who_need_it(package: str) -> None:
    begin_import(f"{package}.nothing")
    with pytest.raises(ModuleNotFoundError):
        import_gently(f"{package}.nothing", lambda: None)


def test_other_imports_do_not_rest(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uwclient.late_imports.BURST", 0.0)
    rests: list[str] = []
    import_gently(f"{package}.c", lambda: rests.append("gently"))
    before = len(rests)
    sys.modules.pop(f"{package}.c")
    import_module(f"{package}.c")
    assert len(rests) == before


def test_a_client_that_stops_leaves_nothing_half_imported(package: str) -> None:
    def stopped() -> None:
        raise WorkStopped

    import_gently(package, stopped)
    assert loaded(package) == {package, f"{package}.a", f"{package}.b", f"{package}.c"}


def test_an_import_that_fails_says_why(package: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"bundle_of_three\.nothing"):
        import_gently(f"{package}.nothing", lambda: None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_process_that_is_forked_meanwhile_can_import_the_same(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.late_imports.BURST", 0.0)
    in_the_middle, forking = threading.Event(), threading.Event()

    def rest() -> None:
        if f"{package}.a" in sys.modules:
            in_the_middle.set()
            forking.wait(PATIENCE)

    importer = threading.Thread(target=import_gently, args=(package, rest))
    importer.start()
    assert in_the_middle.wait(PATIENCE)
    threading.Timer(0.0, forking.set).start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of forks with threads
        child = os.fork()
    if child == 0:
        import_module(f"{package}.c")  # hangs for ever if the importer's locks came along
        os._exit(0 if len(loaded(package)) == 4 else 1)
    importer.join(PATIENCE)
    assert os.waitpid(child, 0)[1] == 0
