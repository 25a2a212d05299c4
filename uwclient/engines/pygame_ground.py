"""Owns what was under the screens on a pygame surface, so that drawing over their own last frame changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pygame
from pygame import Rect, Surface

BAND = 16
"""Rows that are compared at once."""

MARKS = (0.01, 0.2, 0.4, 0.6, 0.8, 0.99)
"""Where the surface is looked at to tell whether the screens are still on it: shares of their width and height."""

ANOTHER = (3, 3, 3, 255)
"""How far another color is away at least; less is rounding."""

EXACT = 24
"""Bits of a pixel in which `ANOTHER` can be told."""

NOWHERE = Rect(0, 0, 0, 0)

Pixel = tuple[int, ...]


class Ground:
    """Owns a copy of what the screens were drawn over last.

    A game that does not draw everything anew in each frame, such as one that is paused, still has the last frame of
    the screens on its surface. `clear` takes that off before the next one, and leaves what the game has drawn since.
    """

    def __init__(self) -> None:
        self._surface: Surface | None = None
        self._under = Surface((0, 0))
        self._place = NOWHERE
        self._marks: list[tuple[int, int]] = []
        self._before: list[Pixel] = []
        self._after: list[Pixel] = []

    def keep(self, surface: Surface, place: Rect) -> None:
        """The screens are about to be drawn on a place of a surface."""
        self._surface, self._place = surface, place
        self._under = surface.subsurface(place).copy()
        self._under.set_alpha(None)
        self._under.set_colorkey(None)
        self._marks = [
            (place.left + int(place.width * x), place.top + int(place.height * y)) for x in MARKS for y in MARKS
        ]
        self._before = self._look()

    def mark(self) -> None:
        """The screens were drawn there."""
        self._after = self._look()

    @property
    def is_covered(self) -> bool:
        """Whether the screens can still be seen where they were drawn last."""
        same = [now == after for now, after in zip(self._look(), self._after, strict=False)]
        return 2 * sum(same) > len(self._marks)

    def clear(self, surface: Surface, draw: Callable[[Surface, Rect], None]) -> None:
        """Take the last frame of the screens off a surface, wherever it is still there.

        Args:
            surface: what is to be drawn on next.
            draw: draws that frame once more, onto a surface that stands for this place.

        """
        if surface is not self._surface or not self._is_touched():
            self._surface = None
            return
        here, left = surface.subsurface(self._place), self._under.copy()
        draw(left, self._place)
        for top in range(0, self._place.height, BAND):
            band = Rect(0, top, self._place.width, min(BAND, self._place.height - top))
            _take_over(self._under.subsurface(band), here.subsurface(band), left.subsurface(band))
        self.put_back()

    def put_back(self) -> None:
        """Draw what was under the screens, and forget it."""
        if self._surface is not None:
            with unclipped(self._surface):
                self._surface.blit(self._under, self._place)
        self._surface = None

    def _is_touched(self) -> bool:
        """Whether there is any mark that the screens have changed, and nobody since."""
        marks = zip(self._look(), self._before, self._after, strict=False)
        return any(now == after != before for now, before, after in marks)

    def _look(self) -> list[Pixel]:
        """The marks as they are now; none when the surface is gone or has become smaller."""
        surface = self._surface
        try:
            if surface is None or not surface.get_rect().contains(self._place):
                return []
            return [tuple(surface.get_at(mark)) for mark in self._marks]
        except pygame.error:
            return []


@contextmanager
def unclipped(surface: Surface) -> Iterator[None]:
    """Draw on all of a surface, whatever clip the game has set on it."""
    clip = surface.get_clip()
    surface.set_clip(None)
    try:
        yield
    finally:
        surface.set_clip(clip)


def _take_over(under: Surface, here: Surface, left: Surface) -> None:
    """Take over what is here now, where that is not what the screens have left: the game has drawn there since."""
    if pygame.image.tobytes(here, "RGBA") != pygame.image.tobytes(left, "RGBA"):
        exact = here.get_bitsize() >= EXACT
        pair = (here, left) if exact else (here.convert(32), left.convert(32))
        same = pygame.mask.from_threshold(pair[0], (0, 0, 0), ANOTHER, pair[1])
        same.to_surface(under, unsetsurface=here, setcolor=None, unsetcolor=None)
