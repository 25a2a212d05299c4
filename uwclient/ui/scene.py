"""The shapes of a scene, for any engine to draw: in pixels, from the upper left corner."""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias


class Color(NamedTuple):
    """A color in sRGB, 0 to 255 each; `alpha` 255 covers what is behind."""

    red: int
    green: int
    blue: int
    alpha: int = 255


class Box(NamedTuple):
    """A place on the screen."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x < self.right and self.top <= y < self.bottom

    def inset(self, by: float) -> Box:
        """The same place without a margin on every side."""
        return Box(self.left + by, self.top + by, max(0.0, self.width - 2 * by), max(0.0, self.height - 2 * by))


class Panel(NamedTuple):
    """A filled rectangle; `radius` rounds its corners, `edge` is drawn `edge_width` wide inside the box."""

    box: Box
    color: Color
    radius: float = 0.0
    edge: Color | None = None
    edge_width: float = 0.0


class Text(NamedTuple):
    """One line of text, drawn from the left of its box and as high as it; `size` is that of the font in pixels.

    `clip` cuts off what lies outside of it, such as lines that are scrolled away.
    """

    box: Box
    text: str
    size: float
    color: Color
    bold: bool = False
    clip: Box | None = None


class Picture(NamedTuple):
    """An image by its media id, as large as fits in the box without being stretched, in its middle."""

    box: Box
    media_id: str


Shape: TypeAlias = "Panel | Text | Picture"


class Target(NamedTuple):
    """A place that can be clicked, by its name."""

    box: Box
    name: str


class Scene(NamedTuple):
    """The shapes to draw, in this order, and the targets that can be clicked. Two equal scenes look the same."""

    shapes: tuple[Shape, ...] = ()
    targets: tuple[Target, ...] = ()


EMPTY = Scene()


class TextMetrics(Protocol):
    """Measures text in an engine's fonts."""

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide one line is, in pixels."""

    def line_height(self, size: float, bold: bool = False) -> float:
        """How high one line is, in pixels."""
