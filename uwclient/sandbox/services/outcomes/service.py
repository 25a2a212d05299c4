"""Engagement outcomes of players (guide: Engagement Outcome Edges)."""

from __future__ import annotations

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.crud import Crud
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.player_log import PlayerLog
from uwclient.sandbox.services.outcomes.models import EngagementOutcome
from uwclient.sandbox.services.outcomes.resources import OUTCOME


class Outcomes:
    """Owns what players' outcomes were, of any key, and which outcomes the studio has defined.

    Attributes:
        definitions: the outcomes that the studio has defined.

    """

    def __init__(self, backend: Backend) -> None:
        self.definitions = Crud(backend, OUTCOME, unique=("key",))
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
