"""The route of engagement outcomes; undocumented, so the reply is that of the server-to-server API."""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.core.fields import read_choice, read_text
from uwclient.sandbox.http.replies import empty_reply
from uwclient.sandbox.services.outcomes.models import OUTCOME_TYPES
from uwclient.sandbox.services.outcomes.service import Outcomes
from uwclient.sandbox.services.sessions.requests import SessionRequests

_FILTERS = ("journey_id", "journey_step_id")


def outcome_routes(outcomes: Outcomes, requests: SessionRequests) -> Blueprint:
    """The route; it accepts any key."""
    routes = Blueprint("outcomes", __name__)

    @routes.post("/engagements/outcomes")
    def assign_outcome(player_id: str) -> Response:
        action = requests.action(player_id)
        key = read_text(action.body, "engagement_outcome_key")
        kind = read_choice(action.body, "outcome_type", OUTCOME_TYPES)
        filters = {name: read_text(action.body, name) for name in _FILTERS if action.body.get(name)}
        outcomes.assign(action.source, key, kind, **filters)
        return empty_reply()

    return routes
