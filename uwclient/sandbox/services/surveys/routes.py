"""Owns the routes that lead into a survey (section Surveys Entry, and what the Unity SDK asks instead).

surveys/get_response_id           {survey_id} -> {survey_response_id}
surveys/get_response_id           {survey_response_id} -> {survey_url}
survey_invites/initialize         {survey_response_id} -> {survey_invite_id, ...}
survey_invites/appuser_response   {survey_response_id, survey_invite_id, appuser_survey_invite_response}
survey_url                        {survey_response_id} -> {survey_url}
surveys/responses/ID (GET)        how far a response is: the sandbox's own, for hosts that poll
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_flag, read_text
from uwclient.sandbox.http.replies import object_reply
from uwclient.sandbox.http.requests import body_object, own_url, session_in_query, source_of
from uwclient.sandbox.services.players.service import PlayerPlatform
from uwclient.sandbox.services.surveys.service import SurveyPlatform


def survey_routes(surveys: SurveyPlatform, players: PlayerPlatform) -> Blueprint:
    """The routes; see `uwclient.sandbox.services.surveys.tables` for the states and where they lead."""
    routes = Blueprint("surveys", __name__)

    def page_of(player_id: str, body: dict[str, Any]) -> Response:
        path = surveys.page_path(player_id, read_text(body, "survey_response_id"))
        return object_reply({"survey_url": own_url() + path})

    @routes.post("/surveys/get_response_id")
    def response_id(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        if body.get("survey_response_id") is not None:
            return page_of(player_id, body)
        return object_reply({"survey_response_id": surveys.response_id(source, read_text(body, "survey_id"))})

    @routes.post("/survey_url")
    def survey_url(player_id: str) -> Response:
        body = body_object()
        source_of(players, player_id, body)
        return page_of(player_id, body)

    @routes.post("/survey_invites/initialize")
    def initialize_invite(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        asked = read_text(body, "survey_response_id")
        return object_reply(
            {
                "survey_invite_id": surveys.initialize_invite(source, asked),
                "survey_response_id": asked,
                "was_initialized": True,
            }
        )

    @routes.post("/survey_invites/appuser_response")
    def answer_invite(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        asked = read_text(body, "survey_response_id")
        invite_id = read_text(body, "survey_invite_id")
        accepted = read_flag(body, "appuser_survey_invite_response")
        state = surveys.answer_invite(source, asked, invite_id, accepted=accepted)
        return object_reply({"survey_response_id": asked, "survey_invite_id": invite_id, "state": state})

    @routes.get("/surveys/responses/<id:response_id>")
    def response_state(player_id: str, response_id: str) -> Response:
        session_in_query(players, player_id)
        found = surveys.response(player_id, response_id)
        return object_reply(
            {
                "survey_response": {
                    "id": found.id,
                    "state": found.state,
                    "survey": {"id": found.survey_id},
                    "survey_invite_id": found.invite_id,
                }
            }
        )

    return routes
