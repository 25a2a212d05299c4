"""Lists of the server API: all records in turn, one page, or the first. A list is asked for when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from uwclient.errors import ArgumentError, ReplyError
from uwclient.models.json_numbers import as_int
from uwclient.server_api.caller import Told
from uwclient.server_api.record import Record, read_several

R = TypeVar("R", bound=Record)

PAGE_SIZE = 100
"""How many records a page has, unless the caller wants another number."""


class Page(Sequence[R]):
    """The records of one page, in order.

    Attributes:
        number: which page it is, from 1.
        total_pages: how many there are, or None when the platform does not say.
        total_records: how many records all pages have, or None.
        warnings: what the platform remarks about the request.
        hints: its suggestions.

    """

    def __init__(self, records: tuple[R, ...], number: int, told: Told) -> None:
        self._records = records
        self.number = number
        counts = told.meta.get("query")
        self.total_pages = _count(counts, "total_pages")
        self.total_records = _count(counts, "total_records")
        self.warnings = told.note.warnings
        self.hints = told.note.hints

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[R, ...]: ...

    def __getitem__(self, index: int | slice) -> R | tuple[R, ...]:
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        return f"<Page {self.number} of {self.total_pages or 'some'} with {len(self)} records>"


class Pages(Generic[R]):
    """A list that may be longer than one reply. Each use asks the platform anew.

        for campaign in server.campaigns.list():  # all of them, page by page
        server.campaigns.list().page(3)           # one page
        server.campaigns.list().first()           # one record, or None

    Args:
        cls: the class of the records.
        ask: asks for a page by its number and size; None for both asks for the list without naming a page.
        page_size: how many records a page has; None for lists that the platform gives whole.

    """

    def __init__(
        self, cls: type[R], ask: Callable[[int | None, int | None], Told], page_size: int | None = None
    ) -> None:
        if page_size is not None and page_size < 1:
            raise ArgumentError(f"page_size must be 1 or more, not {page_size}.")
        self._cls = cls
        self._ask = ask
        self._page_size = page_size

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page

    def page(self, number: int) -> Page[R]:
        """Return one page, counted from 1. One beyond the last is empty.

        Raises:
            ArgumentError: `number` is less than 1.

        """
        if number < 1:
            raise ArgumentError(f"Pages are counted from 1; there is no page {number}.")
        if self._page_size is None and number == 1:
            return self._read(self._ask(None, None), 1)
        return self._read(self._ask(number, self._page_size), number)

    def first(self) -> R | None:
        """Return the first record, or None when there is none."""
        told = self._ask(None, None) if self._page_size is None else self._ask(1, 1)
        return next(iter(self._read(told, 1)), None)

    def pages(self) -> Iterator[Page[R]]:
        """Return the pages in turn; only one is in memory at a time.

        Raises:
            ReplyError: the platform sends the same page again and again.

        """
        page = self.page(1)
        while page:
            yield page
            if page.total_pages is None and self._page_size is None:
                return
            if page.total_pages is not None and page.number >= page.total_pages:
                return
            following = self.page(page.number + 1)
            if following and following[0].raw == page[0].raw and following[-1].raw == page[-1].raw:
                raise ReplyError(f"The platform has sent page {page.number} again in place of the next one.")
            page = following

    def _read(self, told: Told, number: int) -> Page[R]:
        return Page(read_several(self._cls, told.data, told.place), number, told)

    def __repr__(self) -> str:
        return f"<Pages of {self._cls.__name__}; iterate over them, or take .page(1) or .first()>"


def _count(counts: Any, name: str) -> int | None:
    count = as_int(counts.get(name)) if isinstance(counts, dict) else None
    return count if count is not None and count >= 0 else None
