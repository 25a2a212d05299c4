"""A small Panda3D game with live content, in the three lines that are marked below."""

import argparse
import tempfile

from direct.showbase.ShowBase import ShowBase
from panda3d.core import ClockObject, loadPrcFileData

from uwclient import GameEvent, UserWise
from uwclient.engines.panda3d import attach
from uwclient.sandbox import Sandbox

HIDDEN = "load-display p3tinydisplay\nwindow-type offscreen\n"


def make_game() -> ShowBase:
    """A panda that turns, faster while an event is on."""
    game = ShowBase()
    game.setBackgroundColor(0.1, 0.12, 0.2)
    game.clock.setMode(ClockObject.MLimited)
    game.clock.setFrameRate(60)
    panda = game.loader.loadModel("panda")
    panda.reparentTo(game.render)
    panda.setPos(0, 30, -6)
    spin = panda.hprInterval(4, (360, 0, 0))
    spin.loop()

    def speed_up(event: GameEvent) -> None:
        print("It has begun:", event.name)
        spin.setPlayRate(event.data["speed"])

    game.accept("uw-events-active", speed_up)
    game.accept("uw-events-inactive", lambda event: spin.setPlayRate(1))
    return game


def main(frames: int | None) -> None:
    """Play until the window is closed, or so many frames without one."""
    loadPrcFileData("", "audio-library-name null\n" + (HIDDEN if frames else ""))
    game = make_game()
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder:
        sandbox.publish("events", id="fast", name="The fast minute", data={"speed": 3}, end_at="+1m")
        sandbox.publish("offers", id="gems", title="300 gems", items={"gems": 300}, end_at="+1m")
        uw = UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=folder)  # 1: a client
        attach(uw, game)  # 2: it starts, and its cards come over the game
        try:
            for _ in range(frames or 0):
                game.taskMgr.step()
            if not frames:
                game.run()  # 3: play
        finally:
            game.destroy()  # the client stops with the game


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A small Panda3D game with live content.")
    parser.add_argument("--frames", type=int, help="draw so many frames without a window, and end")
    main(parser.parse_args().frames)
