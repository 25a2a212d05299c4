"""Owns the routes of a player's email address (guide: Unity SDK, EmailsModule; otherwise undocumented)."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from uwclient.sandbox.core.errors import Refused
from uwclient.sandbox.core.fields import read_choice, read_text, shown
from uwclient.sandbox.http.replies import empty_reply, object_reply
from uwclient.sandbox.http.requests import body_object, source_of
from uwclient.sandbox.services.players.service import PlayerPlatform

_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def email_routes(players: PlayerPlatform) -> Blueprint:
    """The routes; deleting what is not there is no mistake."""
    routes = Blueprint("emails", __name__)

    @routes.put("/email_address")
    def set_email(player_id: str) -> Response:
        body = body_object()
        source = source_of(players, player_id, body)
        address = read_text(body, "email_address")
        if not _ADDRESS.fullmatch(address):
            raise Refused(
                ("email_address",), f"{shown(address)} is no email address", "Send one such as hero@example.com."
            )
        players.set_email(source, address)
        return object_reply({})

    @routes.delete("/email_address")
    def delete_email(player_id: str) -> Response:
        source = source_of(players, player_id, body_object())
        said = {"opt_out": request.args.get("opt_out") or "false"}
        players.delete_email(source, opt_out=read_choice(said, "opt_out", ("true", "false")) == "true")
        return empty_reply()

    return routes
