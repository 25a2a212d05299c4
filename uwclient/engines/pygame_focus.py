"""Tells whether the player is away from the window of a pygame game."""

from __future__ import annotations

import pygame
from pygame.event import Event


class Focus:
    """Tracks whether the window has lost the focus or is minimised."""

    def __init__(self) -> None:
        self._unfocused = False
        self._minimised = False

    @property
    def is_away(self) -> bool:
        """Whether another window has the focus, or this one is minimised."""
        return self._unfocused or self._minimised

    def notice(self, event: Event) -> None:
        """Take an event of the window into account."""
        if event.type == pygame.WINDOWFOCUSLOST:
            self._unfocused = True
        elif event.type == pygame.WINDOWMINIMIZED:
            self._minimised = True
        elif event.type == pygame.WINDOWRESTORED:
            self._minimised = False
        elif event.type == pygame.WINDOWFOCUSGAINED:
            self._unfocused = self._minimised = False
