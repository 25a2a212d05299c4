"""Owns the surveys' side of the truth: who was asked, on which page, and what the answers were.

A page is signed: its `enc` holds for one response in one language. It needs no session and no API key, as the
player's browser has neither.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uwclient.sandbox.core.backend import Services
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.errors import NotThere, Refused
from uwclient.sandbox.http.access import request_hash
from uwclient.sandbox.services.content.questions import ANYTHING, Question, given_answers, questions_in, wrong_answers
from uwclient.sandbox.services.surveys.tables import FINAL_STATES, FoundResponse, SurveyResponse


class PageRefused(Exception):
    """Owns the sentence that tells a player why there is no survey here."""


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """Owns what a response's page shows: the survey, its questions, and how far the response is."""

    survey: Mapping[str, Any]
    questions: tuple[Question, ...]
    state: str


class SurveyPlatform:
    """Owns what players, and the pages they are sent to, do with surveys."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def response_id(self, source: Source, survey_id: str) -> str:
        """The player's response to a survey that is under way, or a new one. NotThere without such a survey."""
        with self._services.lock:
            session = self._services.session_of(source)
            survey = None if session is None else self._services.visible(session, "surveys", survey_id)
            if session is None or survey is None:
                raise NotThere(f"There is no survey {survey_id!r} for this player.")
            with self._services.delivery(source, "survey_responses") as delivery:
                found = self._services.survey_responses.latest(source.player_id, survey_id)
                if found is not None and found.state not in FINAL_STATES:
                    return found.id
                language = session.details.language or "en"
                return self._services.survey_responses.add(source.player_id, session.id, language, survey, delivery)

    def page_path(self, player_id: str, response_id: str) -> str:
        """The signed path of a response's page. Refused when the response is over."""
        with self._services.lock:
            found = self._of_player(player_id, response_id)
        if found.state in FINAL_STATES:
            raise Refused(
                ("survey_response_id",),
                f"the survey response is {found.state}, and has no page any more",
                "Ask for a new one: send survey_id to surveys/get_response_id.",
            )
        unsigned = _unsigned(found, found.language)
        return f"{unsigned}&enc={request_hash(unsigned, b'', found.key)}"

    def initialize_invite(self, source: Source, response_id: str) -> str:
        """Present an invite; its id, which is the same when it was presented before."""
        with self._services.delivery(source, "survey_invites") as delivery:
            found = self._of_player(source.player_id, response_id)
            self._services.survey_responses.advance(found, "survey_invite_presented", delivery)
            return self._services.survey_responses.invite(found)

    def answer_invite(self, source: Source, response_id: str, invite_id: str, *, accepted: bool) -> str:
        """Note what the player answered to an invite; the state that the response is in then."""
        wanted = "survey_invite_accepted" if accepted else "survey_invite_denied"
        with self._services.delivery(source, "survey_invites") as delivery:
            found = self._of_player(source.player_id, response_id)
            if found.invite_id is None or found.invite_id != invite_id:
                raise NotThere(f"The survey response {response_id!r} has no invite {invite_id!r}.")
            responses = self._services.survey_responses
            news = responses.advance(found, wanted, delivery, "appuser_survey_invite_response")
            return wanted if news else found.state

    def response(self, player_id: str, response_id: str) -> SurveyResponse:
        """A player's response. NotThere when there is none of that id."""
        for found in self.responses(player_id):
            if found.id == response_id:
                return found
        raise NotThere(f"The player has no survey response {response_id!r}.")

    def responses(self, player_id: str) -> tuple[SurveyResponse, ...]:
        """A player's responses, oldest first."""
        with self._services.lock:
            deliveries = self._services.deliveries.of_player(player_id)
            return self._services.survey_responses.of_player(player_id, deliveries)

    # What the page does. PageRefused when its address was tampered with.

    def open_page(self, response_id: str, language: str, enc: str, request: int) -> SurveyPage:
        """What the page shows; a response that is under way is entered by that."""
        with self._services.lock:
            found = self._signed(response_id, language, enc, request)
            if found.state not in FINAL_STATES:
                with self._services.delivery(_source(found, request), "survey_page") as delivery:
                    self._services.survey_responses.advance(found, "entered", delivery)
            return SurveyPage(json.loads(found.survey), _questions(found), found.state)

    def submit(
        self, response_id: str, language: str, enc: str, request: int, answers: Mapping[str, Any]
    ) -> dict[str, str]:
        """Keep the answers; what is wrong with some of them (a sentence by question), and then nothing is kept."""
        with self._services.lock:
            found = self._signed(response_id, language, enc, request)
            wrong = wrong_answers(_questions(found), answers)
            if not wrong:
                with self._services.delivery(_source(found, request), "survey_page") as delivery:
                    if self._services.survey_responses.advance(found, "success", delivery):
                        self._services.survey_responses.keep_answers(found, given_answers(answers))
            return wrong

    def close_page(self, response_id: str, language: str, enc: str, request: int) -> bool:
        """Abandon a response; False when it was too late for that, as the answers had arrived."""
        with self._services.lock:
            found = self._signed(response_id, language, enc, request)
            if found.state == "success":
                return False
            with self._services.delivery(_source(found, request), "survey_page") as delivery:
                self._services.survey_responses.advance(found, "abandoned", delivery)
            return True

    def _of_player(self, player_id: str, response_id: str) -> FoundResponse:
        found = self._services.survey_responses.find(response_id)
        if found is None or found.player_id != player_id:
            raise NotThere(f"The player has no survey response {response_id!r}.")
        return found

    def _signed(self, response_id: str, language: str, enc: str, request: int) -> FoundResponse:
        found = self._services.survey_responses.find(response_id)
        if found is None:
            raise PageRefused("There is no such survey.")
        expected = request_hash(_unsigned(found, language), b"", found.key)
        if hmac.compare_digest(expected.encode(), enc.encode()):
            return found
        if found.state not in FINAL_STATES:
            with self._services.delivery(_source(found, request), "survey_page") as delivery:
                self._services.survey_responses.advance(found, "term_url_security", delivery)
        raise PageRefused("This address was changed on its way, so the survey cannot be opened with it.")


def _unsigned(found: FoundResponse, language: str) -> str:
    return f"/take_survey/{found.id}?lang={language}"


def _questions(found: FoundResponse) -> tuple[Question, ...]:
    return questions_in(found.questions) or (ANYTHING,)


def _source(found: FoundResponse, request: int) -> Source:
    return Source(found.player_id, found.session_id, request)
