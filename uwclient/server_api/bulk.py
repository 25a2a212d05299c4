"""Calls for many players: split into requests of a bounded size, and told how far they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from uwclient.errors import UserWiseError
from uwclient.server_api.body import Json, encoded
from uwclient.server_api.errors import BulkStopped

Progress: TypeAlias = Callable[[int], None]
"""Called with how much is done."""

MOST_IN_PART = 1000
"""Players in one request at most."""

LARGEST_PART = 512 * 1024
"""Bytes of one request at most; a single player may take more."""


def parts(values: Iterable[Json]) -> Iterator[list[Json]]:
    """Yield the values in parts that are small enough for a request; only one part is in memory."""
    part: list[Json] = []
    size = 0
    for value in values:
        written = encoded(value)
        length = len(json.dumps(written))
        if part and (len(part) == MOST_IN_PART or size + length > LARGEST_PART):
            yield part
            part, size = [], 0
        part.append(written)
        size += length
    if part:
        yield part


def send_parts(
    all_parts: Iterable[Sequence[Json]], send: Callable[[Sequence[Json]], None], progress: Progress | None
) -> int:
    """Send the parts in turn, and return how many values they had. Raises BulkStopped after some of them."""
    done = 0
    for part in all_parts:
        try:
            send(part)
        except UserWiseError as error:
            if not done:
                raise
            raise BulkStopped(
                f"The first {done:,} are done, and the next {len(part):,} are not: {error}", done=done
            ) from error
        done += len(part)
        if progress is not None:
            progress(done)
    return done
