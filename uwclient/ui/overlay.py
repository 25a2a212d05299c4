"""The debug overlay: what the client is doing, on one key, for whoever tests a game."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence

from uwclient import UserWise
from uwclient.ui.overlay_actions import OverlayActions
from uwclient.ui.overlay_layout import ORDER, Look, OverlayTheme
from uwclient.ui.overlay_rows import FILTERS, Row, View
from uwclient.ui.overlay_screen import OverlayScreen, Selection
from uwclient.ui.scene import EMPTY, Scene, TextMetrics

__all__ = ["KEYS", "Overlay", "OverlayTheme"]

KEYS = {
    "r": "refresh the content now",
    "n": "go on as the next player",
    "e": "export a snapshot for a bug report",
    "f": "show the content of the next module alone",
    "tab, right": "go to the next list",
    "left": "go to the list before",
    "up, down, page_up, page_down, home, end": "scroll it",
    "escape": "close the overlay",
}
"""The keys of an open overlay, and what they do."""

FAR = 10**9
SAID_FOR = 8.0
"""Seconds for which the overlay tells what came of an action."""


class Overlay:
    """Shows the session, the content, signals, requests, what waits and what frames cost.

    It belongs to the game's thread, like the client. Closed it costs nothing. Open it covers the window; each list
    is laid out anew about four times a second, only what is seen of it, and no two in one frame. So after it was
    opened, the lists come one by one, within a few frames.

    Args:
        uw: the client.
        theme: its colors and the size of its text.
        players: the ids that "next player" goes through, in turn.
        next_player: tells the id of the next player instead.
        folder: where snapshots are written; None is the client's data folder, or the current one.
        held_back: tells which records the game's own screens hold back: (record id, why) each.
        monotonic: the clock that it is laid out anew by, in seconds; for tests.

    Attributes:
        visible: whether it is open.

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
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.visible = False
        self._uw = uw
        self._theme = theme or OverlayTheme()
        self._held_back = held_back
        self._monotonic = monotonic
        self._actions = OverlayActions(uw, players, next_player, folder, self._say)
        self._said = (Row(), 0.0)
        self._chosen = Selection()
        self._screen: OverlayScreen | None = None

    def toggle(self) -> None:
        """Open it, or close it."""
        self.visible = not self.visible
        if self._screen is not None:
            self._screen.forget()

    def scene(self, width: float, height: float, ruler: TextMetrics) -> Scene:
        """What is to be drawn in a window of this size, in pixels; the same object while nothing has changed."""
        if not self.visible:
            return EMPTY
        screen, window = self._screen, (width, height)
        if screen is None or not screen.is_for(window, ruler):
            screen = self._screen = OverlayScreen(window, ruler, self._theme, self._chosen)
        now = self._monotonic()
        name = screen.due(now)
        if name is not None:
            screen.lay_out(name, now, self._view(screen, name), self._look(now))
        return screen.scene

    def click(self, x: float, y: float) -> bool:
        """A click, in pixels of the last scene; whether it was for the overlay, and so not for what is under it."""
        if not self.visible:
            return False
        targets = () if self._screen is None else self._screen.scene.targets
        self._press(next((name for box, name in targets if box.holds(x, y)), ""))
        return True

    def scroll(self, x: float, y: float, rows: float) -> bool:
        """The wheel was turned over a place, down by so many rows (up: negative); whether it was for the overlay."""
        if self.visible and self._screen is not None:
            name = self._screen.list_at(x, y)
            if name is not None:
                self._screen.scroll(name, round(rows))
        return self.visible

    def key(self, name: str) -> bool:
        """A key was pressed; whether it was for the overlay. It takes those in KEYS, as either engine names them."""
        if not self.visible:
            return False
        name = name.lower().replace(" ", "_").removeprefix("arrow_")
        focus = self._chosen.focus
        page = 1 if self._screen is None else self._screen.rows_of(focus)
        rows = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "home": -FAR, "end": FAR}
        targets = {
            "r": "refresh",
            "n": "next_player",
            "e": "export",
            "f": f"filter:{_after(self._chosen.filter, FILTERS)}",
            "tab": f"list:{_after(focus, ORDER)}",
            "right": f"list:{_after(focus, ORDER)}",
            "left": f"list:{_after(focus, ORDER, -1)}",
            "escape": "close",
        }
        if name in targets:
            self._press(targets[name])
        elif name in rows and self._screen is not None:
            self._screen.scroll(focus, rows[name])
        return name in rows or name in targets

    def _press(self, target: str) -> None:
        """Do what a target stands for."""
        what, _, which = target.partition(":")
        match what:
            case "refresh":
                self._actions.refresh()
            case "next_player":
                self._actions.next_player()
            case "export":
                self._actions.export()
            case "close":
                self.toggle()
            case "filter":
                self._chosen.filter = which
                self._chosen.scrolled["content"] = 0
                self._turn_to("content")
            case "list":
                self._turn_to(which)

    def _turn_to(self, name: str) -> None:
        self._chosen.focus = name
        if self._screen is not None:
            self._screen.turn()

    def _say(self, said: Row) -> None:
        """Show what came of an action, for some seconds."""
        self._said = said, self._monotonic()
        if self._screen is not None:
            self._screen.renew()

    def _view(self, screen: OverlayScreen, name: str) -> View:
        held = self._held() if name == "content" else {}
        return View(self._uw, self._uw.now(), screen.type.characters, self._chosen.filter, held, self._actions.report)

    def _held(self) -> dict[str, str]:
        """What the game holds back; when its function fails, nothing from then on."""
        try:
            return dict(self._held_back()) if self._held_back is not None else {}
        except Exception:
            logging.getLogger("uwclient").exception("held_back= of the overlay failed; it is not called any more.")
            self._held_back = None
            return {}

    def _look(self, now: float) -> Look:
        said, said_at = self._said
        state = self._uw.diagnostics.session.state
        title = f"UserWise: {self._uw.player_id}, {self._uw.environment_stage}, session {state}"
        return Look(title, said if now - said_at < SAID_FOR else Row(), self._chosen.focus, self._chosen.filter)


def _after(name: str, names: Sequence[str], step: int = 1) -> str:
    """The name that comes after another, in a circle."""
    return names[(names.index(name) + step) % len(names)]
