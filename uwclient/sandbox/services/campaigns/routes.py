"""Owns the route of triggered campaigns (section Triggered Campaigns)."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response

from uwclient.sandbox.http.replies import list_reply
from uwclient.sandbox.http.requests import session_in_query
from uwclient.sandbox.services.content.service import Platform
from uwclient.sandbox.services.players.service import PlayerPlatform


def campaign_routes(platform: Platform, players: PlayerPlatform, etags: bool) -> Blueprint:
    """The route; see `uwclient.sandbox.services.campaigns.tables` for the impression ids that it gives out."""
    routes = Blueprint("campaigns", __name__)

    @routes.get("/triggerable_campaigns")
    def triggerable_campaigns(player_id: str) -> Response:
        body = platform.list_campaigns(session_in_query(players, player_id)).encode()
        return list_reply(body, hashlib.blake2b(body, digest_size=16).hexdigest() if etags else None)

    return routes
