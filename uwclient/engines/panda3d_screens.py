"""Draws the cards and the debug overlay over a Panda3D game, and passes the player's input on to them."""

from __future__ import annotations

from typing import Any

from uwclient.engines.panda3d_canvas import Canvas
from uwclient.engines.panda3d_fonts import Fonts
from uwclient.engines.panda3d_input import Input
from uwclient.engines.panda3d_layer import WindowLayer
from uwclient.engines.panda3d_pictures import Textures
from uwclient.engines.panda3d_pointer import Pointer
from uwclient.time_sources import RealTime
from uwclient.ui.card_sizing import EYEBROW, scale_of
from uwclient.ui.commands import Command
from uwclient.ui.live import LiveUI
from uwclient.ui.overlay import Overlay
from uwclient.ui.theme import Theme

DRAW_MS = 0.5
"""Milliseconds of a frame that a new card may take to be built; the rest waits for the next frames."""

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
"""The commands that are repeated while a key is held down."""


class Screens:
    """Owns the cards and, above them, the overlay over a game's window: draws them, and passes input on to them."""

    def __init__(self, base: Any, ui: LiveUI | None, overlay: Overlay | None, overlay_key: str) -> None:
        self.ui = ui
        self.overlay = overlay
        self._overlay_key = overlay_key
        self._theme = Theme() if ui is None else ui.theme
        self._layer = WindowLayer(base)
        visible = self._layer.follow()
        self._fonts = Fonts(self._theme.font, self._theme.bold_font)
        self._cards = Cards(self._layer, self._fonts, ui) if ui is not None else None
        self._over = Canvas(self._layer, 1, self._fonts, None)
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
        ends = RealTime.monotonic() + DRAW_MS / 1000
        self._is_seen = self._layer.follow()
        if self._is_seen:
            self._draw(ends)
        elif self.ui is not None:
            self.ui.unseen("the window is minimised or closed")
        self._pointer.follow(self._layer.window, self.is_open())
        self._input.update()

    def close(self) -> None:
        """Remove everything."""
        self._pointer.follow(self._layer.window, False)
        self._input.close()
        if self._cards is not None:
            self._cards.close()
        self._over.close()
        self._layer.close()
        self._fonts.close()

    def is_open(self) -> bool:
        """Whether the overlay is open, or a card is on the screen, and can be seen."""
        return self._is_seen and (self._overlay_is_open or (self.ui is not None and self.ui.is_open))

    def key(self, name: str, again: bool) -> None:
        """Pass on a key that was pressed, or `again` while it is held down."""
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
        """Pass on a movement of the mouse."""
        if self.ui is not None and not self._overlay_is_open:
            self.ui.point(x, y)

    def click(self, x: float, y: float) -> None:
        """Pass on a click."""
        if not (self.overlay is not None and self.overlay.click(x, y)) and self.ui is not None:
            self.ui.click(x, y)

    def wheel(self, x: float, y: float, lines: float) -> None:
        """Pass on a turn of the wheel."""
        if not (self.overlay is not None and self.overlay.scroll(x, y, lines)) and self.ui is not None:
            self.ui.scroll(lines)

    def _draw(self, ends: float) -> None:
        """Draw the scene, as far as it is built by a moment of `RealTime.monotonic()`."""
        if self._expected != self._layer.size:
            self._expect_letters()
        self._fonts.update()
        self._fonts.warm()
        if self._cards is not None:
            self._cards.update(ends)
        if self.overlay is not None:
            self._over.show(self.overlay.scene(*self._layer.size, self._fonts.ruler), ends)
        self._layer.show(not self._over.is_empty or (self._cards is not None and not self._cards.is_empty))

    @property
    def _overlay_is_open(self) -> bool:
        return self.overlay is not None and self.overlay.visible

    def _expect_letters(self) -> None:
        """Have the letters of the usual sizes ready before they are needed."""
        self._expected = self._layer.size
        scale, theme = scale_of(*self._layer.size), self._theme
        text, title = theme.text_size, theme.title_size
        sizes = ((text, False), (text, True), (title, True), (text * EYEBROW, True))
        self._fonts.expect((size * scale, bold) for size, bold in sizes)


class Cards:
    """Draws cards and toasts, with the pictures on them."""

    def __init__(self, layer: WindowLayer, fonts: Fonts, ui: LiveUI) -> None:
        self._layer = layer
        self._fonts = fonts
        self._ui = ui
        self._textures = Textures(ui.pictures, powers_of_two=layer.needs_powers_of_two, linear=layer.is_linear)
        self._canvas = Canvas(layer, 0, fonts, self._textures)
        self._pictures_seen = ui.pictures.version

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn."""
        return self._canvas.is_empty

    def update(self, ends: float) -> None:
        """Draw the scene, as far as it is built by a moment of `RealTime.monotonic()`."""
        scene = self._ui.scene(*self._layer.size, self._fonts.ruler)
        if not self._fonts.is_searching:
            self._canvas.show(scene, ends)
        if scene.shapes and self.is_empty:
            self._ui.unseen()  # it is drawn in one of the next frames
        if self._textures.update() or self._pictures_seen != self._ui.pictures.version:
            self._pictures_seen = self._ui.pictures.version
            self._canvas.renew_pictures()

    def close(self) -> None:
        """Remove everything."""
        self._ui.close()
        self._canvas.close()
        self._textures.close()
