"""A world: a sandbox of the platform and its players on one clock, which a test moves from moment to moment."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Mapping

from uwclient.qa.player import Player
from uwclient.qa.timeline import Line, Timeline
from uwclient.qa.transports import DirectTransport
from uwclient.sandbox import Sandbox
from uwclient.time_sources import StandingTime

START = datetime(2026, 1, 5, 9, tzinfo=UTC)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class World:
    def __init__(self, scenario: Any = None, *, seed: int = 0, start: datetime | None = None, polls: str = "elide") -> None:
        self.seed = seed
        self.clock = StandingTime(START)
        self.sandbox = Sandbox(scenario, time_source=self.clock, seed=seed)
        self.clock.set(start or self.sandbox.clock.started_at)
        self.sandbox.clock.set(self.clock.now())
        self.timeline = Timeline()
        self._elides = polls == "elide"
        self.polls_elided = 0
        self._folder = TemporaryDirectory(prefix="uwclient-world-")
        self.transport = DirectTransport(self.sandbox)
        self.players: list[Player] = []

    def now(self) -> datetime:
        return self.clock.now()

    def tell(self, player: str, source: str, what: str, id: str) -> None:
        self.timeline.append(Line(self.now(), player, source, what, id))

    def player(self, id: str = "hero-42", **client: Any) -> Player:
        folder = Path(self._folder.name) / str(len(self.players))
        player = Player(self, id, folder, **client)
        self.players.append(player)
        return player

    def skip(self, *, weeks: float = 0, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0, frame: Callable[[World], object] | None = None) -> int:
        target = self.clock._microseconds + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds) // MICROSECOND
        self._settle()
        stops = 0
        while True:
            moment = min(target, self._next_due())
            for player in self.players:
                self.polls_elided += player.pass_polls(moment / 1e6)
            self.clock.set(EPOCH + moment * MICROSECOND)
            self.sandbox.catch_up()
            self._settle()
            stops += 1
            if frame:
                frame(self)
                self._settle()
            if moment == target:
                return stops

    def _next_due(self) -> int:
        due = min((player.next_due(self._elides) for player in self.players), default=math.inf)
        planned = self.sandbox.next_due
        moment = 2**62 if due == math.inf else _microseconds(due)
        if planned is not None:
            moment = min(moment, (planned - EPOCH) // MICROSECOND)
        return max(moment, self.clock._microseconds)

    def _settle(self) -> None:
        busy = True
        while busy:
            busy = False
            for player in self.players:
                busy = player.settle() or busy

    def close(self) -> None:
        for player in self.players:
            player.uw.stop()
        self._folder.cleanup()


def _microseconds(seconds: float) -> int:
    whole = math.ceil(seconds * 1e6)
    return whole + 1 if whole / 1e6 < seconds else whole
