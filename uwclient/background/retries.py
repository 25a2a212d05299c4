"""When to try again after failures that follow each other: later each time, and never all players at once."""

from __future__ import annotations

import random
from collections.abc import Callable

from uwclient.errors import UserWiseError
from uwclient.http.retry import Backoff
from uwclient.wire.session_api import retry_after


class Retries:
    """The failures in a row of one thing that is tried, and since when it fails."""

    def __init__(self, monotonic: Callable[[], float], rng: random.Random) -> None:
        self._monotonic = monotonic
        self._rng = rng
        self._backoff = Backoff()
        self._failing_since = 0.0

    @property
    def failures(self) -> int:
        """How many tries have failed since the last success."""
        return self._backoff.failures

    def over(self) -> None:
        """A try has succeeded, or something else is tried now."""
        self._backoff = Backoff()

    def delay_after(self, error: UserWiseError) -> float:
        """One more try has failed: the seconds to wait before the next one."""
        now = self._monotonic()
        if not self._backoff.failures:
            self._failing_since = now
        self._backoff = self._backoff.after_failure()
        return self._backoff.delay(self._rng, retry_after(error), lasting=now - self._failing_since)
