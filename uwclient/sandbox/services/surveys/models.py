"""The values of surveys, and how the states of a response follow each other (pure; section Surveys Entry).

States can be left out:

    attempted -> survey_invite_presented -> survey_invite_denied
                                         -> survey_invite_accepted -> entered -> success
                                                                              -> abandoned

A page that is asked for with a wrong signature ends a response that is under way: term_url_security.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.state_machine import StateChange, Transitions
from uwclient.sandbox.services.content.questions import Question

PAGES = "/take_survey"
"""The path of the pages; their addresses are signed, so they need no API key."""
_ENDS = ("success", "term_url_security", "abandoned")
TRANSITIONS: Transitions = MappingProxyType(
    {
        "attempted": (
            "survey_invite_presented",
            "survey_invite_denied",
            "survey_invite_accepted",
            "entered",
            "term_url_security",
        ),
        "survey_invite_presented": (
            "survey_invite_denied",
            "survey_invite_accepted",
            "entered",
            "term_url_security",
        ),
        "survey_invite_denied": (),
        "survey_invite_accepted": ("entered", "term_url_security"),
        "entered": _ENDS,
        **dict.fromkeys(_ENDS, ()),
    }
)
SURVEY_STATES = tuple(TRANSITIONS)
FINAL_STATES = tuple(state for state, following in TRANSITIONS.items() if not following)


@dataclass(frozen=True, slots=True)
class SurveyResponse:
    """One response of a player to a survey; `history` holds its states, oldest first.

    Attributes:
        id: the `survey_response_id`.
        survey_id: the survey.
        invite_id: the `survey_invite_id`; None when the player was not invited.
        invite_accepted: what the player answered to the invite; None without an answer.
        answers: by question id; empty unless the survey was completed.

    """

    id: str
    survey_id: str
    invite_id: str | None
    answers: Mapping[str, Any]
    history: tuple[StateChange, ...]

    @property
    def state(self) -> str:
        """The state it is in: one of SURVEY_STATES."""
        return self.history[-1].state

    @property
    def invite_accepted(self) -> bool | None:
        """What the player answered to the invite; None without an answer."""
        states = [change.state for change in self.history]
        if "survey_invite_accepted" in states:
            return True
        return False if "survey_invite_denied" in states else None

    @property
    def started_at(self) -> datetime:
        """When the response was attempted, on the sandbox's clock."""
        return self.history[0].at

    @property
    def ended_at(self) -> datetime | None:
        """When it came to an end (completed, abandoned, denied or refused); None while it is under way."""
        return self.history[-1].at if self.state in FINAL_STATES else None


@dataclass(frozen=True, slots=True)
class FoundResponse:
    """A response as the tables hold it.

    Attributes:
        survey: the survey's record as it was when the response began, as JSON.
        questions: its questions at that time, as JSON.
        key: what the response's page is signed with.
        states: oldest first.

    """

    number: int
    id: str
    survey_id: str
    player_id: str
    session_id: str
    language: str
    survey: str
    questions: str
    key: str
    invite_id: str | None
    states: tuple[str, ...]

    @property
    def state(self) -> str:
        """The state it is in."""
        return self.states[-1]


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """What a response's page shows: the survey, its questions, and the state of the response."""

    survey: Mapping[str, Any]
    questions: tuple[Question, ...]
    state: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page, or from one.

    Attributes:
        response_id: whose page it is.
        language: the `lang` of the page's address.
        enc: the signature of the address.
        number: the number of the request, as `LoggedRequest.number`.

    """

    response_id: str
    language: str
    enc: str
    number: int


class PageRefused(Exception):
    """The page cannot be shown; the message tells the player why."""
