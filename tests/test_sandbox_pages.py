"""What the pages of docs/ on testing and the sandbox show runs as it stands."""

from __future__ import annotations

import ast
import base64
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.pages import DOCS, blocks, run
from uwclient import PlayerEvent
from uwclient.cli import _parser, main
from uwclient.control_files import ControlAccess, published
from uwclient.qa import plugin
from uwclient.sandbox import Sandbox
from uwclient.sandbox.control.port import ControlPort
from uwclient.sandbox.control.verbs import VERBS
from uwclient.sandbox.http.fault_profiles import PROFILES

if TYPE_CHECKING:
    from tests.conftest import MakeClient


def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    for number, block in enumerate(blocks("testing.md")):
        (tmp_path / f"test_game_{number}.py").write_text(block, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "uwclient.qa.plugin",
        "-W",
        "error",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    assert "17 passed" in done.stdout


def test_the_first_tests_of_a_tester_are_short() -> None:
    first = ast.parse(blocks("testing.md")[0])
    lengths = {
        one.name: 1 + (one.end_lineno or 0) - one.lineno for one in first.body if isinstance(one, ast.FunctionDef)
    }
    assert len(lengths) == 3
    assert max(lengths.values()) < 15, lengths


def test_the_table_of_fixtures_and_options_is_that_of_the_plugin() -> None:
    page = (DOCS / "testing.md").read_text(encoding="utf-8")
    source = Path(plugin.__file__).read_text(encoding="utf-8")
    known = re.findall(r"@pytest\.fixture\ndef (\w+)", source) + re.findall(r'"(--uw-[\w-]+)"', source)
    assert len(known) >= 9
    assert [name for name in known if f"`{name}" not in page] == []


def test_a_sandbox_does_what_the_page_says(make_client: MakeClient) -> None:
    seen: list[object] = []

    def play(url: str, api_key: str) -> None:
        """A rich player sees the chest, and is cheered when they reach the next level."""
        uw = make_client(host=url, api_key=api_key)
        uw.start()
        while not (uw.offers.active and uw.campaigns.loaded):
            uw.pump()
        seen.append([offer.title for offer in uw.offers.active])
        uw.assign_event(PlayerEvent("level_up"))
        uw.pump()
        seen.append([message.title for message in uw.messages.active])
        uw.stop()

    scope: dict[str, Any] = {"play": play}
    run(blocks("sandbox.md")[0], scope)
    assert seen == [["A chest"], ["Well done!"]]
    assert len(scope["sandbox"].player("hero-42").push_impressions) == 1


def test_campaigns_are_shared_run_and_tested_as_the_page_says() -> None:
    seen: list[str] = []

    def play(url: str, api_key: str) -> None:
        """Players of two languages see the variants."""
        http = requests.Session()
        http.headers["X-Api-Key"] = base64.b64encode(api_key.encode()).decode()
        for number in range(16):
            base = f"{url}/api/sdk/v1/appusers/player-{number}"
            body = {"environment_stage": "live", "language": "de"}
            started = http.get(base, json=body, timeout=5).json()
            found = http.get(f"{base}/messages", params={"session_id": started["session_id"]}, timeout=5).json()
            seen.extend(record["title"] for record in found["active"])

    scope: dict[str, Any] = {"play": play}
    run(blocks("sandbox.md")[1], scope)
    assert {*seen} == {"Hallo", "HELLO!"}
    assert scope["sandbox"].campaigns.state(scope["campaign"]) == "running"
    assert scope["sandbox"].campaigns.state(scope["campaign"], "qa") == "completed"


def test_faults_come_and_go_as_the_page_says() -> None:
    planned: list[object] = []

    def play(url: str, api_key: str) -> None:
        planned.extend(one.name for one in scope["sandbox"].faults.planned)

    scope: dict[str, Any] = {"play": play}
    run(blocks("sandbox.md")[2], scope)
    assert planned == ["subway", "flaky"]
    assert [one.name for one in scope["sandbox"].faults.planned] == ["platform_outage"]


def test_the_table_of_profiles_is_complete_and_true() -> None:
    page = (DOCS / "sandbox.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)`.* \| (.+) \| ([\d.]+) \|$", page, re.MULTILINE)
    assert {name: float(chance) for name, _, chance in rows} == {name: one.chance for name, one in PROFILES.items()}
    said = {name: f"{what[0].upper()}{what[1:]}." for name, what, _ in rows if name != "flaky"}
    assert said == {name: one.summary for name, one in PROFILES.items() if name != "flaky"}


def test_a_sandbox_is_saved_and_restored_as_the_page_says() -> None:
    days: list[int] = []

    def play(url: str, api_key: str) -> None:
        days.append((scope["sandbox"].clock.now() - scope["sandbox"].clock.started_at).days)

    scope: dict[str, Any] = {"play": play}
    run(blocks("sandbox.md")[3], scope)
    assert days == [1, 7]


def test_every_command_of_the_page_moves_a_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("uwclient.control_files.control_folder", lambda: tmp_path / "control")
    [_, commands, request] = blocks("sandbox.md", "console")
    lines = [shlex.split(line) for line in commands.splitlines()]
    assert {line[2] for line in lines} == VERBS.keys()
    with Sandbox() as sandbox, ControlPort(sandbox) as port:
        sandbox.publish("offers", id="gems")
        sandbox.publish_campaign(id="first-purchase", trigger={})
        sandbox.journeys.publish({"id": "welcome", "steps": [{"id": "end", "type": "exit"}]})
        with published(ControlAccess(port.url, port.token, sandbox.url), None):
            for line in lines:
                newest = sandbox.webhooks.deliveries[-1:]
                words = [newest[0].id if word == "$DELIVERY" else word for word in line[1:]]
                assert main(words) == 0, capsys.readouterr().err
        assert sandbox.clock.now().date().isoformat() >= "2026-10-31"
        header, content_type, body = re.findall(r"-[Hd] (?:\"([^\"]*)\"|'([^']*)')", request)
        headers = dict(one[0].replace("$TOKEN", port.token).split(": ") for one in (header, content_type))
        reply = requests.post(f"{port.url}/advance", data=body[1], headers=headers, timeout=5)
    assert reply.status_code == 200


def test_the_command_that_lets_a_week_pass_is_understood() -> None:
    command = shlex.split(blocks("sandbox.md", "console")[0])
    given = _parser().parse_args(command[1:])
    assert (given.watch, given.speed, given.at) == (True, 3600, "2026-10-31T23:00")
