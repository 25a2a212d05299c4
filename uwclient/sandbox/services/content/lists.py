"""The list of content that a viewer sees at a moment (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from uwclient.sandbox.core.times import instant, zone_named
from uwclient.sandbox.services.content.audience import Viewer, may_see
from uwclient.sandbox.services.content.records import Record


@dataclass(frozen=True, slots=True)
class ContentList:
    """One reply `{"active": [...], "upcoming": [...]}`, and the times (in milliseconds) between which it is right.

    What it lists has its times in it; `news_at` is the first start of what it leaves out, because that starts late.
    """

    body: bytes
    etag: str
    good_from: int | None
    good_until: int | None
    news_at: int | None

    def is_good_at(self, now: int) -> bool:
        """Whether nothing in the list starts or ends between when it was made and `now`."""
        after = self.good_from is None or now >= self.good_from
        return after and (self.good_until is None or now < self.good_until)


def window(record: Record, zone: ZoneInfo) -> tuple[int, int | None]:
    """The instants (milliseconds since 1970) at which a record starts and ends for players in `zone`."""
    end = None if record.end is None else instant(record.end.at, record.end.tz, zone)
    return instant(record.start.at, record.start.tz, zone), end


def make_list(records: Iterable[Record], viewer: Viewer, now: int, starts_before: int | None) -> ContentList:
    """The list that a viewer sees.

    Args:
        records: the published records of one kind.
        viewer: who sees it.
        now: milliseconds since 1970.
        starts_before: the same, for the upcoming records: only those that start earlier are listed; None for all.

    """
    zone = zone_named(viewer.timezone)
    active: list[str] = []
    upcoming: list[str] = []
    left_out: list[int] = []
    edges: set[int] = set()
    for record in records:
        if not may_see(record, viewer):
            continue
        start, end = window(record, zone)
        edges.update((start,) if end is None else (start, end))
        if end is not None and end <= now:
            continue
        if start <= now:
            active.append(record.text)
        elif starts_before is None or start < starts_before:
            upcoming.append(record.text)
        else:
            left_out.append(start)
    body = f'{{"active":[{",".join(active)}],"upcoming":[{",".join(upcoming)}]}}'.encode()
    return ContentList(
        body,
        hashlib.blake2b(body, digest_size=16).hexdigest(),
        max((edge for edge in edges if edge <= now), default=None),
        min((edge for edge in edges if edge > now), default=None),
        min(left_out, default=None),
    )
