"""Brings what waits in a queue to the platform: in order, at least once, whatever fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from uwclient.bridges.queue import TellingQueue
from uwclient.bridges.telling import ATTRIBUTES, Telling
from uwclient.dice import Dice
from uwclient.disk.dead_letters import DeadLetters
from uwclient.errors import ApiError, ArgumentError, UserWiseError
from uwclient.http.messages import Reply, Request, Transport
from uwclient.http.retry import Backoff
from uwclient.log import logger
from uwclient.models.player import PlayerAction
from uwclient.server_api import ServerApi

KEY_HEADER = "Idempotency-Key"
_REFUSED = (400, 404, 405, 422)


class KeyedTransport:
    """Sends requests with the key of what is being told, by which a sandbox knows it again.

    The header is not documented, so it is for sandboxes only.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.key: str | None = None

    def send(self, request: Request) -> Reply | UserWiseError:
        """Send a request, with the key if there is one."""
        if self.key is not None:
            request = replace(request, headers={**request.headers, KEY_HEADER: self.key})
        return self._transport.send(request)


class Delivery:
    """Owns the way of tellings to the platform; one thread uses it.

    A telling that gets no answer is told again, and those after it wait: so the order of each person is kept. One
    that the platform refuses with reasons is written to dead-letters.jsonl in the folder, and the next one follows.

    Args:
        queue: where they wait.
        server: the platform; without retries of its own.
        folder: for what is refused.
        wall: the seconds since 1970.
        dice: for the jitter of waits.
        keyed: the transport of `server`, if what is told is to have a key.

    """

    def __init__(
        self,
        queue: TellingQueue,
        server: ServerApi,
        folder: Path,
        *,
        wall: Callable[[], float],
        dice: Dice,
        keyed: KeyedTransport | None = None,
    ) -> None:
        self._queue = queue
        self._server = server
        self._letters = DeadLetters(folder, wall)
        self._wall = wall
        self._rng = dice.generator("bridge delivery")
        self._keyed = keyed
        self._backoff = Backoff()
        self.told = 0
        self.refused = 0

    def deliver(self) -> float | None:
        """Tell all that waits. None when it is done; else the seconds to wait before the next try."""
        while (telling := self._queue.next()) is not None:
            try:
                self._tell(telling)
                self.told += 1
            except UserWiseError as error:
                if not _is_refused(error):
                    return self._wait(error)
                self._refuse(telling, error)
            self._backoff = Backoff()
            self._queue.done(telling)
        return None

    def _tell(self, telling: Telling) -> None:
        if telling.kind == ATTRIBUTES:
            self._server.players.assign_attributes(telling.player, telling.body["attributes"])
            return
        attributes = [{"name": name, "value": value} for name, value in telling.body["attributes"].items()]
        event = {"event_id": telling.body["event_id"], "attributes": attributes}
        if self._keyed is not None:
            self._keyed.key = telling.slot
        try:
            self._server.players.assign_events(telling.player, [event])
        finally:
            if self._keyed is not None:
                self._keyed.key = None

    def _wait(self, error: UserWiseError) -> float:
        self._backoff = self._backoff.after_failure()
        asked = error.retry_after if isinstance(error, ApiError) else None
        delay = self._backoff.delay(self._rng, asked)
        logger().warning("%d tellings wait, and are tried again in %.0f s: %s", len(self._queue), delay, error)
        return delay

    def _refuse(self, telling: Telling, error: UserWiseError) -> None:
        self.refused += 1
        logger().error("The platform refuses %r for good: %s", telling, error)
        at = datetime.fromtimestamp(self._wall(), UTC)
        body = {"player": telling.player, **telling.body}
        self._letters.add(PlayerAction(kind=telling.kind, body=body, at=at), str(error))


def _is_refused(error: UserWiseError) -> bool:
    """Whether the platform has said why it will never take this; a page of a gateway gives no reasons."""
    if isinstance(error, ApiError):
        return error.status in _REFUSED and bool(error.errors)
    return isinstance(error, ArgumentError)
