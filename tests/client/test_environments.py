"""Games on machines that are set up in all kinds of ways, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import uwclient
from uwclient.sandbox import Sandbox

pytestmark = pytest.mark.skipif(os.name != "posix", reason="homes, users and modes of POSIX systems")

ROOT = Path(uwclient.__file__).parents[1]
NOBODY = 54321
"""A user that the machine has no entry for."""

IS_ROOT = os.name == "posix" and os.geteuid() == 0


class Told(NamedTuple):
    """How a game went: what it found, and what it wrote to the error stream."""

    language: str | None
    sentences: list[str]
    log: str


class Machine:
    """Owns a folder that stands for a machine, and plays games there."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.home = self.make("home")
        self.work = self.make("work")
        self._sandbox = sandbox

    def make(self, name: str, mode: int = 0o777) -> Path:
        """A folder of that machine."""
        path = self.folder / name
        path.mkdir()
        path.chmod(mode)
        return path

    def play(self, environment: dict[str, str], *, umask: int = 0o022, **options: Any) -> Told:
        """Play a game with this environment and nothing else in it; it must have all that a game needs."""
        settings = {
            "api_key": self._sandbox.api_key,
            "player_id": "hero-42",
            "host": self._sandbox.url,
            **options.pop("settings", {}),
        }
        ended = subprocess.run(
            [
                sys.executable,
                "-B",
                "-W",
                "error",
                "-m",
                "tests.client.a_game",
                json.dumps({"settings": settings} | options),
            ],
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, **environment},
            cwd=self.work,
            umask=umask,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        assert "Traceback" not in ended.stderr
        told = json.loads(ended.stdout)
        assert (told["session"], told["content"], told["delivered"]) == (True, ["gems"], [True, True]), ended.stderr
        assert len(self._sandbox.requests_to("events")) >= 1
        return Told(told["language"], told["sentences"], ended.stderr)

    def files(self) -> dict[str, str]:
        """All files and folders that were made, with their modes."""
        found = (path for path in self.folder.rglob("*") if path not in (self.home, self.work))
        return {str(path.relative_to(self.folder)): oct(stat.S_IMODE(path.lstat().st_mode)) for path in found}


@pytest.fixture
def machine(sandbox: Sandbox) -> Iterator[Machine]:
    """A machine whose users may all get at its folders, as they may not at those of the tests."""
    sandbox.publish("offers", id="gems")
    folder = Path(tempfile.mkdtemp(prefix="uwclient-machine-"))
    folder.chmod(0o755)
    yield Machine(folder, sandbox)
    shutil.rmtree(folder)


def assert_private(machine: Machine, root: str) -> None:
    """All that was made lies there, and is the user's alone."""
    files = machine.files()
    inside = {name: mode for name, mode in files.items() if name == root or name.startswith(f"{root}/")}
    above = {parent.as_posix() for parent in Path(root).parents}
    assert set(files) - set(inside) <= above
    assert any(name.endswith("session.cache") for name in inside)
    wanted = {name: "0o600" if (machine.folder / name).is_file() else "0o700" for name in inside}
    assert inside == wanted


PLACES = {
    "a home": ({"HOME": "{home}"}, "home/.local/share/uwclient"),
    "XDG_DATA_HOME": ({"HOME": "{home}", "XDG_DATA_HOME": "{folder}/share/data"}, "share/data/uwclient"),
    "XDG_DATA_HOME without a home": ({"XDG_DATA_HOME": "{folder}/share"}, "share/uwclient"),
    "an empty XDG_DATA_HOME": ({"HOME": "{home}", "XDG_DATA_HOME": ""}, "home/.local/share/uwclient"),
    "a relative XDG_DATA_HOME": ({"HOME": "{home}", "XDG_DATA_HOME": "share"}, "home/.local/share/uwclient"),
    "a tilde in XDG_DATA_HOME": ({"HOME": "{home}", "XDG_DATA_HOME": "~/share"}, "home/.local/share/uwclient"),
}


@pytest.mark.parametrize(("environment", "root"), PLACES.values(), ids=PLACES.keys())
def test_files_are_kept_in_the_users_own_folder(machine: Machine, environment: dict[str, str], root: str) -> None:
    names = {"home": machine.home, "folder": machine.folder}
    told = machine.play({name: value.format(**names) for name, value in environment.items()})

    assert told.sentences == []
    assert_private(machine, root)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077], ids=oct)
def test_files_are_the_users_alone_under_every_umask(machine: Machine, umask: int) -> None:
    told = machine.play({"HOME": str(machine.home)}, umask=umask, settings={"data_dir": "build/uw"})

    assert told.sentences == []
    assert_private(machine, "work/build/uw")


@pytest.mark.parametrize(
    ("data_dir", "root"),
    [
        ("build/uw", "work/build/uw"),
        ("../saves", "saves"),
        (".", "work"),
        ("~/saves", "home/saves"),
        ("./~/saves", "work/~/saves"),
    ],
)
def test_a_data_folder_stays_where_it_was_when_the_client_was_made(
    machine: Machine, data_dir: str, root: str
) -> None:
    elsewhere = machine.make("elsewhere")
    told = machine.play({"HOME": str(machine.home)}, folder=str(elsewhere), settings={"data_dir": data_dir})

    assert told.sentences == []
    elsewhere.rmdir()
    if root == "work":
        assert list(machine.work.rglob("session.cache"))
    else:
        assert_private(machine, root)


