"""When a request that a program waits for is sent again: reads always, writes only if they surely did not arrive.

A game never waits for a request: its actions are in an outbox, and the worker sends them again (`background/`). A
script or a web service calls and wants an answer, so it waits here, with full jitter and up to a ceiling.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from uwclient.errors import ApiError, ArgumentError, ConnectionFailed, ReplyError, UserWiseError
from uwclient.http.messages import Reply, Request, Transport
from uwclient.http.retry import Backoff
from uwclient.time_sources import RealTime

T = TypeVar("T")

_ASKS_TO_COME_BACK = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a caller waits for a request to succeed.

    Attributes:
        retries: how often a request is sent again at most.
        longest: the seconds for which the platform may ask (`Retry-After`); when it asks for more, its refusal is
            raised at once.

    Raises:
        ArgumentError: retries are less than none.

    """

    retries: int = 3
    longest: float = 60.0

    def __post_init__(self) -> None:
        if self.retries < 0:
            raise ArgumentError(f"retries must be 0 or more, not {self.retries}.")


class Retrier:
    """Owns the waits between the attempts of one client.

    Args:
        patience: how often, and how long.
        rng: where the jitter comes from.
        sleep: how to wait, for tests that do not want to; None really waits.

    """

    def __init__(self, patience: Patience, rng: random.Random, sleep: Callable[[float], None] | None = None) -> None:
        self._patience = patience
        self._rng = rng
        self._sleep = sleep or RealTime.sleep

    def send(self, transport: Transport, request: Request, read: Callable[[Reply], T], *, changes_nothing: bool) -> T:
        """Send a request until `read` takes its reply without raising. Raises the last attempt's UserWiseError."""
        backoff = Backoff(base=0.5, cap=8.0)
        while True:
            try:
                reply = transport.send(request)
                if isinstance(reply, UserWiseError):
                    raise reply
                return read(reply)
            except UserWiseError as error:
                backoff = backoff.after_failure()
                if backoff.failures > self._patience.retries or not may_repeat(error, changes_nothing):
                    raise
                asked = error.retry_after if isinstance(error, ApiError) else None
                if asked is not None and asked > self._patience.longest:
                    raise
            self._sleep(backoff.delay(self._rng, asked))


def may_repeat(error: UserWiseError, changes_nothing: bool) -> bool:
    """Whether a request that failed like this may be sent again without the risk that it takes effect twice.

    A connection that was refused has carried nothing, and 429 says that nothing was done. After anything else a write
    may have been carried out; whether it was, only a person or a later read can tell.
    """
    if isinstance(error, ConnectionFailed):
        return changes_nothing or not error.reached
    if isinstance(error, ApiError):
        return error.status == 429 or (
            changes_nothing and (error.status in _ASKS_TO_COME_BACK or error.status >= 500)
        )
    return changes_nothing and isinstance(error, ReplyError)
