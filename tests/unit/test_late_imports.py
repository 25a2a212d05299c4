"""What is imported beside a game is there for those who need it, and for a process that is forked meanwhile."""

from __future__ import annotations

import os
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from uwclient.late_imports import THREAD_NAME, begin_import, import_late

PATIENCE = 20.0


class Gate(types.ModuleType):
    """A module at which the import of the package stands until a test opens it."""

    def __init__(self) -> None:
        super().__init__("gate_of_three")
        self.reached, self.opened = threading.Event(), threading.Event()

    def pass_through(self) -> None:
        self.reached.set()
        assert self.opened.wait(PATIENCE)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setitem(sys.modules, gate.__name__, gate)
    return gate


@pytest.fixture
def package(tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package that imports its two modules, with the gate between them."""
    folder = tmp_path / "bundle_of_three"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from bundle_of_three import a\n"
        "import gate_of_three\n"
        "gate_of_three.pass_through()\n"
        "from bundle_of_three import b\n"
    )
    (folder / "a.py").write_text("")
    (folder / "b.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder.name
    gate.opened.set()
    for thread in threading.enumerate():
        if thread.name == THREAD_NAME:
            thread.join(PATIENCE)
    for name in loaded(folder.name):
        del sys.modules[name]


def loaded(package: str) -> set[str]:
    return {name for name in list(sys.modules) if name.split(".")[0] == package}


def test_an_import_that_began_on_a_thread_is_waited_for_where_it_is_needed(package: str, gate: Gate) -> None:
    begin_import(package)
    assert gate.reached.wait(PATIENCE)
    threading.Timer(0.0, gate.opened.set).start()
    import_late(f"{package}.b")
    assert loaded(package) == {package, f"{package}.a", f"{package}.b"}


def test_what_is_there_takes_no_thread(package: str, gate: Gate) -> None:
    gate.opened.set()
    import_late(package)
    begin_import(package)
    assert THREAD_NAME not in {thread.name for thread in threading.enumerate()}


def test_an_import_that_fails_on_its_thread_is_told_to_those_who_need_it(package: str, gate: Gate) -> None:
    gate.opened.set()
    begin_import(f"{package}.nothing")
    with pytest.raises(ModuleNotFoundError, match=r"bundle_of_three\.nothing"):
        import_late(f"{package}.nothing")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_process_that_is_forked_meanwhile_can_import_the_same(package: str, gate: Gate) -> None:
    begin_import(package)
    assert gate.reached.wait(PATIENCE)
    threading.Timer(0.0, gate.opened.set).start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of forks with threads
        child = os.fork()
    if child == 0:
        import_module(f"{package}.b")  # hangs for ever if the importer's locks came along
        os._exit(0 if len(loaded(package)) == 3 else 1)
    assert os.waitpid(child, 0)[1] == 0
