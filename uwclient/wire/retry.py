"""Owns when a failed request is tried again: what a status means, and how long to wait."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from enum import Enum

LONGEST_WAIT = 300.0
"""Seconds: no wait that this client chooses is longer."""


class Verdict(Enum):
    """What a reply's status means for its request."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    DENIED = "denied"
    REJECTED = "rejected"


def verdict(status: int) -> Verdict:
    """2xx and 304 are accepted; 408, 425, 429 and 5xx worth a retry; 401 and 403 denied; the rest rejected."""
    if 200 <= status < 300 or status == 304:
        return Verdict.ACCEPTED
    if status in (401, 403):
        return Verdict.DENIED
    if status in (408, 425, 429) or status >= 500:
        return Verdict.RETRY
    return Verdict.REJECTED


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before the next try: full jitter over a doubling ceiling (an immutable value).

    Full jitter spreads clients that lost the same server at the same moment over the whole wait.
    """

    base: float = 2.0
    cap: float = LONGEST_WAIT
    failures: int = 0

    def after_failure(self) -> Backoff:
        """The backoff after one more failure."""
        return replace(self, failures=self.failures + 1)

    @property
    def ceiling(self) -> float:
        """The longest wait now, in seconds."""
        exponent = min(max(self.failures - 1, 0), 32)
        return min(self.cap, self.base * 2.0**exponent)

    def delay(self, rng: random.Random, retry_after: float | None = None, *, lasting: float = math.inf) -> float:
        """Seconds to wait now; at least `retry_after`, where the platform asked for that.

        `lasting` is for how many seconds the trouble has lasted: after the first few seconds no wait is longer than
        that, so that a short outage is not followed by a long wait.
        What the platform asks for is spread too, or its clients would all come back in the same second.
        """
        if retry_after is not None:
            return retry_after + rng.uniform(0.0, max(self.base, retry_after * 0.1))
        return rng.uniform(0.0, min(self.ceiling, max(lasting, 2 * self.base)))
