"""Pictures of the game, as tests take them and as it looks when a test fails."""

from __future__ import annotations

import builtins
import logging
import sys
import tempfile
from datetime import datetime
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

MOST_KEPT = 12
"""So many pictures are kept, the latest; a game may take one in every frame."""

_log = logging.getLogger("uwclient")
_PNG = b"\x89PNG\r\n\x1a\n"


class Screenshot(NamedTuple):
    """A picture of the game.

    Attributes:
        time: the world's time.
        name: what it shows.
        png: the file's bytes.

    """

    time: datetime
    name: str
    png: bytes


def png_of(picture: Any) -> bytes:
    """Return a picture as the bytes of a PNG.

    Args:
        picture: a surface of pygame, a window of Panda3D (`base.win`), the path of a PNG, or its bytes.

    Raises:
        ValueError: it is none of these.

    """
    if isinstance(picture, str | PathLike):
        picture = Path(picture).read_bytes()
    elif hasattr(picture, "saveScreenshot"):
        picture = _of_panda3d(picture)
    elif type(picture).__module__.startswith("pygame"):
        picture = _of_pygame(picture)
    if not isinstance(picture, bytes) or not picture.startswith(_PNG):
        raise ValueError(
            "A screenshot is a surface of pygame, a window of Panda3D (base.win), the path of a PNG, or its bytes."
        )
    return picture


def screen_now() -> bytes | None:
    """Return what is on the game's screen, as a PNG; None while neither pygame nor Panda3D shows anything."""
    try:
        picture = _window_now()
        return None if picture is None else png_of(picture)
    except Exception:
        _log.warning("What is on the game's screen cannot be kept.", exc_info=True)
        return None


def _window_now() -> Any:
    pygame = sys.modules.get("pygame")
    if pygame is not None and pygame.display.get_init() and pygame.display.get_surface() is not None:
        return pygame.display.get_surface()
    return getattr(getattr(builtins, "base", None), "win", None)  # where Panda3D's ShowBase puts itself


def _of_pygame(surface: Any) -> bytes:
    file = BytesIO()
    sys.modules["pygame"].image.save(surface, file, "screenshot.png")
    return file.getvalue()


def _of_panda3d(window: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "screenshot.png"
        if not window.saveScreenshot(path):
            raise ValueError("The window of Panda3D has no picture yet: render a frame before.")
        return path.read_bytes()
