"""Lists whose rows are more than their tables hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from uwclient.sandbox.core.collection import ListQuery, Page, Row
from uwclient.sandbox.server_api.reply import page_of


def page_with(
    listing: ListQuery, computed: Iterable[str], find: Callable[[ListQuery], Page], complete: Callable[[Row], Row]
) -> Page:
    """The page that a client asks for, with fields that no table holds.

    Args:
        listing: what the client asks.
        computed: the names of those fields; to sort by one of them, all rows are completed first.
        find: the page of a table.
        complete: a row with all its fields.

    """
    if listing.sort_by not in computed:
        page = find(listing)
        return replace(page, rows=[complete(row) for row in page.rows])
    found = find(ListQuery(search=listing.search))
    return page_of([complete(row) for row in found.rows], listing)
