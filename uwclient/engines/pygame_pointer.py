"""Shows the mouse pointer while a card is open in a pygame game that hides it."""

from __future__ import annotations

import pygame


class Pointer:
    """Remembers whether it has shown a pointer that the game had hidden."""

    def __init__(self) -> None:
        self._is_shown = False

    def follow(self, is_needed: bool) -> None:
        """Show a hidden pointer while it is needed, and hide it again after that."""
        if not (is_needed or self._is_shown) or not pygame.display.get_init():
            return
        if is_needed and not pygame.mouse.get_visible():
            pygame.mouse.set_visible(True)
            self._is_shown = True
        elif not is_needed:
            pygame.mouse.set_visible(False)
            self._is_shown = False
