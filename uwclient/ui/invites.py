"""Owns the invites to surveys: which surveys wait for one, and what the platform has given for which."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from uwclient import Survey, UserWise


class Invite(NamedTuple):
    """What the platform has given for a survey."""

    response_id: str
    invite_id: str


class Invites:
    """Owns the surveys that wait for an invite, and the invites that were given; `ready(survey)` is told of these.

    One is asked for at a time. A survey that was refused is tried again in the next session.
    """

    def __init__(self, uw: UserWise, ready: Callable[[Survey], None]) -> None:
        self._uw = uw
        self._ready = ready
        self._waiting: dict[str, Survey] = {}
        self._refused: dict[str, Survey] = {}
        self._given: dict[str, Invite] = {}
        self._asked: Survey | None = None
        uw.surveys.on_invite_initialized.connect(self._on_initialized)
        uw.on_session_initialized.connect(self._on_session)

    def close(self) -> None:
        """Ask for nothing more, and hear of nothing."""
        self._uw.surveys.on_invite_initialized.disconnect(self._on_initialized)
        self._uw.on_session_initialized.disconnect(self._on_session)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        self._refused.clear()
        self._given.clear()
        self._asked = None

    @property
    def waiting(self) -> tuple[Survey, ...]:
        """The surveys that wait for an invite."""
        return tuple(self._waiting.values())

    def want(self, survey: Survey) -> None:
        """Have an invite asked for, when it is time."""
        self._waiting[survey.id] = survey

    def forget(self, survey_id: str) -> None:
        """The survey is no longer to be shown."""
        self._waiting.pop(survey_id, None)
        self._refused.pop(survey_id, None)
        self._given.pop(survey_id, None)

    def ask(self) -> None:
        """It is time: ask for the invite of the survey that has waited the longest, if there is one."""
        if self._asked is None and self._waiting:
            self._asked = next(iter(self._waiting.values()))
            self._uw.surveys.initialize_invite(self._asked)

    def respond(self, survey: Survey, accepted: bool) -> None:
        """The player has answered the invite."""
        invite = self._given.pop(survey.id, None)
        if invite is not None:
            self._uw.surveys.respond_to_invite(survey, invite.response_id, invite.invite_id, accepted)

    def _on_initialized(
        self, _: object, survey: Survey, was_initialized: bool, response_id: str | None, invite_id: str | None
    ) -> None:
        if self._asked is None or survey.id != self._asked.id:
            return
        self._asked = None
        wanted = self._waiting.pop(survey.id, None)
        if wanted is None:
            return
        if was_initialized and response_id is not None and invite_id is not None:
            self._given[survey.id] = Invite(response_id, invite_id)
            self._ready(wanted)
        else:
            self._refused[survey.id] = wanted

    def _on_session(self, _: object, session_id: str) -> None:
        self._waiting.update(self._refused)
        self._refused.clear()
