"""Decides whether a single action blocks a queue, rather than an outage of the whole platform.

The time without a reply is saved beside the queue, because a player's sessions may be short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from uwclient.disk.aside import Aside, Unanswered
from uwclient.models.player import QueuedAction

UNANSWERED_FOR = 3600.0
"""Seconds of attempts without a reply, while other requests got one, after which an action is set aside."""

ALONE_AFTER = 300.0
"""Seconds of such attempts after which actions are sent singly, so that those before the blocking one arrive."""

TRIES_ALONE = 3
"""The number of failed attempts in a row, sent singly, after which an action is set aside."""

OVERDUE = 600.0
"""The maximum number of seconds that an attempt comes later than planned; beyond that the machine was asleep."""


class Queue(Protocol):
    """The interface to a blocked queue."""

    aside: Aside

    @property
    def waiting(self) -> Sequence[QueuedAction]:
        """The actions, the next one first."""


class Trouble:
    """Counts the attempts that got no reply. `others_are_answered` may send a request to the platform."""

    def __init__(self, monotonic: Callable[[], float], others_are_answered: Callable[[], bool]) -> None:
        self._monotonic = monotonic
        self._others_are_answered = others_are_answered
        self._failed_at: float | None = None  # the time of the last attempt, if the queue has not moved since
        self._planned = 0.0  # seconds from then to the next attempt
        self._tries_alone = 0

    def over(self) -> None:
        """Reset, because the queue has moved, or another session was opened."""
        self._failed_at = None
        self._tries_alone = 0

    def failed(self, queue: Queue, size: int) -> None:
        """Record that the first `size` actions got no reply."""
        now = self._monotonic()
        seconds = _seconds_of_first(queue)
        if self._failed_at is not None and self._others_are_answered():
            seconds += min(now - self._failed_at, self._planned + OVERDUE)
        queue.aside.record(Unanswered(queue.waiting[0].number, seconds))
        self._failed_at = now
        self._tries_alone = self._tries_alone + 1 if size == 1 else 0

    def plan(self, delay: float) -> None:
        """Record that the next attempt comes after so many seconds."""
        self._planned = delay

    def may_be_of_one(self, queue: Queue) -> bool:
        """Whether it is time to find out which action of a batch blocks the queue."""
        return _seconds_of_first(queue) >= ALONE_AFTER

    def is_of_the_first(self, queue: Queue) -> bool:
        """Whether the first action blocks the queue, and has done so for long enough to set it aside."""
        return _seconds_of_first(queue) > UNANSWERED_FOR and self._tries_alone >= TRIES_ALONE


def _seconds_of_first(queue: Queue) -> float:
    """Seconds for which the first action was sent without a reply, as far as that is known."""
    number, seconds = queue.aside.unanswered
    return seconds if queue.waiting and queue.waiting[0].number == number else 0.0
