"""Owns the debug overlay: what the SDK is doing, on one key, for whoever tests a game."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from uwclient import UserWise
from uwclient.ui.scene import EMPTY, Color, Ruler, Scene

KEYS = ("up", "down", "page_up", "page_down", "home", "end", "left", "right", "tab", "escape", "r", "n", "e")
"""The names of the keys that an open overlay takes; an engine translates its own into these."""


class OverlayTheme(NamedTuple):
    """The colors of the overlay, and the height of its text as a share of the screen's."""

    background: Color = Color(16, 20, 28)
    text: Color = Color(232, 236, 244)
    scale: float = 0.02


class Overlay:
    """Owns what the overlay shows: whether it is open, which page, how far each list is scrolled.

    It belongs to the game's thread, like the client. Closed it costs nothing; open it is laid out anew about four
    times a second, and `scene` gives the same object in between.

    Args:
        uw: the client.
        theme: its colors and the size of its text.
        players: the ids that "next player" goes through, in turn.
        next_player: gives the id of the next player instead.
        folder: where snapshots are written; None is the client's data folder, or the current one.
        held_back: tells what the game's own screens hold back: (record id, why) each.

    """

    def __init__(
        self,
        uw: UserWise,
        *,
        theme: OverlayTheme | None = None,
        players: Sequence[str] = (),
        next_player: Callable[[], str] | None = None,
        folder: str | os.PathLike[str] | None = None,
        held_back: Callable[[], Iterable[tuple[str, str]]] | None = None,
    ) -> None:
        self._uw = uw
        self.visible = False

    def toggle(self) -> None:
        """Open it, or close it."""
        self.visible = not self.visible

    def scene(self, width: float, height: float, ruler: Ruler) -> Scene:
        """What is to be drawn on a screen of this size, in pixels; the same object while nothing has changed."""
        return EMPTY

    def click(self, x: float, y: float) -> bool:
        """A click, in pixels of the last scene; whether it was for the overlay, and so not for what is under it."""
        return False

    def scroll(self, x: float, y: float, rows: int) -> bool:
        """The wheel was turned over a place: down by so many rows (up: negative). Whether it was for the overlay."""
        return False

    def key(self, name: str) -> bool:
        """A key was pressed, by its name in KEYS; whether it was for the overlay."""
        return False
