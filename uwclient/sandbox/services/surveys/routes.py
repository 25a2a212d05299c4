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

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.http.replies import object_reply
from uwclient.sandbox.http.requests import body_object, own_url
from uwclient.sandbox.services.sessions.requests import SessionRequests, action_body
from uwclient.sandbox.services.surveys.service import Surveys

_RESPONSE_ID = Field("survey_response_id", "word", "The id of the survey response.", required=True)
SURVEY = action_body(
    "A survey that the player begins.", Field("survey_id", "word", "The id of the survey.", required=True)
)
RESPONSE = action_body("A survey response, to be gone on with.", _RESPONSE_ID)
INVITE_ANSWER = action_body(
    "What the player said to an invite.",
    _RESPONSE_ID,
    Field("survey_invite_id", "word", "The id of the invite.", required=True),
    Field("appuser_survey_invite_response", "boolean", "Whether the player takes part.", required=True),
)


def survey_routes(surveys: Surveys, requests: SessionRequests) -> Blueprint:
    """The routes; see `uwclient.sandbox.services.surveys.models` for how states follow each other."""
    routes = Blueprint("surveys", __name__)

    @routes.post("/surveys/get_response_id")
    def response_id(player_id: str) -> Response:
        if body_object().get("survey_response_id") is not None:
            return survey_url(player_id)
        action = requests.action(player_id, SURVEY)
        return object_reply({"survey_response_id": surveys.response_id(action.source, action.body["survey_id"])})

    @routes.post("/survey_url")
    def survey_url(player_id: str) -> Response:
        action = requests.action(player_id, RESPONSE)
        path = surveys.page_path(player_id, action.body["survey_response_id"])
        return object_reply({"survey_url": own_url() + path})

    @routes.post("/survey_invites/initialize")
    def initialize_invite(player_id: str) -> Response:
        action = requests.action(player_id, RESPONSE)
        response_id = action.body["survey_response_id"]
        return object_reply(
            {
                "survey_invite_id": surveys.initialize_invite(action.source, response_id),
                "survey_response_id": response_id,
                "was_initialized": True,
            }
        )

    @routes.post("/survey_invites/appuser_response")
    def answer_invite(player_id: str) -> Response:
        action = requests.action(player_id, INVITE_ANSWER)
        response_id, invite_id = action.body["survey_response_id"], action.body["survey_invite_id"]
        accepted = action.body["appuser_survey_invite_response"]
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
