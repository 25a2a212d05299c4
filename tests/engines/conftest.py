"""What the tests of the engines share: a Panda3D without a window, and what can be seen in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from uwclient.ui.scene import Color

PATIENCE = 5.0
SIZE = (640, 360)
FAINT = 40
"""By how much a color may be off at an antialiased side: the renderer in memory is not exact."""

BACKGROUND = Color(26, 128, 51)


@pytest.fixture(scope="session")
def panda3d() -> Any:
    """The package, set up to draw into memory."""
    core = pytest.importorskip("panda3d.core", reason="Panda3D is not installed: pip install 'uwclient[panda3d]'")
    settings = f"""
        load-display p3tinydisplay
        window-type offscreen
        win-size {SIZE[0]} {SIZE[1]}
        audio-library-name null
        print-pipe-types #f
        notify-level-x11display fatal
        notify-level-device fatal
    """
    core.loadPrcFileData("tests", settings)
    return core


@pytest.fixture
def base(panda3d: Any) -> Iterator[Any]:
    """A game of Panda3D that draws into memory, on a green background."""
    from direct.showbase.ShowBase import ShowBase

    base = ShowBase()
    base.setBackgroundColor(*(part / 255 for part in BACKGROUND[:3]))
    yield base
    base.destroy()


class Eye:
    """Sees what is on the window of a game."""

    def __init__(self, base: Any) -> None:
        self._base = base

    def look(self) -> Any:
        """The picture of this frame, with the ShowBase's other tasks left alone."""
        self._base.graphicsEngine.renderFrame()
        self._base.graphicsEngine.renderFrame()
        picture = self._base.win.getScreenshot()
        return Seen(picture)

    def until(self, condition: Callable[[], object]) -> None:
        """Run frames until something has happened."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self._base.taskMgr.step()
            assert time.monotonic() < deadline, "What the test waits for did not happen"
            time.sleep(0.001)


class Seen:
    """A picture of a window."""

    def __init__(self, texture: Any) -> None:
        self.size = (texture.getXSize(), texture.getYSize())
        self._pixels = bytes(texture.getRamImageAs("RGB"))

    def at(self, x: float, y: float) -> Color:
        """The color of a pixel, counted from the upper left corner."""
        start = ((self.size[1] - 1 - int(y)) * self.size[0] + int(x)) * 3
        return Color(*self._pixels[start : start + 3])

    def unlike(self, color: Color) -> tuple[int, int, int, int]:
        """The smallest box (left, top, right, bottom) around what clearly has another color; all 0 without such."""
        width, height = self.size
        other = [
            (place % width, height - 1 - place // width)
            for place in range(width * height)
            if self._pixels[3 * place : 3 * place + 3] != bytes(color[:3])
            and not alike(Color(*self._pixels[3 * place : 3 * place + 3]), color, by=FAINT)
        ]
        if not other:
            return 0, 0, 0, 0
        across, down = zip(*other, strict=True)
        return min(across), min(down), max(across) + 1, max(down) + 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and self._pixels == other._pixels

    __hash__ = None  # type: ignore[assignment]


@pytest.fixture
def eye(base: Any) -> Eye:
    """What is to be seen in the game."""
    return Eye(base)


def alike(one: Color, other: Color, by: int = 3) -> bool:
    """Whether two colors look the same."""
    return all(abs(a - b) <= by for a, b in zip(one[:3], other[:3], strict=True))


def threads_of_ours() -> list[str]:
    """The names of the threads of the project."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("uwclient-")]
