"""Triggered campaigns, their impressions and their quotas (section Triggered Campaigns).

A session is given an impression id for each campaign that it may trigger. It keeps that id until the id comes back
with something the player did: that triggers the campaign, and the session is given another one. An id counts once,
however often it arrives, and it counts for the session that it was given to, even when it arrives in a later one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.errors import FieldError, UnknownRecordError
from uwclient.sandbox.core.storage import grouped
from uwclient.sandbox.services.campaigns.campaign import Campaign, TriggeredCampaign, make_campaign, with_ids
from uwclient.sandbox.services.campaigns.tables import CampaignImpressions, CampaignTable, Usage
from uwclient.sandbox.services.content.audience import check_audience, may_see, viewer_of
from uwclient.sandbox.services.content.records import KINDS, Piece, as_json
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.environments.service import Environments
from uwclient.sandbox.services.segments.service import Segments
from uwclient.sandbox.services.sessions.models import Session


class Campaigns:
    """The triggered campaigns; each delivery counts for the campaigns that it says were triggered."""

    def __init__(self, backend: Backend, segments: Segments, environments: Environments, content: Content) -> None:
        self._backend = backend
        self._segments = segments
        self._environments = environments
        self._content = content
        self._campaigns = CampaignTable(backend.storage)
        self._impressions = CampaignImpressions(backend.storage, backend.ids)
        backend.on_delivery(self._count)
        backend.on_restore(self._campaigns.read)

    # For live operations.

    def publish(self, fields: Mapping[str, Any]) -> str:
        """Publish a new campaign; its id. FieldError when a field (of CAMPAIGN_FIELDS) is wrong."""
        with self._backend.lock:
            campaign = make_campaign(with_ids(fields, partial(self._backend.ids.uuid, "campaign")))
            check_audience(campaign, self._segments.names(), self._environments.keys())
            if campaign.id in self._campaigns.by_id:
                raise FieldError("id", f"there is a campaign {campaign.id!r} already: withdraw it first")
            self._campaigns.put(campaign)
            return campaign.id

    def put(self, campaign: Campaign) -> None:
        """Publish a campaign that is checked already, or replace the one of that id."""
        with self._backend.lock:
            self._campaigns.put(campaign)

    def remove(self, campaign_id: str) -> None:
        """Take a campaign away, if it is there."""
        with self._backend.lock:
            self._campaigns.remove(campaign_id)

    def withdraw(self, campaign_id: str) -> None:
        """Take a campaign away; what players triggered stays known, and its impressions can still arrive.

        UnknownRecordError when there is none of that id.
        """
        with self._backend.lock:
            known = self._campaigns.by_id
            if campaign_id not in known:
                raise UnknownRecordError(campaign_id, known, "campaign")
            self._campaigns.remove(campaign_id)

    # For sessions.

    def list_for(self, session: Session) -> str:
        """The campaigns that a session may trigger, as JSON: `{"campaigns": [...]}`."""
        with self._backend.lock:
            self._backend.catch_up()
            viewer = viewer_of(session)
            usage = self._impressions.usage(session.player_id)
            seen = [campaign for campaign in self._campaigns.by_id.values() if may_see(campaign, viewer)]
            ids = {one.id: usage[one.id].open_impressions.get(session.id) for one in seen}
            missing = [campaign_id for campaign_id, impression_id in ids.items() if impression_id is None]
            added = self._impressions.add(session.player_id, session.id, missing)
            listed = [_listed(one, usage[one.id], session.id, ids[one.id] or added[one.id]) for one in seen]
            return f'{{"campaigns":[{",".join(listed)}]}}'

    def find_piece(self, session: Session, kind: str, content_id: str) -> Piece | None:
        """Content, scheduled or of a campaign, that is meant for a session's player.

        Scheduled content may be over, or not have begun: what players did while they were offline arrives late.
        """
        with self._backend.lock:
            scheduled = self._content.find_piece(session, kind, content_id)
            return scheduled or self._triggered_piece(session, kind, content_id)

    def find_current_piece(self, session: Session, kind: str, content_id: str) -> Piece | None:
        """As `find_piece`, but no scheduled content that is over."""
        with self._backend.lock:
            if self._content.has_ended(session, kind, content_id):
                return None
            return self.find_piece(session, kind, content_id)

    # What players triggered.

    def unknown_impression_ids(self, player_id: str, impression_ids: Iterable[str]) -> list[str]:
        """Those of the ids of campaign impressions that were never given to the player."""
        with self._backend.lock:
            return [one for one in impression_ids if self._impressions.find(player_id, one) is None]

    def unknown_impressions_of(self, player_id: str) -> tuple[str, ...]:
        """The campaign impressions that came with something the player did, but were never given to the player."""
        with self._backend.lock:
            deliveries = self._backend.deliveries.of_player(player_id)
            claimed = dict.fromkeys(one for delivery in deliveries for one in delivery.impression_ids)
            return tuple(self.unknown_impression_ids(player_id, claimed))

    def triggered_by(self, player_id: str) -> tuple[TriggeredCampaign, ...]:
        """What a player triggered, oldest first."""
        with self._backend.lock:
            returns = self._impressions.returns(player_id)
            deliveries = self._backend.deliveries.by_number(player_id)
        requests = grouped((about, deliveries[number].request) for about, number in returns)
        return tuple(
            TriggeredCampaign(
                campaign_id, impression_id, datetime.fromisoformat(at), session_id, numbers, bool(over_quota)
            )
            for (impression_id, campaign_id, at, session_id, over_quota), numbers in requests.items()
        )

    def _count(self, source: Source, delivery: int) -> None:
        """Count the impressions that came with a delivery; those of other players are ignored."""
        for impression_id in dict.fromkeys(source.impression_ids):
            found = self._impressions.find(source.player_id, impression_id)
            if found is None:
                continue
            campaign_id, session_id, came_back_before = found
            if not came_back_before:
                over = self._is_over_quota(source.player_id, campaign_id, session_id)
                self._impressions.mark_triggered(impression_id, self._backend.clock.now(), over_quota=over)
            self._impressions.add_return(impression_id, delivery)

    def _is_over_quota(self, player_id: str, campaign_id: str, session_id: str) -> bool:
        campaign = self._campaigns.by_id.get(campaign_id)
        if campaign is None or campaign.quota is None:
            return False
        usage = self._impressions.usage(player_id)[campaign_id]
        return campaign.quota.is_used_up(usage.total, usage.in_session[session_id])

    def _triggered_piece(self, session: Session, kind: str, content_id: str) -> Piece | None:
        for campaign in self._campaigns.by_id.values():
            for piece in campaign.pieces:
                if piece.id == content_id and piece.kind == kind and may_see(campaign, viewer_of(session)):
                    return piece
        return None


def _listed(campaign: Campaign, usage: Usage, session_id: str, impression_id: str) -> str:
    """One campaign as a session's list shows it."""
    trigger = json.loads(campaign.trigger)
    if campaign.quota is not None and isinstance(trigger, dict):
        trigger["quota"] = campaign.quota.remaining(usage.total, usage.in_session[session_id], usage.latest)
    parts = [f'"id":{as_json("id", campaign.id)}', f'"name":{as_json("name", campaign.name)}']
    for kind in KINDS:
        texts = ",".join(piece.text for piece in campaign.pieces if piece.kind == kind)
        parts.append(f'"{kind}":[{texts}]')
    parts.append(f'"trigger":{as_json("trigger", trigger)}')
    parts.append(f'"campaign_impression_id":"{impression_id}"')
    return "{" + ",".join(parts) + "}"
