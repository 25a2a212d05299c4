"""The routes of a player's email address (guide: Unity SDK, EmailsModule; otherwise undocumented)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from uwclient.sandbox.core.fields import read_choice
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.services.emails.addresses import read_address
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.sessions.requests import SessionRequests


def email_routes(emails: Emails, requests: SessionRequests) -> Blueprint:
    """The routes; deleting an address that is not there succeeds."""
    routes = Blueprint("emails", __name__)

    @routes.put("/email_address")
    def set_email(player_id: str) -> Response:
        action = requests.action(player_id)
        emails.set(action.source, read_address(action.body))
        return object_reply({})

    @routes.delete("/email_address")
    def delete_email(player_id: str) -> Response:
        action = requests.action(player_id)
        query = {"opt_out": request.args.get("opt_out") or "false"}
        emails.delete(action.source, opt_out=read_choice(query, "opt_out", ("true", "false")) == "true")
        return empty_reply()

    return routes
