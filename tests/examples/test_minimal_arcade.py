"""The arcade game with live content shows its cards, takes answers, and leaves the rest to the game."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import uwclient
from uwclient.sandbox import Sandbox

ROOT = Path(uwclient.__file__).parents[1]
EXAMPLE = ROOT / "examples" / "minimal_arcade.py"
PICTURE = ROOT / "examples" / "hero_wars" / "media" / "meadow.png"

pytestmark = pytest.mark.skipif(find_spec("arcade") is None, reason="arcade is not installed (the test extra)")

PLAY = """
import sys, time
import arcade
import minimal_arcade
from uwclient import UserWise

host, folder = sys.argv[1:]
game = minimal_arcade.Game(UserWise("sandbox-key", "hero-42", host=host, data_dir=folder))
ui = game.live.ui

def frames_until(condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        game.on_update(1 / 60)
        game.on_draw()
        game.flip()
    print(bool(condition()), flush=True)

def seen():
    game.on_draw()
    return arcade.get_image(0, 0, game.width, game.height).convert("RGB")

before = seen()
frames_until(lambda: ui.is_open and ui.pictures.bytes_of("meadow"))
with_card = seen()
middle = game.width // 2, game.height // 2
print(before.getpixel(middle) != with_card.getpixel(middle), len(with_card.getcolors(1 << 20)) > 500)

game.on_key_press(arcade.key.Q, 0)  # no key of a card: the ball jumps
print(game._speed)
game._speed = 0.0
deadline = time.monotonic() + 20
while ui.is_open and time.monotonic() < deadline:
    game.on_mouse_motion(*middle, 0, 0)
    game.on_key_press(arcade.key.RETURN, 0)
    game.on_key_release(arcade.key.RETURN, 0)
    time.sleep(0.01)
print(ui.is_open, game._speed)
game.on_mouse_press(1, 1, arcade.MOUSE_BUTTON_LEFT, 0)
print(game._speed)
game.on_draw()
print(seen().getpixel(middle) == before.getpixel(middle))
game.on_close()
"""


def run_arcade(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run with arcade's own way to draw without a display; skip where this machine has no OpenGL."""
    path = os.pathsep.join([str(ROOT), str(EXAMPLE.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "ARCADE_HEADLESS": "1", "PYTHONPATH": path}
    probe = [sys.executable, "-c", "import arcade; arcade.open_window(64, 64)"]
    probed = subprocess.run(probe, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if probed.returncode != 0:
        pytest.skip(f"arcade cannot draw without a display here: {probed.stderr.strip().splitlines()[-1]}")
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_it_runs_by_itself_without_a_display() -> None:
    done = run_arcade(str(EXAMPLE), "--frames", "30")
    assert (done.returncode, done.stderr) == (0, "")


def test_its_cards_are_seen_and_answered_and_the_rest_is_for_the_game(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.add_media("meadow", PICTURE.read_bytes(), content_type="image/png")
    sandbox.publish("messages", id="hello", title="Hello", body="Words. " * 200, landscape_image_id="meadow")

    done = run_arcade("-c", PLAY, sandbox.url, str(tmp_path))

    assert done.stderr == ""
    assert done.stdout.split() == ["True", "True", "True", "500.0", "False", "0.0", "500.0", "True"]
    player = sandbox.player("hero-42")
    assert [one.state for one in player.message_impressions] == ["viewed"]
