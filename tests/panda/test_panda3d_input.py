"""What the player does in Panda3D reaches the screen that is open, and only then."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import MakeClient
from tests.panda.screen_probe import Eye
from tests.virtual_screen import virtual_screen
from uwclient import UserWise
from uwclient.sandbox import Sandbox
from uwclient.ui.live import GRACE

ROOT = Path(__file__).parents[2]


class Player:
    """Notes what it is told of the player's input."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        self.is_at_a_screen = True

    def is_open(self) -> bool:
        return self.is_at_a_screen

    def key(self, name: str, again: bool) -> None:
        self.told.append((name, again))

    def point(self, x: float, y: float) -> None:
        self.told.append(("point", round(x), round(y)))

    def click(self, x: float, y: float) -> None:
        self.told.append(("click", round(x), round(y)))

    def wheel(self, x: float, y: float, lines: float) -> None:
        self.told.append(("wheel", round(x), round(y), lines))


class Gamepad:
    """Stands for a gamepad: what is held down on it, and where its sticks are."""

    def __init__(self) -> None:
        self.held: set[str] = set()
        self.sticks: dict[str, float] = {}

    def poll(self) -> None:
        pass

    def findButton(self, handle: Any) -> Any:  # noqa: N802 - as Panda3D names it
        return SimpleNamespace(pressed=str(handle) in self.held)

    def findAxis(self, axis: Any) -> Any:  # noqa: N802
        return SimpleNamespace(value=self.sticks.get(axis.name, 0.0))


class Desk:
    """An input without devices, and what it told."""

    def __init__(self, base: Any) -> None:
        from uwclient.engines.panda3d_input import Input

        self.player = Player()
        self.gamepad = Gamepad()
        self.gamepads: list[Gamepad] = [self.gamepad]
        self._base = SimpleNamespace(
            win=base.win,
            mouseWatcherNode=base.mouseWatcherNode,
            mouseWatcher=base.mouseWatcher,
            devices=SimpleNamespace(getDevices=lambda kind: self.gamepads),
        )
        self.input = Input(self._base, self.player)

    def frame(self) -> list[tuple[Any, ...]]:
        """A frame; what was told in it."""
        self.player.told.clear()
        self.input.update()
        return list(self.player.told)


@pytest.fixture
def desk(base: Any) -> Iterator[Desk]:
    desk = Desk(base)
    yield desk
    desk.input.close()


def test_a_button_of_a_gamepad_counts_once_while_it_is_held(desk: Desk) -> None:
    desk.frame()
    desk.gamepad.held = {"face_a"}
    assert desk.frame() == [("enter", False)]
    assert desk.frame() == []
    desk.gamepad.held = {"dpad_left", "face_b"}
    assert desk.frame() == [("arrow_left", False), ("escape", False)]


def test_a_button_that_was_held_down_before_the_screen_came_does_not_count(desk: Desk) -> None:
    desk.player.is_at_a_screen = False
    desk.gamepad.held = {"face_a"}
    assert desk.frame() == []
    desk.player.is_at_a_screen = True
    assert desk.frame() == []
    assert desk.frame() == []
    desk.gamepad.held = set()
    desk.frame()
    desk.gamepad.held = {"face_a"}
    assert desk.frame() == [("enter", False)]


@pytest.mark.parametrize(
    ("axis", "value", "name"),
    [
        ("left_x", 0.9, "arrow_right"),
        ("left_x", -0.9, "arrow_left"),
        ("left_y", 0.9, "arrow_up"),
        ("left_y", -0.9, "arrow_down"),
        ("right_y", 0.9, "page_up"),
        ("right_y", -0.9, "page_down"),
    ],
)
def test_a_stick_counts_when_it_is_moved_far_and_again_when_it_was_back(
    desk: Desk, axis: str, value: float, name: str
) -> None:
    told = []
    for share in (0, 0.5, 1, 0.6, 1, 0.5, 1, 0.2, 1):
        desk.gamepad.sticks[axis] = value * share
        told += desk.frame()

    assert told == [(name, False), (name, False)]


