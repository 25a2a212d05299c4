"""The values of `uw.diagnostics`. Times are on the platform's clock."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class SessionStatus(NamedTuple):
    """The state of the session.

    Attributes:
        state: "stopped", "opening", "open" or "failed" (it is retried).
        id: the platform's id of the session, or None while none is open.
        error: why it failed, or None.

    """

    state: str
    id: str | None
    error: str | None


class ClockStatus(NamedTuple):
    """The client's estimate of the platform's time.

    Attributes:
        offset: the number of seconds that the platform's clock is ahead of this machine's.
        is_synchronized: whether the platform's time is known; until then this machine's time is used.

    """

    offset: float
    is_synchronized: bool


class ScheduledChange(NamedTuple):
    """The next scheduled change of a record.

    Attributes:
        module: the module of the record, such as "offers".
        record_id: the record's id.
        name: the record's name.
        change: "goes live", "ends", or "is loaded again".
        at: when it is due (aware, UTC).
        seconds: the number of seconds until then; 0 if it is overdue.

    """

    module: str
    record_id: str
    name: str
    change: str
    at: datetime
    seconds: float


class ModuleStatus(NamedTuple):
    """The state of one content module.

    Attributes:
        name: its name, such as "offers".
        active: the number of live records.
        upcoming: the number of upcoming records.
        source: where they were loaded from: "platform", "cache", or "" if nothing was loaded yet.
        failure: why the last load failed, or None.
        left_out: the number of records of the last reply that could not be used.
        reasons: why the first of those could not be used, a line each.

    """

    name: str
    active: int
    upcoming: int
    source: str
    failure: str | None
    left_out: int
    reasons: tuple[str, ...]


class DeliveryStatus(NamedTuple):
    """The state of delivering the player's actions.

    Attributes:
        waiting: the number of actions that wait for delivery, including those of earlier runs; it was counted at the
            last pump, and has grown by those recorded since.
        at: when the last attempt to deliver ended (aware, UTC), or None.
        number: the number of actions that left the queue then.
        ok: whether the platform has accepted them.
        error: why they were refused or not delivered, or None.

    """

    waiting: int
    at: datetime | None
    number: int
    ok: bool
    error: str | None


class RefreshStatus(NamedTuple):
    """The last and the next refresh of the content.

    Attributes:
        at: when the last refresh, or attempt to open a session, ended (aware, UTC); None before the first.
        ok: whether it succeeded.
        next_at: when the next one is due (aware, UTC), or None if that is not known.
        failures: the number of failures in a row; each makes the backoff longer.

    """

    at: datetime | None
    ok: bool
    next_at: datetime | None
    failures: int


class SentSignal(NamedTuple):
    """A signal that was sent.

    Attributes:
        at: when it was sent (aware, UTC).
        module: its sender: "client", or a module such as "offers".
        name: the signal's name, such as "on_active".
        about: its details in short, such as the record's id or the error.

    """

    at: datetime
    module: str
    name: str
    about: str


class RequestStatus(NamedTuple):
    """A request that has ended.

    Attributes:
        at: when it was sent (aware, UTC).
        method: the HTTP method, such as "GET".
        path: the path, without player, session and query.
        status: the HTTP status, or None if there was no reply.
        error: why there was no reply, or None.
        milliseconds: the duration, including the reply's body.

    """

    at: datetime
    method: str
    path: str
    status: int | None
    error: str | None
    milliseconds: float


class ListenerCost(NamedTuple):
    """The time that a listener or callback of the game has taken.

    Attributes:
        name: its module and qualified name.
        calls: the number of calls.
        total_ms: the duration of all calls together, in milliseconds.
        worst_ms: the duration of the longest call, in milliseconds.

    """

    name: str
    calls: int
    total_ms: float
    worst_ms: float


class FramePart(NamedTuple):
    """Something that ran in a frame.

    Attributes:
        what: "pump", the name of a listener in it, "drawing", "garbage collector, …", or the name of a background
            thread, which holds the interpreter for as long.
        calls: how often.
        milliseconds: for how long in all.

    """

    what: str
    calls: int
    milliseconds: float


class SlowFrame(NamedTuple):
    """One of the slowest frames of the last minute: from one `pump()` to the next.

    Attributes:
        seconds_ago: when it began.
        milliseconds: how long it took, what the game itself did and waited for included.
        parts: what of uwclient and of the garbage collector ran in it, what took longest first.

    """

    seconds_ago: float
    milliseconds: float
    parts: tuple[FramePart, ...]


class FrameCost(NamedTuple):
    """The time that `pump()` has taken in the last frames, including listeners.

    A pump with nothing to do is counted as 0, not measured: it takes less than a microsecond.

    Attributes:
        last_ms: milliseconds of the last pump that had something to do.
        median_ms: the median of the last `frames` pumps, in milliseconds.
        p99_ms: their 99th percentile, in milliseconds.
        worst_ms: their maximum, in milliseconds.
        frames: the number of pumps that these figures are about.
        idle: the number of those that had nothing to do.

    """

    last_ms: float
    median_ms: float
    p99_ms: float
    worst_ms: float
    frames: int
    idle: int
