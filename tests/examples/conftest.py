"""What the tests of the examples share: the examples on the path, and a screen that nobody sees."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


@pytest.fixture
def screen() -> Iterator[None]:
    """pygame with a window, on a display that is not there."""
    import pygame

    pygame.display.init()
    pygame.font.init()
    pygame.display.set_mode((960, 540))
    yield
    pygame.quit()
