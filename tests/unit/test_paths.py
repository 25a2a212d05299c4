from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.config import Config
from uwclient.disk.paths import NOWHERE, data_root, home_folder, player_folder
from uwclient.disk.private import make_folder
from uwclient.errors import StorageError

CONFIG = Config(api_key="key", player_id="hero-42", data_dir="/data")


@pytest.mark.parametrize(
    "other",
    [
        {"host": "https://eu.userwise.io"},
        {"api_key": "other"},
        {"environment_group": "other"},
        {"environment_stage": "qa"},
        {"player_id": "hero-43"},
        {"api_key": "keyd", "environment_group": "efault"},
    ],
)
def test_every_player_of_every_environment_has_a_folder_of_its_own(other: dict[str, str]) -> None:
    assert player_folder(replace(CONFIG, **other)) != player_folder(CONFIG)  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [{"secret_key": "s"}, {"language": "de"}, {"host": f"{CONFIG.host}/"}])
def test_what_does_not_change_the_content_does_not_change_the_folder(other: dict[str, str]) -> None:
    assert player_folder(replace(CONFIG, **other)) == player_folder(CONFIG)  # type: ignore[arg-type]


@pytest.mark.parametrize("player_id", ["hero-42", "../../etc", "/etc/passwd", "C:\\", "CON", "…", "x" * 5000])
def test_a_folders_name_is_a_digest_whatever_the_player_is_called(player_id: str) -> None:
    folder = player_folder(replace(CONFIG, player_id=player_id))

    assert folder.parent == Path("/data")
    assert re.fullmatch("[0-9a-f]{32}", folder.name)


def test_without_a_folder_from_the_game_the_users_own_is_taken() -> None:
    assert data_root(CONFIG.data_dir) == Path("/data")
    assert data_root(None).name == "uwclient"


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment with a home, in a working folder of its own."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return monkeypatch


posix = pytest.mark.skipif(os.name != "posix", reason="homes of POSIX systems")


@posix
@pytest.mark.parametrize("told", ["", "share", "./share", "~/share", "~", " "])
def test_an_xdg_folder_that_is_not_absolute_is_ignored(env: pytest.MonkeyPatch, tmp_path: Path, told: str) -> None:
    env.setenv("XDG_DATA_HOME", told)
    assert data_root(None) == tmp_path / ".local" / "share" / "uwclient"


@posix
def test_an_absolute_xdg_folder_counts_whatever_the_home_is(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env.setenv("XDG_DATA_HOME", str(tmp_path / "not" / "there" / "yet"))
    env.setenv("HOME", "/nonexistent")
    assert data_root(None) == tmp_path / "not" / "there" / "yet" / "uwclient"


@posix
@pytest.mark.parametrize("told", [None, "", "here", "~", "./work"])
def test_a_home_that_is_not_absolute_is_that_of_the_list_of_users(
    env: pytest.MonkeyPatch, tmp_path: Path, told: str | None
) -> None:
    env.delenv("HOME")
    if told is not None:
        env.setenv("HOME", told)
    (tmp_path / "listed").mkdir()
    entry = SimpleNamespace(pw_dir=str(tmp_path / "listed"))
    env.setattr("pwd.getpwuid", lambda _: entry)
    assert home_folder() == tmp_path / "listed"

    entry.pw_dir = str(tmp_path / "gone")
    assert (home_folder(), data_root(None), data_root("~/saves")) == (None, NOWHERE, NOWHERE)


@posix
def test_a_user_of_whom_nothing_is_listed_has_no_home(env: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> object:
        raise KeyError("uid not found")

    env.delenv("HOME")
    env.setattr("pwd.getpwuid", unknown)
    assert (home_folder(), data_root(None)) == (None, NOWHERE)


@posix
def test_a_named_folder_is_absolute_from_the_beginning(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert data_root("build/uw") == tmp_path / "work" / "build" / "uw"
    assert data_root("../saves") == tmp_path / "saves"
    assert data_root("~") == tmp_path
    assert data_root("~/saves") == tmp_path / "saves"
    assert data_root("./~") == tmp_path / "work" / "~"
    assert data_root("~no-such-user/saves") == NOWHERE


@posix
@given(data_dir=st.text(st.sampled_from("~/.ab ") | st.characters(exclude_categories=["C"]), min_size=1))
def test_any_name_leads_to_one_place_that_is_not_a_tilde_in_the_working_folder(data_dir: str) -> None:
    root = data_root(data_dir)

    assert root.is_absolute()
    assert data_root(str(root)) == root
    first = data_dir.split("/")[0]
    if first.startswith("~"):
        assert Path.cwd() / first not in (root, *root.parents)


@posix
def test_in_a_working_folder_that_is_gone_only_absolute_paths_lead_somewhere(
    env: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "work").rmdir()
    assert data_root("saves") == NOWHERE
    assert data_root(str(tmp_path / "saves")) == tmp_path / "saves"
    with pytest.raises(StorageError, match=r"is in memory only: set HOME"):
        make_folder(NOWHERE / "player")
