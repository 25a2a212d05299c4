"""Surveys: invites, responses, and what their pages do (section Surveys Entry).

A page is opened in the player's browser, which sends neither the API key nor a session: its address is signed with
a key of the response.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.errors import FieldError, NotFound
from uwclient.sandbox.core.request_hash import request_hash
from uwclient.sandbox.core.state_machine import is_new_state, state_change
from uwclient.sandbox.core.storage import grouped
from uwclient.sandbox.services.content.questions import ANYTHING, Question, questions_in
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.sessions.service import Sessions
from uwclient.sandbox.services.surveys.answers import given_answers, wrong_answers
from uwclient.sandbox.services.surveys.models import (
    FINAL_STATES,
    PAGES,
    TRANSITIONS,
    FoundResponse,
    PageRefused,
    PageRequest,
    SurveyPage,
    SurveyResponse,
)
from uwclient.sandbox.services.surveys.results import Answered
from uwclient.sandbox.services.surveys.tables import ERASING, IDS_OF_PLAYER, SurveyResponses


class Surveys:
    """What players, and the pages that they are sent to, do with surveys."""

    def __init__(self, backend: Backend, sessions: Sessions, content: Content) -> None:
        self._backend = backend
        self._sessions = sessions
        self._content = content
        self._table = SurveyResponses(backend.storage, backend.ids)
        backend.erasure.also_named(IDS_OF_PLAYER)
        backend.erasure.delete(*ERASING)

    def response_id(self, source: Source, survey_id: str) -> str:
        """The player's response to a survey that is under way, or a new one. NotFound without such a survey."""
        with self._backend.lock:
            session = self._sessions.find(source.player_id, source.session_id)
            survey = None if session is None else self._content.find_piece(session, "surveys", survey_id)
            if session is None or survey is None:
                raise NotFound(f"There is no survey {survey_id!r} for this player.")
            with self._backend.delivery(source, "survey_responses") as delivery:
                found = self._table.latest(source.player_id, survey_id)
                if found is not None and found.state not in FINAL_STATES:
                    return found.id
                response_id = self._table.add(session, survey, delivery)
                payload = {"survey_id": survey_id, "survey_response_id": response_id, **source.announced}
                self._backend.announce("player_survey_response_creation", payload)
                return response_id

    def page_path(self, player_id: str, response_id: str) -> str:
        """The signed path of a response's page. FieldError when the response is over."""
        with self._backend.lock:
            found = self._of_player(player_id, response_id)
        if found.state in FINAL_STATES:
            raise FieldError(
                ("survey_response_id",),
                f"the survey response is {found.state}, and has no page any more",
                "Ask for a new one: send survey_id to surveys/get_response_id.",
            )
        unsigned = _unsigned(found, found.language)
        return f"{unsigned}&enc={request_hash(unsigned, b'', found.key)}"

    def initialize_invite(self, source: Source, response_id: str) -> str:
        """Present an invite; its id, which is the same when it was presented before."""
        with self._backend.delivery(source, "survey_invites") as delivery:
            found = self._of_player(source.player_id, response_id)
            self._advance(found, "survey_invite_presented", source, delivery)
            invite_id = found.invite_id or self._backend.ids.uuid("survey invite", source.player_id)
            self._table.set_invite(found.number, invite_id)
            return invite_id

    def answer_invite(self, source: Source, response_id: str, invite_id: str, *, accepted: bool) -> str:
        """Record what the player answered to an invite; the state that the response is in then."""
        wanted = "survey_invite_accepted" if accepted else "survey_invite_denied"
        with self._backend.delivery(source, "survey_invites") as delivery:
            found = self._of_player(source.player_id, response_id)
            if found.invite_id is None or found.invite_id != invite_id:
                raise NotFound(f"The survey response {response_id!r} has no invite {invite_id!r}.")
            is_new = self._advance(found, wanted, source, delivery, "appuser_survey_invite_response")
            return wanted if is_new else found.state

    def response(self, player_id: str, response_id: str) -> SurveyResponse:
        """A player's response. NotFound when there is none of that id."""
        for found in self.responses(player_id):
            if found.id == response_id:
                return found
        raise _no_response(response_id)

    def responses(self, player_id: str) -> tuple[SurveyResponse, ...]:
        """A player's responses, oldest first."""
        with self._backend.lock:
            rows = self._table.states_of(player_id)
            deliveries = self._backend.deliveries.by_number(player_id)
        histories = grouped((tuple(about), state_change(state, deliveries[by])) for *about, state, by in rows)
        return tuple(
            SurveyResponse(response_id, survey_id, invite_id, json.loads(answers or "{}"), history)
            for (response_id, survey_id, invite_id, answers), history in histories.items()
        )

    def has_responses(self, survey_id: str) -> bool:
        """Whether anybody ever attempted a survey."""
        return bool(self._table.of_survey(survey_id, 0, 1, "all"))

    def answered(
        self, survey_id: str, states: str = "complete", after: str | None = None, most: int = -1
    ) -> list[Answered]:
        """The responses of all players to a survey, oldest first.

        Args:
            survey_id: the survey.
            states: "complete" (those that ended in success), "incomplete" (the others) or "all".
            after: the response after which they come; None for the first ones.
            most: how many there are at most; -1 for all.

        Raises:
            FieldError: the survey has no response `after`.

        """
        with self._backend.lock:
            before = None if after is None else self._table.find(after)
            if after is not None and (before is None or before.survey_id != survey_id):
                raise FieldError("start_after_response_id", f"the survey has no response {after!r}")
            rows = self._table.of_survey(survey_id, 0 if before is None else before.number, most, states)
            moments = self._backend.deliveries.moments(number for *_, first, last in rows for number in (first, last))
        return [
            Answered(
                response_id,
                player_id,
                state,
                questions_of(questions),
                json.loads(answers or "{}"),
                moments[first],
                moments[last] if state in FINAL_STATES else None,
            )
            for response_id, player_id, questions, answers, state, first, last in rows
        ]

    # What the page does. PageRefused when its address was tampered with.

    def open_page(self, request: PageRequest) -> SurveyPage:
        """What the page shows; a response that is under way becomes entered."""
        with self._backend.lock:
            found = self._signed(request)
            if found.state not in FINAL_STATES:
                self._advance_by_page(found, "entered", request)
            return SurveyPage(json.loads(found.survey), _questions(found), found.state)

    def submit(self, request: PageRequest, answers: Mapping[str, Any]) -> dict[str, str]:
        """Keep the answers, unless one is wrong.

        Args:
            request: what the page sent, and from which address.
            answers: by question id.

        Returns:
            What is wrong, a sentence by question id; empty when the answers are kept.

        """
        with self._backend.lock:
            found = self._signed(request)
            wrong = wrong_answers(_questions(found), answers)
            if not wrong:
                source = _source(found, request)
                with self._backend.delivery(source, "survey_page") as delivery:
                    if self._advance(found, "success", source, delivery):
                        self._table.set_answers(found.number, given_answers(answers))
            return wrong

    def close_page(self, request: PageRequest) -> bool:
        """Abandon a response; False when it was too late for that, as the answers had arrived."""
        with self._backend.lock:
            found = self._signed(request)
            if found.state == "success":
                return False
            self._advance_by_page(found, "abandoned", request)
            return True

    def _advance(
        self, found: FoundResponse, state: str, source: Source, delivery: int, field: str = "survey_response_id"
    ) -> bool:
        """Put a response into a state; whether that is new. FieldError, about `field`, for a step back."""
        is_new = is_new_state("the survey response", TRANSITIONS, found.states, state, field)
        if is_new:
            self._table.add_state(found.number, state, delivery)
            self._backend.announce(
                "player_survey_response_state_change",
                {
                    "survey_id": found.survey_id,
                    "survey_response_id": found.id,
                    "survey_response_current_state": state,
                    **source.announced,
                },
            )
        return is_new

    def _advance_by_page(self, found: FoundResponse, state: str, request: PageRequest) -> None:
        source = _source(found, request)
        with self._backend.delivery(source, "survey_page") as delivery:
            self._advance(found, state, source, delivery)

    def _of_player(self, player_id: str, response_id: str) -> FoundResponse:
        found = self._table.find(response_id)
        if found is None or found.player_id != player_id:
            raise _no_response(response_id)
        return found

    def _signed(self, request: PageRequest) -> FoundResponse:
        """The response whose page was asked for, if the address is signed with its key."""
        found = self._table.find(request.response_id)
        if found is None:
            raise PageRefused("There is no such survey.")
        expected = request_hash(_unsigned(found, request.language), b"", found.key)
        if hmac.compare_digest(expected.encode(), request.enc.encode()):
            return found
        if found.state not in FINAL_STATES:
            self._advance_by_page(found, "term_url_security", request)
        raise PageRefused("This address was changed on its way, so the survey cannot be opened with it.")


def _unsigned(found: FoundResponse, language: str) -> str:
    return f"{PAGES}/{found.id}?lang={language}"


def _questions(found: FoundResponse) -> tuple[Question, ...]:
    return questions_of(found.questions)


def questions_of(text: str) -> tuple[Question, ...]:
    """The questions that a survey's page asks; `text` holds those that it was made with."""
    return questions_in(text) or (ANYTHING,)


def _source(found: FoundResponse, request: PageRequest) -> Source:
    return Source(found.player_id, found.session_id, request.number)


def _no_response(response_id: str) -> NotFound:
    return NotFound(f"The player has no survey response {response_id!r}.")
