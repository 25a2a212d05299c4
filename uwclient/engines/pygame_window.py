"""Tells whether pygame's window is one of OpenGL, on which nothing that pygame draws is seen."""

from __future__ import annotations

import pygame
from pygame import Surface


class WindowKind:
    """The kind of the window, which may be another one at any time.

    Most windows have the flag of OpenGL, since SDL itself shows them by it. Only `pygame.display.update` tells the
    difference, and may show what is drawn so far; so it is asked once for each window.
    """

    def __init__(self) -> None:
        self._known: object = None
        self._is_opengl = False

    def is_opengl(self, surface: Surface) -> bool:
        """Whether a surface is a window of OpenGL that the game has made, or a part of one."""
        window = surface.get_abs_parent()
        if window is not pygame.display.get_surface() or not window.get_flags() & pygame.OPENGL:
            return False
        known = (window.get_size(), window.get_flags(), window._pixels_address)
        if known != self._known:
            self._known, self._is_opengl = known, not _can_update()
        return self._is_opengl


def _can_update() -> bool:
    try:
        pygame.display.update([])
    except pygame.error:
        return False
    return True
