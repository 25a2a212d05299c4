"""The actions of the overlay: refresh, next player, export."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from uwclient import UserWise, UserWiseError
from uwclient.callables import check_runs_when_called
from uwclient.ui.overlay_rows import Row, Tone


class OverlayActions:
    """The actions behind the buttons. Each passes its outcome to `say`; none raises into the game.

    Attributes:
        report: where the last report was written, or "".

    """

    def __init__(
        self,
        uw: UserWise,
        players: Sequence[str],
        next_player: Callable[[], str] | None,
        folder: str | os.PathLike[str] | None,
        say: Callable[[Row], None],
    ) -> None:
        if next_player is not None:
            check_runs_when_called(next_player, "next_player")
        self.report = ""
        self._uw = uw
        self._players = tuple(players)
        self._next_player = next_player or (self._next_of_players if self._players else None)
        self._folder = folder
        self._tell = say

    def refresh(self) -> None:
        """Have all content loaded again."""
        try:
            self._uw.refresh_content(self._refreshed)
        except UserWiseError as error:
            self._say(str(error), Tone.BAD)
        else:
            self._say("Content is being loaded…")

    def _refreshed(self, ok: bool) -> None:
        if ok:
            self._say("Content was loaded.", Tone.GOOD)
        else:
            self._say("The refresh failed: the lists of content and requests tell why.", Tone.BAD)

    def next_player(self) -> None:
        """Switch to the next player."""
        if self._next_player is None:
            self._say("Give the overlay players=[…], and this goes on as the next of them.", Tone.BAD)
            return
        try:
            player_id = self._next_player()
            self._uw.switch_player(player_id)
        except Exception as error:  # the game's own function may raise anything
            self._say(f"There is no next player: {error}", Tone.BAD)
        else:
            self._say(f"Going on as {player_id}.", Tone.GOOD)

    def _next_of_players(self) -> str:
        current = self._uw.player_id
        index = self._players.index(current) if current in self._players else -1
        return self._players[(index + 1) % len(self._players)]

    def export(self) -> None:
        """Write a snapshot for a bug report."""
        try:
            self.report = str(self._uw.diagnostics.export(self._folder))
        except UserWiseError as error:
            self._say(str(error), Tone.BAD)
        else:
            self._say(f"Written to {self.report}", Tone.GOOD, keep_end=True)

    def _say(self, text: str, tone: str = Tone.PLAIN, keep_end: bool = False) -> None:
        self._tell(Row(text=text, tone=tone, keep_end=keep_end))
