"""Owns the shapes of a session, and of the notices in which the worker tells the game thread what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from uwclient.errors import UserWiseError
from uwclient.models.content import Kind, Record


@dataclass(frozen=True, slots=True)
class Device:
    """What a session tells the platform about this machine; None = not known, and not sent.

    Attributes:
        platform: "linux", "windows" or "macos".
        language: ISO 639-1 code, such as "en".
        country: ISO 3166-1 code, such as "US".
        timezone: IANA name, such as "Europe/Paris".

    """

    platform: str
    language: str | None
    country: str | None
    timezone: str


@dataclass(frozen=True, slots=True)
class Session:
    """An open session (section Player Sessions, Start a Session).

    Attributes:
        id: the platform's id for it.
        refresh_interval: seconds between two looks for new content.

    """

    id: str
    refresh_interval: float


@dataclass(frozen=True, slots=True)
class TimeSample:
    """One reading of the platform's clock: its `Date` (whole seconds since 1970) and, on this machine's
    monotonic clock, the moments just before the request and just after the reply.
    """

    date: float
    sent: float
    received: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What a load changes in one kind of content: records that are new or different, and ids that are gone."""

    kind: Kind
    upserts: Mapping[str, Record] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """The client was started."""

    session_initialized: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """The client was stopped."""


@dataclass(frozen=True, slots=True)
class PlayerLeft:
    """The game goes on as another player."""


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A session was opened, or resumed."""

    session_id: str


@dataclass(frozen=True, slots=True)
class SessionFailed:
    """A session could not be opened, or the platform ended it. It is tried again unless the client stops."""

    error: UserWiseError


@dataclass(frozen=True, slots=True)
class SegmentsRefreshed:
    """The platform computed this player's segments anew, because the game asked."""


@dataclass(frozen=True, slots=True)
class CacheLoaded:
    """What the last run left on disk for one kind."""

    changes: Changes


@dataclass(frozen=True, slots=True)
class ContentLoaded:
    """What the platform's reply changed in one kind. `announce`: send `on_loaded` even when nothing changed."""

    changes: Changes
    announce: bool


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """Content of one kind, or some of its records, could not be loaded."""

    kind: Kind
    error: UserWiseError


@dataclass(frozen=True, slots=True)
class RefreshFinished:
    """A refresh that the game asked for has ended; `ticket` is the number that it was given."""

    ticket: int
    ok: bool


@dataclass(frozen=True, slots=True)
class ServerTime:
    """A reply told the platform's time."""

    sample: TimeSample


@dataclass(frozen=True, slots=True)
class EarlierTime:
    """The platform's time, in seconds since 1970, as an earlier run heard it last: it cannot be earlier now."""

    instant: float


@dataclass(frozen=True, slots=True)
class ApiWarning:
    """A reply carried warnings or hints (guide: Errors & Warnings)."""

    warnings: tuple[str, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StorageFailed:
    """The data folder could not be used."""

    error: UserWiseError


Notice: TypeAlias = (
    Started | Stopped | PlayerLeft | SessionOpened | SessionFailed | SegmentsRefreshed | CacheLoaded | ContentLoaded
    | LoadFailed | RefreshFinished | ServerTime | EarlierTime | ApiWarning | StorageFailed
)
