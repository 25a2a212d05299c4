"""Owns what was under the screens on a pygame surface, so that drawing over their own last frame changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from operator import eq
from typing import NamedTuple

import pygame
from pygame import Rect, Surface

from uwclient.engines.pygame_drawing import Blits, around

BAND = 16
"""Rows that are compared at once."""

MARKS = (0.01, 0.35, 0.65, 0.99)
"""Where the surface is looked at to tell whether the screens are still on it: shares of their width and height."""

ANOTHER = (3, 3, 3, 255)
"""How far another color is away at least; less is rounding."""

EXACT = 24
"""Bits of a pixel in which `ANOTHER` can be told."""

NOWHERE = Rect(0, 0, 0, 0)


class Drawing(NamedTuple):
    """What is drawn of the screens, and on which place; nothing shines through where it is `solid`."""

    blits: Blits = ()
    place: Rect = NOWHERE
    solid: Rect = NOWHERE


class _Copy(NamedTuple):
    """What was under a part of the screens."""

    part: Rect
    under: Surface


class Ground:
    """Owns copies of what the screens were drawn over last, and draws them.

    A game that does not draw everything anew in each frame, such as one that is paused, still has the last frame of
    the screens on its surface. That is taken off before the next one, and what the game has drawn since is left.

    What is under a solid place is copied when that place is another one: it is needed only when the screens go from
    a game that has stopped drawing. For a game that draws on below them it is copied each time, with `copies_all`.
    """

    def __init__(self, copies_all: bool) -> None:
        self._copies_all = copies_all
        self._surface: Surface | None = None
        self._drawing = Drawing()
        self._around: list[_Copy] = []
        self._below: list[_Copy] = []
        self._marks: list[tuple[int, int]] = []
        self._after: list[pygame.Color] = []

    @property
    def is_covered(self) -> bool:
        """Whether the screens can still be seen where they were drawn last."""
        same = list(map(eq, self._look(), self._after))
        return 2 * same.count(True) > len(self._marks)

    @property
    def is_gone(self) -> bool:
        """Whether the window that they were drawn on is closed."""
        try:
            if self._surface is not None:
                self._surface.get_size()
        except pygame.error:
            return True
        return False

    def draw(self, surface: Surface, drawing: Drawing) -> None:
        """Draw the screens, over what the game has drawn."""
        is_new = surface is not self._surface or drawing != self._drawing
        if not is_new and self._is_touched():
            self._take_off(self._around)
        elif is_new:
            self.clear(surface)
        solid = drawing.solid.clip(drawing.place)
        self._around = [_copy(surface, part) for part in around(solid, drawing.place)]
        if solid and (is_new or self._copies_all):
            self._below = [_copy(surface, solid)]
        self._surface, self._drawing = surface, drawing
        with _unclipped(surface):
            surface.blits(drawing.blits, False)
        if is_new:
            self._marks = _marks(drawing.place)
        self._after = self._look()

    def clear(self, surface: Surface) -> None:
        """Take the last frame of the screens off a surface, wherever it is still there."""
        if surface is self._surface and self._is_touched():
            self._take_off([*self._around, *self._below])
        self._forget()

    def put_back(self) -> None:
        """Draw what was under the screens, whatever is there now."""
        if self._surface is not None:
            _restore(self._surface, [*self._around, *self._below])
        self._forget()

    def _forget(self) -> None:
        self._surface, self._drawing = None, Drawing()
        self._around, self._below, self._marks = [], [], []

    def _take_off(self, copies: list[_Copy]) -> None:
        """Draw what was under parts of the screens, but where the game has drawn since."""
        if self._surface is None:
            return
        for part, under in copies:
            left = under.copy()
            left.blits([(one, (x - part.left, y - part.top)) for one, (x, y) in self._drawing.blits], False)
            here = self._surface.subsurface(part)
            for top in range(0, part.height, BAND):
                band = Rect(0, top, part.width, min(BAND, part.height - top))
                _take_over(under.subsurface(band), here.subsurface(band), left.subsurface(band))
        _restore(self._surface, copies)

    def _is_touched(self) -> bool:
        """Whether there is any mark that the screens have changed, and nobody since."""
        same = list(map(eq, self._look(), self._after))
        if True not in same:
            return False
        marks = zip(self._marks, self._after, same, strict=False)
        return any(is_same and after != self._before(mark) for mark, after, is_same in marks)

    def _before(self, mark: tuple[int, int]) -> pygame.Color | None:
        """What was under the screens there."""
        found = (copy for copy in (*self._around, *self._below) if copy.part.collidepoint(mark))
        part, under = next(found, (NOWHERE, None))
        return None if under is None else under.get_at((mark[0] - part.left, mark[1] - part.top))

    def _look(self) -> list[pygame.Color]:
        """The marks as they are now; none when the surface is gone or has become smaller."""
        surface = self._surface
        try:
            if surface is None or not surface.get_rect().contains(self._drawing.place):
                return []
            return list(map(surface.get_at, self._marks))
        except pygame.error:
            return []


def _marks(place: Rect) -> list[tuple[int, int]]:
    return [(place.left + int(place.width * x), place.top + int(place.height * y)) for x in MARKS for y in MARKS]


@contextmanager
def _unclipped(surface: Surface) -> Iterator[None]:
    """Draw on all of a surface, whatever clip the game has set on it."""
    clip = surface.get_clip()
    surface.set_clip(None)
    try:
        yield
    finally:
        surface.set_clip(clip)


def _copy(surface: Surface, part: Rect) -> _Copy:
    """A part of a surface, that is copied when it is drawn, alpha and all."""
    under = surface.subsurface(part).copy()
    under.set_alpha(None)
    under.set_colorkey(None)
    return _Copy(part, under)


def _restore(surface: Surface, copies: list[_Copy]) -> None:
    with _unclipped(surface):
        surface.blits([(under, part.topleft) for part, under in copies], False)


def _take_over(under: Surface, here: Surface, left: Surface) -> None:
    """Take over what is here now, where that is not what the screens have left: the game has drawn there since."""
    if pygame.image.tobytes(here, "RGBA") != pygame.image.tobytes(left, "RGBA"):
        exact = here.get_bitsize() >= EXACT
        pair = (here, left) if exact else (here.convert(32), left.convert(32))
        same = pygame.mask.from_threshold(pair[0], (0, 0, 0), ANOTHER, pair[1])
        same.to_surface(under, unsetsurface=here, setcolor=None, unsetcolor=None)
