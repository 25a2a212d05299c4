"""Draws the cards and the debug overlay over a pygame game, and tells whether the player sees them."""

from __future__ import annotations

import logging
from typing import Any

import pygame
from pygame import Rect, Surface
from pygame.event import Event

from uwclient import ArgumentError
from uwclient.engines.pygame_background import Background, Drawing
from uwclient.engines.pygame_canvas import FEW_COLORS, Canvas
from uwclient.engines.pygame_event_fields import Area
from uwclient.engines.pygame_fonts import Fonts
from uwclient.engines.pygame_input import Input
from uwclient.engines.pygame_pictures import PictureSurfaces
from uwclient.engines.pygame_pointer import Pointer
from uwclient.engines.pygame_window import WindowKind
from uwclient.time_sources import RealTime
from uwclient.ui.card_sizing import EYEBROW, scale_of
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay
from uwclient.ui.scene import EMPTY, Color
from uwclient.ui.theme import Theme, check_theme

FRAME_SHARE = 0.0004
"""Seconds of a frame that drawing a new scene may take in a small window; more in proportion in a larger one."""

SMALL_WINDOW = 1280 * 720

UNSEEN_AFTER = 0.5
"""Seconds without `draw` after which a screen that is no longer on the surface takes no input."""

GONE = "the game draws over them and no longer calls draw()"
CLOSED = "the window is closed"


