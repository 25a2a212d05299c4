"""Owns the responses to surveys: the invite, the answers, and how far each came (section Surveys Entry).

The states are those of the guide's chapter on webhooks; steps may be left out:

    attempted -> survey_invite_presented -> survey_invite_denied
                                         -> survey_invite_accepted -> entered -> success
                                                                              -> abandoned

A page that is asked for with a wrong signature ends a response that is under way: term_url_security.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from uwclient.sandbox.core.deliveries import Delivery
from uwclient.sandbox.core.state_machine import StateChange, Steps, goes_on
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.services.content.records import Piece

_ENDS = ("success", "term_url_security", "abandoned")
_STEPS: Steps = MappingProxyType(
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
SURVEY_STATES = tuple(_STEPS)
FINAL_STATES = tuple(state for state, leads_to in _STEPS.items() if not leads_to)
_TABLES = (
    """CREATE TABLE IF NOT EXISTS survey_responses (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, survey_id TEXT NOT NULL, player_id TEXT NOT NULL,
    session_id TEXT NOT NULL, language TEXT NOT NULL, survey TEXT NOT NULL, questions TEXT NOT NULL,
    key TEXT NOT NULL, invite_id TEXT, answers TEXT)""",
    "CREATE INDEX IF NOT EXISTS survey_responses_of_player ON survey_responses (player_id, survey_id)",
    """CREATE TABLE IF NOT EXISTS survey_states (
    number INTEGER PRIMARY KEY, response INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS states_of_survey_response ON survey_states (response)",
)


@dataclass(frozen=True, slots=True)
class SurveyResponse:
    """Owns one response of a player to a survey; `history` holds its states, oldest first.

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
        """How far it came: one of SURVEY_STATES."""
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
    """Owns what is known of a response before it goes on.

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


class SurveyResponses:
    """Owns the table of responses, and that of the states they went through."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        for statement in _TABLES:
            storage.run(statement)

    def add(self, player_id: str, session_id: str, language: str, survey: Piece, delivery: int) -> str:
        """A new response; its id. It keeps the survey as it is now."""
        response_id = str(uuid.uuid4())
        number = self._storage.insert(
            "INSERT INTO survey_responses (id, survey_id, player_id, session_id, language, survey, questions, key) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                response_id,
                survey.id,
                player_id,
                session_id,
                language,
                survey.text,
                survey.questions,
                secrets.token_hex(16),
            ),
        )
        self._reach(number, "attempted", delivery)
        return response_id

    def find(self, response_id: str) -> FoundResponse | None:
        """The response of that id, whoever's it is."""
        return self._found("id = ?", (response_id,))

    def latest(self, player_id: str, survey_id: str) -> FoundResponse | None:
        """A player's latest response to a survey."""
        return self._found("player_id = ? AND survey_id = ?", (player_id, survey_id))

    def invite(self, found: FoundResponse) -> str:
        """The id of a response's invite, which is made when there is none."""
        invite_id = found.invite_id or str(uuid.uuid4())
        self._storage.run("UPDATE survey_responses SET invite_id = ? WHERE number = ?", (invite_id, found.number))
        return invite_id

    def advance(self, found: FoundResponse, state: str, delivery: int, field: str = "survey_response_id") -> bool:
        """Let a response go on to a state; whether that is news. Refused, about `field`, when it cannot."""
        news = goes_on("the survey response", _STEPS, found.states, state, field)
        if news:
            self._reach(found.number, state, delivery)
        return news

    def keep_answers(self, found: FoundResponse, answers: Mapping[str, Any]) -> None:
        """Keep the answers to a survey."""
        self._storage.run(
            "UPDATE survey_responses SET answers = ? WHERE number = ?",
            (json.dumps(answers, ensure_ascii=False), found.number),
        )

    def of_player(self, player_id: str, deliveries: Mapping[int, Delivery]) -> tuple[SurveyResponse, ...]:
        """A player's responses, oldest first."""
        rows = self._storage.rows(
            "SELECT id, survey_id, invite_id, answers, state, delivery FROM survey_responses "
            "JOIN survey_states ON response = survey_responses.number WHERE player_id = ? "
            "ORDER BY survey_responses.number, survey_states.number",
            (player_id,),
        )
        histories: dict[tuple[str, str, str | None, str | None], list[StateChange]] = {}
        for response_id, survey_id, invite_id, answers, state, delivery in rows:
            by = deliveries[delivery]
            change = StateChange(state, by.at, by.session_id, by.request)
            histories.setdefault((response_id, survey_id, invite_id, answers), []).append(change)
        return tuple(
            SurveyResponse(response_id, survey_id, invite_id, json.loads(answers or "{}"), tuple(history))
            for (response_id, survey_id, invite_id, answers), history in histories.items()
        )

    def _found(self, where: str, values: tuple[str, ...]) -> FoundResponse | None:
        columns = "number, id, survey_id, player_id, session_id, language, survey, questions, key, invite_id"
        query = f"SELECT {columns} FROM survey_responses WHERE {where} ORDER BY number DESC"  # noqa: S608
        row = self._storage.row(query, values)
        if row is None:
            return None
        states = self._storage.rows("SELECT state FROM survey_states WHERE response = ? ORDER BY number", (row[0],))
        about: tuple[Any, ...] = (*row, tuple(state for (state,) in states))
        return FoundResponse(*about)

    def _reach(self, number: int, state: str, delivery: int) -> None:
        self._storage.run(
            "INSERT INTO survey_states (response, state, delivery) VALUES (?, ?, ?)", (number, state, delivery)
        )
