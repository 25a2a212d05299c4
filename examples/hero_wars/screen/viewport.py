"""Fits the game's picture into a window of any size: scaled, aspect ratio kept, centred."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from ..play.field import HEIGHT, WIDTH


@dataclass(frozen=True, slots=True)
class Viewport:
    """Where the picture is in a window of this size (pixels)."""

    window: tuple[int, int]

    @property
    def box(self) -> Rect:
        """The part of the window that the picture fills."""
        scale = min(self.window[0] / WIDTH, self.window[1] / HEIGHT)
        box = Rect(0, 0, max(1, round(WIDTH * scale)), max(1, round(HEIGHT * scale)))
        box.center = self.window[0] // 2, self.window[1] // 2
        return box

    def to_logical(self, spot: tuple[int, int]) -> tuple[int, int]:
        """A place in the window as a place in the picture."""
        box = self.box
        return (spot[0] - box.left) * WIDTH // box.width, (spot[1] - box.top) * HEIGHT // box.height
