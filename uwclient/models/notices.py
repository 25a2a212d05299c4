"""Owns the shapes of what the worker tells the game thread.

Named tuples: a game pays for their making when it starts, and that of dataclasses costs it six times as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from uwclient.errors import UserWiseError
from uwclient.models.answers import AnswersOf
from uwclient.models.campaign import Firing
from uwclient.models.content import Kind
from uwclient.models.packed_records import PackedRecords
from uwclient.models.player import PlayerAction
from uwclient.models.push import PushPayload
from uwclient.models.queries import Answer
from uwclient.models.session import TimeSample


class Changes(NamedTuple):
    """What a load changes in one kind of content: records that are new or different, and ids that are gone.

    Who shows the records takes them out, one by one.
    """

    kind: Kind
    upserts: PackedRecords
    removed: tuple[str, ...] = ()


class Started(NamedTuple):
    """The client was started."""

    session_initialized: bool


class Stopped(NamedTuple):
    """The client was stopped."""


class SessionOpened(NamedTuple):
    """A session was opened, or resumed."""

    session_id: str


class SessionFailed(NamedTuple):
    """A session could not be opened, or the platform ended it. It is tried again unless the client stops."""

    error: UserWiseError


class SegmentsRefreshed(NamedTuple):
    """The platform computed this player's segments anew, because the game asked."""


class AnswersRemembered(NamedTuple):
    """What the player has answered in earlier runs; to be taken over."""

    given: AnswersOf


class CacheLoaded(NamedTuple):
    """What the last run left on disk for one kind."""

    changes: Changes


class ContentLoaded(NamedTuple):
    """What the platform's reply changed in one kind. `announce`: send `on_loaded` even when nothing changed."""

    changes: Changes
    announce: bool


class CampaignsRemembered(NamedTuple):
    """The campaigns as the last run left them on disk.

    Attributes:
        changes: the campaigns.
        session_id: for what session they were told; None when nothing was left.
        counts: what it kept of quotas, as `Quotas.saved` gives it.
        firings: what actions have triggered that still wait, each with its time in seconds since 1970; None when
            that is not known yet.

    """

    changes: Changes
    session_id: str | None
    counts: Mapping[str, Any]
    firings: tuple[tuple[Firing, float], ...] | None


class CampaignsLoaded(NamedTuple):
    """What the platform's reply changed in the campaigns, and for what session; `announce` as in ContentLoaded.

    `reported` are impressions that the platform had been told of before, and that no earlier notice names.
    """

    changes: Changes
    announce: bool
    session_id: str
    reported: tuple[str, ...]


class LoadFailed(NamedTuple):
    """Content of one kind, or some of its records, could not be loaded."""

    kind: Kind
    error: UserWiseError


class RefreshFinished(NamedTuple):
    """A refresh that the game asked for has ended; `ticket` is the number that it was given."""

    ticket: int
    ok: bool


class ServerTime(NamedTuple):
    """A reply told the platform's time."""

    sample: TimeSample


class EarlierTime(NamedTuple):
    """The platform's time, in seconds since 1970, as an earlier run heard it last: it cannot be earlier now."""

    instant: float


class ApiWarning(NamedTuple):
    """A reply carried warnings or hints (guide: Errors & Warnings)."""

    warnings: tuple[str, ...]
    hints: tuple[str, ...]


class ActionsSettled(NamedTuple):
    """What has become of actions that the game waits for: delivered, or given up."""

    tickets: tuple[int, ...]
    ok: bool


class ImpressionOpened(NamedTuple):
    """The platform has given an offer's impression its id; comes before its action is settled."""

    ticket: int
    impression_id: str


class ActionFailed(NamedTuple):
    """An action was refused for good."""

    ticket: int
    action: PlayerAction
    error: UserWiseError


class ActionsDropped(NamedTuple):
    """So many of the oldest actions were dropped, because too much waited or for too long."""

    number: int


class Answered(NamedTuple):
    """What came of a question that the game had asked."""

    ticket: int
    answer: Answer


class PushReceived(NamedTuple):
    """The game has handed over a push notification of the platform's."""

    payload: PushPayload


class StorageFailed(NamedTuple):
    """The data folder could not be used."""

    error: UserWiseError


class RequestMade(NamedTuple):
    """A request has ended, `seconds` after the monotonic moment `sent`; `error` tells why there was no reply."""

    method: str
    path: str
    status: int | None
    error: UserWiseError | None
    sent: float
    seconds: float


class RefreshEnded(NamedTuple):
    """A refresh, or a try to open a session, has ended; the next is at a monotonic moment, after so many failures."""

    ok: bool
    next_at: float
    failures: int


class RecordsLeftOut(NamedTuple):
    """How many records of a reply could not be used, and what was wrong with the first of them."""

    kind: Kind
    number: int
    reasons: tuple[str, ...]


class Delivered(NamedTuple):
    """So many actions have left the queue, or were found in it (0), or would not leave it (an error)."""

    number: int
    ok: bool
    error: UserWiseError | None


Notice: TypeAlias = (
    Started
    | Stopped
    | SessionOpened
    | SessionFailed
    | SegmentsRefreshed
    | AnswersRemembered
    | CacheLoaded
    | ContentLoaded
    | CampaignsRemembered
    | CampaignsLoaded
    | LoadFailed
    | RefreshFinished
    | ServerTime
    | EarlierTime
    | ApiWarning
    | ActionsSettled
    | ImpressionOpened
    | ActionFailed
    | ActionsDropped
    | Answered
    | PushReceived
    | StorageFailed
    | RequestMade
    | RefreshEnded
    | RecordsLeftOut
    | Delivered
)
