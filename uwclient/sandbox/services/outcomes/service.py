"""Engagement outcomes of players (guide: Engagement Outcome Edges)."""

from __future__ import annotations

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.player_log import PlayerLog
from uwclient.sandbox.services.outcomes.models import EngagementOutcome


class Outcomes:
    """Owns the table of outcomes; any key is accepted, as nothing here defines them."""

    def __init__(self, backend: Backend) -> None:
        self._log = PlayerLog(
            backend, "outcomes", "engagement_outcomes", "outcomes_of_player", ("key", "outcome_type")
        )

    def assign(self, source: Source, key: str, outcome_type: str) -> None:
        """Append an outcome of one of OUTCOME_TYPES."""
        self._log.append(source, [(key, outcome_type)])

    def of_player(self, player_id: str) -> tuple[EngagementOutcome, ...]:
        """A player's outcomes, oldest first."""
        return tuple(
            EngagementOutcome(key, outcome_type, by.at, by.session_id, by.request)
            for by, (key, outcome_type) in self._log.of_player(player_id)
        )
