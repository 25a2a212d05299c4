"""The list of content that a viewer sees at a moment (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from uwclient.sandbox.core.times import instant, zone_named
from uwclient.sandbox.services.content.audience import Viewer, may_see
from uwclient.sandbox.services.content.projection import Piece

_HEAD, _MIDDLE, _TAIL = b'{"active":[', b'],"upcoming":[', b"]}"


@dataclass(frozen=True, slots=True)
class ContentList:
    """One reply `{"active": [...], "upcoming": [...]}`, and the times (in milliseconds) between which it is right.

    Attributes:
        active_end: where the active records end in the body.
        variants: the variants of A/B tests whose content is in it.
        news_at: the first start of what it leaves out because that starts late; what it lists has its times in it.

    """

    body: bytes
    active_end: int
    etag: str
    good_from: int | None
    good_until: int | None
    variants: frozenset[str]
    news_at: int | None

    @property
    def active(self) -> bytes:
        """The active records, without the brackets."""
        return self.body[len(_HEAD) : self.active_end]

    @property
    def upcoming(self) -> bytes:
        """The upcoming records, without the brackets."""
        return self.body[self.active_end + len(_MIDDLE) : -len(_TAIL)]

    def is_good_at(self, now: int) -> bool:
        """Whether nothing in the list starts or ends between when it was made and `now`."""
        after = self.good_from is None or now >= self.good_from
        return after and (self.good_until is None or now < self.good_until)


def window(piece: Piece, zone: ZoneInfo) -> tuple[int, int | None]:
    """The instants (milliseconds since 1970) at which scheduled content starts and ends for players in `zone`."""
    assert piece.start is not None, "only scheduled content has a window"  # noqa: S101
    end = None if piece.end is None else instant(piece.end.at, piece.end.tz, zone)
    return instant(piece.start.at, piece.start.tz, zone), end


def make_list(pieces: Iterable[Piece], viewer: Viewer, now: int, starts_before: int | None) -> ContentList:
    """The list that a viewer sees.

    Args:
        pieces: the scheduled content of one kind in the viewer's environment.
        viewer: who sees it.
        now: milliseconds since 1970.
        starts_before: the same, for the upcoming records: only those that start earlier are listed; None for all.

    """
    zone = zone_named(viewer.timezone)
    active: list[str] = []
    upcoming: list[str] = []
    good_from: int | None = None
    good_until: int | None = None
    news_at: int | None = None
    variants: frozenset[str] = frozenset()
    for piece in pieces:
        if not may_see(piece, viewer):
            continue
        start, end = window(piece, zone)
        for edge in (start, end):
            if edge is not None and edge <= now:
                good_from = edge if good_from is None else max(good_from, edge)
            elif edge is not None:
                good_until = edge if good_until is None else min(good_until, edge)
        if end is not None and end <= now:
            continue
        if start <= now:
            active.append(piece.text(viewer.language))
            variants |= piece.variants
        elif starts_before is None or start < starts_before:
            upcoming.append(piece.text(viewer.language))
            variants |= piece.variants
        else:
            news_at = start if news_at is None else min(news_at, start)
    before = _HEAD + ",".join(active).encode()
    body = before + _MIDDLE + ",".join(upcoming).encode() + _TAIL
    return ContentList(body, len(before), _digest(body), good_from, good_until, variants, news_at)


def joined(shared: ContentList, own: ContentList) -> ContentList:
    """One list of both: what is for all, and after it what is a player's own."""
    before = _HEAD + b",".join(part for part in (shared.active, own.active) if part)
    upcoming = b",".join(part for part in (shared.upcoming, own.upcoming) if part)
    return ContentList(
        before + _MIDDLE + upcoming + _TAIL,
        len(before),
        _digest(f"{shared.etag} {own.etag}".encode()),
        max((one for one in (shared.good_from, own.good_from) if one is not None), default=None),
        min((one for one in (shared.good_until, own.good_until) if one is not None), default=None),
        shared.variants | own.variants,
        min((one for one in (shared.news_at, own.news_at) if one is not None), default=None),
    )


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
