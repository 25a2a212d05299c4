"""What the legs of players show in the session lists (guide: How do I retrieve active content?).

It stays listed after its leg has advanced, until the player is done with it: a pop-up would vanish while it is read.
"""

from __future__ import annotations

from uwclient.sandbox.services.catalogue.service import Catalogue
from uwclient.sandbox.services.content.projection import Piece
from uwclient.sandbox.services.journeys.leg_content import content_problems, piece_of_leg, shown_kind
from uwclient.sandbox.services.journeys.odyssey import Leg, Odyssey
from uwclient.sandbox.services.journeys.running import RunningJourneys
from uwclient.sandbox.services.sessions.models import Session

_RECEIVED_WHEN_LISTED = "events"


class OwnContent:
    """The content of legs, as `Content` asks for it."""

    def __init__(self, running: RunningJourneys, catalogue: Catalogue) -> None:
        self._running = running
        self._catalogue = catalogue

    def pieces(self, session: Session, kind: str) -> list[Piece]:
        """What legs show in a session's list of a kind."""
        if not self._running.plans.there_are_any(session.environment_id):
            return []
        found = []
        for odyssey in self._running.tables.travels(session.environment_id, session.player_id).odysseys.values():
            for leg in odyssey.legs.values():
                piece = None if leg.is_over else self._piece(session, odyssey, leg, kind)
                if piece is not None:
                    found.append(piece)
        return found

    def find(self, session: Session, kind: str, shown_id: str) -> Piece | None:
        """The content that a leg shows, or showed, under an id."""
        found = self._running.tables.find_content(session.player_id, session.environment_id, shown_id)
        return None if found is None else self._piece(session, *found, kind)

    def note_listed(self, session: Session, kind: str) -> None:
        """An event is received once it stood in a list."""
        if kind == _RECEIVED_WHEN_LISTED:
            listed = [piece.id for piece in self.pieces(session, kind)]
            if listed:
                self._running.receive(session.environment_id, session.player_id, listed)

    def _piece(self, session: Session, odyssey: Odyssey, leg: Leg, kind: str) -> Piece | None:
        plan = self._running.plans.of_environment(session.environment_id).of(odyssey)
        step = None if plan is None else plan.steps.get(leg.step_id)
        if plan is None or step is None or not step.is_listed or shown_kind(step) != kind:
            return None
        if content_problems(step, self._catalogue):
            return None
        return piece_of_leg(plan, step, odyssey, leg, self._catalogue)
