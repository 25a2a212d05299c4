"""Triggered campaigns, their impressions and their quotas (section Triggered Campaigns).

A session is given an impression id for each campaign that it may trigger. It keeps that id until the id comes back
with something the player did: that triggers the campaign, and the session is given another one. An id counts once,
however often it arrives, and it counts for the session that it was given to, even when it arrives in a later one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.deliveries import Source
from uwclient.sandbox.core.storage import grouped
from uwclient.sandbox.services.campaigns.service import Campaigns
from uwclient.sandbox.services.content.projection import Piece
from uwclient.sandbox.services.content.records import KINDS, as_json
from uwclient.sandbox.services.content.service import Content
from uwclient.sandbox.services.sessions.models import Session
from uwclient.sandbox.services.sessions.service import Sessions
from uwclient.sandbox.services.triggers.models import TriggeredCampaign
from uwclient.sandbox.services.triggers.quotas import quota_in
from uwclient.sandbox.services.triggers.tables import ERASING, CampaignImpressions, Usage


class Triggers:
    """The triggered campaigns as sessions see them; each delivery counts for those that it says were triggered."""

    def __init__(self, backend: Backend, sessions: Sessions, campaigns: Campaigns, content: Content) -> None:
        self._backend = backend
        self._sessions = sessions
        self._campaigns = campaigns
        self._content = content
        self._impressions = CampaignImpressions(backend.storage, backend.ids)
        backend.erasure.delete(*ERASING)
        self._listeners: list[Callable[[Session, str], None]] = []
        backend.on_delivery(self._count)

    def on_trigger(self, listener: Callable[[Session, str], None]) -> None:
        """Call `listener` with each campaign that is triggered within its quota, and by which session."""
        self._listeners.append(listener)

    # For sessions.

    def list_for(self, session: Session) -> str:
        """The campaigns that a session may trigger, as JSON: `{"campaigns": [...]}`."""
        with self._backend.lock:
            self._backend.catch_up()
            usage = self._impressions.usage(session.player_id)
            seen = self._content.triggered(session)
            ids = {one.row["id"]: usage[one.row["id"]].open_impressions.get(session.id) for one, _ in seen}
            missing = [campaign_id for campaign_id, impression_id in ids.items() if impression_id is None]
            given = {**ids, **self._impressions.add(session.player_id, session.id, missing)}
            listed = [
                _listed(one.row, pieces, session, usage[one.row["id"]], given[one.row["id"]] or "")
                for one, pieces in seen
            ]
            return f'{{"campaigns":[{",".join(listed)}]}}'

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
        usage = self._impressions.usage(source.player_id) if source.impression_ids else {}
        for impression_id in dict.fromkeys(source.impression_ids):
            found = self._impressions.find(source.player_id, impression_id)
            if found is None:
                continue
            campaign_id, session_id, came_back_before = found
            if not came_back_before:
                counts = usage[campaign_id]
                session = self._sessions.find(source.player_id, session_id)
                over = session is not None and self._is_over_quota(session, campaign_id, counts)
                counts.total += 1
                counts.in_session[session_id] += 1
                self._impressions.mark_triggered(impression_id, self._backend.clock.now(), over_quota=over)
                about = {"campaign_id": campaign_id, "campaign_impression_id": impression_id}
                given_to = Source(source.player_id, session_id, source.request)
                self._backend.announce("player_campaign_trigger", {**about, **given_to.announced})
                if session is not None and not over:
                    for listener in self._listeners:
                        listener(session, campaign_id)
            self._impressions.add_return(impression_id, delivery)

    def _is_over_quota(self, session: Session, campaign_id: str, usage: Usage) -> bool:
        campaign = self._campaigns.find(session.environment_id, campaign_id)
        quota = None if campaign is None else quota_in(campaign["quota"])
        if quota is None:
            return False
        return quota.is_used_up(usage.total, usage.in_session[session.id])


def _listed(
    campaign: Mapping[str, Any], pieces: Sequence[Piece], session: Session, usage: Usage, impression_id: str
) -> str:
    """One campaign as a session's list shows it."""
    trigger, quota = campaign["trigger"], quota_in(campaign["quota"])
    if quota is not None and isinstance(trigger, dict):
        remaining = quota.remaining(usage.total, usage.in_session[session.id], usage.latest)
        trigger = {**trigger, "quota": remaining}
    parts = [f'"id":{as_json("id", campaign["id"])}', f'"name":{as_json("name", campaign["name"])}']
    for kind in KINDS:
        texts = ",".join(piece.text(session.details.language) for piece in pieces if piece.kind == kind)
        parts.append(f'"{kind}":[{texts}]')
    parts.append(f'"trigger":{as_json("trigger", trigger)}')
    parts.append(f'"campaign_impression_id":"{impression_id}"')
    return "{" + ",".join(parts) + "}"
