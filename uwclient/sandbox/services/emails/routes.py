"""The routes of a player's email address (guide: Unity SDK, EmailsModule; otherwise undocumented)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from uwclient.sandbox.core.resource import CREATE, Field, read_fields
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.services.emails.addresses import check_address
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.sessions.requests import SessionRequests, action_body

ADDRESS = action_body(
    "The address to write to.",
    Field("email_address", "word", "The player's email address.", required=True, check=check_address),
)
REMOVAL = action_body("No address to write to any more.")
OPT_OUT = Field("opt_out", "text", "Whether the player wants no more emails.", choices=("true", "false"))


def email_routes(emails: Emails, requests: SessionRequests) -> Blueprint:
    """The routes; deleting an address that is not there succeeds."""
    routes = Blueprint("emails", __name__)

    @routes.put("/email_address")
    def set_email(player_id: str) -> Response:
        action = requests.action(player_id, ADDRESS)
        emails.set(action.source, action.body["email_address"])
        return object_reply({})

    @routes.delete("/email_address")
    def delete_email(player_id: str) -> Response:
        action = requests.action(player_id, REMOVAL)
        query = read_fields((OPT_OUT,), {"opt_out": request.args.get("opt_out")}, CREATE)
        emails.delete(action.source, opt_out=query.get("opt_out") == "true")
        return empty_reply()

    return routes
