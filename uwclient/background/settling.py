"""Settles actions that were delivered, refused or dropped: posts the outcome, and keeps dead letters."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from uwclient.disk.dead_letters import DeadLetters
from uwclient.errors import UserWiseError
from uwclient.log import logger
from uwclient.models.action_envelope import opened
from uwclient.models.notices import ActionFailed, ActionsDropped, ActionsSettled, ImpressionOpened, Notice
from uwclient.models.player import PlayerAction, QueuedAction
from uwclient.rules.clock import moment_of
from uwclient.wire.actions import Batch, impression_id_in


class Source(Protocol):
    """A queue whose first actions can be settled."""

    @property
    def waiting(self) -> Sequence[QueuedAction]:
        """The actions, the next one first."""

    def done(self, count: int) -> Sequence[QueuedAction]:
        """Remove and return the first `count` actions."""


class Referring(Source, Protocol):
    """A source whose actions may refer to impressions that earlier actions create."""

    def remember(self, reference: str, value: str) -> None:
        """Keep the platform's id for a reference."""


class Settling:
    """Owns one player's dead letters, and posts the outcome of actions.

    `settled(count, ok, error)` is called before the outcome is posted; `wall` returns the seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        post: Callable[[Notice], None],
        settled: Callable[[int, bool, UserWiseError | None], None],
        wall: Callable[[], float],
    ) -> None:
        self._letters = DeadLetters(folder, wall)
        self._post = post
        self._settled = settled

    def accepted(self, source: Referring, batch: Batch, reply: Mapping[str, Any], own: Referring) -> None:
        """Settle a batch that the platform has accepted; actions in `own`, this run's queue, may refer to it."""
        impression_id = impression_id_in(reply)
        if batch.defines is not None and impression_id is not None:
            for queue in {id(one): one for one in (source, own)}.values():
                queue.remember(batch.defines, impression_id)
            self._post(ImpressionOpened(source.waiting[0].ticket, impression_id))
        self._settle(source, batch.size, True, None)

    def refused(self, source: Source, error: UserWiseError) -> None:
        """Settle the first action as refused: it becomes a dead letter."""
        queued = source.waiting[0]
        action = _told(queued)
        logger().warning("An action of the kind %r was refused: %s", action.kind, error)
        self._letters.add(action, str(error))
        self._post(ActionFailed(queued.ticket, action, error))
        self._settle(source, 1, False, error)

    def dropped(self, source: Source, count: int) -> None:
        """Drop the first actions: they are too old, or too many are waiting."""
        self._settle(source, count, False, None)
        self.tell_dropped(count)

    def tell_dropped(self, count: int) -> None:
        """Tell that so many actions were dropped."""
        logger().warning("%d actions were dropped undelivered: too many, too large or too old.", count)
        self._post(ActionsDropped(count))

    def _settle(self, source: Source, count: int, ok: bool, error: UserWiseError | None) -> None:
        tickets = tuple(action.ticket for action in source.done(count) if action.ticket)
        self._settled(count, ok, error)
        if tickets:
            self._post(ActionsSettled(tickets, ok))


def _told(action: QueuedAction) -> PlayerAction:
    """The action in the form that `on_delivery_failed` sends."""
    kind, body = action.kind, None
    with contextlib.suppress(ValueError, TypeError):
        kind, text, _ = opened(action)
        body = json.loads(text)
    return PlayerAction(kind, body, moment_of(action.at))