def test_a_gamepad_can_come_and_go(desk: Desk) -> None:
    desk.frame()
    desk.gamepads.clear()
    assert desk.frame() == []
    desk.gamepad.held = {"face_a"}
    desk.gamepads.append(desk.gamepad)
    assert desk.frame() == []
    desk.gamepad.held = set()
    desk.frame()
    desk.gamepad.held = {"face_a"}
    assert desk.frame() == [("enter", False)]


def test_gamepads_are_left_alone_while_no_screen_is_open(desk: Desk) -> None:
    desk.player.is_at_a_screen = False
    polled = []
    desk.gamepad.poll = lambda: polled.append(1)  # type: ignore[method-assign]
    desk.frame()
    assert polled == []


@pytest.fixture
def uw(make_client: MakeClient) -> UserWise:
    return make_client()


def test_keys_answer_a_card(uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("offers", id="gems", title="300 gems")
    answers: list[tuple[str, str]] = []
    loop = attach(uw, base)
    assert loop.ui is not None
    loop.ui.on_answer = lambda record, choice: answers.append((record.id, choice))
    eye.until(lambda: loop.takes_input)

    base.messenger.send("uwclient-key", ["escape"])
    assert answers == [], "it was meant for the game"
    ready = time.monotonic() + GRACE
    eye.until(lambda: time.monotonic() > ready)
    base.messenger.send("uwclient-key", ["alt-escape"])
    assert answers == []
    base.messenger.send("uwclient-key", ["escape"])
    assert answers == [("gems", "dismiss")]
    assert not loop.takes_input


def test_a_window_that_is_gone_takes_no_input(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye, caplog: pytest.LogCaptureFixture
) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("messages", id="welcome", title="Welcome")
    loop = attach(uw, base)
    eye.until(lambda: loop.takes_input)
    window, base.win = base.win, None
    try:
        for _ in range(5):
            base.taskMgr.step()
        assert not loop.takes_input
        assert [record.message for record in caplog.records if "minimised or closed" in record.message] == [
            "Cards of live content cannot be seen, and take no input, as long as the window is minimised or closed."
        ]
    finally:
        base.win = window
    eye.until(lambda: loop.takes_input)
    loop.detach()


def test_the_overlay_opens_on_its_key_and_takes_the_keys_before_the_card(
    uw: UserWise, base: Any, sandbox: Sandbox, eye: Eye
) -> None:
    from uwclient.engines.panda3d import attach

    sandbox.publish("offers", id="gems", title="300 gems")
    loop = attach(uw, base)
    assert loop.overlay is not None
    eye.until(lambda: loop.takes_input)
    before = eye.look()
    base.messenger.send("uwclient-key", ["f10"])
    assert loop.overlay.visible
    eye.until(lambda: eye.look() != before)
    base.messenger.send("uwclient-key", ["escape"])
    assert not loop.overlay.visible
    assert loop.takes_input, "the card is still there"


def test_a_game_can_do_without_the_overlay_or_have_it_on_another_key(uw: UserWise, base: Any) -> None:
    from uwclient.engines.panda3d import attach

    loop = attach(uw, base, overlay=False)
    base.messenger.send("uwclient-key", ["f10"])
    base.taskMgr.step()
    assert loop.overlay is None
    assert not loop.takes_input
    loop.detach()

    loop = attach(uw, base, overlay_key="f9")
    assert loop.overlay is not None
    base.messenger.send("uwclient-key", ["f10"])
    assert not loop.overlay.visible
    base.messenger.send("uwclient-key", ["f9"])
    assert loop.overlay.visible


IN_A_WINDOW = """
import json, os, sys, time
from panda3d.core import loadPrcFileData
loadPrcFileData("", "load-display p3tinydisplay\\nwin-size 640 480\\naudio-library-name null\\nprint-pipe-types #f")
from direct.gui.DirectGui import DirectButton
from direct.showbase.ShowBase import ShowBase
from panda3d.core import KeyboardButton, MouseButton, WindowProperties
from uwclient import UserWise
from uwclient.engines.panda3d import attach

base = ShowBase()
heard = []
DirectButton(text="game", scale=2, command=lambda: heard.append("button"))
for name in ("mouse1", "mouse1-up", "wheel_down", "tab", "shift-tab", "w", "w-up", "escape", "alt-enter"):
    base.accept(name, lambda name=name: heard.append(name))
device = base.win.getInputDevice(0)
seen = {}

def frames(count=2):
    for _ in range(count):
        base.taskMgr.step()

def press(button, place=None):
    if place is not None:
        device.setPointerInWindow(*map(int, place))
        frames()
    device.buttonDown(button)
    frames()
    device.buttonUp(button)
    frames()

def note(name):
    seen[name] = list(heard)
    heard.clear()

def play(name):
    press(MouseButton.one(), (320, 240))
    press(KeyboardButton.asciiKey("w"))
    note(name)

def hidden(hide=None):
    if hide is not None:
        properties = WindowProperties()
        properties.setCursorHidden(hide)
        base.win.requestProperties(properties)
        frames()
    return base.win.getProperties().getCursorHidden()

play("before")
uw = UserWise(sys.argv[1], "hero-42", host=sys.argv[2], data_dir=sys.argv[3])
loop = attach(uw, base)
while not loop.ui.waiting and not loop.takes_input:
    loop.ui.hold()
    frames(1)
play("held")
seen["pointer"] = [hidden(True)]
loop.ui.release()
while not loop.takes_input:
    frames(1)
frames()
focus = lambda: loop.ui._view.focus
device.buttonDown(KeyboardButton.asciiKey("w"))
frames()
press(MouseButton.one(), (3, 3))
press(MouseButton.wheel_down())
device.buttonUp(KeyboardButton.asciiKey("w"))
frames()
note("card")
moved = [focus()]
press(KeyboardButton.tab())
moved.append(focus())
device.buttonDown(KeyboardButton.shift())
press(KeyboardButton.tab())
device.buttonUp(KeyboardButton.shift())
moved.append(focus())
device.setPointerOutOfWindow()
frames()
press(KeyboardButton.tab())
moved.append(focus())
seen["focus"] = moved
note("keys")
targets = {target.name: target.box for target in loop.ui._view.scene.targets}
place = targets["accept"]
device.setPointerInWindow(int(targets["dismiss"].left + 5), int(place.top + 5))
frames()
device.setPointerInWindow(int(place.left + 5), int(place.top + 5))
frames()
seen["pointed"] = focus()
device.buttonDown(KeyboardButton.alt())
frames()
press(KeyboardButton.enter())
device.buttonUp(KeyboardButton.alt())
frames()
seen["pointer"].append(hidden())
note("alt")
ready = time.monotonic() + 0.5
while time.monotonic() < ready:
    frames()
press(MouseButton.one())
seen["open"] = loop.takes_input
frames()
seen["pointer"].append(hidden())
note("answered")
play("after")
base.destroy()
print(json.dumps(seen), flush=True)
os._exit(0)  # Panda3D's software renderer uses the display after it has closed it, at the end of the program
"""


def test_in_a_real_window_a_card_keeps_presses_from_the_game(sandbox: Sandbox, tmp_path: Path) -> None:
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed, which is needed for a window with a mouse and a keyboard.")
    sandbox.publish("offers", id="gems", title="300 gems", body="Only today.", payment_data=None)
    with virtual_screen("800x600x24") as display:
        done = subprocess.run(
            [sys.executable, "-c", IN_A_WINDOW, sandbox.api_key, sandbox.url, str(tmp_path)],
            env={**os.environ, "DISPLAY": display, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])

    assert seen["before"] == ["button", "mouse1-up", "w", "w-up"]
    assert seen["held"] == seen["before"]
    assert seen["card"] == ["mouse1-up", "w-up"], "releases reach the game, so that no key seems to be stuck"
    assert seen["focus"] == ["accept", "dismiss", "accept", "dismiss"]
    assert seen["keys"] == []
    assert seen["pointed"] == "accept"
    assert seen["alt"] == ["alt-enter"], "it belongs to the game, and answers nothing"
    assert not seen["open"]
    assert seen["pointer"] == [True, False, True], "a hidden pointer is shown while there are buttons"
    assert set(seen["answered"]) <= {"mouse1-up"}
    assert seen["after"] == seen["before"]
    assert [impression.state for impression in sandbox.player("hero-42").offer_impressions] == ["accepted"]
