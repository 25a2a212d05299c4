"""The session with the platform: the device that opens it, the session, and the time in its replies."""

from __future__ import annotations

from typing import NamedTuple


class Device(NamedTuple):
    """The description of this device that a session sends to the platform; None means not known, and not sent.

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
        refresh_interval: seconds between two polls for new content.

    """

    id: str
    refresh_interval: float


class TimeSample(NamedTuple):
    """One reading of the platform's clock.

    Attributes:
        date: the reply's `Date`, in whole seconds since 1970.
        sent: the monotonic time just before the request.
        received: the monotonic time just after the reply.

    """

    date: float
    sent: float
    received: float
