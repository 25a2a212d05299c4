"""The command line, as somebody uses it who has just installed the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from uwclient.cli import main
from uwclient.sandbox import Sandbox


def test_the_sandbox_command_serves_a_scenario_until_it_is_interrupted(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("messages:\n  - {id: hello, title: Hello}\n")
    command = [sys.executable, "-m", "uwclient", "sandbox", "--scenario", str(scenario), "--api-key", "k"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split(" at ")[1].split()[0]
        player = f"{url}/api/sdk/v1/appusers/p"
        session = requests.get(player, params={"environment_stage": "live", "api_key": "k"}).json()
        query = {"session_id": session["session_id"], "api_key": "k"}
        messages = requests.get(f"{player}/messages", params=query).json()
        process.terminate()
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


def test_a_missing_extra_is_named() -> None:
    program = "import sys; sys.modules['flask'] = None; from uwclient.cli import main; sys.exit(main(['sandbox']))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 1
    assert "pip install 'uwclient[sandbox]'" in ended.stderr


@pytest.mark.parametrize("command", [["demo"], ["sandbox"]])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "--scenario" in capsys.readouterr().out
