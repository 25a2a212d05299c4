"""Owns live content in a Panda3D game: `attach(uw, base)`, and its task, messenger events and screens are there."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

try:
    from direct.showbase.MessengerGlobal import messenger
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "uwclient.engines.panda3d needs Panda3D: pip install 'uwclient[panda3d]'.", name=error.name
    ) from error

from uwclient import ArgumentError, UserWise
from uwclient.engines.events import signals_of
from uwclient.engines.panda3d_drawing import Canvas, Surface
from uwclient.engines.panda3d_fonts import Fonts
from uwclient.engines.panda3d_input import Input
from uwclient.engines.panda3d_pictures import Textures
from uwclient.engines.panda3d_pointer import Pointer
from uwclient.ui.commands import Command
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay
from uwclient.ui.plan import EYEBROW, scale_of
from uwclient.ui.theme import Theme

TASK = "uwclient"
SORT = 40
"""When the task runs: after the game's own and those of Panda3D, before `igLoop` (50) draws the frame."""

DRAW_MS = 0.5
"""What laying out and building of a new screen may take in a frame; the rest of it waits for the next frames."""

KEYS = {
    "tab": Command.NEXT,
    "arrow_right": Command.NEXT,
    "shift-tab": Command.PREVIOUS,
    "arrow_left": Command.PREVIOUS,
    "enter": Command.PRESS,
    "space": Command.PRESS,
    "escape": Command.BACK,
    "arrow_up": Command.SCROLL_UP,
    "page_up": Command.SCROLL_UP,
    "arrow_down": Command.SCROLL_DOWN,
    "page_down": Command.SCROLL_DOWN,
}
"""What keys mean to a card, by Panda3D's names for them."""

HELD = (Command.SCROLL_UP, Command.SCROLL_DOWN)
"""The commands that a key which is held down goes on giving."""


def attach(
    uw: UserWise,
    base: Any,
    *,
    ui: bool | LiveUI = True,
    theme: Theme = Theme(),  # noqa: B008 - frozen
    overlay: bool | Overlay = True,
    overlay_key: str = "f10",
    budget_ms: float = 0.5,
    mirror_signals: bool = True,
) -> PandaLoop:
    """Give a Panda3D game live content: from now on a task pumps the client in each frame.

    A client that is not running is started. `base.destroy()`, which Panda3D calls at the end of the program too,
    detaches everything, as `PandaLoop.detach()` does. Call it on the thread that runs the tasks.

    Args:
        uw: the client.
        base: the ShowBase; ArgumentError for all else.
        ui: draw ready-made cards for messages, offers and survey invites over the game's window; or a `LiveUI` that
            you made, with words, priorities or kinds of your own.
        theme: the look of the cards, and their fonts. ArgumentError when its text could not be read.
        overlay: have a key open the debug overlay, which shows what the client is doing: for whoever tests the game;
            or an `Overlay` that you made, with players to switch between. False in what you give to players.
        overlay_key: the name of that key, as Panda3D names it.
        budget_ms: what delivering signals may take in a frame, in milliseconds; the rest waits for the next one.
            ArgumentError for what is no such number.
        mirror_signals: send each signal as a messenger event too: `on_active` of `uw.offers` is "uw-offers-active",
            `on_session_initialized` of the client "uw-session-initialized". A handler gets the signal's details in
            their documented order: `self.accept("uw-offers-active", self.show_offer)` calls `show_offer(record)`.
            What it raises is logged, and goes no further.

    """
    if not hasattr(base, "taskMgr"):
        raise ArgumentError("attach() takes a client and the ShowBase of the game: attach(uw, base).")
    if isinstance(budget_ms, bool) or not isinstance(budget_ms, (int, float)) or not budget_ms >= 0:
        raise ArgumentError("budget_ms must be a number of milliseconds, 0 or more.")
    live_ui = LiveUI(uw, theme=theme) if ui is True else ui or None
    if overlay is True:
        overlay = Overlay(uw, held_back=None if live_ui is None else live_ui.held_back)
    screens = Screens(base, live_ui, overlay or None, overlay_key) if live_ui or overlay else None
    return PandaLoop(uw, base, screens, Mirror(uw) if mirror_signals else None, budget_ms)


