"""`python -m panda_arena`, from the folder `examples/`: a small Panda3D game with the live content of Hero Wars.

Arrow keys or WASD walk; alone, the panda looks for coins by itself. F10 shows what the client is doing.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from direct.showbase.ShowBase import ShowBase
from panda3d.core import ClockObject, loadPrcFileData

from panda_arena.game import Game
from uwclient import UserWise
from uwclient.sandbox import Sandbox

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
