"""Toasts: short texts at the bottom of the window that go away by themselves, one after the other."""

from __future__ import annotations

from collections import deque
from functools import partial

from uwclient.ui.card_sizing import MARGIN, scale_of
from uwclient.ui.sanitize import sanitize
from uwclient.ui.scene import EMPTY, Box, Panel, Scene, Shape, Text, TextMetrics
from uwclient.ui.theme import Theme
from uwclient.ui.wrapping import fit

MOST_WAITING = 8
LONGEST = 200
SHORTEST_TIME = 2.5
TIME_PER_CHARACTER = 0.05
MOST_LINES = 2


class Toasts:
    """The toasts that wait and the one that is shown, each for as long as it takes to read."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._shown: str | None = None
        self._until = 0.0
        self._drawn: tuple[object, Scene] = (None, EMPTY)

    def __bool__(self) -> bool:
        """Whether there is any toast."""
        return bool(self._waiting) or self._shown is not None

    def put(self, text: str) -> None:
        """Have a toast wait; of too many the oldest is dropped."""
        text = " ".join(sanitize(text, LONGEST).split())
        if text:
            self._waiting.append(text)

    def clear(self) -> None:
        """Drop all toasts."""
        self._waiting.clear()
        self._shown = None

    def shown(self, now: float) -> str | None:
        """The toast to show at a monotonic moment, in seconds."""
        if self._shown is not None and now >= self._until:
            self._shown = None
        if self._shown is None and self._waiting:
            self._shown = self._waiting.popleft()
            self._until = now + SHORTEST_TIME + TIME_PER_CHARACTER * len(self._shown)
        return self._shown

    def draw(self, now: float, window: tuple[float, float], theme: Theme, ruler: TextMetrics) -> Scene:
        """What to draw at a monotonic moment in a window of this size; the same object while nothing has changed."""
        text = self.shown(now)
        if text is None:
            return EMPTY
        wanted = (text, window, ruler)
        if wanted != self._drawn[0]:
            self._drawn = (wanted, lay_out_toast(text, *window, theme, ruler))
        return self._drawn[1]


def lay_out_toast(text: str, width: float, height: float, theme: Theme, ruler: TextMetrics) -> Scene:
    """Lay out a toast at the bottom of a window of this size, in the middle."""
    s = scale_of(width, height)
    size, pad, margin = theme.text_size * s, 14 * s, MARGIN * s
    line = ruler.line_height(size)
    measure = partial(ruler.width, size=size)
    rows = fit(text, min(width - 2 * margin, theme.card_width * s) - 4 * pad, MOST_LINES, measure)
    wide = max(measure(row.text) for row in rows) + 4 * pad
    high = len(rows) * line + 2 * pad
    box = Box((width - wide) / 2, height - margin - high, wide, high)
    shapes: list[Shape] = [Panel(box, theme.toast, min(high / 2, theme.corner * s), theme.card_edge, max(1.0, s))]
    for number, row in enumerate(rows):
        room = measure(row.text)
        place = Box((width - room) / 2, box.top + pad + number * line, room, line)
        shapes.append(Text(place, row.text, size, theme.on_toast))
    return Scene(tuple(shapes))
