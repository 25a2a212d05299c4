"""`uwclient ctl`, as somebody uses it whose game runs against a sandbox of another process."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest
import requests

from tests.conftest import PATIENCE
from uwclient import StandingTime
from uwclient.cli import main
from uwclient.control_files import ControlAccess, control_folder, find_all, published
from uwclient.errors import ArgumentError
from uwclient.sandbox import Sandbox
from uwclient.sandbox.control.port import ControlPort

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place for control files that no other test has."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("uwclient.control_files.control_folder", lambda: tmp_path / "home" / "control")


@contextmanager
def controlled(path: Path | None = None) -> Iterator[tuple[Sandbox, Path]]:
    """A sandbox that can be moved, and its control file."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(time_source=StandingTime(NINE)))
        port = stack.enter_context(ControlPort(sandbox))
        access = ControlAccess(port.url, port.token, sandbox.url)
        yield sandbox, stack.enter_context(published(access, path))


def ctl(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The JSON that a command prints."""
    code = main(["ctl", *words])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    found: dict[str, Any] = json.loads(printed.out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The sentence with which a command fails."""
    assert main(["ctl", *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


def test_the_only_sandbox_that_runs_is_the_one_that_is_moved(capsys: pytest.CaptureFixture[str]) -> None:
    with controlled() as (sandbox, _):
        assert ctl(capsys, "advance", "2d")["time"] == "2026-01-07T09:00:00+00:00"
        assert ctl(capsys, "advance", "--", "-1h")["time"] == "2026-01-07T08:00:00+00:00"
        assert ctl(capsys, "at", "2026-10-31T23:00")["time"] == "2026-10-31T23:00:00+00:00"
        assert ctl(capsys, "speed", "3600")["speed"] == 3600
        ctl(capsys, "fault", "subway", "--seed", "3", "--start", "+1h", "--end", "+3h")
        assert [(one.name, one.seed) for one in sandbox.faults.planned] == [("subway", 3)]
        assert ctl(capsys, "players") == {"count": 0, "players": []}


def test_the_command_writes_and_reads_files_that_only_the_user_can_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    saved = tmp_path / "before.sandbox"
    with controlled() as (sandbox, _):
        sandbox.player("hero-42").set_attributes(coins=1)
        assert ctl(capsys, "save", str(saved))["bytes"] == saved.stat().st_size
        sandbox.player("hero-42").set_attributes(coins=2)
        sandbox.clock.advance(days=1)
        assert ctl(capsys, "restore", str(saved))["time"] == NINE.isoformat()
        assert sandbox.player("hero-42").attributes == {"coins": 1}
    if sys.platform != "win32":
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_without_a_sandbox_it_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "start one with 'uwclient sandbox --control'" in refused(capsys, "status")


def test_of_several_sandboxes_it_asks_for_one(capsys: pytest.CaptureFixture[str]) -> None:
    with controlled() as (one, file), controlled() as (other, other_file):
        said = refused(capsys, "status")
        assert "2 sandboxes run" in said
        assert {str(file), str(other_file), one.url, other.url} <= set(
            said.replace("(", " ").replace(")", " ").split()
        )
        assert ctl(capsys, "--control-file", str(other_file), "advance", "1h")["url"] == other.url
        assert one.clock.now() == NINE


def test_what_a_killed_sandbox_has_left_is_in_nobodys_way(capsys: pytest.CaptureFixture[str]) -> None:
    with controlled() as (_, left):
        text = left.read_text()
    left.write_text(text)
    with controlled() as (sandbox, _):
        assert ctl(capsys, "status")["url"] == sandbox.url
    assert find_all() == []


def test_a_control_file_is_readable_by_its_user_only_and_gone_afterwards(tmp_path: Path) -> None:
    with controlled(tmp_path / "ci.json") as (_, file):
        assert file == tmp_path / "ci.json"
        if sys.platform != "win32":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert json.loads(file.read_text())["token"] not in repr(ControlAccess(**json.loads(file.read_text())))
    assert not file.exists()


def test_no_other_file_is_replaced_by_a_control_file(tmp_path: Path) -> None:
    mine = tmp_path / "mine.json"
    mine.write_text("{}")
    with pytest.raises(ArgumentError, match="not a control file"), controlled(mine):
        raise AssertionError("it was replaced")
    assert mine.read_text() == "{}"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["advance", "soon"], "'soon' is not a duration"),
        (["fault", "subwy"], "did you mean 'subway'"),
        (["restore", "none.sandbox"], "none.sandbox cannot be read"),
        (["save", "/none/there/x.sandbox"], "cannot be written"),
        (["--control-file", "none.json", "status"], "There is no control file none.json"),
        (["--control-file", __file__, "status"], "is not a control file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with controlled():
        assert sentence in refused(capsys, *words)


def test_a_sandbox_that_is_silent_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with controlled() as (sandbox, file):
        text = file.read_text()
    (tmp_path / "left.json").write_text(text)
    said = refused(capsys, "--control-file", str(tmp_path / "left.json"), "status")
    assert f"The sandbox at {sandbox.url} gives no answer" in said


def test_the_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ctl", "--help"])
    said = capsys.readouterr().out
    assert "save the whole sandbox to a file" in said
    assert "--control-file" in said


def test_control_files_stand_beside_the_data_of_games(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("XDG_DATA_HOME", "/home/of/data")
    if sys.platform == "linux":
        assert control_folder() == Path("/home/of/data/uwclient-control")


def test_a_sandbox_on_the_command_line_is_watched_moved_and_heard(tmp_path: Path) -> None:
    scenario, file = tmp_path / "weekend.yaml", tmp_path / "control.json"
    scenario.write_text("offers: [{id: gems, title: 300 gems, end_at: +2d}]")
    command = [sys.executable, "-m", "uwclient", "sandbox", "--scenario", str(scenario), "--watch"]
    command += ["--speed", "0", "--at", "2026-10-31T23:00", "--control-file", str(file)]
    with running(command) as process:
        url = line_of(process.stdout).split(" at ")[1].split()[0]
        assert line_of(process.stdout).split() == ["Server", "API:", f"{url}/docs"]
        assert str(file) in line_of(process.stdout)
        assert requests.get(f"{url}/healthz", timeout=5).json()["time"] == "2026-10-31T23:00:00+00:00"
        moved = [sys.executable, "-m", "uwclient", "ctl", "--control-file", str(file), "advance", "1d"]
        printed = subprocess.run(moved, capture_output=True, timeout=60, check=True).stdout
        assert json.loads(printed)["time"] == "2026-11-01T23:00:00+00:00"
        scenario.write_text("offers: [{id: gems, titel: 400 gems}]")
        assert "weekend.yaml:1" in line_of(process.stderr)
        assert "stays as it was" in line_of(process.stderr)
        scenario.write_text("offers: [{id: gems, title: 400 gems}]")
        assert "Read again" in line_of(process.stdout)
        assert titles(url) == ["400 gems"]


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is ended after the block, or when it says nothing for too long."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        patience = threading.Timer(PATIENCE, process.kill)
        patience.start()
        try:
            yield process
        finally:
            patience.cancel()
            process.kill()


def line_of(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def titles(url: str) -> list[str]:
    """The titles of the offers that a new player is shown."""
    player, key = f"{url}/api/sdk/v1/appusers/p", {"api_key": "sandbox-key"}
    session = requests.get(player, params={"environment_stage": "live", **key}, timeout=5).json()["session_id"]
    shown = requests.get(f"{player}/offers", params={"session_id": session, **key}, timeout=5).json()
    return [offer["title"] for offer in shown["active"]]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--watch"], "name one with --scenario"),
        (["--speed", "-1"], "not a speed"),
        (["--at", "soon"], "'soon' is not a time"),
        (["--control-file", "/none/there/control.json"], "/none/there/control.json cannot be written"),
    ],
)
def test_a_sandbox_that_cannot_start_says_why(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", *words]) == 2
    assert sentence in capsys.readouterr().err


def test_campaigns_releases_and_segments_are_moved_as_from_python(capsys: pytest.CaptureFixture[str]) -> None:
    with controlled() as (sandbox, _):
        sandbox.publish("messages", id="gems", title="greeting")
        sandbox.player("anna").set_attributes(coins=2000)
        halves = [{"name": "a", "percentage": 50, "control_group": True}, {"name": "b", "percentage": 50}]

        assert ctl(capsys, "pause", "gems")["state"] == "paused"
        assert ctl(capsys, "run", "gems")["state"] == "running"
        assert ctl(capsys, "complete", "gems", "--environment", "qa")["state"] == "completed"
        ctl(capsys, "ab_test", "gems", json.dumps(halves), "--content", "gems")
        override = '{"contents": {"gems": {"content": {"title": "tested"}}}}'
        assert ctl(capsys, "share", "gems", "live", "--run", "yes", "--override", override) == {"release": 2}
        ctl(capsys, "unshare", "gems", "live", "--override_only", "yes")
        ctl(capsys, "unshare", "gems", "qa")
        assert "There is no campaign" in refused(capsys, "run", "gems", "--environment", "qa")
        ctl(capsys, "localize", "greeting", '{"en": "Hello"}')
        ctl(capsys, "message_type", "banner", '{"name": "banner"}')
        ctl(capsys, "bundle", "chest", '{"bundle_units": []}')

        condition = {"name": "coins", "operator": "greater_than", "values": [1000]}
        assert ctl(capsys, "segment", "rich", json.dumps({"attributes": [condition]}))["count"] == 1
        assert ctl(capsys, "segment_count", "rich", "--environment", "qa")["count"] == 1
        assert ctl(capsys, "segment_players", "rich") == {"segment": "rich", "count": 1, "players": ["anna"]}
        ctl(capsys, "segment_delete", "rich")
        assert "There is no segment 'rich'" in refused(capsys, "segment_count", "rich")
        assert "did you mean 'attributes'?" in refused(capsys, "segment", "rich", '{"atributes": []}')
        assert "'maybe' is not yes or no" in refused(capsys, "share", "gems", "live", "--run", "maybe")