NO_HOME: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no HOME": ({}, {}),
    "an empty HOME": ({"HOME": ""}, {}),
    "a HOME that is not there": ({"HOME": "/no-such-home"}, {}),
    "a HOME that is a tilde": ({"HOME": "~"}, {}),
    "nothing that is absolute": ({"HOME": "here", "XDG_DATA_HOME": "share"}, {}),
    "a data folder in no home": ({}, {"data_dir": "~/saves"}),
    "a data folder in nobody's home": ({}, {"data_dir": "~no-such-user/saves"}),
}


@pytest.mark.skipif(not IS_ROOT, reason="only root may become a user that the machine has no entry for")
@pytest.mark.parametrize(("environment", "settings"), NO_HOME.values(), ids=NO_HOME.keys())
def test_without_a_home_the_game_goes_on_in_memory_and_is_told_what_to_do(
    machine: Machine, environment: dict[str, str], settings: dict[str, str]
) -> None:
    told = machine.play(environment, user=NOBODY, settings=settings)

    assert len(set(told.sentences)) == 1
    assert "is in memory only: set HOME" in told.sentences[0]
    assert told.sentences[0] in told.log
    assert machine.files() == {}


@pytest.mark.skipif(not IS_ROOT, reason="root may write to folders that are read-only to others")
@pytest.mark.parametrize(
    ("environment", "settings"),
    [({"HOME": "{home}"}, {}), ({"HOME": "{home}"}, {"data_dir": "saves"}), ({}, {"data_dir": "{home}/saves"})],
    ids=["home", "working folder", "data folder"],
)
def test_a_folder_that_is_read_only_is_told_and_the_game_goes_on_in_memory(
    machine: Machine, environment: dict[str, str], settings: dict[str, str]
) -> None:
    machine.home.chmod(0o755)
    machine.work.chmod(0o755)
    told = machine.play(
        {name: value.format(home=machine.home) for name, value in environment.items()},
        user=NOBODY,
        settings={name: value.format(home=machine.home) for name, value in settings.items()},
    )

    assert any("Permission denied" in sentence and "memory" in sentence for sentence in told.sentences)
    assert machine.files() == {}


@pytest.mark.skipif(not IS_ROOT, reason="only root may give a folder to somebody else")
def test_a_data_folder_of_another_user_is_told_and_the_game_goes_on_in_memory(machine: Machine) -> None:
    settings = {"data_dir": str(machine.folder / "saves")}
    machine.play({"HOME": str(machine.home)}, settings=settings)

    told = machine.play({"HOME": str(machine.home)}, user=NOBODY, settings=settings)

    assert any("Permission denied" in sentence for sentence in told.sentences)
    assert_private(machine, "saves")


def test_a_data_folder_that_is_a_file_is_told(machine: Machine) -> None:
    (machine.work / "saves").write_text("a game of chess")
    told = machine.play({"HOME": str(machine.home)}, settings={"data_dir": "saves"})

    assert any("Not a directory" in sentence and "memory" in sentence for sentence in told.sentences)
    assert (machine.work / "saves").read_text() == "a game of chess"


def test_a_disk_that_is_full_is_told(machine: Machine) -> None:
    told = machine.play({"HOME": str(machine.home)}, largest_file=0)

    assert any("memory" in sentence for sentence in told.sentences)


LOCALES: dict[str, tuple[dict[str, str], str | None]] = {
    "none": ({}, None),
    "C": ({"LC_ALL": "C"}, None),
    "POSIX": ({"LC_ALL": "POSIX"}, None),
    "C.UTF-8": ({"LANG": "C.UTF-8"}, None),
    "Turkish": ({"LC_ALL": "tr_TR.UTF-8"}, "tr"),
    "one that is not installed": ({"LANG": "de_AT.ISO-8859-1@euro"}, "de"),
    "garbage": ({"LC_ALL": "\udcff\udcfe not-a-locale", "LANG": "../../etc"}, None),
    "empty": ({"LC_ALL": "", "LANG": ""}, None),
}


@pytest.mark.parametrize(("environment", "language"), LOCALES.values(), ids=LOCALES.keys())
def test_the_session_is_told_a_language_that_makes_sense_or_none(
    machine: Machine, sandbox: Sandbox, environment: dict[str, str], language: str | None
) -> None:
    told = machine.play({"HOME": str(machine.home), **environment})

    (start,) = [request for request in sandbox.requests if request.path.endswith("/hero-42")]
    assert start.query.get("language") == told.language == language


def test_a_machine_that_travels_is_noticed(machine: Machine, sandbox: Sandbox) -> None:
    machine.play({"HOME": str(machine.home), "TZ": "Europe/London"}, zone="Asia/Tokyo")

    starts = [request for request in sandbox.requests if request.path.endswith("/hero-42")]
    assert [start.query["timezone"] for start in starts] == ["Europe/London", "Asia/Tokyo"]


def test_a_working_folder_that_is_gone_is_told(machine: Machine) -> None:
    lost = machine.make("lost")
    told = machine.play({"HOME": str(machine.home)}, lost=str(lost), settings={"data_dir": "saves"})
    assert "in memory only" in told.sentences[0]
    assert machine.files() == {}
