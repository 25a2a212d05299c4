"""Owns the routes of scheduled content: the five lists, and one event (section Scheduled Campaigns)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from uwclient.sandbox.core.times import milliseconds, parse_iso
from uwclient.sandbox.http.replies import ApiError, list_reply, object_reply
from uwclient.sandbox.http.requests import session_in_query
from uwclient.sandbox.services.content.service import Platform
from uwclient.sandbox.services.players.service import PlayerPlatform

KIND_OF_PATH = {
    "campaign_events": "events",
    "messages": "messages",
    "offers": "offers",
    "remote_configs": "remote_configs",
    "get_surveys": "surveys",
}


def content_routes(platform: Platform, players: PlayerPlatform, etags: bool) -> Blueprint:
    """The routes; with `etags` an unchanged list can be answered with 304."""
    routes = Blueprint("content", __name__)

    @routes.get(f"/<any({','.join(KIND_OF_PATH)}):path>")
    def content_list(player_id: str, path: str) -> Response:
        session = session_in_query(players, player_id)
        found = platform.list_content(session, KIND_OF_PATH[path], _starts_before())
        return list_reply(found.body, found.etag if etags else None)

    @routes.get("/campaign_events/<id:event_id>")
    def one_event(player_id: str, event_id: str) -> Response:
        session = session_in_query(players, player_id)
        record = platform.find_content(session, "events", event_id)
        if record is None:
            raise ApiError(404, f"There is no event {event_id!r} for this player.")
        return object_reply(record)

    return routes


def _starts_before() -> int | None:
    text = request.args.get("starts_before")
    if not text:
        return None
    moment = parse_iso(text)
    if moment is None:
        raise ApiError(
            422,
            f"starts_before is {text!r}.",
            "Send ISO 8601, such as 2022-03-14T01:00:00Z; a + of an offset must be encoded as %2B.",
        )
    return milliseconds(moment)
