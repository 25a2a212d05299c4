"""Owns the surveys that this player may be asked: `uw.surveys`."""

from __future__ import annotations

from uwclient.models.content import Kind, Survey
from uwclient.modules.base import ContentModule, SetStartsBefore, Transition
from uwclient.signals import SurveySignals
from uwclient.state.schedule import Schedule


class SurveysModule(ContentModule[Survey], SurveySignals):
    """Owns the live and upcoming surveys."""

    def __init__(self, schedule: Schedule[Transition], set_starts_before: SetStartsBefore) -> None:
        ContentModule.__init__(self, Kind.SURVEYS, schedule, set_starts_before)
        SurveySignals.__init__(self)

    in_progress = False

    def initialize_invite(self, survey: Survey, response_id: str | None = None) -> None:
        """Interim."""

    def respond_to_invite(self, survey: Survey, response_id: str, invite_id: str, accepted: bool) -> None:
        """Interim."""
