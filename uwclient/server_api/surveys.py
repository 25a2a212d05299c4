"""What players answered to surveys (section Survey Results)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from uwclient.errors import ArgumentError, ReplyError
from uwclient.server_api.body import Json, Payload, given
from uwclient.server_api.caller import Told
from uwclient.server_api.record import Record, read, read_several
from uwclient.server_api.resource import Resource
from uwclient.server_api.segments import AttributeCondition, EventSet

LARGEST_LIMIT = 10_000
"""Responses in one reply at most (documentation)."""


@dataclass(frozen=True, slots=True)
class AnswerCount(Record):
    """How often something was answered.

    Attributes:
        text: the answer.
        count: how often.
        per: the percentage of all answers to the question.

    """

    text: str | None = None
    count: int | None = None
    per: float | None = None


@dataclass(frozen=True, slots=True)
class QuestionResult(Record):
    """What was answered to a question.

    Attributes:
        id: the question.
        text: what it asks.
        total_unique_answers_count: how many different answers there are.
        count: how many players answered.
        type: "single_select", "multi_select", "rating", "ranking" or "open_ended".
        options: the answers.

    """

    id: str
    text: str | None = None
    total_unique_answers_count: int | None = None
    count: int | None = None
    type: str | None = None
    options: tuple[AnswerCount, ...] = ()


@dataclass(frozen=True, slots=True)
class EventCount(Record):
    """How many of those who answered did something.

    Attributes:
        app_id: the app.
        name: the event.
        count: how many players.
        per: the percentage of all who answered.

    """

    app_id: str | None = None
    name: str | None = None
    count: int | None = None
    per: float | None = None


@dataclass(frozen=True, slots=True)
class ValueCount(Record):
    """How many of those who answered have a value of an attribute.

    Attributes:
        value: the value.
        count: how many players.
        per: the percentage of all who answered.

    """

    value: Any = None
    count: int | None = None
    per: float | None = None


@dataclass(frozen=True, slots=True)
class AttributeCount(Record):
    """How many of those who answered have an attribute.

    Attributes:
        app_id: the app.
        name: the attribute.
        data_type: its type.
        count: how many players.
        per: the percentage of all who answered.
        values: how many have which value.

    """

    app_id: str | None = None
    name: str | None = None
    data_type: str | None = None
    count: int | None = None
    per: float | None = None
    values: tuple[ValueCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience(Record):
    """Who answered.

    Attributes:
        events: what they did.
        attributes: what they are.

    """

    events: tuple[EventCount, ...] = ()
    attributes: tuple[AttributeCount, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyResults(Record):
    """The results of a survey.

    Attributes:
        questions: what was answered to each question.
        meta: who answered.

    """

    questions: tuple[QuestionResult, ...] = ()
    meta: Audience | None = None


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """What one player answered to one question.

    Attributes:
        values: the answers; in a ranking, the best first.
        question_id: the question.

    """

    values: tuple[Any, ...] = ()
    question_id: str | None = None


@dataclass(frozen=True, slots=True)
class SurveyResponse(Record):
    """What one player answered.

    Attributes:
        id: its id.
        state: "success" when the player answered everything.
        start_at: when the player began.
        end_at: when the player ended.
        app_id: the app.
        appuser_id: the platform's id of the player.
        survey_id: the survey.
        appuser_events: what the player did before, with `event_id` and `attributes`.
        appuser_attributes: what the player is, with `name` and `value`.
        answers: the answers.

    """

    id: str
    state: str | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    app_id: str | None = None
    appuser_id: str | None = None
    survey_id: str | None = None
    appuser_events: tuple[Any, ...] = ()
    appuser_attributes: tuple[Any, ...] = ()
    answers: tuple[Answer, ...] = ()


class RawResponses:
    """The responses to a survey, oldest first: a cursor that can be resumed, also in another process.

        responses = server.surveys.raw_responses(survey_id, start_after=where_i_was)
        for response in responses:
            keep(response, responses.position)

    After an exception, or at the end, iterating again goes on behind `position`, with what came since.

    Attributes:
        position: the id of the last response that was given out; None before the first.

    """

    def __init__(self, ask: Callable[[str | None], Told], start_after: str | None) -> None:
        self._ask = ask
        self.position = start_after

    def __iter__(self) -> Iterator[SurveyResponse]:
        while responses := self._following():
            if responses[-1].id == self.position:
                raise ReplyError(f"The platform has sent the responses up to {self.position} again: try again later.")
            for response in responses:
                self.position = response.id
                yield response

    def _following(self) -> tuple[SurveyResponse, ...]:
        told = self._ask(self.position)
        return read_several(SurveyResponse, told.data, told.place)


class Surveys(Resource):
    """The results of surveys: `server.surveys`. A survey's id is that of the content."""

    def results(
        self,
        survey_id: str,
        *,
        events: Sequence[EventSet | Json] | None = None,
        attributes: Sequence[AttributeCondition | Json] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> SurveyResults:
        """Get what was answered to all questions: POST /api/v1/surveys/{survey_id}/questionnaire_results.

        Args:
            survey_id: the survey.
            events: only players who did these.
            attributes: only players who are so.
            page: which page of the answers to open questions, from 1.
            page_size: how many of them a page has.

        """
        endpoint = "POST /api/v1/surveys/{survey_id}/questionnaire_results"
        query = {"page": page, "page_size": page_size}
        told = self._ask(endpoint, survey_id, query, given(events=events, attributes=attributes))
        return read(SurveyResults, told.data, told.place)

    def answer_statistics(
        self,
        survey_id: str,
        question_id: str,
        *,
        events: Sequence[EventSet | Json] | None = None,
        attributes: Sequence[AttributeCondition | Json] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> tuple[AnswerCount, ...]:
        """Get what was answered to one question: POST /api/v1/surveys/{survey_id}/answer_statistics.

        Args:
            survey_id: the survey.
            question_id: the question.
            events: only players who did these.
            attributes: only players who are so.
            page: which page of the answers to an open question, from 1.
            page_size: how many of them a page has.

        """
        endpoint = "POST /api/v1/surveys/{survey_id}/answer_statistics"
        query = {"question_id": question_id, "page": page, "page_size": page_size}
        told = self._ask(endpoint, survey_id, query, given(events=events, attributes=attributes))
        return read_several(AnswerCount, told.data, told.place)

    def raw_responses(
        self,
        survey_id: str,
        *,
        results_type: Literal["complete", "incomplete", "all"] | None = None,
        start_after: str | None = None,
        limit: int = 1000,
    ) -> RawResponses:
        """Return a cursor over each player's answers: GET /api/v1/surveys/{survey_id}/raw_responses.

        Args:
            survey_id: the survey.
            results_type: "complete" (default), "incomplete" or "all".
            start_after: the `position` of a cursor that got so far (`start_after_response_id`).
            limit: how many come with each reply, from 1 to 10,000.

        """
        if not 1 <= limit <= LARGEST_LIMIT:
            raise ArgumentError(f"limit must be from 1 to {LARGEST_LIMIT:,}, not {limit}.")

        def ask(position: str | None) -> Told:
            query = {"results_type": results_type, "start_after_response_id": position, "limit": limit}
            return self._ask("GET /api/v1/surveys/{survey_id}/raw_responses", survey_id, query)

        return RawResponses(ask, start_after)

    def _ask(self, endpoint: str, survey_id: str, query: Json, body: Json | None = None) -> Told:
        """Send a call about a survey. None of them changes anything, so they may all be repeated."""
        payload = Payload() if body is None else Payload.of(body)
        return self._caller.call(endpoint, {"survey_id": survey_id}, query, payload, changes_nothing=True)
