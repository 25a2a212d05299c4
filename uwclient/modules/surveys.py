"""Owns the surveys that this player may be asked: `uw.surveys`."""

from __future__ import annotations

from uwclient.models.content import Kind, Survey
from uwclient.modules.base import ContentModule, SetStartsBefore, Transition
from uwclient.state.schedule import Schedule


class SurveysModule(ContentModule[Survey]):
    """Owns the live and upcoming surveys."""

    def __init__(self, schedule: Schedule[Transition], set_starts_before: SetStartsBefore) -> None:
        super().__init__(Kind.SURVEYS, schedule, set_starts_before)
