"""A bridge: what a partner says of people is mapped to players, queued, and told to the platform."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from uwclient.bridges.delivery import Delivery, KeyedTransport
from uwclient.bridges.facts import Happening, digest
from uwclient.bridges.queue import TellingQueue
from uwclient.bridges.rules import PlayerRule, TellRule
from uwclient.bridges.telling import Telling
from uwclient.bridges.yaml_reading import Section
from uwclient.config import DEFAULT_HOST
from uwclient.dice import Dice
from uwclient.errors import ArgumentError
from uwclient.http.connections import Connections
from uwclient.http.messages import Transport
from uwclient.log import logger
from uwclient.server_api import ServerApi
from uwclient.time_sources import SystemTime, TimeSource

BATCH = 200
"""Happenings that are put into the queue together."""
PROGRESS = 1000
"""How many people are read between two lines of progress."""

Say = Callable[[str], None]
"""Prints a line."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a bridge has of the machine; tests give it another.

    Attributes:
        environ: where the keys are: UW_API_KEY and UW_SECRET_KEY, and that of the partner.
        time_source: what time it is.
        dice: chance.
        transport: how requests reach the platform; None for the network.
        say: prints a line.

    """

    environ: Mapping[str, str]
    time_source: TimeSource
    dice: Dice
    transport: Transport | None = None
    say: Say = print

    @classmethod
    def of_this_machine(cls) -> Surroundings:
        """Return those of a program that runs."""
        return cls(os.environ, SystemTime(), Dice())

    def secret(self, name: str) -> str:
        """Return a secret of the environment. Raises ArgumentError when it is not set."""
        value = self.environ.get(name, "")
        if not value:
            raise ArgumentError(f"The environment variable {name} is not set: secrets are not in the file.")
        return value


class Bridge:
    """Owns a queue and the way to the platform, in a `with` block. `take` may be called by any thread.

    Args:
        config: the configuration, of which the parts that all bridges have are read.
        kinds: the happenings that rules can name.
        folder: where the configuration is; a relative `queue` is below it.
        around: what it has of the machine.
        dry_run: whether what would be told is only printed.

    Raises:
        ArgumentError: the configuration is wrong.

    """

    def __init__(
        self, config: Section, kinds: Sequence[str], folder: Path, around: Surroundings, *, dry_run: bool = False
    ) -> None:
        self._player = PlayerRule.read(config.section("player"))
        self._rules = [TellRule.read(section, kinds) for section in config.sections("tell")]
        self._say = around.say
        self.queue: TellingQueue | None = None
        self.delivery: Delivery | None = None
        self.strangers = 0
        platform, place = config.section("userwise"), folder / config.text("queue")
        keyed, server = _server(platform, around)
        self._server = server
        if not dry_run:
            wall = around.time_source.wall
            self.queue = TellingQueue(place, wall, around.dice)
            self.delivery = Delivery(self.queue, server, place, wall=wall, dice=around.dice, keyed=keyed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the queue; what waits is for the next run."""
        if self.queue is not None:
            self.queue.close()
        self._server.close()

    def take(self, happenings: Iterable[Happening]) -> int:
        """Queue what is to be told of some happenings, and return how much is new. Raises StorageError."""
        tellings = [telling for happening in happenings for telling in self._tellings(happening)]
        if self.queue is not None:
            return self.queue.put(tellings)
        for telling in tellings:
            self._say(f"{telling.player}: {telling.kind} {dict(telling.body)}")
        return len(tellings)

    def take_all(self, happenings: Iterable[Happening], wait: Callable[[float], bool]) -> bool:
        """Queue and tell all that a partner says, a part at a time; False when `wait` has ended it.

        Args:
            happenings: any number of them; only a part is in memory.
            wait: waits so many seconds, and returns whether to end.

        """
        read = new = 0
        stream = iter(happenings)
        while batch := list(itertools.islice(stream, BATCH)):
            new += self.take(batch)
            read += len(batch)
            if read // PROGRESS > (read - len(batch)) // PROGRESS:
                self._say(f"{read:,} read, {new:,} of it new, {0 if self.queue is None else len(self.queue):,} wait")
            if not self.deliver_all(wait):
                return False
        self._say(f"{read:,} read, {new:,} of it new: done")
        return True

    def deliver_all(self, wait: Callable[[float], bool]) -> bool:
        """Tell all that waits, however long that takes; False when `wait` has ended it."""
        while self.delivery is not None and (delay := self.delivery.deliver()) is not None:
            if wait(delay):
                return False
        return True

    def _tellings(self, happening: Happening) -> list[Telling]:
        if all(rule.when != happening.name for rule in self._rules):
            return []
        player = self._player.player_of(happening)
        if player is None:
            self.strangers += 1
            logger().warning("No player is found for the person %s.", digest(happening.person))
            return []
        return [telling for rule in self._rules for telling in rule.tellings(happening, player)]


def _server(platform: Section, around: Surroundings) -> tuple[KeyedTransport | None, ServerApi]:
    host, app_id = platform.text("host", DEFAULT_HOST), platform.text("app_id")
    has_keys = platform.flag("idempotency_key", default=False)
    platform.check_all_read()
    transport = around.transport or Connections(host)
    keyed = KeyedTransport(transport) if has_keys else None
    server = ServerApi(
        around.secret("UW_API_KEY"),
        secret_key=around.environ.get("UW_SECRET_KEY") or None,
        app_id=app_id,
        host=host,
        retries=0,
        transport=keyed or transport,
    )
    return keyed, server
