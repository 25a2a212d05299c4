"""The backoff: how long to wait before a failed request is retried."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from uwclient.dice import between

LONGEST_WAIT = 300.0
"""The maximum backoff in seconds, unless the platform asks for more."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential backoff with full jitter, as an immutable value.

    Full jitter spreads clients that have lost the same server at the same time over the whole wait.

    Attributes:
        base: the ceiling after the first failure, in seconds.
        cap: the maximum ceiling, in seconds.
        failures: the number of failures in a row.

    """

    base: float = 2.0
    cap: float = LONGEST_WAIT
    failures: int = 0

    def after_failure(self) -> Backoff:
        """Return the backoff after one more failure."""
        return replace(self, failures=self.failures + 1)

    @property
    def ceiling(self) -> float:
        """The maximum wait now, in seconds."""
        exponent = min(max(self.failures - 1, 0), 32)
        return min(self.cap, self.base * 2.0**exponent)

    def delay(self, rng: random.Random, retry_after: float | None = None, *, lasting: float = math.inf) -> float:
        """Return a random wait in seconds; at least `retry_after`, if the platform has asked for that.

        `lasting` is the duration of the trouble so far, in seconds. After the first few seconds the wait is at most
        that long, so that a short outage is not followed by a long wait. A `retry_after` is spread too, so that the
        clients do not all return in the same second.
        """
        if retry_after is not None:
            return retry_after + between(rng, 0.0, max(self.base, retry_after * 0.1))
        return between(rng, 0.0, min(self.ceiling, max(lasting, 2 * self.base)))
