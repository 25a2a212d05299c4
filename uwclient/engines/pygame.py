"""Live content in a pygame or pygame-ce game: `attach(uw)` gives a helper for its loop.

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
from uwclient.engines.pygame_event_fields import Area
from uwclient.engines.pygame_events import SignalMirror
from uwclient.engines.pygame_focus import Focus
from uwclient.engines.pygame_screens import Screens
from uwclient.engines.ready_made import ready_made
from uwclient.time_sources import RealTime
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
    """Add live content to a pygame game. Call it after `pygame.init()`, on the thread of the game's loop.

    It starts the client unless that is running.

    Args:
        uw: the client.
        ui: True draws ready-made cards for messages, offers and survey invites; or a `LiveUI` that you made, with
            strings, priorities or kinds of your own.
        theme: the look of the cards, and their fonts; ignored with a `LiveUI` of your own.
        overlay: True lets a key open the debug overlay, which shows what the client is doing, for testers; or an
            `Overlay` that you made, with players to switch between. Pass False in releases.
        overlay_key: that key, such as `pygame.K_F10`.
        mirror_signals: post each signal as a pygame event too, of a type of its own: see `PygameLoop.event_type`.
        pause_when_unfocused: while the window is minimised or has lost the focus, `update()` delivers nothing.
            When the player is back, it delivers in order what has happened. The session goes on meanwhile, and the
            player's actions are still sent.
        dirty_rects: for a game that redraws only what has changed. Call `update()` before the game erases and draws:
            it restores what was under the cards. `draw()` returns what to update of the display.

    Returns:
        The helper for the game's loop.

    Raises:
        ArgumentError: for a theme whose text cannot be read.

    """
    live_ui, debug_overlay = ready_made(uw, ui, overlay, theme)
    screens = Screens(live_ui, debug_overlay, overlay_key, dirty_rects) if live_ui or debug_overlay else None
    mirror = SignalMirror(uw) if mirror_signals else None
    return PygameLoop(uw, screens, mirror, Focus() if pause_when_unfocused else None)


class PygameLoop:
    """Owns what `attach` adds to a pygame game: listeners, and the cards and the overlay over its window.

    Attributes:
        ui: the cards and toasts; None with `ui=False`.
        overlay: the debug overlay; None with `overlay=False`.

    """

    def __init__(
        self, uw: UserWise, screens: Screens | None, mirror: SignalMirror | None, focus: Focus | None
    ) -> None:
        self.ui = None if screens is None else screens.ui
        self.overlay = None if screens is None else screens.overlay
        self._uw = uw
        self._diagnostics = uw.diagnostics  # loaded now, rather than in the first frame
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
        """Whether a card or the overlay is open and takes input: a game that polls its devices ignores them then.

        What cannot be seen takes no input, as in a game that no longer calls `draw`.
        """
        return self._screens is not None and self._screens.takes_input

    def event_type(self, signal: Any) -> int:
        """Look up the type of the pygame events that repeat a signal.

        Args:
            signal: a signal of this client, such as `uw.offers.on_active`.

        Returns:
            The type. The event's attributes are the details of the signal, and its `sender`.

        Raises:
            ArgumentError: for anything else, and without `mirror_signals=True`.

        """
        if self._mirror is None:
            raise ArgumentError("Signals are pygame events only with attach(uw, mirror_signals=True).")
        return self._mirror.event_type(signal)

    def process(self, event: Event) -> bool:
        """Pass on an event of pygame.

        An open card takes keys, mouse and gamepads, but no key with Alt, Ctrl or Meta. The release of a key that was
        pressed before it opened is for the game.

        Args:
            event: the event. Its position is in pixels of the surface that `draw` gets, or of the window if `draw`
                gets `shown_in`.

        Returns:
            Whether a card or the overlay took it, so that it is not for the game.

        """
        if self._focus is not None:
            self._focus.notice(event)
        return self._screens is not None and self._screens.process(event)

    def update(self, budget_ms: float | None = None) -> int:
        """Deliver what the platform has sent. Call it once a frame.

        Args:
            budget_ms: milliseconds after which the rest waits for the next frame; None is no limit.

        Returns:
            The number of things that were delivered, as `UserWise.pump` does.

        """
        if self._screens is not None:
            self._screens.update()
        return 0 if self.is_paused or not self._attached else self._uw.pump(budget_ms)

    def draw(self, surface: Surface, shown_in: Area | None = None) -> list[Rect]:
        """Draw cards, toasts and the overlay over the game. Call it once a frame, before the flip.

        Where they cannot be seen, as on a window of OpenGL, they take no input, and the log says why.

        Args:
            surface: the window, or the surface that the game draws on.
            shown_in: the rectangle of the window, in pixels, that the game scales the surface to; the positions of
                events are those of the window then.

        Returns:
            The rectangles that may have changed, for `pygame.display.update`.

        """
        if self._screens is None:
            return []
        began = RealTime.monotonic()
        changed = self._screens.draw(surface, shown_in)
        self._diagnostics.record_work("drawing", RealTime.monotonic() - began)
        return changed

    def detach(self) -> None:
        """Remove everything that `attach` has added, and stop the client if `attach` has started it.

        The second call does nothing.
        """
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
