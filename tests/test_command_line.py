"""The command line, as somebody uses it who has just installed the package."""

from __future__ import annotations

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
    assert "dead letters, refused by the platform for good: 1" in said
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
    assert "No player has been here yet." in capsys.readouterr().out


@pytest.mark.parametrize("command", [["demo"], ["sandbox"]])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "--scenario" in capsys.readouterr().out
