"""Who may see content: the players in its environments and segments (pure)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from uwclient.sandbox.core.errors import FieldError, did_you_mean
from uwclient.sandbox.services.sessions.models import Session


@dataclass(frozen=True, slots=True)
class Viewer:
    """All of a session that decides what its player sees; two viewers alike see the same list."""

    environment: str
    segments: frozenset[str]
    timezone: str


class Targeted(Protocol):
    """Anything that is meant for players in some segments and environments; an empty tuple means all."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of the segments it is for."""
        ...

    @property
    def environments(self) -> tuple[str, ...]:
        """The keys of the environments it is in."""
        ...


def viewer_of(session: Session) -> Viewer:
    """The viewer that a session is; without a time zone it sees UTC."""
    return Viewer(session.environment, frozenset(session.segments), session.details.timezone or "UTC")


def may_see(targeted: Targeted, viewer: Viewer) -> bool:
    """Whether something is in the viewer's environment, and for everybody or for one of the viewer's segments."""
    here = not targeted.environments or viewer.environment in targeted.environments
    return here and (not targeted.segments or not viewer.segments.isdisjoint(targeted.segments))


def check_audience(targeted: Targeted, segments: Collection[str], environments: Collection[str]) -> None:
    """FieldError when something is for a segment or an environment that does not exist."""
    for name in targeted.segments:
        if name not in segments:
            close = did_you_mean(name, segments)
            raise FieldError("segments", f"there is no segment {name!r}{close}: define it first")
    for key in targeted.environments:
        if key not in environments:
            raise FieldError("environments", f"there is no environment {key!r}{did_you_mean(key, environments)}")
