"""A moment of a world, to which it can go back: platform, players with their clients and files, and the timeline."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from uwclient.qa.memory import Memory
from uwclient.qa.player import Player
from uwclient.sandbox import Sandbox


@runtime_checkable
class Reopened(Protocol):
    """Holds a file of the client open, as the locks and queues of what players do."""

    def reopen(self) -> None:
        """Open the file where it is, after it was put back."""


class SavedWorld:
    """What `World.save` gives; `World.restore` of the same world takes it, as often as you like.

    Attributes:
        now: the moment.

    """

    def __init__(self, now: datetime, sandbox: Sandbox, players: list[Player], lines: int, folder: Path) -> None:
        self.now = now
        self.lines = lines
        self.players = list(players)
        self._platform = sandbox.save()
        self._memory = Memory(players)
        self._folder = folder
        for player in players:
            player.write_down()
            if player.folder.exists():
                shutil.copytree(player.folder, self._copy_of(player))

    def __repr__(self) -> str:
        return f"<SavedWorld at {self.now.isoformat()}>"

    def put_back(self, sandbox: Sandbox, current: list[Player]) -> None:
        """Put platform, clients and files back; the clock shows the moment already."""
        for player in current:
            player.let_go()
        for player in {*current, *self.players}:
            shutil.rmtree(player.folder, ignore_errors=True)
        for player in self.players:
            if self._copy_of(player).exists():
                shutil.copytree(self._copy_of(player), player.folder)
        sandbox.restore(self._platform)
        self._memory.recall()
        for file in self._memory.all_of(Reopened):
            file.reopen()
        for player in self.players:
            player.came_back()

    def _copy_of(self, player: Player) -> Path:
        return self._folder / player.folder.name
