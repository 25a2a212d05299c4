"""Who may see content (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from uwclient.sandbox.services.sessions.models import Session


@dataclass(frozen=True, slots=True)
class Viewer:
    """All of a session that decides what its player sees; two viewers alike see the same list.

    Attributes:
        environment_id: where the session is.
        segments: the ids of its segments.
        variants: the ids of the player's variants in A/B tests.
        language: the session's language.
        timezone: the name of its time zone.

    """

    environment_id: str
    segments: frozenset[str]
    variants: frozenset[str]
    language: str | None
    timezone: str


class Targeted(Protocol):
    """Anything that is meant for players in some segments, and with some variants of A/B tests."""

    @property
    def audiences(self) -> tuple[frozenset[str], ...]:
        """Sets of segment ids; a player must be in one of each."""
        ...

    @property
    def variants(self) -> frozenset[str]:
        """The variants that a player must have."""
        ...


def viewer_of(session: Session, variants: frozenset[str] = frozenset()) -> Viewer:
    """The viewer that a session is; without a time zone it sees UTC."""
    return Viewer(
        session.environment_id,
        frozenset(session.segment_ids),
        variants,
        session.details.language,
        session.details.timezone or "UTC",
    )


def may_see(targeted: Targeted, viewer: Viewer) -> bool:
    """Whether something is for one of the viewer's segments in each audience, and for the viewer's variants."""
    for audience in targeted.audiences:
        if viewer.segments.isdisjoint(audience):
            return False
    return targeted.variants <= viewer.variants
