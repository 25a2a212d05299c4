"""Owns the shapes of a session: who opens it, what it is, and what its replies tell of the time."""

from __future__ import annotations

from typing import NamedTuple


class Device(NamedTuple):
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


class Session(NamedTuple):
    """An open session (section Player Sessions, Start a Session).

    Attributes:
        id: the platform's id for it.
        refresh_interval: seconds between two looks for new content.

    """

    id: str
    refresh_interval: float


class TimeSample(NamedTuple):
    """One reading of the platform's clock: its `Date` (whole seconds since 1970) and, on this machine's
    monotonic clock, the moments just before the request and just after the reply.
    """

    date: float
    sent: float
    received: float
