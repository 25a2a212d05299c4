"""Owns what lives from one start to the next stop: the worker, its connections and its files, for one player.

Importing this loads the network stack, which costs a tenth of a second; so it happens at `start()`, not before.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from uwclient.config import Config
from uwclient.device import describe_device
from uwclient.disk.cache import Cache
from uwclient.disk.paths import player_folder
from uwclient.models.content import Kind
from uwclient.models.session import Notice
from uwclient.state.clock import TimeSource
from uwclient.sync import Sync
from uwclient.version import __version__
from uwclient.wire.session_api import SessionApi
from uwclient.wire.transport import Transport
from uwclient.worker import Worker


class Run:
    """Owns one worker and all that it works with."""

    def __init__(
        self, config: Config, time_source: TimeSource, rng: random.Random, post: Callable[[Notice], None]
    ) -> None:
        monotonic = time_source.monotonic
        self._worker = Worker(monotonic, polite=config.threaded)
        self._transport = Transport(config.host, f"uwclient/{__version__}", monotonic, self._worker.pace)
        cache = Cache(player_folder(config), self._worker.pace)
        self._sync = Sync(self._worker, cache, describe_device(config), post, monotonic, rng)
        self._sync.begin(SessionApi(config, self._transport, self._sync.hear))
        self._threaded = config.threaded

    def start(self) -> None:
        """Start the thread, where the client has one."""
        if self._threaded:
            self._worker.start(self._transport.close)

    @property
    def next_due(self) -> float:
        """The monotonic moment of the next background task, where the game's thread has to do it itself."""
        return float("inf") if self._threaded else self._worker.next_due

    def step(self) -> None:
        """Do one background task on this thread."""
        self._worker.step()

    def refresh(self, ticket: int) -> None:
        """Ask for a refresh; RefreshFinished(ticket) tells of its end."""
        self._worker.request(self._sync.refresh_for, ticket)

    def reload_event(self, event_id: str) -> None:
        """Ask for one event again."""
        self._worker.request(self._sync.reload_event, event_id)

    def set_starts_before(self, kind: Kind, moment: datetime | None) -> None:
        """Tell how far ahead to ask for upcoming records."""
        self._worker.request(self._sync.set_starts_before, kind, moment)

    def end(self) -> None:
        """Have everything end as soon as it can; this waits for nothing."""
        self._worker.ask_to_stop()
        self._transport.abort()
        if not self._threaded:
            self._transport.close()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; False when it has not ended within `timeout` seconds."""
        return self._worker.join(timeout)