class PandaLoop:
    """Owns what a client has in a Panda3D game: a task, listeners, and screens over its window. `attach` makes it.

    Attributes:
        ui: the cards and notes, to hold them back, or to show a note; None without them.
        overlay: the debug overlay; None without it.

    """

    def __init__(
        self, uw: UserWise, base: Any, screens: Screens | None, mirror: Mirror | None, budget_ms: float
    ) -> None:
        self.ui = None if screens is None else screens.ui
        self.overlay = None if screens is None else screens.overlay
        self._uw = uw
        self._base = base
        self._screens = screens
        self._mirror = mirror
        self._budget_ms = budget_ms
        self._started = not uw.is_running
        uw.start()
        self._task = base.taskMgr.add(self._frame, TASK, sort=SORT)
        base.finalExitCallbacks.append(self.detach)

    @property
    def takes_input(self) -> bool:
        """Whether a screen is open that input is meant for: a game that polls its devices should look away."""
        return self._screens is not None and self._screens.is_open()

    def detach(self) -> None:
        """Take everything away again; a client that `attach` has started is stopped, as `UserWise.stop()` does it.

        Does nothing the second time.
        """
        if self._task is None:
            return
        self._base.taskMgr.remove(self._task)
        self._task = None
        if self.detach in self._base.finalExitCallbacks:
            self._base.finalExitCallbacks.remove(self.detach)
        if self._started:
            self._uw.stop()
        if self._screens is not None:
            self._screens.close()
        if self._mirror is not None:
            self._mirror.close()

    def _frame(self, task: Any) -> Any:
        self._uw.pump(self._budget_ms)
        if self._screens is not None and self._task is not None:  # a listener may detach
            self._screens.update()
        return task.cont


class Mirror:
    """Owns the listeners that repeat the signals of a client as messenger events."""

    def __init__(self, uw: UserWise) -> None:
        self._listeners: list[tuple[Any, Callable[..., None]]] = []
        for name, signal in signals_of(uw):
            listener = partial(_send, f"uw-{name}")
            signal.connect(listener)
            self._listeners.append((signal, listener))

    def close(self) -> None:
        """Repeat nothing more."""
        for signal, listener in self._listeners:
            signal.disconnect(listener)
        self._listeners.clear()


def _send(event: str, sender: object, **details: Any) -> None:
    messenger.send(event, list(details.values()))


