"""Owns the triggered campaigns of this player: `uw.campaigns`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain, repeat
from typing import Any

from uwclient.errors import UserWiseError
from uwclient.log import logger
from uwclient.models.action_envelope import size_of
from uwclient.models.campaign import Campaign, Firing, TriggerType, share_trigger
from uwclient.models.content import Kind
from uwclient.models.notices import CampaignsLoaded, CampaignsRemembered, Changes
from uwclient.models.packed_records import PackedRecords
from uwclient.models.player import ActionKind
from uwclient.modules.base import ContentModule
from uwclient.pump import deliver
from uwclient.rules.quotas import Quotas
from uwclient.rules.triggers import TriggerIndex
from uwclient.signals import CampaignSignals

MOST_TOLD = 128 * 1024
"""Bytes of what is written down with one action: it does not trigger more campaigns than this tells of."""


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
        self._is_complete = True  # whether the next load says all there is
        self._has_counts = False
        self._triggered: deque[tuple[Campaign, float, int]] = deque()
        self._times_set_off = 0
        self._records_brought = 0

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
        self._quotas.begin()

    def player_left(self) -> None:
        """Nothing of that player is left; what was triggered and not shown yet is not shown any more."""
        self._campaigns.clear()
        self._index = TriggerIndex()
        self._quotas = Quotas()
        self._has_counts = False
        self._triggered = deque()

    def remember(self, notice: CampaignsRemembered) -> Iterator[int]:
        """Take in what the last run has left on disk."""
        if not self._has_counts:
            self._has_counts = True
            self._quotas.restore(notice.counts)
        steps = [self._apply(notice.changes, notice.session_id or "")]
        if notice.firings is not None:
            steps.append(self._take_over(notice.firings))
        if notice.session_id is not None:
            steps.append(self._emit_loaded(from_cache=True))
        return chain.from_iterable(steps)

    def load(self, notice: CampaignsLoaded) -> Iterator[int]:
        """Take in what the platform has told."""
        changes = notice.changes
        self._quotas.report(notice.reported, self._now())
        steps = [self._apply(changes, notice.session_id), self._release_reported()]
        if notice.announce or changes.upserts or changes.removed:
            steps.append(self._emit_loaded(from_cache=False))
        return chain.from_iterable(steps)

    def emit_load_failed(self, error: UserWiseError) -> int:
        """Send `on_load_failed`."""
        return deliver(self.on_load_failed, self, error=error)

    def trigger(self, kind: ActionKind, body: Any) -> tuple[Firing, ...]:
        """Trigger what an action triggers; what is to be told to the platform with it."""
        found = self._triggered_by(kind, body)
        if not found:
            return ()
        now = self._now()
        self._times_set_off += 1
        firings: list[Firing] = []
        left_out, room = 0, MOST_TOLD
        for campaign in found:
            if not self._quotas.allows(campaign.id, now):
                continue
            size = size_of(self._quotas.next_firing(campaign.id))
            if size > room:
                left_out += 1
                continue
            room -= size
            firings.append(self._quotas.take(campaign.id, now))
            self._triggered.append((campaign, now, self._times_set_off))
        if left_out:
            logger().warning("One action sets off more campaigns than can be told: %d are left out.", left_out)
        if firings:
            self._keep(self._quotas.saved())
        return tuple(firings)

    @property
    def has_triggered(self) -> bool:
        """Whether something was triggered that is not shown yet."""
        return bool(self._triggered)

    def show_triggered(self) -> Iterator[int]:
        """Show what was triggered, a campaign a step."""
        waiting = self._triggered
        while waiting:
            campaign, at, number = waiting.popleft()
            sent = deliver(self.on_triggered, self, campaign=campaign)
            for kind, record in campaign.content:
                if waiting is self._triggered:  # the player has not left meanwhile
                    sent += self._modules[kind].make_room(record.id, self._now())
            for kind, record in campaign.content:
                if waiting is self._triggered:
                    self._records_brought += 1
                    fired = (at, number, -self._records_brought)
                    sent += self._modules[kind].bring(record, self._now(), fired)
            yield sent

    def _triggered_by(self, kind: ActionKind, body: Any) -> list[Campaign]:
        index = self._index
        if kind is ActionKind.EVENT:
            return index.triggered_by(TriggerType.EVENT, body["event_id"], body.get("attributes", ()))
        if kind is ActionKind.REGION:
            return index.triggered_by(TriggerType.REGION, body["name"], body["metadata"])
        names = index.names(TriggerType.ATTRIBUTE)
        last_of_each = {attribute["name"]: attribute for attribute in body if attribute["name"] in names}
        return [
            campaign
            for name, attribute in last_of_each.items()
            for campaign in index.triggered_by(TriggerType.ATTRIBUTE, name, (attribute,))
        ]

    def _apply(self, changes: Changes, session_id: str) -> Iterator[int]:
        self._quotas.session_id = session_id
        complete, self._is_complete = self._is_complete, False
        gone = [id for id in self._campaigns if id not in changes.upserts] if complete else changes.removed
        return chain(map(self._remove, gone), map(self._put, list(changes.upserts), repeat(changes.upserts)))

    def _put(self, campaign_id: str, upserts: PackedRecords) -> int:
        campaign = upserts.pop(campaign_id)
        if not isinstance(campaign, Campaign):
            return 0
        before = self._campaigns.get(campaign.id)
        if before is not None and before.trigger == campaign.trigger:
            share_trigger(campaign, before)
        elif before is not None:
            self._index.remove(before)
        self._campaigns[campaign.id] = campaign
        self._index.put(campaign)
        self._quotas.tell(campaign)
        return 0

    def _remove(self, campaign_id: str) -> int:
        campaign = self._campaigns.pop(campaign_id, None)
        if campaign is not None:
            self._index.remove(campaign)
            self._quotas.forget(campaign_id)
        return 0

    def _take_over(self, firings: Collection[tuple[Firing, float]]) -> Iterator[int]:
        self._quotas.take_over(firings, self._now())
        yield 0

    def _release_reported(self) -> Iterator[int]:
        self._quotas.release_reported()
        if not self._quotas.is_saved:
            self._keep(self._quotas.saved())
        yield 0

    def _emit_loaded(self, *, from_cache: bool) -> Iterator[int]:
        yield deliver(self.on_loaded, self, from_cache=from_cache)
