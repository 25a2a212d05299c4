"""Sees what is on the window of a Panda3D game, and what there is of the project in the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from uwclient.ui.scene import Color

PATIENCE = 5.0
SIZE = (640, 360)
FAINT = 40
"""By how much a color may be off at an antialiased side: the renderer in memory is not exact."""

BACKGROUND = Color(26, 128, 51)


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

    def share_unlike(self, other: Seen) -> float:
        """The share of the pixels that clearly look different in another picture of the same size."""
        if self._pixels == other._pixels:
            return 0.0
        pairs = zip(self._pixels, other._pixels, strict=True)
        return sum(abs(one - two) > FAINT for one, two in pairs) / len(self._pixels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and self._pixels == other._pixels

    __hash__ = None  # type: ignore[assignment]


def alike(one: Color, other: Color, by: int = 3) -> bool:
    """Whether two colors look the same."""
    return all(abs(a - b) <= by for a, b in zip(one[:3], other[:3], strict=True))


def threads_of_ours() -> list[str]:
    """The names of the threads of the client and its adapter."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith("uwclient-") and not name.startswith("uwclient-sandbox")]
