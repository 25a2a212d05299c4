"""The routes of a player's email address (guide: Unity SDK, EmailsModule; otherwise undocumented)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from uwclient.sandbox.core.errors import Refused
from uwclient.sandbox.core.fields import read_choice, read_text
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.services.emails.addresses import check_address
from uwclient.sandbox.services.emails.service import Emails
from uwclient.sandbox.services.sessions.requests import SessionRequests


def email_routes(emails: Emails, requests: SessionRequests) -> Blueprint:
    """The routes; deleting an address that is not there succeeds."""
    routes = Blueprint("emails", __name__)

    @routes.put("/email_address")
    def set_email(player_id: str) -> Response:
        action = requests.action(player_id)
        address = read_text(action.body, "email_address")
        try:
            check_address(address)
        except ValueError as problem:
            raise Refused(("email_address",), str(problem)) from None
        emails.set(action.source, address)
        return object_reply({})

    @routes.delete("/email_address")
    def delete_email(player_id: str) -> Response:
        action = requests.action(player_id)
        query = {"opt_out": request.args.get("opt_out") or "false"}
        emails.delete(action.source, opt_out=read_choice(query, "opt_out", ("true", "false")) == "true")
        return empty_reply()

    return routes
