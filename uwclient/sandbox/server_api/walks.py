"""Lists that clients go through page by page while others write: each row that is there all the time comes once."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence

_MOST_WALKS = 64

Ids = tuple[str, ...]


class Walks:
    """Remembers, for lists whose first page was asked for lately, the rows that each page gave.

    The next page begins after these rows, wherever they stand by now, so that what others add, remove or rename moves
    nothing across the edge between two pages. Whoever asks for a page without those before it is given rows by
    counting.
    """

    def __init__(self) -> None:
        self._walks: list[tuple[Hashable, list[Ids]]] = []
        self._lock = threading.Lock()

    def given_before(self, what: Hashable, page: int) -> Ids | None:
        """The ids of the rows that the pages before this one gave; None when those were not all asked for.

        Args:
            what: the list, with all that a client asks of it besides the page.
            page: from 1.

        """
        with self._lock:
            pages = self._walk(what, page)
        return None if pages is None else tuple(one for given in pages[: page - 1] for one in given)

    def note(self, what: Hashable, page: int, ids: Sequence[str]) -> None:
        """Remember what a page gave; the first one begins a walk."""
        with self._lock:
            pages = self._walk(what, page)
            if page == 1:
                self._walks.append((what, [tuple(ids)]))
                del self._walks[:-_MOST_WALKS]
            elif pages is not None:
                pages[page - 1 :] = [tuple(ids)]

    def forget(self) -> None:
        """Forget all walks."""
        with self._lock:
            self._walks.clear()

    def _walk(self, what: Hashable, page: int) -> list[Ids] | None:
        """The pages of the walk that comes to this page next, else of the last one that came so far."""
        found = [pages for known, pages in self._walks if known == what and 1 < page <= len(pages) + 1]
        waiting = [pages for pages in found if len(pages) + 1 == page]
        return next(iter(waiting[::-1] + found[::-1]), None)
