"""The notices that the worker posts to the game's thread.

They are named tuples, because defining as many dataclasses would make the start of a game slower.
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
    """The changes of a load in one kind of content: new or different records, and the ids of removed and of new ones.

    The game's thread removes records from `upserts` one by one as it applies them.
    """

    kind: Kind
    upserts: PackedRecords
    removed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class Started(NamedTuple):
    """The client was started."""

    session_initialized: bool


class Stopped(NamedTuple):
    """The client was stopped."""


class SessionOpened(NamedTuple):
    """A session was opened, or resumed."""

    session_id: str


class SessionFailed(NamedTuple):
    """A session could not be opened, or the platform has ended it. It is retried until the client stops."""

    error: UserWiseError


class SegmentsRefreshed(NamedTuple):
    """The platform has computed the player's segments again, because the game has requested it."""


class AnswersRemembered(NamedTuple):
    """The player's answers of earlier runs; the receiver may keep and change them."""

    given: AnswersOf


class CacheLoaded(NamedTuple):
    """The cached content of one kind, or a part of it, was loaded. Only with `is_last` the kind is complete."""

    changes: Changes
    is_last: bool = True


class ContentLoaded(NamedTuple):
    """A reply with content of one kind was loaded. With `announce`, `on_loaded` is sent even if nothing changed."""

    changes: Changes
    announce: bool


class CampaignsRemembered(NamedTuple):
    """The campaigns that the last run has saved on disk.

    Attributes:
        changes: the campaigns.
        session_id: the session in which they were loaded; None if there are none.
        counts: the saved quotas, as `Quotas.restore` takes them.
        firings: those of the actions that still wait, each with its time in seconds since 1970; None if they are not
            known yet.

    """

    changes: Changes
    session_id: str | None
    counts: Mapping[str, Any]
    firings: tuple[tuple[Firing, float], ...] | None


class CampaignsLoaded(NamedTuple):
    """A reply with campaigns was loaded in a session; `announce` as in ContentLoaded.

    `reported` are the impressions that were delivered to the platform since the last such notice.
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
    """A refresh that the game has requested has ended; `ticket` is its number."""

    ticket: int
    ok: bool


class ServerTimes(NamedTuple):
    """Replies have carried the platform's time; the oldest first."""

    samples: tuple[TimeSample, ...]


class EarlierTime(NamedTuple):
    """The platform's last known time in an earlier run, in seconds since 1970: it cannot be earlier now."""

    instant: float


class ApiWarning(NamedTuple):
    """A reply has carried warnings or hints (guide: Errors & Warnings)."""

    warnings: tuple[str, ...]
    hints: tuple[str, ...]


class ActionsSettled(NamedTuple):
    """Actions that the game waits for were delivered (`ok`), or were refused or dropped."""

    tickets: tuple[int, ...]
    ok: bool


class ImpressionOpened(NamedTuple):
    """The platform has created an offer's impression; posted before its action is settled."""

    ticket: int
    impression_id: str


class ActionFailed(NamedTuple):
    """The platform has refused an action; it is not retried."""

    ticket: int
    action: PlayerAction
    error: UserWiseError


class ActionsDropped(NamedTuple):
    """The oldest actions were dropped, because too many waited, or they were too old."""

    number: int


class Answered(NamedTuple):
    """A query of the game was answered."""

    ticket: int
    answer: Answer


class PushReceived(NamedTuple):
    """The game has passed a push notification of the platform to the client."""

    payload: PushPayload


class StorageFailed(NamedTuple):
    """The data folder could not be used."""

    error: UserWiseError


class RequestMade(NamedTuple):
    """A request has ended, `seconds` after the monotonic time `sent`; `error` is why there was no reply."""

    method: str
    path: str
    status: int | None
    error: UserWiseError | None
    sent: float
    seconds: float


class RequestsMade(NamedTuple):
    """Requests have ended, in this order."""

    requests: tuple[RequestMade, ...]


class RefreshEnded(NamedTuple):
    """A refresh, or an attempt to open a session, has ended; `next_at` is the monotonic time of the next one."""

    ok: bool
    next_at: float
    failures: int


class RecordsLeftOut(NamedTuple):
    """The number of records of a reply that could not be used, and the reasons for the first of them."""

    kind: Kind
    number: int
    reasons: tuple[str, ...]


class Delivered(NamedTuple):
    """The queue has changed: `number` actions have left it; 0 if some were found in it, or delivery failed."""

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
    | ServerTimes
    | EarlierTime
    | ApiWarning
    | ActionsSettled
    | ImpressionOpened
    | ActionFailed
    | ActionsDropped
    | Answered
    | PushReceived
    | StorageFailed
    | RequestsMade
    | RefreshEnded
    | RecordsLeftOut
    | Delivered
)
