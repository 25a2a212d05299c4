"""The route of engagement outcomes; undocumented, so the reply is that of the server-to-server API."""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.resource import Field
from uwclient.sandbox.http.replies import empty_reply
from uwclient.sandbox.services.outcomes.models import OUTCOME_TYPES
from uwclient.sandbox.services.outcomes.service import Outcomes
from uwclient.sandbox.services.sessions.requests import SessionRequests, action_body

OUTCOME = action_body(
    "What an engagement led to.",
    Field("engagement_outcome_key", "word", "The key of the outcome.", required=True),
    Field("outcome_type", "text", "What it was an engagement with.", required=True, choices=OUTCOME_TYPES),
    Field("journey_id", "text", "The only journey that it may advance."),
    Field("journey_step_id", "text", "The only step that it may advance."),
)

_FILTERS = ("journey_id", "journey_step_id")


def outcome_routes(outcomes: Outcomes, requests: SessionRequests) -> Blueprint:
    """The route; it accepts any key."""
    routes = Blueprint("outcomes", __name__)

    @routes.post("/engagements/outcomes")
    def assign_outcome(player_id: str) -> Response:
        action = requests.action(player_id, OUTCOME)
        filters = {name: action.body[name] for name in _FILTERS if action.body.get(name)}
        outcomes.assign(action.source, action.body["engagement_outcome_key"], action.body["outcome_type"], **filters)
        return empty_reply()

    return routes
