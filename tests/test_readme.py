"""The README's promises: its Python runs as it stands."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.pages import README, blocks, client_arguments, run
from uwclient import UserWise
from uwclient.sandbox import Sandbox

INTEGRATION, PYGAME, PANDA3D, TESTING, BACKEND = blocks(README)


def test_the_smallest_integration_runs_as_it_stands(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    sandbox.publish("remote_configs", id="balance", external_id="balance", json={"hero": {"speed": 300}})
    deadline = time.monotonic() + 10
    scope: dict[str, object] = {
        "playing": lambda: scope.get("speed") != 300.0 and time.monotonic() < deadline,
    }
    client = f'"{sandbox.api_key}", host="{sandbox.url}", data_dir={str(tmp_path)!r}'
    run(INTEGRATION.replace('"YOUR-API-KEY"', client), scope)
    assert scope["speed"] == 300.0
    assert capsys.readouterr().out == "On sale now: 300 gems\n"


def test_the_smallest_integration_takes_ten_lines_of_code() -> None:
    assert len([line for line in INTEGRATION.splitlines() if line.strip()]) <= 10


def test_a_pygame_game_shows_cards_as_it_stands(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    sandbox.publish("offers", id="gems", title="300 gems")
    deadline = time.monotonic() + 10
    seen: list[str] = []

    def playing() -> bool:
        open_cards = [] if "live" not in scope else [scope["live"].ui.is_open]
        return not any(open_cards) and time.monotonic() < deadline

    scope: dict[str, Any] = {
        "playing": playing,
        "handle": seen.append,
        "draw_game": lambda screen: seen.append("drawn"),
    }
    run(PYGAME.replace('api_key="YOUR-API-KEY"', client_arguments(sandbox, tmp_path)), scope)
    assert "drawn" in seen
    assert time.monotonic() < deadline
    assert sandbox.player("hero-42").offer_impressions


def test_a_panda3d_game_hears_signals_as_it_stands(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.publish("offers", id="gems", title="300 gems")
    settings = "load-display p3tinydisplay\nwindow-type offscreen\naudio-library-name null"
    program = f"""
import sys, time
from panda3d.core import loadPrcFileData
loadPrcFileData("", {settings!r})
from direct.showbase.ShowBase import ShowBase
sold = []
def put_in_shop(record):
    sold.append(record.title)
def run(self):
    ends = time.monotonic() + 10
    while not sold and time.monotonic() < ends:
        self.taskMgr.step()
    self.destroy()
ShowBase.run = run
{PANDA3D.replace('api_key="YOUR-API-KEY"', client_arguments(sandbox, tmp_path))}
print("sold", sold)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "sold ['300 gems']" in done.stdout


def test_the_sandbox_example_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    run(TESTING, scope)
    uw = scope["uw"]
    assert isinstance(uw, UserWise)
    assert uw.offers.active == (), "three hours later it is over"


def test_a_backend_makes_a_campaign_as_it_stands(tmp_path: Path) -> None:
    scope: dict[str, Any] = {}
    run(BACKEND, scope)
    sandbox: Sandbox = scope["sandbox"]
    sandbox.player("rich").set_attributes(coins=501)

    with sandbox:
        uw = UserWise(sandbox.api_key, "rich", host=sandbox.url, secret_key="a-secret", data_dir=tmp_path)
        uw.start()
        deadline = time.monotonic() + 10
        while not uw.messages.active and time.monotonic() < deadline:
            uw.pump()
            time.sleep(0.001)
        titles = [message.title for message in uw.messages.active]
        uw.stop()

    assert titles == ["Half price for the rich"]
    assert "campaign_state_change" in [one.event for one in sandbox.webhooks.deliveries]
