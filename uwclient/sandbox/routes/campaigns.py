"""Owns the route of triggered campaigns (section Triggered Campaigns)."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response

from uwclient.sandbox.platform import Platform
from uwclient.sandbox.player_platform import PlayerPlatform
from uwclient.sandbox.replies import list_reply
from uwclient.sandbox.routes.requests import session_in_query


def campaign_routes(platform: Platform, players: PlayerPlatform, etags: bool) -> Blueprint:
    """The route; see `uwclient.sandbox.campaigns` for the impression ids that it gives out."""
    routes = Blueprint("campaigns", __name__)

    @routes.get("/triggerable_campaigns")
    def triggerable_campaigns(player_id: str) -> Response:
        body = platform.list_campaigns(session_in_query(players, player_id)).encode()
        return list_reply(body, hashlib.blake2b(body, digest_size=16).hexdigest() if etags else None)

    return routes
