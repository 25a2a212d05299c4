"""What the tests of the ready-made screens share: screens without an engine, and windows of pygame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.screen import Screen
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Play
    from tests.ui.window import Window


@pytest.fixture
def make_screen(play: Play, sandbox: Sandbox) -> Iterator[Any]:
    """Screens that are closed after the test."""
    made: list[Screen] = []

    def make(**options: Any) -> Screen:
        made.append(Screen(play, sandbox, **options))
        return made[-1]

    yield make
    for screen in made:
        screen.ui.close()


@pytest.fixture
def display() -> Iterator[None]:
    """The display of pygame."""
    import pygame

    import tests.ui.window  # noqa: F401 - has pygame draw into memory

    pygame.display.init()
    yield
    pygame.quit()


@pytest.fixture
def make_window(display: None, play: Play, sandbox: Sandbox) -> Iterator[Any]:
    """Games in a window of pygame that end after the test."""
    from tests.ui.window import Window

    made: list[Window] = []

    def make(**options: Any) -> Window:
        made.append(Window(play, sandbox, **options))
        return made[-1]

    yield make
    for window in made:
        window.close()
