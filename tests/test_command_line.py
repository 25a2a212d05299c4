"""The command line, as somebody uses it who has just installed the package."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from uwclient import PlayerAction, PlayerEvent, UserWise
from uwclient.cli import main
from uwclient.sandbox import Sandbox


def test_the_sandbox_command_serves_a_scenario_until_it_is_interrupted(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("messages:\n  - {id: hello, title: Hello}\n")
    command = [sys.executable, "-m", "uwclient", "sandbox", "--scenario", str(scenario), "--api-key", "k"]
    command += ["--allow-host", "game.example"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split(" at ")[1].split()[0]
        player = f"{url}/api/sdk/v1/appusers/p"
        session = requests.get(player, params={"environment_stage": "live", "api_key": "k"}).json()
        query = {"session_id": session["session_id"], "api_key": "k"}
        messages = requests.get(f"{player}/messages", params=query).json()
        named = requests.get(f"{player}/messages", params=query, headers={"Host": "game.example"}).status_code
        foreign = requests.get(f"{player}/messages", params=query, headers={"Host": "evil.example"}).status_code
        process.terminate()
    assert (named, foreign) == (200, 403)
    assert [message["title"] for message in messages["active"]] == ["Hello"]


def test_the_sandbox_command_goes_on_from_a_saved_sandbox(tmp_path: Path) -> None:
    saved = tmp_path / "platform.sqlite"
    sandbox = Sandbox({"messages": [{"id": "hello", "end_at": "2026-01-06T09:00:00Z"}]}, start="2026-01-05T09:00:00Z")
    saved.write_bytes(sandbox.save())
    command = [sys.executable, "-m", "uwclient", "sandbox", "--restore", str(saved), "--speed", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split(" at ")[1].split()[0]
        player = f"{url}/api/sdk/v1/appusers/p"
        session = requests.get(player, params={"environment_stage": "live", "api_key": "sandbox-key"})
        query = {"session_id": session.json()["session_id"], "api_key": "sandbox-key"}
        messages = requests.get(f"{player}/messages", params=query).json()
        process.terminate()
    assert session.headers["Date"] == "Mon, 05 Jan 2026 09:00:00 GMT"
    assert [message["id"] for message in messages["active"]] == ["hello"]


def test_a_file_that_is_no_saved_sandbox_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").write_text("something else")
    assert main(["sandbox", "--restore", str(tmp_path / "other")]) == 2
    assert "saved sandbox" in capsys.readouterr().err


def test_a_wrong_scenario_is_refused_with_file_line_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "wrong.yaml"
    scenario.write_text("messages:\n  - id: hello\n    start_at: tomorrow\n")
    assert main(["sandbox", "--scenario", str(scenario)]) == 2
    said = capsys.readouterr().err
    assert "wrong.yaml:3" in said
    assert "start_at" in said


def test_a_scenario_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--scenario", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["soon", "0", "-3", "nan", "inf"])
def test_a_duration_that_is_none_is_refused_in_a_sentence(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["demo", f"--seconds={seconds}"])
    assert f"'{seconds}' is no number of seconds greater than 0" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        assert main(["sandbox", "--port", str(sandbox.port)]) == 2
        assert str(sandbox.port) in capsys.readouterr().err


def test_a_host_without_a_key_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--host", "https://api.userwise.io"]) == 2
    assert "--api-key" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "missing", "advice"),
    [
        ("sandbox", "flask", "pip install 'uwclient[sandbox]'."),
        ("demo", "pygame", "pip install 'uwclient[demo]'."),
        ("ctl", "flask", "pip install 'uwclient[sandbox]'."),
        ("doctor", "appdirs", "pip install uwclient."),
    ],
)
def test_a_missing_package_is_named_and_what_to_install(command: str, missing: str, advice: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None; from uwclient.cli import main; sys.exit(main([{command!r}]))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == f"This command needs {missing}, which is not installed: {advice}\n"


def test_the_doctor_tells_what_waits_and_what_was_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
        sandbox.faults.respond("*/events", status=422, body={"errors": ["No such event."]}, times=1)
        refused: list[PlayerAction] = []
        uw.on_delivery_failed.connect(lambda _, action, error: refused.append(action))
        uw.start()
        uw.assign_event(PlayerEvent("odd_event"))
        deadline = time.monotonic() + 5
        while not refused and time.monotonic() < deadline:
            uw.pump()
        uw.stop()
    uw.assign_event(PlayerEvent("for_later"))

    assert main(["doctor", "--data-dir", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "(of a game that is running): 1 actions wait" in said
    assert "dead letters, refused by the platform and not retried: 1" in said
    assert "odd_event" in said
    assert "No such event." in said
    assert "hero-42" not in said


def test_the_doctor_counts_media_and_shows_no_personal_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox() as sandbox:
        sandbox.add_media("banner", b"picture")
        sandbox.faults.respond("*/device_tokens/register", status=422)
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=tmp_path)
        told: list[object] = []
        uw.start()
        uw.media.get_bytes("banner", told.append)
        uw.push.register_device_token("fcm", "a-private-token", told.append)
        deadline = time.monotonic() + 5
        while len(told) < 2 and time.monotonic() < deadline:
            uw.pump()
        uw.stop()

    assert main(["doctor", "--data-dir", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Media of all players: 2 files, " in said
    assert "Player media" not in said
    assert "register_device (personal data)" in said
    assert "a-private-token" not in said


def test_the_doctor_finds_nothing_where_nobody_has_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--data-dir", str(tmp_path / "none")]) == 0
    assert "It has no files of a player yet." in capsys.readouterr().out


def test_the_doctor_says_what_to_do_where_there_is_no_home(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--data-dir", "~no-such-user/saves"]) == 0
    assert "There is no data folder: set HOME" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["demo"], ["sandbox"]])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "--scenario" in capsys.readouterr().out


LONG = ["demo", "--headless", "--seconds", "20"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes and signals")
@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (LONG, 1),
        (LONG, 5),
        (["sandbox"], 0),
        (["doctor"], 0),
        (["--help"], 0),
        (["--version"], 0),
        (["demo", "-h"], 0),
    ],
    ids=str,
)
def test_a_command_ends_quietly_when_nobody_reads_it_any_more(
    arguments: list[str], lines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "uwclient", *arguments], stdout=writing, stderr=subprocess.PIPE
    ) as one:
        os.close(writing)
        with os.fdopen(reading, "rb") as output:
            for _ in range(lines):
                assert output.readline()
        assert one.stderr is not None
        assert one.stderr.read() == b""
    assert one.returncode == 141


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize(("arguments", "exit_code"), [(LONG, 130), (["sandbox"], 0)], ids=str)
def test_control_c_ends_a_command_as_usual(arguments: list[str], exit_code: int) -> None:
    command = [sys.executable, "-m", "uwclient", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
        assert one.stdout is not None
        assert one.stderr is not None
        assert one.stdout.readline()
        assert arguments != LONG or (one.stdout.readline() and one.stdout.readline())
        one.send_signal(signal.SIGINT)
        assert one.stderr.read() == b""
    assert one.returncode == exit_code


def test_control_c_while_a_command_begins_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(root: Path) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("uwclient.doctor.findings", interrupted)
    assert main(["doctor"]) == 130
