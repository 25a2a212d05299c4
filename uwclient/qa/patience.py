"""Notices when time creeps: when somebody has something to do again and again, and nothing comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from uwclient.qa.errors import TimeStuckError
from uwclient.qa.moments import moment_at

MOST_AN_HOUR = 10_000
"""How often one and the same may be due within an hour of the world's time: nearly three times a second."""

_HOUR = 3_600_000_000


class Patience:
    """Counts the stops of each hour by what causes them."""

    def __init__(self) -> None:
        self._until = 0
        self._stops = 0
        self._causes: Counter[str] = Counter()

    def start(self, now: int) -> None:
        """Begin at a moment, in microseconds."""
        self._until = now + _HOUR
        self._stops = 0
        self._causes.clear()

    def spend(self, moment: int, cause: Callable[[], str]) -> None:
        """Count a stop. TimeStuckError when one cause has too many within an hour."""
        if moment >= self._until:
            self.start(moment)
        self._stops += 1
        if self._stops < MOST_AN_HOUR:  # until then it does not matter who it was
            return
        name = cause()
        self._causes[name] += 1
        if self._causes[name] >= MOST_AN_HOUR:
            raise TimeStuckError(
                f"Time hardly goes on: it is {moment_at(moment).isoformat()}, and within this hour there were "
                f"{self._stops:,} stops. Who always has something to do again is {name}."
            )
