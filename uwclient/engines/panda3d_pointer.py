"""Shows the mouse pointer while a card is open in a Panda3D game that hides it."""

from __future__ import annotations

from typing import Any

from panda3d.core import GraphicsWindow, WindowProperties


class Pointer:
    """Remembers whether it has shown a pointer that the game had hidden."""

    def __init__(self) -> None:
        self._window: Any = None

    def follow(self, window: Any, is_needed: bool) -> None:
        """Show a hidden pointer while it is needed, and hide it again after that."""
        if not isinstance(window, GraphicsWindow):
            return
        if is_needed and window is not self._window and window.getProperties().getCursorHidden():
            self._window = window
            _hide(window, False)
        elif not is_needed and self._window is not None:
            if window is self._window:
                _hide(window, True)
            self._window = None


def _hide(window: Any, hidden: bool) -> None:
    properties = WindowProperties()
    properties.setCursorHidden(hidden)
    window.requestProperties(properties)
