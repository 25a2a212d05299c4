"""Owns the route of triggered campaigns (section Triggered Campaigns); the sandbox has none so far."""

from __future__ import annotations

from flask import Blueprint, Response

from uwclient.sandbox.platform import Platform
from uwclient.sandbox.replies import object_reply
from uwclient.sandbox.routes.requests import session_in_query


def campaign_routes(platform: Platform) -> Blueprint:
    """The route, which is the same for every player."""
    routes = Blueprint("campaigns", __name__)

    @routes.get("/triggerable_campaigns")
    def triggerable_campaigns(player_id: str) -> Response:
        session_in_query(platform, player_id)
        return object_reply({"campaigns": []})

    return routes
