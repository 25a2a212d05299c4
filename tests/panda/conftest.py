"""What the tests of Panda3D share: a game without a window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from tests.panda.screen_probe import BACKGROUND, SIZE, Eye


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


class MakeBase(Protocol):
    """Makes games of Panda3D, one after the other; the arguments are those of `ShowBase`."""

    def __call__(self, **options: Any) -> Any: ...


@pytest.fixture
def make_base(panda3d: Any) -> Iterator[MakeBase]:
    """Games of Panda3D that draw into memory, on a green background. The one before is destroyed."""
    from direct.showbase.ShowBase import ShowBase

    made: list[Any] = []

    def make(**options: Any) -> Any:
        clear()
        made.append(ShowBase(**options))
        if made[-1].win is not None:
            made[-1].setBackgroundColor(*(part / 255 for part in BACKGROUND[:3]))
        return made[-1]

    def clear() -> None:
        while made:
            base = made.pop()
            base.destroy()
            for task in base.taskMgr.getAllTasks():  # Panda3D keeps those that the game has added
                base.taskMgr.remove(task)

    yield make
    clear()


@pytest.fixture
def base(make_base: MakeBase) -> Any:
    """A game of Panda3D."""
    return make_base()


@pytest.fixture
def eye(base: Any) -> Eye:
    """What is to be seen in the game."""
    return Eye(base)
