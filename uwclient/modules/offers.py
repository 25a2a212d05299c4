"""Owns the offers to this player: `uw.offers`."""

from __future__ import annotations

from uwclient.models.content import Kind, Offer
from uwclient.modules.base import ContentModule, SetStartsBefore, Transition
from uwclient.state.schedule import Schedule


class OffersModule(ContentModule[Offer]):
    """Owns the live and upcoming offers."""

    def __init__(self, schedule: Schedule[Transition], set_starts_before: SetStartsBefore) -> None:
        super().__init__(Kind.OFFERS, schedule, set_starts_before)
