"""How the worker posts its notices, so that few frames of the game have something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from uwclient.models.notices import Delivered, Notice, RecordsLeftOut, RequestsMade, ServerTimes

Post: TypeAlias = Callable[[Notice], None]

REMARKS = (RequestsMade, ServerTimes, RecordsLeftOut, Delivered)
"""Types of notices by which nothing changes that the game is told of."""

MOST_KEPT_BACK = 20
"""How many remarks are kept back at most; thousands of actions are delivered in one go."""


class Posting:
    """Keeps remarks back until a notice comes that matters to the game, or the worker has nothing to do.

    A refresh makes some twenty remarks. Posted one by one, each would cost another frame a tenth of a millisecond:
    the code of a pump that has something to do is not in the processor's caches any more. Those about requests and
    about the time become one notice each, because every notice has its price. It is used on the worker.
    """

    def __init__(self) -> None:
        self._remarks: list[tuple[Post, Notice]] = []

    def by(self, post: Post) -> Post:
        """The way to post by `post`; notices of all ways stay in order."""

        def post_in_order(notice: Notice) -> None:
            self._remarks.append((post, notice))
            if not isinstance(notice, REMARKS) or len(self._remarks) >= MOST_KEPT_BACK:
                self.post_all()

        return post_in_order

    def post_all(self) -> None:
        """Post what was kept back."""
        remarks, self._remarks = self._remarks, []
        for post, notice in _joined(remarks):
            post(notice)


def _joined(remarks: list[tuple[Post, Notice]]) -> list[tuple[Post, Notice]]:
    """The same, with one notice for all requests, and for all times, of each way; it stands where the first stood."""
    joined: list[tuple[Post, Notice]] = []
    places: dict[tuple[Post, type], int] = {}
    for post, notice in remarks:
        place = places.setdefault((post, type(notice)), len(joined))
        earlier = joined[place][1] if place < len(joined) else None
        if isinstance(notice, RequestsMade) and isinstance(earlier, RequestsMade):
            joined[place] = post, RequestsMade(earlier.requests + notice.requests)
        elif isinstance(notice, ServerTimes) and isinstance(earlier, ServerTimes):
            joined[place] = post, ServerTimes(earlier.samples + notice.samples)
        else:
            joined.append((post, notice))
    return joined
