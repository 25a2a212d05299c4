"""What is on disk of a player is for the user of the machine alone, also what an earlier version has left open."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from uwclient.disk import private
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeClient, Play

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX systems")

EMAIL = "hero@example.com"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(root: Path) -> list[str]:
    return [str(path) for path in (root, *root.rglob("*")) if mode(path) & 0o077]


def left_by_an_earlier_version(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture(autouse=True)
def _a_common_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def played(sandbox: Sandbox, play: Play) -> Game:
    """A game that has written all kinds of files: content, a dead letter, media, a report, and a queue that waits."""
    sandbox.add_media("banner", b"picture")
    sandbox.faults.respond("*/email_address", status=422, times=1)
    game = play()
    told: list[object] = []
    game.until_loaded()
    game.uw.media.get_bytes("banner", told.append)
    game.uw.emails.set_address(EMAIL, told.append)
    game.uw.diagnostics.export()
    game.until(lambda: len(told) == 2)
    game.uw.stop()
    game.uw.emails.set_address(EMAIL)
    return game


def test_nothing_that_is_written_is_open_to_others(sandbox: Sandbox, play: Play, tmp_path: Path) -> None:
    played(sandbox, play)

    names = {path.suffix for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert {".cache", ".log", ".lock", ".media", ".json", ".jsonl"} <= names
    assert open_to_others(tmp_path / "data") == []


def test_what_an_earlier_version_has_left_open_is_closed_at_the_start(
    sandbox: Sandbox, play: Play, tmp_path: Path
) -> None:
    game = played(sandbox, play)
    game.uw.stop()
    left_by_an_earlier_version(tmp_path / "data")
    assert open_to_others(tmp_path / "data")

    other = play("hero-43")
    other.until(lambda: not open_to_others(tmp_path / "data"))


def test_a_folder_that_the_game_shares_with_uwclient_keeps_its_mode(
    sandbox: Sandbox, play: Play, tmp_path: Path
) -> None:
    game = play()
    game.until_loaded()
    game.uw.stop()
    left_by_an_earlier_version(tmp_path / "data")
    (tmp_path / "data" / "level-1.save").write_text("here")
    (tmp_path / "data" / "level-1.save").chmod(0o644)

    play("hero-43").until_loaded()
    private.restrict_access(tmp_path / "data", lambda: None)

    assert mode(tmp_path / "data") == 0o755
    assert mode(tmp_path / "data" / "level-1.save") == 0o644
    folders = [path for path in (tmp_path / "data").iterdir() if path.is_dir()]
    assert [open_to_others(folder) for folder in folders] == [[]] * len(folders)


def test_what_a_link_leads_to_is_left_alone(tmp_path: Path) -> None:
    root, outside = tmp_path / "data", tmp_path / "outside"
    (root / "media").mkdir(parents=True)
    outside.mkdir(mode=0o755)
    (outside / "file").write_text("not ours")
    (outside / "file").chmod(0o644)
    (root / "media" / "a.media").symlink_to(outside / "file")
    (root / "media" / "folder").symlink_to(outside)
    (root / ("a" * 32)).symlink_to(outside)

    private.restrict_access(root, lambda: None)

    assert (mode(outside), mode(outside / "file")) == (0o755, 0o644)
    assert mode(root / "media") == 0o700


def test_a_report_is_closed_to_others_wherever_it_goes(make_client: MakeClient, tmp_path: Path) -> None:
    there_before = tmp_path / "there.json"
    there_before.write_text("{}")
    there_before.chmod(0o644)
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    uw = make_client()

    for place in (None, there_before, tmp_path / "new" / "folder", shared, shared / "new.json"):
        assert mode(uw.diagnostics.export(place)) == 0o600
    assert open_to_others(tmp_path / "new") == []
    assert mode(shared) == 0o755


def test_folders_that_cannot_be_read_or_changed_stop_nothing(tmp_path: Path) -> None:
    private.restrict_access(tmp_path / "not-there", lambda: None)
    (tmp_path / "file").write_text("")
    private.restrict_access(tmp_path / "file", lambda: None)
