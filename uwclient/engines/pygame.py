"""Owns live content in a pygame game: `attach(uw)` gives a helper for its loop, with pygame and pygame-ce.

```python
loop = attach(UserWise(...))
while playing:
    for event in pygame.event.get():
        if not loop.process(event):
            ...  # the game's own
    loop.update()
    ...  # draw the game
    loop.draw(screen)
    pygame.display.flip()
loop.detach()
```
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

try:
    import pygame
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "uwclient.engines.pygame needs pygame: pip install 'uwclient[pygame]', or pip install pygame-ce.",
        name=error.name,
    ) from error
from pygame import Rect, Surface
from pygame.event import Event

from uwclient import ArgumentError, UserWise
from uwclient.engines.pygame_drawing import Canvas
from uwclient.engines.pygame_events import Mirror
from uwclient.engines.pygame_fonts import Fonts
from uwclient.engines.pygame_input import Input
from uwclient.engines.pygame_pictures import Gallery
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay
from uwclient.ui.plan import EYEBROW, scale_of
from uwclient.ui.scene import EMPTY
from uwclient.ui.theme import Theme

FRAME_SHARE = 0.0004
"""Seconds that drawing anew may take in a frame of a small window; in a larger one it is as much more."""

SMALL_WINDOW = 1280 * 720


def attach(
    uw: UserWise,
    *,
    ui: bool | LiveUI = True,
    theme: Theme = Theme(),  # noqa: B008 - frozen
    overlay: bool | Overlay = True,
    overlay_key: int = pygame.K_F10,
    mirror_signals: bool = False,
    pause_when_unfocused: bool = False,
    dirty_rects: bool = False,
) -> PygameLoop:
    """Give a pygame game live content. Call it after `pygame.init()`, on the thread of the game's loop.

    A client that is not running is started.

    Args:
        uw: the client.
        ui: draw ready-made cards for messages, offers and survey invites; or a `LiveUI` that you made, with words,
            priorities or kinds of your own.
        theme: the look of the cards, and their fonts. ArgumentError when its text could not be read.
        overlay: have a key open the debug overlay, which shows what the client is doing: for whoever tests the game;
            or an `Overlay` that you made, with players to switch between. False in what you give to players.
        overlay_key: that key.
        mirror_signals: post each signal as a pygame event too, of a type of its own: `PygameLoop.event_type`.
        pause_when_unfocused: while the window is minimised or another one has the focus, `update()` delivers
            nothing, so that nothing opens or ends behind the player's back; what has happened comes, in order, when
            they are back. The session goes on, and what the player did is still sent.
        dirty_rects: for a game that redraws only what has changed: `update()`, called before the game erases and
            draws, puts back what was under the cards, and `draw()` tells what to update of the display.

    """
    live_ui = LiveUI(uw, theme=theme) if ui is True else ui or None
    if overlay is True:
        overlay = Overlay(uw, held_back=None if live_ui is None else live_ui.held_back)
    screens = Screens(live_ui, overlay or None, overlay_key, dirty_rects) if live_ui or overlay else None
    mirror = Mirror(uw) if mirror_signals else None
    return PygameLoop(uw, screens, mirror, Focus() if pause_when_unfocused else None)


class PygameLoop:
    """Owns what a client has in a pygame game: its listeners, and what is drawn of it. `attach` makes it.

    Attributes:
        ui: the cards and notes, to hold them back, or to show a note; None without them.
        overlay: the debug overlay; None without it.

    """

    def __init__(self, uw: UserWise, screens: Screens | None, mirror: Mirror | None, focus: Focus | None) -> None:
        self.ui = None if screens is None else screens.ui
        self.overlay = None if screens is None else screens.overlay
        self._uw = uw
        self._screens = screens
        self._mirror = mirror
        self._focus = focus
        self._attached = True
        self._started = not uw.is_running
        uw.start()

    @property
    def is_paused(self) -> bool:
        """Whether `update()` waits for the player to come back to the window."""
        return self._focus is not None and self._focus.is_away

    @property
    def takes_input(self) -> bool:
        """Whether a screen is open that input is meant for: a game that polls its devices should look away."""
        return (self.ui is not None and self.ui.is_open) or (self.overlay is not None and self.overlay.visible)

    def event_type(self, signal: Any) -> int:
        """The type of the pygame events that repeat a signal, such as `loop.event_type(uw.offers.on_active)`.

        The details of the signal are attributes of the event, and `sender` is who sent it. ArgumentError for what is
        no signal of this client, and without `mirror_signals=True`.
        """
        if self._mirror is None:
            raise ArgumentError("Signals are pygame events only with attach(uw, mirror_signals=True).")
        return self._mirror.event_type(signal)

    def process(self, event: Event) -> bool:
        """Pass on an event of pygame; whether it was for a card, and so is not for the game.

        While a card is open it takes keys, mouse and gamepads. A key that was pressed before is released for the
        game. Positions must be those of the surface that `draw` gets.
        """
        if self._focus is not None:
            self._focus.notice(event)
        return self._screens is not None and self._screens.input.process(event)

    def update(self, budget_ms: float | None = None) -> int:
        """Deliver what the platform has sent; call it once a frame. As `UserWise.pump`."""
        if self._screens is not None:
            self._screens.restore()
        return 0 if self.is_paused or not self._attached else self._uw.pump(budget_ms)

    def draw(self, surface: Surface) -> list[Rect]:
        """Draw what is to be seen of live content, over the game. Call it once a frame, before the flip.

        Returns the places that may look different now, for `pygame.display.update` in games that use that.
        """
        return [] if self._screens is None else self._screens.draw(surface)

    def detach(self) -> None:
        """Take everything away again; a client that `attach` has started is stopped. Does nothing the second time."""
        if not self._attached:
            return
        self._attached = False
        if self._started:
            self._uw.stop()
        if self._mirror is not None:
            self._mirror.close()
        if self._screens is not None:
            self._screens.close()
            self._screens = None


class Screens:
    """Owns the drawing of the screens, the input to them, and what is under them where the game needs that again."""

    def __init__(self, ui: LiveUI | None, overlay: Overlay | None, overlay_key: int, keeps_background: bool) -> None:
        self.ui = ui
        self.overlay = overlay
        self.input = Input(ui, overlay, overlay_key)
        theme = Theme() if ui is None else ui.theme
        self._fonts = Fonts(theme.font, theme.bold_font)
        self._gallery = None if ui is None else Gallery(ui.pictures)
        self._cards = Canvas(self._fonts, self._gallery)
        self._over = Canvas(self._fonts, None)
        self._keeps_background = keeps_background
        self._background: tuple[Surface, Surface, Rect] | None = None
        self._drawn: list[Rect] = []
        window = pygame.display.get_surface()
        if window is not None:
            self._warm(theme, *window.get_size())

    def draw(self, surface: Surface) -> list[Rect]:
        """Draw them; the places that may look different now."""
        size, ruler = surface.get_size(), self._fonts.ruler
        ends = time.perf_counter() + FRAME_SHARE * max(1.0, size[0] * size[1] / SMALL_WINDOW)
        cards = EMPTY if self.ui is None else self.ui.scene(*size, ruler)
        over = EMPTY if self.overlay is None else self.overlay.scene(*size, ruler)
        if cards is EMPTY and over is EMPTY and not self._drawn:
            return []
        self._fonts.update()
        for canvas, scene in ((self._cards, cards), (self._over, over)):
            if scene is EMPTY or not self._fonts.is_searching:  # else what is there stays until it can be read
                canvas.prepare(surface, scene, ends)
        before, self._drawn = self._drawn, self._places(surface)
        if self._drawn and self._keeps_background:
            place = self._drawn[0].unionall(self._drawn[1:])
            self._background = surface, surface.subsurface(place).copy(), place
        self._cards.draw(surface)
        self._over.draw(surface)
        if self._gallery is not None:
            self._gallery.update()
        return [*before, *(rect for rect in self._drawn if rect not in before)]

    def restore(self) -> None:
        """Put back what was under them, where that was kept."""
        if self._background is not None:
            surface, background, place = self._background
            self._background = None
            with suppress(pygame.error):  # the window is gone
                surface.blit(background, place)

    def close(self) -> None:
        """Take everything away."""
        self.restore()
        if self.ui is not None:
            self.ui.close()
        self._cards.clear()
        self._over.clear()
        if self._gallery is not None:
            self._gallery.close()
        self._fonts.close()

    def _warm(self, theme: Theme, width: int, height: int) -> None:
        """Open the fonts now that a card will be written in, rather than in the middle of play."""
        scale = scale_of(width, height)
        text, title = theme.text_size * scale, theme.title_size * scale
        for size, bold in ((text, False), (text, True), (title, True), (text * EYEBROW, True)):
            self._fonts.warm(size, bold)

    def _places(self, surface: Surface) -> list[Rect]:
        areas = [canvas.area for canvas in (self._cards, self._over) if canvas.area]
        return [place for place in (area.clip(surface.get_rect()) for area in areas) if place]


class Focus:
    """Owns whether the player is away from the window."""

    def __init__(self) -> None:
        self._unfocused = False
        self._minimised = False

    @property
    def is_away(self) -> bool:
        """Whether another window has the focus, or this one is minimised."""
        return self._unfocused or self._minimised

    def notice(self, event: Event) -> None:
        """Take in what an event says of it."""
        if event.type == pygame.WINDOWFOCUSLOST:
            self._unfocused = True
        elif event.type == pygame.WINDOWMINIMIZED:
            self._minimised = True
        elif event.type == pygame.WINDOWRESTORED:
            self._minimised = False
        elif event.type == pygame.WINDOWFOCUSGAINED:
            self._unfocused = self._minimised = False
