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
from uwclient.engines.pygame_events import Mirror
from uwclient.engines.pygame_reading import Area
from uwclient.engines.pygame_screens import Screens
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay
from uwclient.ui.theme import Theme


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
        """Whether a screen is open that input is meant for: a game that polls its devices should look away.

        A screen that cannot be seen takes no input, such as in a game that does not call `draw` any more.
        """
        return self._screens is not None and self._screens.takes_input

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

        While a card is open it takes keys, mouse and gamepads, but no key with Alt, Ctrl or Meta. A key that was
        pressed before is released for the game. Positions must be those of the surface that `draw` gets, or of the
        window where `draw` is told what part of it that surface is shown in.
        """
        if self._focus is not None:
            self._focus.notice(event)
        return self._screens is not None and self._screens.process(event)

    def update(self, budget_ms: float | None = None) -> int:
        """Deliver what the platform has sent; call it once a frame. As `UserWise.pump`."""
        if self._screens is not None:
            self._screens.update()
        return 0 if self.is_paused or not self._attached else self._uw.pump(budget_ms)

    def draw(self, surface: Surface, shown_in: Area | None = None) -> list[Rect]:
        """Draw what is to be seen of live content, over the game. Call it once a frame, before the flip.

        Where that cannot be seen, such as on a window of OpenGL, nothing takes input, and the log says why.

        Args:
            surface: the window, or the surface that the game draws on.
            shown_in: the place in the window that the surface is scaled to and shown in, when the game does that;
                the positions of events are those of the window then.

        Returns:
            The places that may look different now, for `pygame.display.update` in games that use that.

        """
        return [] if self._screens is None else self._screens.draw(surface, shown_in)

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
