"""Lays out the overlay piece by piece, so that no frame pays for all of it."""

from __future__ import annotations

from collections.abc import Callable, Generator

from uwclient.ui.overlay_layout import (
    ORDER,
    Look,
    OverlayTheme,
    Plan,
    Typesetter,
    lay_out_frame,
    lay_out_list,
    plan,
)
from uwclient.ui.overlay_rows import ALL, View, section
from uwclient.ui.scene import EMPTY, Scene, TextMetrics

FRAME = "frame"
"""The piece around the lists."""

KEPT_FOR = 0.25
"""Seconds after which a piece is laid out anew."""


FRAME_SHARE = 0.0003
"""Seconds of a frame that laying a piece out may take; the rest is done in the next frames."""


class Selection:
    """What the user has chosen: the list with the focus, the filter of the content, and the scroll positions."""

    def __init__(self) -> None:
        self.focus = ORDER[0]
        self.filter = ALL
        self.scrolled: dict[str, int] = {}


class OverlayScreen:
    """The pieces for one window, and how old each is.

    Attributes:
        scene: the pieces together; the same object until one of them changes.
        type: the font size, and what was measured.

    """

    def __init__(
        self, window: tuple[float, float], ruler: TextMetrics, theme: OverlayTheme, chosen: Selection
    ) -> None:
        self.scene = EMPTY
        self.type = Typesetter(ruler, *window, theme.scale)
        self._window = window
        self._theme = theme
        self._chosen = chosen
        self._plan: Plan = plan(self.type, chosen.focus)
        self._lengths: dict[str, int] = {}
        self._pieces: dict[str, Scene] = {}
        self._made_at: dict[str, float] = {}
        self._work: Generator[None, None, Scene] | None = None
        self._worked_on = ""

    @property
    def is_busy(self) -> bool:
        """Whether a piece is being laid out."""
        return self._work is not None

    def is_for(self, window: tuple[float, float], ruler: TextMetrics) -> bool:
        """Whether it was made for this window and these fonts."""
        return window == self._window and ruler is self.type.ruler

    def renew(self) -> None:
        """Lay every piece out anew, one after the other."""
        self._made_at.clear()

    def clear(self) -> None:
        """Drop all pieces."""
        self._pieces.clear()
        self._made_at.clear()
        self._work = None
        self.scene = EMPTY

    def turn(self) -> None:
        """Keys go to another list now; it may be on another page."""
        before, self._plan = self._plan, plan(self.type, self._chosen.focus)
        if self._plan != before:
            self._pieces.clear()
            self._work = None
        self.renew()

    def scroll(self, name: str, rows: int) -> None:
        """Scroll a list, as far as it goes."""
        most = max(0, self._lengths.get(name, 0) - self.rows_of(name))
        self._chosen.scrolled[name] = min(max(0, self._chosen.scrolled.get(name, 0) + rows), most)
        self._made_at.pop(name, None)

    def rows_of(self, name: str) -> int:
        """How many rows of a list are seen."""
        return self._plan.lists[name].rows if name in self._plan.lists else 1

    def list_at(self, x: float, y: float) -> str | None:
        """The list at a place."""
        return next((name for name, place in self._plan.lists.items() if place.box.holds(x, y)), None)

    def due(self, now: float) -> str | None:
        """The piece that is to be laid out next, or None while all are new enough."""
        names = (FRAME, *self._plan.lists)
        missing = next((name for name in names if name not in self._made_at), None)
        if missing is not None:
            return missing
        oldest = min(names, key=self._made_at.__getitem__)
        return oldest if now - self._made_at[oldest] >= KEPT_FOR else None

    def begin(self, name: str, now: float, view: View, look: Look) -> None:
        """Begin to lay one piece out."""
        self._made_at[name] = now
        self._worked_on = name
        self._work = self._list(name, view, look) if name != FRAME else self._frame(look)

    def go_on(self, monotonic: Callable[[], float]) -> None:
        """Lay out some more of the piece that has begun; it appears when all of it is there.

        `monotonic` is the clock, in seconds, that tells how much of a frame is left; if it stands still, that is all.
        """
        ends = monotonic() + FRAME_SHARE
        while self._work is not None:
            try:
                next(self._work)
            except StopIteration as done:
                self._work = None
                self._put_up(self._worked_on, done.value)
            if monotonic() >= ends:
                return

    def _put_up(self, name: str, piece: Scene) -> None:
        if piece == self._pieces.get(name):
            return
        self._pieces[name] = piece
        pieces = [self._pieces[name] for name in (FRAME, *ORDER) if name in self._pieces]
        self.scene = Scene(
            tuple(shape for piece in pieces for shape in piece.shapes),
            tuple(target for piece in pieces for target in piece.targets),
        )

    def _frame(self, look: Look) -> Generator[None, None, Scene]:
        yield
        return lay_out_frame(self._plan, look, self._theme, self.type)

    def _list(self, name: str, view: View, look: Look) -> Generator[None, None, Scene]:
        rows, place = section(name, view), self._plan.lists[name]
        yield
        self._lengths[name] = rows.length
        first = min(self._chosen.scrolled.get(name, 0), max(0, rows.length - place.rows))
        return (yield from lay_out_list(rows, place, first, look, self._theme, self.type))