class Screens:
    """Owns the drawing of the cards and the overlay, the input to them, and the background under them.

    A card that the player cannot see takes no input.
    """

    def __init__(self, ui: LiveUI | None, overlay: Overlay | None, overlay_key: int, keeps_background: bool) -> None:
        self.ui = ui
        self.overlay = overlay
        self._input = Input(ui, overlay, overlay_key)
        self._theme = Theme() if ui is None else ui.theme
        self._fonts = Fonts(self._theme.font, self._theme.bold_font)
        self._pictures = None if ui is None else PictureSurfaces(ui.pictures)
        self._cards = Canvas(self._fonts, self._pictures)
        self._over = Canvas(self._fonts, None)
        self._background = Background(copies_all=keeps_background)
        self._pointer = Pointer()
        self._window = WindowKind()
        self._keeps_background = keeps_background
        self._drawn: list[Rect] = []
        self._drawn_at = RealTime.monotonic()
        self._is_seen = True
        window = pygame.display.get_surface()
        if window is not None:
            self._warm(*window.get_size())

    @property
    def takes_input(self) -> bool:
        """Whether a card or the overlay is open and can be seen."""
        self._look()
        return self._is_seen and self._is_open

    def process(self, event: Event) -> bool:
        """Pass on an event; whether a screen took it."""
        self._look()
        return self._input.process(event, self._is_seen)

    def draw(self, surface: Surface, shown_in: Area | None) -> list[Rect]:
        """Draw the screens; returns the rectangles that may have changed."""
        try:
            is_idle = surface is not None and not self._drawn and self._is_idle
            why = None if is_idle else self._obstacle(surface)
            changed = [] if is_idle or why is not None else self._draw(surface)
            if why is None:
                self._input.scale(surface.get_size(), shown_in)
        except pygame.error as error:
            why, changed = f"pygame cannot draw them ({error})", []
        if why is None:
            self._is_seen = True
            self._drawn_at = RealTime.monotonic()
        else:
            self._hide(why)
        self._pointer.follow(self._is_seen and self._is_open)
        return changed

    def update(self) -> None:
        """Restore what was under the screens, for a game that redraws only what has changed."""
        takes_input = self.takes_input
        self._pointer.follow(takes_input)
        if self._keeps_background and self._drawn:
            try:
                self._background.put_back()
            except pygame.error:  # the window is gone
                return
            if takes_input:
                self._drawn_at = RealTime.monotonic()

    def close(self) -> None:
        """Remove everything."""
        self.update()
        self._pointer.follow(False)
        if self.ui is not None:
            self.ui.close()
        self._cards.clear()
        self._over.clear()
        if self._pictures is not None:
            self._pictures.close()
        self._fonts.close()

    @property
    def _is_open(self) -> bool:
        return (self.ui is not None and self.ui.is_open) or (self.overlay is not None and self.overlay.visible)

    @property
    def _is_idle(self) -> bool:
        """Whether there is nothing to draw."""
        return (self.ui is None or self.ui.is_idle) and (self.overlay is None or not self.overlay.visible)

    def _obstacle(self, surface: Surface | None) -> str | None:
        """Why what is drawn on a surface could not be seen, or None. `pygame.error` when the surface is gone."""
        if surface is None:
            return "draw() gets no surface"
        if surface.get_locked():
            return "the surface is locked while draw() is called"
        if self._window.is_opengl(surface):
            return "pygame cannot draw on a window of OpenGL: draw() on a surface that the game shows as a texture"
        if pygame.display.get_init() and pygame.display.get_surface() and not pygame.display.get_active():
            return "the window is minimised or hidden"
        if surface.get_bitsize() <= FEW_COLORS and not _is_readable_on(surface, self._theme):
            return "the palette of the surface lacks colors like those of the theme"
        return None

    def _draw(self, surface: Surface) -> list[Rect]:
        size, ruler = surface.get_size(), self._fonts.ruler
        cards = EMPTY if self.ui is None else self.ui.scene(*size, ruler)
        over = EMPTY if self.overlay is None else self.overlay.scene(*size, ruler)
        self._fonts.update()
        ends = RealTime.monotonic() + FRAME_SHARE * max(1.0, size[0] * size[1] / SMALL_WINDOW)
        for canvas, scene in ((self._cards, cards), (self._over, over)):
            if scene is EMPTY or not self._fonts.is_searching:  # else what is there stays until it can be read
                canvas.prepare(surface, scene, ends)
            if canvas.is_busy and canvas.coming:
                self._background.reserve(surface, canvas.coming)
        if self.ui is not None and cards is not EMPTY and not self._cards.area:
            self.ui.unseen()  # it is drawn in one of the next frames
        before, self._drawn = self._drawn, self._places(surface)
        if self._drawn:
            self._background.draw(surface, self._drawing())
        elif before:
            self._background.clear(surface)
        if self._pictures is not None:
            self._pictures.update()
        return [*before, *(rect for rect in self._drawn if rect not in before)]

    def _drawing(self) -> Drawing:
        """The strips that are ready to be drawn."""
        place = self._drawn[0].unionall(self._drawn[1:])
        solid = max(self._cards.solid, self._over.solid, key=lambda rect: rect.width * rect.height)
        return Drawing((*self._cards.blits, *self._over.blits), place, solid)

    def _look(self) -> None:
        """Check whether an open screen still has its window, and is still on it when it was not drawn lately."""
        if not (self._is_seen and self._is_open):
            return
        late = RealTime.monotonic() - self._drawn_at > UNSEEN_AFTER
        if self._background.is_gone:
            self._hide(CLOSED)
        elif late and not self._background.is_covered:
            self._hide(GONE)

    def _hide(self, why: str) -> None:
        """Note that the screens cannot be seen, and why."""
        if self.ui is not None:
            self.ui.unseen(why)
        elif self._is_seen:
            logging.getLogger("uwclient").warning("The overlay cannot be seen, and takes no input: %s.", why)
        self._is_seen = False

    def _warm(self, width: int, height: int) -> None:
        """Open the fonts now that a card will be written in, rather than in the middle of play."""
        scale, theme = scale_of(width, height), self._theme
        text, title = theme.text_size * scale, theme.title_size * scale
        for size, bold in ((text, False), (text, True), (title, True), (text * EYEBROW, True)):
            self._fonts.warm(size, bold)

    def _places(self, surface: Surface) -> list[Rect]:
        areas = [canvas.area for canvas in (self._cards, self._over) if canvas.area]
        return [place for place in (area.clip(surface.get_rect()) for area in areas) if place]


def _is_readable_on(surface: Surface, theme: Theme) -> bool:
    """Whether text could still be read in the colors of a palette."""
    nearest: dict[str, Any] = {
        name: Color(*surface.unmap_rgb(surface.map_rgb(color)))
        for name, color in theme._asdict().items()
        if isinstance(color, Color)
    }
    try:
        check_theme(theme._replace(**nearest))
    except ArgumentError:
        return False
    return True
