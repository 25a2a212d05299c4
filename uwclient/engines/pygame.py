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

from typing import Any

import pygame
from pygame import Surface
from pygame.event import Event

from uwclient import ArgumentError, UserWise
from uwclient.engines.pygame_drawing import Canvas
from uwclient.engines.pygame_events import Mirror
from uwclient.engines.pygame_fonts import Fonts
from uwclient.engines.pygame_input import Input
from uwclient.engines.pygame_pictures import Gallery
from uwclient.ui.live import LiveUI
from uwclient.ui.theme import Theme


def attach(
    uw: UserWise,
    *,
    ui: bool | LiveUI = True,
    theme: Theme = Theme(),  # noqa: B008 - frozen
    mirror_signals: bool = False,
    pause_when_unfocused: bool = False,
) -> PygameLoop:
    """Give a pygame game live content. Call it after `pygame.init()`, on the thread of the game's loop.

    A client that is not running is started.

    Args:
        uw: the client.
        ui: draw ready-made cards for messages, offers and survey invites; or a `LiveUI` that you made, with words,
            priorities or kinds of your own.
        theme: the look of the cards, and their fonts. ArgumentError when its text could not be read.
        mirror_signals: post each signal as a pygame event too, of a type of its own: `PygameLoop.event_type`.
        pause_when_unfocused: while the window is minimised or another one has the focus, `update()` delivers
            nothing, so that nothing opens or ends behind the player's back; what has happened comes, in order, when
            they are back. The session goes on, and what the player did is still sent.

    """
    return PygameLoop(uw, ui, theme, mirror_signals, pause_when_unfocused)


class PygameLoop:
    """Owns what a client has in a pygame game: its listeners, and what is drawn of it. `attach` makes it.

    Attributes:
        ui: the cards and notes, to hold them back, or to show a note; None without them.

    """

    def __init__(
        self, uw: UserWise, ui: bool | LiveUI, theme: Theme, mirror_signals: bool, pause_when_unfocused: bool
    ) -> None:
        self._uw = uw
        self.ui = LiveUI(uw, theme=theme) if ui is True else ui or None
        self._screens = None if self.ui is None else _Screens(self.ui)
        self._mirror = Mirror(uw) if mirror_signals else None
        self._focus = _Focus() if pause_when_unfocused else None
        self._attached = True
        self._started = not uw.is_running
        uw.start()

    @property
    def is_paused(self) -> bool:
        """Whether `update()` waits for the player to come back to the window."""
        return self._focus is not None and self._focus.is_away

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
        return 0 if self.is_paused or not self._attached else self._uw.pump(budget_ms)

    def draw(self, surface: Surface) -> None:
        """Draw what is to be seen of live content, over the game. Call it once a frame, before the flip."""
        if self._screens is not None:
            self._screens.draw(surface)

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


class _Screens:
    """Owns the drawing of the screens and the input to them."""

    def __init__(self, ui: LiveUI) -> None:
        self._ui = ui
        self._fonts = Fonts(ui.theme.font, ui.theme.bold_font)
        self._gallery = Gallery(ui.pictures)
        self._canvas = Canvas(self._fonts, self._gallery)
        self.input = Input(ui)

    def draw(self, surface: Surface) -> None:
        scene = self._ui.scene(*surface.get_size(), self._fonts.ruler)
        self._fonts.update()
        if not self._fonts.is_searching:
            self._canvas.draw(surface, scene)
            self._gallery.update()

    def close(self) -> None:
        self._ui.close()
        self._canvas.clear()
        self._gallery.close()
        self._fonts.close()


class _Focus:
    """Owns whether the player is away from the window."""

    def __init__(self) -> None:
        self._unfocused = False
        self._minimised = False

    @property
    def is_away(self) -> bool:
        return self._unfocused or self._minimised

    def notice(self, event: Event) -> None:
        if event.type == pygame.WINDOWFOCUSLOST:
            self._unfocused = True
        elif event.type == pygame.WINDOWMINIMIZED:
            self._minimised = True
        elif event.type == pygame.WINDOWRESTORED:
            self._minimised = False
        elif event.type == pygame.WINDOWFOCUSGAINED:
            self._unfocused = self._minimised = False
