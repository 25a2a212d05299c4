"""Owns a Panda3D game with live content, in a process of its own: see `drawn_frames.py`."""

from __future__ import annotations

import sys
from typing import Any

from panda3d.core import loadPrcFileData

from tests.benchmarks.drawn_frames import HOLD, Meter, load, serve, show
from uwclient import UserWise
from uwclient.ui.commands import Command

ANSWER_EVERY = 100
"""Frames between two answers of the player."""


class SmileyGame:
    """Owns the window, what `attach` has added, and two tasks beside it, which take the time between them."""

    def __init__(self, uw: UserWise) -> None:
        loadPrcFileData("", "load-display p3tinydisplay\nwindow-type offscreen\nwin-size 1280 720\nsync-video #f")
        loadPrcFileData("", "audio-library-name null\nprint-pipe-types #f")
        from direct.showbase.ShowBase import ShowBase

        self._uw = uw
        self._base = ShowBase()
        face = self._base.loader.loadModel("smiley")
        face.reparentTo(self._base.render)
        face.setPos(0, 20, 0)
        face.hprInterval(3, (360, 0, 0)).loop()
        self._stretch = ""
        self._number = 0
        self._meter: Meter | None = None
        self._attach()
        self._base.taskMgr.add(self._begin_part, "begin", sort=39)
        self._base.taskMgr.add(self._end_part, "end", sort=41)
        load(uw, self._base.taskMgr.step)

    def begin(self, stretch: str) -> None:
        """Begin a stretch: "without", "idle", "card", "answers", "overlay" or "lists"."""
        if self._stretch == "without":
            self._attach()
        self._stretch = stretch
        show(stretch, self._ui, self._overlay)
        if stretch == "without":
            self._loop.detach()

    def frame(self, meter: Meter) -> None:
        """Play one frame."""
        self._meter = meter
        self._number += 1
        if self._number % ANSWER_EVERY == 0 and self._stretch == "answers":
            self._ui.command(Command.PRESS)
        elif self._number % ANSWER_EVERY == 0 and self._stretch == "lists":
            self._overlay.key("tab")
        self._base.taskMgr.step()

    def _attach(self) -> None:
        from uwclient.engines.panda3d import attach

        self._loop = attach(self._uw, self._base)
        assert self._loop.ui is not None
        assert self._loop.overlay is not None
        self._ui, self._overlay = self._loop.ui, self._loop.overlay
        self._ui.hold(HOLD)

    def _begin_part(self, task: Any) -> Any:
        if self._meter is not None:
            self._meter.__enter__()
        return task.cont

    def _end_part(self, task: Any) -> Any:
        if self._meter is not None:
            self._meter.__exit__()
        return task.cont


def main(address: str, key: str, folder: str) -> None:
    """Play until the input ends."""
    uw = UserWise(key, "hero-42", host=address, data_dir=folder)
    uw.start()
    serve(SmileyGame(uw))
    uw.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
