"""The routes that lead into a survey (section Surveys Entry, and those that the Unity SDK uses instead).

surveys/get_response_id           {survey_id} -> {survey_response_id}
surveys/get_response_id           {survey_response_id} -> {survey_url}
survey_invites/initialize         {survey_response_id} -> {survey_invite_id, ...}
survey_invites/appuser_response   {survey_response_id, survey_invite_id, appuser_survey_invite_response}
survey_url                        {survey_response_id} -> {survey_url}
surveys/responses/ID (GET)        the state of a response: the sandbox's own, for hosts that poll
"""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_flag, read_text
from uwclient.sandbox.http.replies import object_reply
from uwclient.sandbox.http.requests import own_url
from uwclient.sandbox.services.sessions.requests import Action, SessionRequests
from uwclient.sandbox.services.surveys.service import Surveys


def survey_routes(surveys: Surveys, requests: SessionRequests) -> Blueprint:
    """The routes; see `uwclient.sandbox.services.surveys.models` for how states follow each other."""
    routes = Blueprint("surveys", __name__)

    @routes.post("/surveys/get_response_id")
    def response_id(player_id: str) -> Response:
        action = requests.action(player_id)
        if action.body.get("survey_response_id") is not None:
            return page_of(action)
        survey_id = read_text(action.body, "survey_id")
        return object_reply({"survey_response_id": surveys.response_id(action.source, survey_id)})

    @routes.post("/survey_url")
    def survey_url(player_id: str) -> Response:
        return page_of(requests.action(player_id))

    def page_of(action: Action) -> Response:
        path = surveys.page_path(action.source.player_id, read_text(action.body, "survey_response_id"))
        return object_reply({"survey_url": own_url() + path})

    @routes.post("/survey_invites/initialize")
    def initialize_invite(player_id: str) -> Response:
        action = requests.action(player_id)
        response_id = read_text(action.body, "survey_response_id")
        return object_reply(
            {
                "survey_invite_id": surveys.initialize_invite(action.source, response_id),
                "survey_response_id": response_id,
                "was_initialized": True,
            }
        )

    @routes.post("/survey_invites/appuser_response")
    def answer_invite(player_id: str) -> Response:
        action = requests.action(player_id)
        response_id = read_text(action.body, "survey_response_id")
        invite_id = read_text(action.body, "survey_invite_id")
        accepted = read_flag(action.body, "appuser_survey_invite_response")
        state = surveys.answer_invite(action.source, response_id, invite_id, accepted=accepted)
        return object_reply({"survey_response_id": response_id, "survey_invite_id": invite_id, "state": state})

    @routes.get("/surveys/responses/<id:response_id>")
    def response_state(player_id: str, response_id: str) -> Response:
        requests.session(player_id)
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
