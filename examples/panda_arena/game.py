"""One round of Panda Arena: the arena, its scenery, the score, and the live content in it."""

from __future__ import annotations

import random
from typing import Any

from direct.gui.OnscreenText import OnscreenText
from panda3d.core import KeyboardButton, TextNode

from panda_arena.arena import Arena
from panda_arena.card_reader import CardReader
from panda_arena.live import LiveContent, gems_of
from panda_arena.scenery import Scenery
from uwclient import GameEvent, Record, UserWise
from uwclient.engines.panda3d import attach

KEYS = {"a": (-1, 0), "d": (1, 0), "w": (0, 1), "s": (0, -1)}
ARROWS = (
    (KeyboardButton.left(), (-1, 0)),
    (KeyboardButton.right(), (1, 0)),
    (KeyboardButton.up(), (0, 1)),
    (KeyboardButton.down(), (0, -1)),
)
ALONE = 4.0
"""Seconds after which a panda that nobody moves looks for coins by itself."""


class Game:
    """Owns one round: the arena, its scenery, what is written over it, and the live content in it.

    `alone`: nobody plays, so that the panda does from the start, and answers the cards too.
    """

    def __init__(self, base: Any, uw: UserWise, seed: int, *, alone: bool) -> None:
        dice = random.Random(seed)
        self.arena = Arena(base, dice)
        self.gems = 0
        self._base = base
        self._scenery = Scenery(base, dice)
        self._live = LiveContent(uw)
        self._idle = ALONE if alone else 0.0
        self._reader = CardReader() if alone else None
        self._score = _text(base.a2dTopLeft, (0.06, -0.12), TextNode.ALeft)
        self._banner = _text(base.a2dTopCenter, (0, -0.12), TextNode.ACenter)
        base.disableMouse()
        base.camera.setPos(0, -25, 15)
        base.camera.lookAt(0, -0.5, 0)
        self.loop = attach(uw, base)
        if self.loop.ui is not None:
            self.loop.ui.on_answer = self._answered
        base.accept("uw-events-active", self._event_began)
        base.accept("uw-remote-configs-updated", self._designers_changed)
        base.taskMgr.add(self._frame, "game")

    def _frame(self, task: Any) -> Any:
        seconds = min(0.05, self._base.clock.getDt())
        self._scenery.paint(self._live.sky(), self._live.ground())
        if self.loop.takes_input:  # the game waits while a card is read
            if self._reader is not None and self.loop.ui is not None:
                self._reader.read(self.loop.ui, seconds)
        else:
            self.arena.advance(seconds, self._way(seconds), self._live.tuning())
        self._score.setText(f"{self.arena.coins} coins" + (f"   {self.gems} gems" if self.gems else ""))
        self._banner.setText(self._live.banner())
        return task.cont

    def _way(self, seconds: float) -> tuple[float, float]:
        """Where the player walks, or the panda by itself when nobody moves it."""
        x, y = 0, 0
        watcher = self._base.mouseWatcherNode
        if watcher is not None:
            keys = [*((KeyboardButton.asciiKey(key), way) for key, way in KEYS.items()), *ARROWS]
            for button, way in keys:
                if watcher.isButtonDown(button):
                    x, y = x + way[0], y + way[1]
        self._idle = 0.0 if x or y else self._idle + seconds
        return self.arena.nearest() if self._idle >= ALONE else (float(x), float(y))

    def _answered(self, record: Record, choice: str) -> None:
        if choice == "accept" and gems_of(record):
            self.gems += gems_of(record)
            self._say(f"{gems_of(record)} gems are yours!")

    def _event_began(self, event: GameEvent) -> None:
        print("It has begun:", event.name)
        self._say(f"{event.name}!")

    def _designers_changed(self, record: Record, previous: Record) -> None:
        self._say(f"The designers changed the {record.name.lower()}.")

    def _say(self, text: str) -> None:
        if self.loop.ui is not None:
            self.loop.ui.toast(text)


def _text(parent: Any, place: tuple[float, float], align: int) -> Any:
    return OnscreenText(
        parent=parent, pos=place, align=align, scale=0.08, fg=(1, 1, 1, 1), shadow=(0, 0, 0, 0.6), mayChange=True
    )
