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
    """One session of one player.

    Attributes:
        id: the session.
        player_id: the player.
        environment: the key of its environment, as of its start.
        started_at: when it started, on the sandbox's clock.
        details: what the client said about itself.
        segments: the names of the segments that the player was in when it started or was refreshed last.
        environment_id: the id of its environment.
        segment_ids: the ids of those segments.

    """

    id: str
    player_id: str
    environment: str
    started_at: datetime
    details: SessionDetails
    segments: tuple[str, ...]
    environment_id: str = ""
    segment_ids: tuple[str, ...] = ()
