"""Owns how long to wait before a failed request is tried again."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

LONGEST_WAIT = 300.0
"""Seconds: no wait that this client chooses is longer."""


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
