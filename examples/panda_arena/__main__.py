"""`python -m panda_arena`, from the folder `examples/`: a small Panda3D game with the live content of Hero Wars.

Arrow keys or WASD walk; alone, the panda looks for coins by itself. F10 shows what the client is doing.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from typing import Any

from direct.gui.OnscreenText import OnscreenText
from direct.showbase.ShowBase import ShowBase
from panda3d.core import ClockObject, KeyboardButton, TextNode, loadPrcFileData

from panda_arena.arena import Arena
from panda_arena.live import LiveContent, gems_of
from panda_arena.scenery import Scenery
from uwclient import GameEvent, Record, UserWise
from uwclient.engines.panda3d import attach
from uwclient.sandbox import Sandbox
from uwclient.ui.commands import Command

SCENARIO = Path(__file__).parents[1] / "hero_wars" / "scenario.yaml"
SETTINGS = """
    window-title Panda Arena
    win-size 1280 720
    audio-library-name null
    framebuffer-multisample #t
    multisamples 4
"""
HIDDEN = """
    load-display p3tinydisplay
    window-type offscreen
    framebuffer-multisample #f
"""
KEYS = {"a": (-1, 0), "d": (1, 0), "w": (0, 1), "s": (0, -1)}
ARROWS = (
    (KeyboardButton.left(), (-1, 0)),
    (KeyboardButton.right(), (1, 0)),
    (KeyboardButton.up(), (0, 1)),
    (KeyboardButton.down(), (0, -1)),
)
ALONE = 4.0
"""Seconds after which a panda that nobody moves looks for coins by itself."""

READING = 1.5
"""Seconds that it takes a panda to read a card."""


class Game:
    """Owns one round: the arena, its scenery, what is written over it, and the live content in it.

    `alone`: nobody plays, so that the panda does from the start, and answers the cards too.
    """

    def __init__(self, base: Any, uw: UserWise, seed: int, *, alone: bool) -> None:
        dice = random.Random(seed)
        self.arena = Arena(base, dice)
        self.gems = 0
        self._base = base
        self._scenery = Scenery(base, dice)
        self._live = LiveContent(uw)
        self._alone = alone
        self._idle = ALONE if alone else 0.0
        self._read = 0.0
        self._score = _text(base.a2dTopLeft, (0.06, -0.12), TextNode.ALeft)
        self._banner = _text(base.a2dTopCenter, (0, -0.12), TextNode.ACenter)
        base.disableMouse()
        base.camera.setPos(0, -25, 15)
        base.camera.lookAt(0, -0.5, 0)
        self.loop = attach(uw, base)
        if self.loop.ui is not None:
            self.loop.ui.on_answer = self._answered
        base.accept("uw-events-active", self._event_began)
        base.accept("uw-remote-configs-updated", self._designers_changed)
        base.taskMgr.add(self._frame, "game")

    def _frame(self, task: Any) -> Any:
        seconds = min(0.05, self._base.clock.getDt())
        self._scenery.paint(self._live.sky(), self._live.ground())
        if self.loop.takes_input:  # the game waits while a card is read
            self._read_card(seconds)
        else:
            self.arena.advance(seconds, self._way(seconds), self._live.tuning())
        self._score.setText(f"{self.arena.coins} coins" + (f"   {self.gems} gems" if self.gems else ""))
        self._banner.setText(self._live.banner())
        return task.cont

    def _way(self, seconds: float) -> tuple[float, float]:
        """Where the player walks, or the panda by itself when nobody moves it."""
        x, y = 0, 0
        watcher = self._base.mouseWatcherNode
        if watcher is not None:
            keys = [*((KeyboardButton.asciiKey(key), way) for key, way in KEYS.items()), *ARROWS]
            for button, way in keys:
                if watcher.isButtonDown(button):
                    x, y = x + way[0], y + way[1]
        self._idle = 0.0 if x or y else self._idle + seconds
        return self.arena.nearest() if self._idle >= ALONE else (float(x), float(y))

    def _read_card(self, seconds: float) -> None:
        self._read += seconds
        if self._alone and self._read > READING and self.loop.ui is not None:
            self._read = 0.0
            self.loop.ui.command(Command.PRESS)

    def _answered(self, record: Record, choice: str) -> None:
        if choice == "accept" and gems_of(record):
            self.gems += gems_of(record)
            self._say(f"{gems_of(record)} gems are yours!")

    def _event_began(self, event: GameEvent) -> None:
        print("It has begun:", event.name)
        self._say(f"{event.name}!")

    def _designers_changed(self, record: Record, previous: Record) -> None:
        self._say(f"The designers changed the {record.name.lower()}.")

    def _say(self, text: str) -> None:
        if self.loop.ui is not None:
            self.loop.ui.toast(text)


def _text(parent: Any, place: tuple[float, float], align: int) -> Any:
    return OnscreenText(
        parent=parent, pos=place, align=align, scale=0.08, fg=(1, 1, 1, 1), shadow=(0, 0, 0, 0.6), mayChange=True
    )


def main() -> None:
    """Play until the window is closed, or for some frames without one."""
    parser = argparse.ArgumentParser(description="A small Panda3D game with the live content of Hero Wars.")
    parser.add_argument("--frames", type=int, help="draw so many frames without a window, and end")
    parser.add_argument("--at", type=float, default=0.0, metavar="SECONDS", help="begin so late in the scenario")
    parser.add_argument("--seed", type=int, default=7, help="where coins and slimes appear (default: 7)")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture of the last frame")
    given = parser.parse_args()
    loadPrcFileData("", SETTINGS)
    if given.frames:
        loadPrcFileData("", HIDDEN)
    with Sandbox(SCENARIO) as sandbox, tempfile.TemporaryDirectory() as folder:
        sandbox.clock.advance(seconds=given.at)
        base = ShowBase()
        base.clock.setMode(ClockObject.MLimited)
        base.clock.setFrameRate(60)
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=folder)
        game = Game(base, uw, given.seed, alone=bool(given.frames))
        try:
            for _ in range(given.frames or 0):
                base.taskMgr.step()
            if not given.frames:
                base.run()
            if given.screenshot is not None:
                base.win.saveScreenshot(str(given.screenshot))
        finally:
            base.destroy()
        print(f"{game.arena.coins} coins")


if __name__ == "__main__":
    main()
