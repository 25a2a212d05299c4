"""Engagement outcomes of players (guide: Engagement Outcome Edges)."""

from __future__ import annotations

from collections.abc import Callable

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.crud import Crud
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.player_log import PlayerLog
from uwclient.sandbox.services.outcomes.models import EngagementOutcome, NewOutcome
from uwclient.sandbox.services.outcomes.resources import OUTCOME


class Outcomes:
    """Owns what players' outcomes were, of any key, and which outcomes the studio has defined.

    Attributes:
        definitions: the outcomes that the studio has defined.

    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._listeners: list[Callable[[Source, NewOutcome], None]] = []
        self.definitions = Crud(backend, OUTCOME, unique=("key",))
        self._log = PlayerLog(
            backend, "outcomes", "engagement_outcomes", "outcomes_of_player", ("key", "outcome_type")
        )

    def on_outcome(self, listener: Callable[[Source, NewOutcome], None]) -> None:
        """Call `listener` with each outcome that a player has, within its transaction."""
        self._listeners.append(listener)

    def assign(
        self,
        source: Source,
        key: str,
        outcome_type: str,
        *,
        journey_id: str | None = None,
        journey_step_id: str | None = None,
    ) -> None:
        """Append an outcome of one of OUTCOME_TYPES; only content of the journey and the step counts, if named."""
        with self._backend.lock, self._backend.storage.transaction():
            self._log.append(source, [(key, outcome_type)])
            for listener in self._listeners:
                listener(source, NewOutcome(key, outcome_type, journey_id, journey_step_id))

    def of_player(self, player_id: str) -> tuple[EngagementOutcome, ...]:
        """A player's outcomes, oldest first."""
        return tuple(
            EngagementOutcome(key, outcome_type, by.at, by.session_id, by.request)
            for by, (key, outcome_type) in self._log.of_player(player_id)
        )
