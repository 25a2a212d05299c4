"""What is known of one kind of content, and of the reply that told it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime

from uwclient.models.content import Kind
from uwclient.rules.content import ContentIndex


class ContentSource:
    """The known content of one kind: its records, and the ETag and digest that identify an unchanged reply."""

    def __init__(self, kind: Kind) -> None:
        self.index = ContentIndex(kind)
        self.etag: str | None = None
        self.digest = ""
        self.session_id: str | None = None  # of the session in which cached content was loaded
        self.starts_before: datetime | None = None
        self.loaded_before: datetime | None = None  # the `starts_before` of the last load
        self.confirmed = False  # whether the kind was loaded in this session
        self.weight = 0  # the bytes that the records take
        self.faults: list[str] = []  # the errors of single records in the last load
        self.left_out: list[tuple[int, bytes]] = []  # (place, text) of those; another version may be able to use them

    def texts(self) -> Iterator[bytes]:
        """The text of every record, usable or not, in the platform's order."""
        left_out = deque(self.left_out)
        place = 0
        for text in self.index.texts():
            while left_out and left_out[0][0] <= place:
                yield left_out.popleft()[1]
                place += 1
            yield text
            place += 1
        yield from (text for _, text in left_out)
