"""The window: opened once, of any size, with the game's picture scaled into it."""

from __future__ import annotations

import sys

import pygame
from pygame import Surface

from .painter import SIZE
from .palette import INK
from .viewport import Viewport

TITLE = "Hero Wars"


class Window:
    """Shows pictures of the game's logical size."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    @property
    def surface(self) -> Surface:
        """Its pixels; another surface after the player has changed its size."""
        return pygame.display.get_surface() or self._surface

    def put(self, picture: Surface) -> None:
        """Fills the window with a picture, in the middle and in its own shape."""
        surface = self.surface
        box = Viewport(surface.get_size()).box
        surface.fill(INK)
        if box.size == picture.get_size():
            surface.blit(picture, box)
        else:
            surface.blit(pygame.transform.smoothscale(picture, box.size), box)

    def to_logical(self, spot: tuple[int, int]) -> tuple[int, int]:
        """A place in the window as a place in the picture."""
        return Viewport(self.surface.get_size()).to_logical(spot)


def open_window() -> Window | None:
    """The game's window, or None, after telling why, when there is no screen to open it on."""
    try:
        pygame.display.init()
        pygame.font.init()
        surface = pygame.display.set_mode(SIZE, pygame.RESIZABLE)
    except pygame.error as error:
        print(f"The game cannot open a window ({error}). Without a screen, run it headless.", file=sys.stderr)
        return None
    pygame.display.set_caption(TITLE)
    return Window(surface)
