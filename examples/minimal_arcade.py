"""A small arcade game with live content, for engines that uwclient has no adapter for: `python minimal_arcade.py`.

`LiveLayer` is the adapter: it draws the shapes of a scene, and passes on what the player does.
"""

import argparse
import io
import tempfile
from functools import lru_cache
from typing import Any

import arcade
from PIL import Image, UnidentifiedImageError
from pyglet.font import load

from uwclient import UserWise
from uwclient.sandbox import Sandbox
from uwclient.ui.commands import Command
from uwclient.ui.live import LiveUI
from uwclient.ui.scene import Box, Color, Panel, Picture, Scene, Text

FONT = "DejaVu Sans"  # or what comes closest here
POINTS = 72 / 96  # of a pixel
KEYS = {
    arcade.key.TAB: Command.NEXT,
    arcade.key.RIGHT: Command.NEXT,
    arcade.key.LEFT: Command.PREVIOUS,
    arcade.key.RETURN: Command.PRESS,
    arcade.key.SPACE: Command.PRESS,
    arcade.key.ESCAPE: Command.BACK,
    arcade.key.UP: Command.SCROLL_UP,
    arcade.key.DOWN: Command.SCROLL_DOWN,
}


class Ruler:
    """Measures text as this engine draws it."""

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide one line is, in pixels."""
        return float(sum(glyph.advance for glyph in _font(size, bold).get_glyphs(text)[0]))

    def line_height(self, size: float, bold: bool = False) -> float:
        """How high one line is, in pixels."""
        font = _font(size, bold)
        return float(font.ascent - font.descent)


class LiveLayer:
    """Draws the cards of a LiveUI over a window. Scenes count pixels from the top; arcade counts from the bottom."""

    def __init__(self, ui: LiveUI, window: arcade.Window) -> None:
        self.ui = ui
        self._window = window
        self._ruler = Ruler()  # always the same one, so that what it has measured counts
        self._scene = Scene()
        self._textures: dict[str, tuple[bytes, arcade.Texture]] = {}
        self._texts: list[arcade.Text] = []

    def draw(self) -> None:
        """Draw what is to be seen; in each frame, after the game."""
        scene = self.ui.scene(self._window.width, self._window.height, self._ruler)
        if scene is not self._scene:  # it is the very same object while nothing changes
            self._scene = scene
            self._texts = [self._made(shape) for shape in scene.shapes if isinstance(shape, Text)]
        texts = iter(self._texts)
        for shape in scene.shapes:
            match shape:
                case Panel(box, color, _, edge, edge_width):
                    arcade.draw_rect_filled(self._rect(box), color)
                    if edge is not None:
                        arcade.draw_rect_outline(self._rect(box.inset(edge_width / 2)), edge, edge_width)
                case Text(clip=clip):
                    self._clip(clip)
                    next(texts).draw()
                    self._clip(None)
                case Picture(box, media_id):
                    self._draw_picture(box, media_id)

    def key(self, symbol: int) -> bool:
        """Whether a key was for a card, and so is not for the game."""
        return symbol in KEYS and self.ui.command(KEYS[symbol])

    def press(self, x: float, y: float) -> bool:
        """Whether a press of the mouse was for a card."""
        return self.ui.click(x, self._window.height - y)

    def point(self, x: float, y: float) -> bool:
        """Whether the mouse is over a card that takes input."""
        return self.ui.point(x, self._window.height - y)

    def _rect(self, box: Box) -> arcade.Rect:
        return arcade.LBWH(box.left, self._window.height - box.bottom, box.width, box.height)

    def _made(self, shape: Text) -> arcade.Text:
        top = self._window.height - shape.box.top
        size = shape.size * POINTS
        return arcade.Text(
            shape.text, shape.box.left, top, shape.color, size, font_name=FONT, bold=shape.bold, anchor_y="top"
        )

    def _clip(self, box: Box | None) -> None:
        if box is None:
            self._window.ctx.scissor = None
        else:
            bottom = self._window.height - box.bottom
            self._window.ctx.scissor = round(box.left), round(bottom), round(box.width), round(box.height)

    def _draw_picture(self, box: Box, media_id: str) -> None:
        data = self.ui.pictures.bytes_of(media_id)
        if data is None:  # it is loading, or cannot be had
            return
        if self._textures.get(media_id, (None, None))[0] is not data:
            try:
                self._textures[media_id] = data, arcade.Texture(Image.open(io.BytesIO(data)).convert("RGBA"))
            except (UnidentifiedImageError, OSError):
                self.ui.pictures.reject(media_id)
                return
        texture = self._textures[media_id][1]
        share = min(box.width / texture.width, box.height / texture.height)
        middle_x, middle_y = box.left + box.width / 2, self._window.height - box.top - box.height / 2
        size = texture.width * share, texture.height * share
        arcade.draw_texture_rect(texture, arcade.XYWH(middle_x, middle_y, *size))


class Game(arcade.Window):
    """A ball that falls and jumps when a key is pressed; it stands still while a card is open."""

    def __init__(self, uw: UserWise) -> None:
        super().__init__(960, 540, "uwclient and arcade", resizable=True)
        self._uw = uw
        self.live = LiveLayer(LiveUI(uw), self)
        self._ball, self._speed = 300.0, 0.0
        uw.start()

    def on_update(self, delta_time: float) -> None:
        """Arcade's step."""
        self._uw.pump()
        if not self.live.ui.is_open:
            self._speed -= 900 * delta_time
            self._ball = max(30.0, self._ball + self._speed * delta_time)

    def on_draw(self) -> None:
        """Arcade's frame."""
        self.clear(Color(26, 30, 50))
        arcade.draw_circle_filled(self.width / 2, self._ball, 30, Color(255, 200, 69))
        self.live.draw()  # over the game

    def on_key_press(self, symbol: int, modifiers: int) -> None:
        """A key."""
        if not self.live.key(symbol):  # what is for a card is not for the game
            self._speed = 500.0

    def on_mouse_press(self, x: int, y: int, button: int, modifiers: int) -> None:
        """A button of the mouse."""
        if not self.live.press(x, y):
            self._speed = 500.0

    def on_mouse_motion(self, x: int, y: int, dx: int, dy: int) -> None:
        """The mouse has moved."""
        self.live.point(x, y)

    def on_mouse_scroll(self, x: int, y: int, scroll_x: float, scroll_y: float) -> None:
        """The wheel; up is positive here, and lines count downwards."""
        self.live.ui.scroll(-3 * scroll_y)

    def on_close(self) -> None:
        """The window closes."""
        self._uw.stop()
        self.live.ui.close()
        super().on_close()


@lru_cache
def _font(size: float, bold: bool) -> Any:  # pyglet has another class for each system
    return load(FONT, size * POINTS, weight="bold" if bold else "normal")


def main(frames: int | None) -> None:
    """Play on a sandbox; for a real environment, make the client with its API key and no `host`."""
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder:
        sandbox.publish("messages", title="Welcome!", body="Press a key, and the ball jumps.", start_at="+1s")
        sandbox.publish("offers", title="300 gems", items={"gems": 300}, start_at="+2s", end_at="+1m")
        game = Game(UserWise(sandbox.api_key, "hero-42", host=sandbox.url, data_dir=folder))
        for _ in range(frames or 0):
            game.on_update(1 / 60)
            game.on_draw()
            game.flip()
        if frames is None:
            arcade.run()
        else:
            game.on_close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A small arcade game with live content.")
    parser.add_argument("--frames", type=int, help="end after so many frames")
    main(parser.parse_args().frames)
