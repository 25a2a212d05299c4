"""The debug overlay: what the client is doing, on one key, for whoever tests a game."""

from __future__ import annotations

import logging
import os
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
"""Seconds for which the overlay shows the outcome of an action."""


class Overlay:
    """Shows the session, the content, signals, requests, what waits, what frames cost and what ran in slow ones.

    All of it runs on the game's thread. Closed, it costs nothing. Open, it covers the window. The visible part of
    each list is laid out anew about four times a second, a part of a list in a frame: after the overlay was opened,
    the lists appear one by one.

    Args:
        uw: the client.
        theme: its colors and the size of its text.
        players: the ids that "next player" goes through, in turn.
        next_player: returns the id of the next player instead.
        folder: where snapshots are written; None is the client's data folder, or the current one.
        held_back: returns the records that the game's own screens hold back: (record id, reason) each.
        monotonic: its clock, in seconds; None is that of the client; for tests.

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
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self.visible = False
        self._uw = uw
        self._theme = theme or OverlayTheme()
        self._held_back = held_back
        self._monotonic = monotonic or uw.time_source.monotonic
        self._actions = OverlayActions(uw, players, next_player, folder, self._say)
        self._said = (Row(), 0.0)
        self._chosen = Selection()
        self._screen: OverlayScreen | None = None

    def toggle(self) -> None:
        """Open or close the overlay."""
        self.visible = not self.visible
        if self._screen is not None:
            self._screen.clear()

    def scene(self, width: float, height: float, ruler: TextMetrics) -> Scene:
        """Lay out the overlay. Call it once in each frame.

        Args:
            width: the width of the window, in pixels.
            height: its height, in pixels.
            ruler: measures text in the engine's fonts. Pass the same object as long as the fonts stay the same.

        Returns:
            The shapes to draw and the places that can be clicked; `EMPTY` while the overlay is closed. The very same
            object as long as nothing has changed.

        """
        if not self.visible:
            return EMPTY
        screen, window = self._screen, (width, height)
        if screen is None or not screen.is_for(window, ruler):
            screen = self._screen = OverlayScreen(window, ruler, self._theme, self._chosen)
        now = self._monotonic()
        name = None if screen.is_busy else screen.due(now)
        if name is not None:
            screen.begin(name, now, self._view(screen, name), self._look(now))
        screen.go_on(self._monotonic)
        return screen.scene

    def click(self, x: float, y: float) -> bool:
        """Pass on a click of the mouse.

        Args:
            x: pixels from the left of the scene.
            y: pixels from the top of the scene.

        Returns:
            Whether the overlay took it, so that it is not for the game.

        """
        if not self.visible:
            return False
        targets = () if self._screen is None else self._screen.scene.targets
        self._press(next((name for box, name in targets if box.holds(x, y)), ""))
        return True

    def scroll(self, x: float, y: float, rows: float) -> bool:
        """Pass on a turn of the mouse wheel.

        Args:
            x: pixels from the left of the scene.
            y: pixels from the top of the scene.
            rows: how many rows the list at that point moves up; down if negative.

        Returns:
            Whether the overlay took it, so that it is not for the game.

        """
        if self.visible and self._screen is not None:
            name = self._screen.list_at(x, y)
            if name is not None:
                self._screen.scroll(name, round(rows))
        return self.visible

    def key(self, name: str) -> bool:
        """Pass on a key.

        Args:
            name: its name in pygame or Panda3D, such as "page down" or "arrow_left". It takes those in `KEYS`.

        Returns:
            Whether the overlay took it, so that it is not for the game.

        """
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
        """Show the outcome of an action for some seconds."""
        self._said = said, self._monotonic()
        if self._screen is not None:
            self._screen.renew()

    def _view(self, screen: OverlayScreen, name: str) -> View:
        held = self._held() if name == "content" else {}
        return View(self._uw, self._uw.now(), screen.type.characters, self._chosen.filter, held, self._actions.report)

    def _held(self) -> dict[str, str]:
        """The records that the game holds back, with the reasons. A function that has failed is not called again."""
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
