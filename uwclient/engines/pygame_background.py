"""Keeps what is under the cards on a pygame surface, so that drawing over their own last frame changes nothing."""

from __future__ import annotations

from operator import eq
from typing import NamedTuple

import pygame
from pygame import Rect, Surface

from uwclient.engines.pygame_canvas import Blits, around

BAND = 16
"""Rows that are compared at once."""

PIECE = 64
"""Rows that memory is reserved for at once."""

SHARES = (0.01, 0.35, 0.65, 0.99)
MARKS = tuple((x, y) for x in SHARES for y in SHARES if {x, y} - {SHARES[0], SHARES[-1]})
"""Where pixels are sampled, to tell whether the screens are still there: shares of the width and height of the place.

Not in its corners, where a card is transparent.
"""

MIXED = pygame.SRCALPHA | pygame.SRCCOLORKEY
"""The flags of a surface that is mixed with what it is drawn on, rather than copied."""

ANOTHER = (3, 3, 3, 255)
"""How far another color is away at least; less is rounding."""

EXACT = 24
"""Bits of a pixel in which `ANOTHER` can be told."""

NOWHERE = Rect(0, 0, 0, 0)


class Drawing(NamedTuple):
    """What is drawn of the screens.

    Attributes:
        blits: the surfaces, and where each is drawn.
        place: the place that is drawn on.
        solid: the part of it that nothing shines through.

    """

    blits: Blits = ()
    place: Rect = NOWHERE
    solid: Rect = NOWHERE


class _Copy(NamedTuple):
    """The pixels of a part of a surface."""

    part: Rect
    pixels: Surface


class Background:
    """Draws the screens, and owns copies of what they cover.

    A game that does not draw everything anew in each frame, such as one that is paused, still has the last frame of
    the screens on its surface. That is taken off before the next one is drawn; what the game has drawn since stays.

    What is under a solid place is copied only when that is another place: it is needed when the screens close over a
    game that has stopped drawing since they opened. `copies_all` copies it in each frame, for a game that goes on
    drawing below them.
    """

    def __init__(self, copies_all: bool) -> None:
        self._copies_all = copies_all
        self._surface: Surface | None = None
        self._drawing = Drawing()
        self._around: list[_Copy] = []
        self._below: list[_Copy] = []
        self._memory: dict[tuple[int, ...], _Copy] = {}  # the copies by their parts: to copy into takes half the time
        self._memory_of: Surface | None = None
        self._marks: list[tuple[int, int]] = []
        self._after: list[pygame.Color] = []  # the colors of the marks once the screens were drawn

    @property
    def is_covered(self) -> bool:
        """Whether the screens can still be seen where they were drawn last."""
        same = list(map(eq, self._sample(), self._after))
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

    def reserve(self, surface: Surface, solid: Rect) -> None:
        """Have memory for what will be under a solid place, a piece with each call, before it is drawn."""
        if surface.get_flags() & MIXED:
            return
        if self._memory_of is not surface:
            self._memory, self._memory_of = {}, surface
        for part in _pieces(solid.clip(surface.get_rect())):
            if tuple(part) not in self._memory:
                self._memory[tuple(part)] = _copy(surface, part)
                return

    def draw(self, surface: Surface, drawing: Drawing) -> None:
        """Draw the screens over what the game has drawn."""
        is_elsewhere = surface is not self._surface or drawing[1:] != self._drawing[1:]
        if not is_elsewhere and self._is_still_there():
            self._draw_again(surface, drawing)
        else:
            if is_elsewhere:
                self._take_off(surface)
            self._draw_over(surface, drawing, is_elsewhere)
        self._drawing = drawing
        self._after = self._sample()

    def clear(self, surface: Surface) -> None:
        """Take the last frame of the screens off a surface, wherever it is still there."""
        self._take_off(surface)
        self._clear()

    def _take_off(self, surface: Surface) -> None:
        if surface is self._surface and self._is_still_there():
            copies = [*self._around, *self._below]
            self._keep_changes(surface, copies)
            _put(surface, copies)

    def put_back(self) -> None:
        """Draw what was under the screens, whatever is there now."""
        if self._surface is not None:
            _put(self._surface, [*self._around, *self._below])
        self._clear()

    def _draw_over(self, surface: Surface, drawing: Drawing, is_elsewhere: bool) -> None:
        """Draw the screens on a surface that they are not on, and copy what they cover."""
        solid = drawing.solid.clip(drawing.place)
        self._around = self._copies(surface, around(solid, drawing.place))
        if is_elsewhere or self._copies_all:
            self._below = self._copies(surface, _pieces(solid))
        if is_elsewhere:
            self._memory = {tuple(copy.part): copy for copy in (*self._around, *self._below)}
            self._surface = self._memory_of = surface
            self._marks = _marks(drawing.place)
        _blit(surface, drawing.blits)

    def _copies(self, surface: Surface, parts: list[Rect]) -> list[_Copy]:
        """Copies of parts of a surface, where there is memory for them in that."""
        if surface is not self._memory_of or surface.get_flags() & MIXED:
            return [_copy(surface, part) for part in parts]
        copies = []
        for part in parts:
            copy = self._memory.get(tuple(part))
            if copy is None:
                copy = _copy(surface, part)
            else:
                copy.pixels.blit(surface, (0, 0), part)
            copies.append(copy)
        return copies

    def _draw_again(self, surface: Surface, drawing: Drawing) -> None:
        """Draw the screens on a surface that they are still on, in the same place."""
        is_as_it_was = bool(self._around) and not self._keep_changes(surface, self._around)
        if not is_as_it_was or drawing != self._drawing:
            _put(surface, self._around)
            _blit(surface, drawing.blits)

    def _keep_changes(self, surface: Surface, copies: list[_Copy]) -> bool:
        """Update the copies with what the game has drawn since; whether it has drawn anything there.

        The last frame is drawn once more for that, on the same surface, since strips that are drawn on another one
        are packed anew. It stays there.
        """
        here = [_copy(surface, part).pixels for part, _ in copies]
        _put(surface, copies)
        _blit(surface, self._drawing.blits)
        last = [surface.subsurface(part) for part, _ in copies]
        changed = [_take_over(*three) for three in zip([copy.pixels for copy in copies], here, last, strict=True)]
        return any(changed)

    def _clear(self) -> None:
        self._surface, self._drawing = None, Drawing()
        self._around, self._below, self._marks = [], [], []
        self._memory, self._memory_of = {}, None

    def _is_still_there(self) -> bool:
        """Whether any mark still has the color that the screens have left, another one than the game's."""
        same = list(map(eq, self._sample(), self._after))
        if True not in same:
            return False
        marks = zip(self._marks, self._after, same, strict=False)
        return any(is_same and after != self._before(mark) for mark, after, is_same in marks)

    def _before(self, mark: tuple[int, int]) -> pygame.Color | None:
        """The color under the screens at a mark."""
        found = (copy for copy in (*self._around, *self._below) if copy.part.collidepoint(mark))
        copy = next(found, None)
        return None if copy is None else copy.pixels.get_at((mark[0] - copy.part.left, mark[1] - copy.part.top))

    def _sample(self) -> list[pygame.Color]:
        """The colors of the marks now; none when the surface is gone or has become smaller."""
        surface = self._surface
        try:
            if surface is None or not surface.get_rect().contains(self._drawing.place):
                return []
            return list(map(surface.get_at, self._marks))
        except pygame.error:
            return []


