"""What the tests of Panda3D share: a game without a window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.panda.seeing import BACKGROUND, SIZE, Eye


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


@pytest.fixture
def eye(base: Any) -> Eye:
    """What is to be seen in the game."""
    return Eye(base)
