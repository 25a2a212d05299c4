"""Asks the platform for the invites of surveys, and sends the player's answers to them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

from uwclient import LifecycleError, Survey, UserWise

TRY_AGAIN_AFTER = 300.0
"""Seconds after which an invite that was refused is requested again."""


class Invite(NamedTuple):
    """The ids of an invite that the platform has given."""

    response_id: str
    invite_id: str


class SurveyInvites:
    """Owns the surveys that wait for an invite, and the invites that were given.

    `ready(survey)` is called when a survey has its invite.

    One invite is requested at a time. A refused one is requested again in the next session, or after a while.
    """

    def __init__(self, uw: UserWise, ready: Callable[[Survey], None], monotonic: Callable[[], float]) -> None:
        self._uw = uw
        self._ready = ready
        self._monotonic = monotonic
        self._waiting: dict[str, Survey] = {}
        self._refused: dict[str, tuple[float, Survey]] = {}  # when to try again
        self._given: dict[str, Invite] = {}
        self._asked = ""
        uw.surveys.on_invite_initialized.connect(self._on_initialized)
        uw.on_session_initialized.connect(self._on_session)

    def __bool__(self) -> bool:
        """Whether any survey waits."""
        return bool(self._waiting or self._refused)

    @property
    def waiting(self) -> tuple[Survey, ...]:
        """The surveys that wait for an invite."""
        return (*self._waiting.values(), *(survey for _, survey in self._refused.values()))

    def close(self) -> None:
        """Disconnect the listeners, and drop all surveys."""
        self._uw.surveys.on_invite_initialized.disconnect(self._on_initialized)
        self._uw.on_session_initialized.disconnect(self._on_session)
        self.clear()

    def clear(self) -> None:
        """Drop all surveys and invites."""
        self._waiting.clear()
        self._refused.clear()
        self._given.clear()
        self._asked = ""

    def request(self, survey: Survey) -> None:
        """Have the invite of a survey requested when its turn comes."""
        self._refused.pop(survey.id, None)
        self._waiting[survey.id] = survey

    def drop(self, survey_id: str) -> None:
        """Drop a survey that is no longer live."""
        self._waiting.pop(survey_id, None)
        self._refused.pop(survey_id, None)
        self._given.pop(survey_id, None)

    def send_next_request(self) -> None:
        """Request the invite of the survey that has waited the longest, if there is one."""
        now = self._monotonic()
        for again_at, survey in list(self._refused.values()):
            if now >= again_at:
                self.request(survey)
        if not self._asked and self._waiting:
            self._asked, survey = next(iter(self._waiting.items()))
            self._uw.surveys.initialize_invite(survey)

    def respond(self, survey: Survey, accepted: bool) -> bool:
        """Send the player's answer to an invite; False when it cannot be sent, as in the middle of another survey."""
        invite = self._given.pop(survey.id, None)
        if invite is None:
            return False
        try:
            self._uw.surveys.respond_to_invite(survey, invite.response_id, invite.invite_id, accepted)
        except LifecycleError as error:
            logging.getLogger("uwclient").warning(
                "The invite to the survey %r cannot be accepted: %s", survey.id, error
            )
            return False
        return True

    def _on_initialized(
        self, _: object, survey: Survey, was_initialized: bool, response_id: str | None, invite_id: str | None
    ) -> None:
        if survey.id != self._asked:
            return
        self._asked = ""
        wanted = self._waiting.pop(survey.id, None)
        if wanted is None:
            return
        if was_initialized and response_id is not None and invite_id is not None:
            self._given[survey.id] = Invite(response_id, invite_id)
            self._ready(wanted)
        else:
            self._refused[survey.id] = (self._monotonic() + TRY_AGAIN_AFTER, wanted)

    def _on_session(self, _: object, session_id: str) -> None:
        for _again_at, survey in list(self._refused.values()):
            self.request(survey)
