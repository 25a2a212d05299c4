"""The tables of survey responses and of the states they were in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.ids import Ids
from uwclient.sandbox.core.storage import Storage
from uwclient.sandbox.services.content.projection import Piece
from uwclient.sandbox.services.sessions.models import Session
from uwclient.sandbox.services.surveys.models import FoundResponse

_TABLES = (
    """CREATE TABLE IF NOT EXISTS survey_responses (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, survey_id TEXT NOT NULL, player_id TEXT NOT NULL,
    session_id TEXT NOT NULL, language TEXT NOT NULL, survey TEXT NOT NULL, questions TEXT NOT NULL,
    key TEXT NOT NULL, invite_id TEXT, answers TEXT)""",
    "CREATE INDEX IF NOT EXISTS survey_responses_of_player ON survey_responses (player_id, survey_id)",
    "CREATE INDEX IF NOT EXISTS survey_responses_of_survey ON survey_responses (survey_id, number)",
    """CREATE TABLE IF NOT EXISTS survey_states (
    number INTEGER PRIMARY KEY, response INTEGER NOT NULL, state TEXT NOT NULL, delivery INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS states_of_survey_response ON survey_states (response)",
)
ERASING = (
    "DELETE FROM survey_states WHERE response IN (SELECT number FROM survey_responses WHERE player_id = ?)",
    "DELETE FROM survey_responses WHERE player_id = ?",
)
"""What removes all of a player."""
IDS_OF_PLAYER = "SELECT id FROM survey_responses WHERE player_id = ?"
"""The addresses of pages have these ids in place of the player's."""
STATES_OF_RESULTS = {"complete": "last.state = 'success'", "incomplete": "last.state <> 'success'", "all": "TRUE"}
"""Which responses are asked for, as SQL about the last state."""


class SurveyResponses:
    """Owns the table of responses, and that of the states they were in."""

    def __init__(self, storage: Storage, ids: Ids) -> None:
        self._storage = storage
        self._ids = ids
        for statement in _TABLES:
            storage.run(statement)

    def add(self, session: Session, survey: Piece, delivery: int) -> str:
        """A new response, attempted; its id. It keeps the survey as it is now."""
        response_id = self._ids.uuid("survey response", session.player_id)
        number = self._storage.insert(
            "INSERT INTO survey_responses (id, survey_id, player_id, session_id, language, survey, questions, key) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                response_id,
                survey.id,
                session.player_id,
                session.id,
                session.details.language or "en",
                survey.text(session.details.language),
                survey.questions,
                self._ids.token("survey page", session.player_id),
            ),
        )
        self.add_state(number, "attempted", delivery)
        return response_id

    def find(self, response_id: str) -> FoundResponse | None:
        """The response of that id, of any player."""
        return self._found("id = ?", (response_id,))

    def latest(self, player_id: str, survey_id: str) -> FoundResponse | None:
        """A player's latest response to a survey."""
        return self._found("player_id = ? AND survey_id = ?", (player_id, survey_id))

    def set_invite(self, number: int, invite_id: str) -> None:
        """Give a response the id of its invite."""
        self._storage.run("UPDATE survey_responses SET invite_id = ? WHERE number = ?", (invite_id, number))

    def set_answers(self, number: int, answers: Mapping[str, Any]) -> None:
        """Keep the answers of a response."""
        self._storage.run(
            "UPDATE survey_responses SET answers = ? WHERE number = ?",
            (json.dumps(answers, ensure_ascii=False), number),
        )

    def add_state(self, number: int, state: str, delivery: int) -> None:
        """Append a state of a response."""
        self._storage.run(
            "INSERT INTO survey_states (response, state, delivery) VALUES (?, ?, ?)", (number, state, delivery)
        )

    def states_of(self, player_id: str) -> list[tuple[Any, ...]]:
        """A row for each state of each of a player's responses, oldest first.

        A row holds: id, survey, invite, answers (as JSON, or None), state, and the delivery that brought it.
        """
        return self._storage.rows(
            "SELECT id, survey_id, invite_id, answers, state, delivery FROM survey_responses "
            "JOIN survey_states ON response = survey_responses.number WHERE player_id = ? "
            "ORDER BY survey_responses.number, survey_states.number",
            (player_id,),
        )

    def of_survey(self, survey_id: str, after: int, most: int, states: str) -> list[tuple[Any, ...]]:
        """A row for each response to a survey, oldest first.

        Args:
            survey_id: the survey.
            after: the number of the response after which they come.
            most: how many there are at most.
            states: a key of STATES_OF_RESULTS.

        Returns:
            Rows of: id, player, questions and answers (as JSON), the last state, and the deliveries that brought the
            first and the last one.

        """
        return self._storage.rows(
            "SELECT id, player_id, questions, answers, last.state, first.delivery, last.delivery "  # noqa: S608
            "FROM survey_responses AS one "
            "JOIN survey_states AS first ON first.number = "
            "(SELECT min(number) FROM survey_states WHERE response = one.number) "
            "JOIN survey_states AS last ON last.number = "
            "(SELECT max(number) FROM survey_states WHERE response = one.number) "
            f"WHERE survey_id = ? AND one.number > ? AND {STATES_OF_RESULTS[states]} ORDER BY one.number LIMIT ?",
            (survey_id, after, most),
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
