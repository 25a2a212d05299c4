"""Games that PyInstaller has frozen, in a folder and in one file, play as others do.

A build takes half a minute, so these tests run when UWCLIENT_TEST_PACKAGED is set.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import uwclient
from uwclient.sandbox import Sandbox

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("UWCLIENT_TEST_PACKAGED"), reason="slow: UWCLIENT_TEST_PACKAGED asks for it"
    ),
    pytest.mark.skipif(find_spec("PyInstaller") is None, reason="PyInstaller is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="the browser of these tests is a script for Linux"),
]

GAME = """
import sys, time
from pathlib import Path
from uwclient import UserWise

host, folder = sys.argv[1:]
uw = UserWise("sandbox-key", "hero-42", host=host, data_dir=folder)
delivered, invites, entered = [], [], []
uw.surveys.on_invite_initialized.connect(lambda surveys, **invite: invites.append(invite))
uw.surveys.on_entered.connect(lambda surveys, **details: entered.append(True))

def until(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        uw.pump()
        time.sleep(0.005)
    return bool(condition())

uw.start()
print("session", until(lambda: uw.is_session_initialized))
print("content", until(lambda: uw.offers.active and uw.surveys.active))
uw.emails.set_address("hero@example.com", delivered.append)
print("action", until(lambda: delivered == [True]))
uw.surveys.initialize_invite(uw.surveys.active[0])
print("invite", until(lambda: invites))
uw.surveys.respond_to_invite(uw.surveys.active[0], invites[0]["response_id"], invites[0]["invite_id"], True)
print("survey", until(lambda: entered and Path(folder, "opened").exists()))
uw.stop()
"""

TEST_BUILD = """
import requests
from uwclient.sandbox import Sandbox

with Sandbox() as sandbox:
    sandbox.publish("surveys", questions=[{"type": "rating", "text": "How is it?", "scale": 5}])
    player = f"{sandbox.url}/api/sdk/v1/appusers/hero-42"
    asked = {"environment_stage": "live", "api_key": sandbox.api_key}
    print("session", requests.get(player, params=asked).json()["session_id"] != "")
    from importlib.resources import files
    print("page", "<html" in files("uwclient.sandbox.services.surveys").joinpath("templates/survey.html").read_text())
"""


def build(source: str, folder: Path, *options: str) -> None:
    """Freeze a game as its author does."""
    (folder / "game.py").write_text(source)
    package = Path(uwclient.__file__).parent
    hooks = ("--additional-hooks-dir", str(package / "_pyinstaller"))  # an installed uwclient tells of them by itself
    command = [
        sys.executable,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "ERROR",
        *hooks,
        *options,
        "game.py",
    ]
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYINSTALLER_CONFIG_DIR": str(folder / "config")}
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=300)


def play(program: Path, *arguments: str, **environment: str) -> str:
    """What a frozen game prints."""
    given = {"PATH": "/usr/bin:/bin", "HOME": str(program.parent), **environment}
    done = subprocess.run([program, *arguments], env=given, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("option", "place"), [("--onedir", "dist/game/game"), ("--onefile", "dist/game")], ids=["folder", "file"]
)
def test_a_frozen_game_plays(tmp_path: Path, sandbox: Sandbox, option: str, place: str) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("surveys", questions=[{"type": "rating", "text": "How is it?", "scale": 5}])
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\nenv > {opened}.part\nmv {opened}.part {opened}\nexec sleep 5\n")
    browser.chmod(0o700)
    build(GAME, tmp_path, option)

    printed = play(tmp_path / place, sandbox.url, str(tmp_path), BROWSER=str(browser), LD_LIBRARY_PATH="/opt/lib")

    assert printed.split() == [
        *("session", "True", "content", "True", "action", "True", "invite", "True", "survey", "True")
    ]
    assert sandbox.player("hero-42").email_address == "hero@example.com"
    inherited = opened.read_text()
    assert "LD_LIBRARY_PATH=/opt/lib\n" in inherited
    assert "_MEI" not in inherited
    assert "_PYI" not in inherited


def test_a_frozen_test_build_brings_its_sandbox_along(tmp_path: Path) -> None:
    build(TEST_BUILD, tmp_path, "--onedir")
    assert play(tmp_path / "dist/game/game").split() == ["session", "True", "page", "True"]
