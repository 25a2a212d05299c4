"""Owns the triggered campaigns of this player: `uw.campaigns`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from uwclient.dispatch import deliver
from uwclient.errors import UserWiseError
from uwclient.log import logger
from uwclient.models.campaign import Campaign, Firing, TriggerType
from uwclient.models.content import Kind
from uwclient.models.notices import CampaignsLoaded, CampaignsRemembered, Changes
from uwclient.models.player import ActionKind
from uwclient.modules.base import ContentModule
from uwclient.signals import CampaignSignals
from uwclient.state.quotas import Quotas
from uwclient.state.triggers import TriggerIndex

MOST_AT_ONCE = 200
"""Campaigns that one action can set off: their impressions travel with it."""


class CampaignsModule(CampaignSignals):
    """Owns the campaigns that may be triggered, how often each still may, and what was triggered last.

    A campaign is triggered by something the player does, at the moment they do it, also offline; its content goes
    live in the next `pump()` (in this one, when a listener did it), each kind in its own module. It stays live until
    the player changes or the game ends; triggered once more, it goes live once more.

    `now` tells the platform's time; `keep` has the counts kept on disk.
    """

    def __init__(
        self,
        modules: Mapping[Kind, ContentModule[Any]],
        now: Callable[[], float],
        keep: Callable[[dict[str, Any]], None],
    ) -> None:
        super().__init__()
        self._modules = modules
        self._now = now
        self._keep = keep
        self._campaigns: dict[str, Campaign] = {}
        self._index = TriggerIndex()
        self._quotas = Quotas()
        self._session_id = ""
        self._is_complete = True  # whether the next load says all there is
        self._has_counts = False
        self._triggered: deque[Campaign] = deque()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._campaigns)} loaded>"

    @property
    def loaded(self) -> tuple[Campaign, ...]:
        """The campaigns that this player may trigger, as the platform last told."""
        return tuple(self._campaigns.values())

    # What follows is for the client, not for games.

    def begin(self) -> None:
        """A run begins: its first load replaces what an earlier run has left here."""
        self._is_complete = True

    def player_left(self) -> None:
        """Nothing of that player is left; what was triggered and not shown yet is not shown any more."""
        self._campaigns.clear()
        self._index = TriggerIndex()
        self._quotas = Quotas()
        self._has_counts = False
        self._triggered.clear()

    def remember(self, notice: CampaignsRemembered) -> Iterator[int]:
        """Take in what the last run has left on disk."""
        if not self._has_counts:
            self._has_counts = True
            self._quotas.restore(notice.counts)
            for firing, at in notice.firings:
                self._quotas.add_earlier(firing.number, firing.campaign_id, firing.session_id, at)
        steps = self._apply(notice.changes, notice.session_id)
        return chain(steps, self._tell_loaded(from_cache=True)) if notice.changes.upserts else steps

    def load(self, notice: CampaignsLoaded) -> Iterator[int]:
        """Take in what the platform has told."""
        changes = notice.changes
        steps = self._apply(changes, notice.session_id)
        if notice.announce or changes.upserts or changes.removed:
            return chain(steps, self._tell_loaded(from_cache=False))
        return steps

    def tell_load_failed(self, error: UserWiseError) -> int:
        """Send `on_load_failed`."""
        return deliver(self.on_load_failed, self, error=error)

    def set_off(self, kind: ActionKind, body: Any) -> tuple[Firing, ...]:
        """Trigger what an action triggers; what is to be told to the platform with it."""
        found = self._set_off_by(kind, body)
        if not found:
            return ()
        now = self._now()
        allowed = [campaign for campaign in found if self._quotas.allows(campaign.id, now)]
        if len(allowed) > MOST_AT_ONCE:
            logger().warning("One action sets off %d campaigns; %d are triggered.", len(allowed), MOST_AT_ONCE)
        firings = tuple(self._fire(campaign, now) for campaign in allowed[:MOST_AT_ONCE])
        if firings:
            self._keep(self._quotas.saved())
        return firings

    def next_triggered(self) -> Iterator[int] | None:
        """Steps that show what was triggered, a campaign a step; None when there is nothing."""
        return self._show_triggered() if self._triggered else None

    def _set_off_by(self, kind: ActionKind, body: Any) -> list[Campaign]:
        index = self._index
        if kind is ActionKind.EVENT:
            return index.set_off_by(TriggerType.EVENT, body["event_id"], body.get("attributes", ()))
        if kind is ActionKind.REGION:
            return index.set_off_by(TriggerType.REGION, body["name"], body["metadata"])
        if not index.waits_for(TriggerType.ATTRIBUTE):
            return []
        last_of_each = {attribute["name"]: attribute for attribute in body}
        return [
            campaign
            for name, attribute in last_of_each.items()
            for campaign in index.set_off_by(TriggerType.ATTRIBUTE, name, (attribute,))
        ]

    def _fire(self, campaign: Campaign, now: float) -> Firing:
        number = self._quotas.take(campaign.id, self._session_id, now)
        self._triggered.append(campaign)
        return Firing(number, campaign.id, campaign.impression_id, self._session_id)

    def _show_triggered(self) -> Iterator[int]:
        while self._triggered:
            campaign = self._triggered.popleft()
            sent = deliver(self.on_triggered, self, campaign=campaign)
            for kind, record in campaign.content:
                sent += self._modules[kind].bring(record, self._now())
            yield sent

    def _apply(self, changes: Changes, session_id: str) -> Iterator[int]:
        if session_id != self._session_id:
            self._session_id = session_id
            for campaign in self._campaigns.values():
                self._quotas.tell(campaign.id, campaign.quota, session_id)
        complete, self._is_complete = self._is_complete, False
        gone = [id for id in self._campaigns if id not in changes.upserts] if complete else changes.removed
        return chain(map(self._remove, gone), map(self._put, changes.upserts.values()))

    def _put(self, record: Any) -> int:
        campaign: Campaign = record
        before = self._campaigns.get(campaign.id)
        if before is not None and before.trigger != campaign.trigger:
            self._index.remove(before)
        self._campaigns[campaign.id] = campaign
        self._index.put(campaign)
        self._quotas.tell(campaign.id, campaign.quota, self._session_id)
        return 0

    def _remove(self, campaign_id: str) -> int:
        campaign = self._campaigns.pop(campaign_id, None)
        if campaign is not None:
            self._index.remove(campaign)
            self._quotas.forget(campaign_id)
        return 0

    def _tell_loaded(self, *, from_cache: bool) -> Iterator[int]:
        yield deliver(self.on_loaded, self, from_cache=from_cache)
