"""The routes of scheduled content: the five lists (section Scheduled Campaigns)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from uwclient.sandbox.core.times import milliseconds, parse_iso
from uwclient.sandbox.http.replies import ApiError, list_reply
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.sessions.requests import SessionRequests

KIND_OF_PATH = {
    "campaign_events": "events",
    "messages": "messages",
    "offers": "offers",
    "remote_configs": "remote_configs",
    "get_surveys": "surveys",
}


def content_routes(content: Content, requests: SessionRequests, etags: bool) -> Blueprint:
    """The routes; with `etags` an unchanged list can be answered with 304."""
    routes = Blueprint("content", __name__)

    @routes.get(f"/<any({','.join(KIND_OF_PATH)}):path>")
    def content_list(player_id: str, path: str) -> Response:
        found = content.list_for(requests.session(player_id), KIND_OF_PATH[path], _starts_before())
        return list_reply(found.body, found.etag if etags else None)

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
