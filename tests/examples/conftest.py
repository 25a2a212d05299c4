"""What the tests of the examples share: the examples on the path, and a screen that nobody sees."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

if TYPE_CHECKING:
    from hero_wars.stage import Stage

    from tests.conftest import MakeClient, Play
    from tests.examples.playing import HeroGame
    from uwclient.sandbox import Sandbox


@pytest.fixture
def screen() -> Iterator[None]:
    """pygame with a window, on a display that is not there."""
    import pygame

    pygame.display.init()
    pygame.font.init()
    pygame.display.set_mode((960, 540))
    yield
    pygame.quit()


@pytest.fixture
def hero_game(play: Play, sandbox: Sandbox) -> HeroGame:
    """Hero Wars on the platform of the test, in a time that passes only when the test says so."""
    from tests.examples.playing import HeroGame

    return HeroGame(play(virtual=True, start=False), sandbox)


@pytest.fixture
def stage(make_client: MakeClient) -> Stage:
    """A stage whose client was never started: the game without a platform."""
    from hero_wars.stage import Stage

    return Stage(make_client(), seed=7)
