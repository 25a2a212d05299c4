"""The game's queries to the platform that are not answered yet."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeAlias

from uwclient.callables import check_runs_when_called
from uwclient.errors import ArgumentError, LifecycleError, UserWiseError
from uwclient.log import logger
from uwclient.models.media import MediaQuery
from uwclient.models.notices import Answered
from uwclient.models.queries import Answer, Query

Tell: TypeAlias = Callable[[Answer], int]
"""Reports an answer to the game, and returns the number of signals sent."""


class PendingQueries:
    """The queries in progress; each is answered once, in a pump, with a value or an error.

    `ask_platform(ticket, ask)` passes one on, or raises LifecycleError; `post` has an answer told by the pump that is
    under way, if one is, and `post_later` by the next one.
    """

    def __init__(
        self,
        ask_platform: Callable[[int, Query | MediaQuery], None],
        post: Callable[[Answered], None],
        post_later: Callable[[Answered], None],
    ) -> None:
        self._ask_platform = ask_platform
        self._post = post
        self._post_later = post_later
        self._tickets = itertools.count(1)
        self._waiting: dict[int, Tell] = {}

    def ask(self, ask: Query | MediaQuery, tell: Tell) -> None:
        """Send a query; `tell(answer)` is called from a pump."""
        ticket = next(self._tickets)
        self._waiting[ticket] = tell
        try:
            self._ask_platform(ticket, ask)
        except LifecycleError as error:  # what listeners ask once more at once keeps no pump from ending
            self._post_later(Answered(ticket, Answer(error=error)))

    def settle(self, ticket: int, answer: Answer) -> int:
        """Report the answer to a query, once, and return the number of signals sent."""
        tell = self._waiting.pop(ticket, None)
        return 0 if tell is None else tell(answer)

    def cancel_all(self, error: UserWiseError) -> None:
        """Nothing that was asked will be answered any more; a pump tells so."""
        for ticket in self._waiting:
            self._post(Answered(ticket, Answer(error=error)))


def check_receiver(callback: object) -> None:
    """Raise ArgumentError unless this can be called with an answer."""
    if not callable(callback):
        raise ArgumentError("callback must be a function of one argument: what was asked for, or None.")
    check_runs_when_called(callback, "callback")


def log_failure(what: str, error: UserWiseError) -> None:
    """Log why a query failed; a stopped client is logged as information only."""
    log = logger().info if isinstance(error, LifecycleError) else logger().warning
    log("%s: %s", what, error)