def _marks(place: Rect) -> list[tuple[int, int]]:
    return [(place.left + int(place.width * x), place.top + int(place.height * y)) for x, y in MARKS]


def _pieces(place: Rect) -> list[Rect]:
    """A place in pieces of some rows each."""
    tops = range(place.top, place.bottom, PIECE)
    return [Rect(place.left, top, place.width, min(PIECE, place.bottom - top)) for top in tops if place.width]


def _copy(surface: Surface, part: Rect) -> _Copy:
    """Copy a part of a surface; drawn, it replaces what is there, alpha and all."""
    pixels = surface.subsurface(part).copy()
    pixels.set_alpha(None)
    pixels.set_colorkey(None)
    return _Copy(part, pixels)


def _put(surface: Surface, copies: list[_Copy]) -> None:
    _blit(surface, tuple((pixels, part.topleft) for part, pixels in copies))


def _blit(surface: Surface, blits: Blits) -> None:
    """Draw on all of a surface, whatever clip the game has set on it."""
    clip = surface.get_clip()
    surface.set_clip(None)
    try:
        surface.blits(blits, False)
    finally:
        surface.set_clip(clip)


def _take_over(under: Surface, here: Surface, last: Surface) -> bool:
    """Copy the pixels that the game has drawn since: those that differ from the last frame; whether there are any."""
    changed = False
    for top in range(0, here.get_height(), BAND):
        band = Rect(0, top, here.get_width(), min(BAND, here.get_height() - top))
        pair = (here.subsurface(band), last.subsurface(band))
        if pygame.image.tobytes(pair[0], "RGBA") != pygame.image.tobytes(pair[1], "RGBA"):
            changed = True
            exact = here.get_bitsize() >= EXACT
            compared = pair if exact else (pair[0].convert(32), pair[1].convert(32))
            same = pygame.mask.from_threshold(compared[0], (0, 0, 0), ANOTHER, compared[1])
            same.to_surface(under.subsurface(band), unsetsurface=pair[0], setcolor=None, unsetcolor=None)
    return changed
