"""Surveys: an invite, the survey's page, and a reward from the king."""

from __future__ import annotations

from uwclient import Survey, UserWise

from ..panels.panels import Panels
from ..panels.popups import Look, Popup
from ..play.world import World

REWARD = {"gems": 50}
PAGE = "the page of the survey"
"""The key of the pop-up that keeps the game waiting while the player is away at the survey."""


class LiveSurveys:
    """Follows the surveys. uwclient opens the page, in a window of its own or in the browser, and closes it."""

    def __init__(self, uw: UserWise, world: World, panels: Panels) -> None:
        self._uw = uw
        self._world = world
        self._popups = panels.popups
        self._toasts = panels.toasts
        uw.surveys.on_active.connect(self._arrived)
        uw.surveys.on_inactive.connect(self._withdrawn)
        uw.surveys.on_invite_initialized.connect(self._invited)
        uw.surveys.on_enter_failed.connect(self._failed)
        uw.surveys.on_completed.connect(self._completed)
        uw.surveys.on_closed.connect(self._closed)

    def _arrived(self, _sender: object, record: Survey) -> None:
        if not self._uw.surveys.is_answered(record):
            self._uw.surveys.initialize_invite(record)

    def _withdrawn(self, _sender: object, record: Survey) -> None:
        self._popups.withdraw(record.id)

    def _invited(
        self, _sender: object, survey: Survey, was_initialized: bool, response_id: str | None, invite_id: str | None
    ) -> None:
        if not was_initialized or response_id is None or invite_id is None:
            return  # such as offline: it is asked for again when the survey goes live the next time
        self._popups.push(
            Popup(
                key=survey.id,
                look=Look.SURVEY,
                title="May we ask you something?",
                body=f"{questions(survey.questions_count)} for {REWARD['gems']} gems, and you shape what comes next.",
                accept_label="Yes, sure",
                dismiss_label="Not now",
                on_answer=lambda accepted: self._answered(survey, response_id, invite_id, accepted),
            )
        )

    def _answered(self, survey: Survey, response_id: str, invite_id: str, accepted: bool) -> None:
        if accepted:
            self._popups.push(self._page(), first=True)
        else:
            self._toasts.say("Maybe another time")
        self._uw.surveys.respond_to_invite(survey, response_id, invite_id, accepted)

    def _page(self) -> Popup:
        return Popup(
            key=PAGE,
            look=Look.SURVEY,
            title="Your survey is opening",
            body="Answer it at your ease: the slimes are polite, and wait.",
            accept_label="I am back",
            dismiss_label=None,
            on_answer=lambda accepted: self._uw.surveys.close(),
        )

    def _completed(self, _sender: object, survey: Survey, response_id: str) -> None:
        self._world.grant(REWARD)
        self._toasts.say("Thank you, hero! The king reads every answer")

    def _closed(self, _sender: object, survey: Survey, response_id: str) -> None:
        self._popups.withdraw(PAGE)

    def _failed(self, _sender: object, survey: Survey, response_id: str, error: object) -> None:
        self._popups.withdraw(PAGE)
        self._toasts.say("The survey could not be opened")


def questions(count: int | None) -> str:
    """How many questions a survey has, in words."""
    if not count:
        return "A few questions"
    return "One question" if count == 1 else f"{count} questions"
