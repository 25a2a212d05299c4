"""Owns the shapes of what a client tells of itself, for whoever looks for a fault. Moments are the platform's."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class SessionStatus(NamedTuple):
    """Where the session is.

    Attributes:
        state: "stopped", "opening", "open" or "failed" (it is tried again).
        id: the platform's id of it, or None while there is none.
        error: why it failed, or None.

    """

    state: str
    id: str | None
    error: str | None


class ClockStatus(NamedTuple):
    """What is known of the platform's time.

    Attributes:
        offset: seconds that the platform's clock is ahead of this machine's.
        is_synchronized: whether the platform has told its time; before that, it is the machine's.

    """

    offset: float
    is_synchronized: bool


class ScheduledChange(NamedTuple):
    """What the client will do by itself next.

    Attributes:
        module: the module of the record, such as "offers".
        record_id: the record's id.
        name: the record's name.
        change: "goes live", "ends", or "is loaded again".
        at: when (aware, UTC).
        seconds: how long until then; 0 when it is due.

    """

    module: str
    record_id: str
    name: str
    change: str
    at: datetime
    seconds: float


class ModuleStatus(NamedTuple):
    """How one content module is doing.

    Attributes:
        name: its name, such as "offers".
        active: how many records are live.
        upcoming: how many will be.
        source: where they are from: "platform", "cache", or "" when nothing was loaded yet.
        failure: why the last load failed, or None.
        left_out: how many records of the last reply could not be used.
        reasons: what was wrong with the first of them, a line each.

    """

    name: str
    active: int
    upcoming: int
    source: str
    failure: str | None
    left_out: int
    reasons: tuple[str, ...]


class DeliveryStatus(NamedTuple):
    """What becomes of what the player does.

    Attributes:
        waiting: how many actions wait for delivery, those of earlier runs included.
        at: when delivery was tried last (aware, UTC), or None.
        number: how many actions left the queue then.
        ok: whether the platform has them.
        error: what it said, or what kept them from it; None when all went well.

    """

    waiting: int
    at: datetime | None
    number: int
    ok: bool
    error: str | None


class RefreshStatus(NamedTuple):
    """When content is loaded.

    Attributes:
        at: when the last refresh, or try to open a session, ended (aware, UTC); None before the first.
        ok: whether all went well then.
        next_at: when the next one is due, or None when that is not known.
        failures: how many have failed in a row; each makes the next wait longer.

    """

    at: datetime | None
    ok: bool
    next_at: datetime | None
    failures: int


class SentSignal(NamedTuple):
    """A signal that was sent.

    Attributes:
        at: when (aware, UTC).
        module: whose it is: "client", or a module such as "offers".
        name: the signal's name, such as "on_active".
        about: the id of the record, the error, or whatever else came with it.

    """

    at: datetime
    module: str
    name: str
    about: str


class RequestStatus(NamedTuple):
    """A request that has ended.

    Attributes:
        at: when it was sent (aware, UTC).
        method: such as "GET".
        path: without the player, the session and the query.
        status: HTTP status, or None when there was no reply.
        error: why there was none, or None.
        milliseconds: how long it took, its body included.

    """

    at: datetime
    method: str
    path: str
    status: int | None
    error: str | None
    milliseconds: float


class ListenerCost(NamedTuple):
    """What a listener or callback of the game has cost its frames.

    Attributes:
        name: module and qualified name.
        calls: how often it was called.
        total_ms: how long it ran in all, in milliseconds.
        worst_ms: how long its longest call ran.

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
    """What `pump()` has cost the last frames, listeners included, in milliseconds.

    A pump with nothing to do is counted, not measured: it takes less than a microsecond.

    Attributes:
        last_ms: of the last frame that had something to do.
        median_ms: of the last `frames` frames.
        p99_ms: 99 % of them cost at most this.
        worst_ms: of the same.
        frames: how many these are.
        idle: how many of them had nothing to do.

    """

    last_ms: float
    median_ms: float
    p99_ms: float
    worst_ms: float
    frames: int
    idle: int
