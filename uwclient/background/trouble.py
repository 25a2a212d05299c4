"""Owns the judgement whether it is one action that keeps a queue from moving, rather than the whole platform.

The time without an answer is kept on disk beside the queue: the sessions of a player may be short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from uwclient.disk.aside import Aside, Unanswered
from uwclient.models.player import QueuedAction

UNANSWERED_FOR = 3600.0
"""Seconds of tries without an answer, while other requests got theirs, after which an action is set aside."""

ALONE_AFTER = 300.0
"""Seconds of them after which actions go one by one, so that those before the one in question arrive."""

TRIES_ALONE = 3
"""So many tries in a row have failed on its own before an action is set aside."""

OVERDUE = 600.0
"""Seconds that a try may come later than planned: what is beyond that the machine has slept."""


class Queue(Protocol):
    """A queue whose front does not move, as far as it matters here."""

    aside: Aside

    @property
    def waiting(self) -> Sequence[QueuedAction]:
        """The actions, the next one first."""


class Trouble:
    """Owns what is known of the tries that got no answer. `others_are_answered` may ask the platform something."""

    def __init__(self, monotonic: Callable[[], float], others_are_answered: Callable[[], bool]) -> None:
        self._monotonic = monotonic
        self._others_are_answered = others_are_answered
        self._failed_at: float | None = None  # the last try, if the queue has not moved since
        self._planned = 0.0  # seconds from there to the next
        self._tries_alone = 0

    def over(self) -> None:
        """The queue moves, or another session begins."""
        self._failed_at = None
        self._tries_alone = 0

    def failed(self, queue: Queue, size: int) -> None:
        """The first `size` actions have got no answer."""
        now = self._monotonic()
        seconds = _seconds_of_first(queue)
        if self._failed_at is not None and self._others_are_answered():
            seconds += min(now - self._failed_at, self._planned + OVERDUE)
        queue.aside.note(Unanswered(queue.waiting[0].number, seconds))
        self._failed_at = now
        self._tries_alone = self._tries_alone + 1 if size == 1 else 0

    def plan(self, delay: float) -> None:
        """The next try comes after so many seconds."""
        self._planned = delay

    def may_be_of_one(self, queue: Queue) -> bool:
        """Whether it is time to find out which action of a request it is."""
        return _seconds_of_first(queue) >= ALONE_AFTER

    def is_of_the_first(self, queue: Queue) -> bool:
        """Whether it is the first action that gets no answer, and has got none for long enough."""
        return _seconds_of_first(queue) > UNANSWERED_FOR and self._tries_alone >= TRIES_ALONE


def _seconds_of_first(queue: Queue) -> float:
    """For how long the first action has been tried without an answer, as far as that is known."""
    number, seconds = queue.aside.unanswered
    return seconds if queue.waiting and queue.waiting[0].number == number else 0.0
