"""The values of player sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """What a client says about itself when it starts a session; None where it said nothing.

    Attributes:
        language: two letters of ISO 639-1, in small letters.
        country: two letters of ISO 3166-1, in capitals.
        timezone: an IANA name, such as "Europe/Berlin".
        platform: as the client calls it.
        sdk_version: as the client calls it.

    """

    language: str | None = None
    country: str | None = None
    timezone: str | None = None
    platform: str | None = None
    sdk_version: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one player; `segments` are names, as of its start or its last refresh."""

    id: str
    player_id: str
    environment: str
    started_at: datetime
    details: SessionDetails
    segments: tuple[str, ...]