class Screens:
    """Owns the screens over a game's window, the overlay over the cards: draws them, and passes input on to them."""

    def __init__(self, base: Any, ui: LiveUI | None, overlay: Overlay | None, overlay_key: str) -> None:
        self.ui = ui
        self.overlay = overlay
        self._overlay_key = overlay_key
        self._theme = Theme() if ui is None else ui.theme
        self._surface = Surface(base)
        visible = self._surface.follow()
        self._fonts = Fonts(self._theme.font, self._theme.bold_font)
        self._cards = Cards(self._surface, self._fonts, ui) if ui is not None else None
        self._over = Canvas(self._surface, 1, self._fonts, None)
        self._pointer = Pointer()
        self._is_seen = True
        self._expected = (0, 0)
        if visible:
            self._expect_letters()
            while self._fonts.warm():
                pass
        self._input = Input(base, self)

    def update(self) -> None:
        """Draw what is to be seen in this frame."""
        ends = time.perf_counter() + DRAW_MS / 1000
        self._is_seen = self._surface.follow()
        if self._is_seen:
            self._draw(ends)
        elif self.ui is not None:
            self.ui.unseen("the window is minimised or closed")
        self._pointer.follow(self._surface.window, self.is_open())
        self._input.update()

    def close(self) -> None:
        """Take everything away."""
        self._pointer.follow(self._surface.window, False)
        self._input.close()
        if self._cards is not None:
            self._cards.close()
        self._over.close()
        self._surface.close()
        self._fonts.close()

    def is_open(self) -> bool:
        """Whether the overlay is open, or a card is on the screen, and can be seen."""
        return self._is_seen and (self._overlay_is_open or (self.ui is not None and self.ui.is_open))

    def key(self, name: str, again: bool) -> None:
        """A key was pressed, or is held down."""
        if self.overlay is not None and name == self._overlay_key:
            if not again:
                self.overlay.toggle()
        elif self.overlay is not None and self.overlay.visible:
            if not again or KEYS.get(name) in HELD:
                self.overlay.key(name)
        elif self.ui is not None:
            command = KEYS.get(name)
            if command is not None and (command in HELD or not again):
                self.ui.command(command)

    def point(self, x: float, y: float) -> None:
        """The mouse is somewhere else."""
        if self.ui is not None and not self._overlay_is_open:
            self.ui.point(x, y)

    def click(self, x: float, y: float) -> None:
        """The mouse was pressed."""
        if not (self.overlay is not None and self.overlay.click(x, y)) and self.ui is not None:
            self.ui.click(x, y)

    def wheel(self, x: float, y: float, lines: float) -> None:
        """The wheel was turned."""
        if not (self.overlay is not None and self.overlay.scroll(x, y, lines)) and self.ui is not None:
            self.ui.scroll(lines)

    def _draw(self, ends: float) -> None:
        """Draw what is to be seen, as far as it is built by a moment of `time.perf_counter()`."""
        if self._expected != self._surface.size:
            self._expect_letters()
        self._fonts.update()
        self._fonts.warm()
        if self._cards is not None:
            self._cards.update(ends)
        if self.overlay is not None:
            self._over.show(self.overlay.scene(*self._surface.size, self._fonts.ruler), ends)
        self._surface.show(not self._over.is_empty or (self._cards is not None and not self._cards.is_empty))

    @property
    def _overlay_is_open(self) -> bool:
        return self.overlay is not None and self.overlay.visible

    def _expect_letters(self) -> None:
        """Have the letters of the usual sizes ready before they are needed."""
        self._expected = self._surface.size
        scale, theme = scale_of(*self._surface.size), self._theme
        text, title = theme.text_size, theme.title_size
        sizes = ((text, False), (text, True), (title, True), (text * EYEBROW, True))
        self._fonts.expect((size * scale, bold) for size, bold in sizes)


class Cards:
    """Owns the drawing of cards and notes, with the pictures on them."""

    def __init__(self, surface: Surface, fonts: Fonts, ui: LiveUI) -> None:
        self._surface = surface
        self._fonts = fonts
        self._ui = ui
        self._textures = Textures(ui.pictures, powers_of_two=surface.needs_powers_of_two, linear=surface.is_linear)
        self._canvas = Canvas(surface, 0, fonts, self._textures)
        self._pictures_seen = ui.pictures.version

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn."""
        return self._canvas.is_empty

    def update(self, ends: float) -> None:
        """Draw what is to be seen, as far as it is built by a moment of `time.perf_counter()`."""
        scene = self._ui.scene(*self._surface.size, self._fonts.ruler)
        if not self._fonts.is_searching:
            self._canvas.show(scene, ends)
        if scene.shapes and self.is_empty:
            self._ui.unseen()  # it is drawn in one of the next frames
        if self._textures.update() or self._pictures_seen != self._ui.pictures.version:
            self._pictures_seen = self._ui.pictures.version
            self._canvas.renew_pictures()

    def close(self) -> None:
        """Take everything away."""
        self._ui.close()
        self._canvas.close()
        self._textures.close()
