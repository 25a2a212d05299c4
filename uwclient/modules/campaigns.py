"""The triggered campaigns of this player: `uw.campaigns`."""

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
"""The maximum number of bytes that firings add to one action; campaigns beyond that are not triggered by it."""


class CampaignsModule(CampaignSignals):
    """The campaigns that can be triggered, their quotas, and the triggered ones whose content is not live yet.

    An action of the player triggers a campaign at once, also offline. Its content goes live in the next `pump()` (in
    the current one, if a listener recorded the action), each kind in its own module. It stays live until the player
    changes or the game ends; triggered again, it goes live again.

    `now` returns the platform's time; `keep` saves counts that have changed on disk.
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
        self._is_complete = True  # whether the next load replaces everything that is known
        self._has_counts = False
        self._triggered: deque[tuple[Campaign, float, int]] = deque()
        self._times_triggered = 0
        self._records_activated = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._campaigns)} loaded>"

    @property
    def loaded(self) -> tuple[Campaign, ...]:
        """The campaigns that this player can trigger, as of the last load."""
        return tuple(self._campaigns.values())

    # For the client's own parts.

    def _start_run(self) -> None:
        """Start a run: its first load replaces the campaigns of an earlier run."""
        self._is_complete = True
        self._quotas.start_run()

    def _player_left(self) -> Iterator[int]:
        """Discard everything about the previous player; triggered campaigns that are not live yet never will be.

        The steps that are returned free the memory: that of thousands of campaigns at once would cost a frame.
        """
        steps = _freed(self._campaigns, self._index, self._quotas)
        self._campaigns = {}
        self._index = TriggerIndex()
        self._quotas = Quotas()
        self._has_counts = False
        self._triggered = deque()
        return steps

    def _remember(self, notice: CampaignsRemembered) -> Iterator[int]:
        """Restore what the last run has saved on disk."""
        if not self._has_counts:
            self._has_counts = True
            self._quotas.restore(notice.counts)
        steps = [self._apply(notice.changes, notice.session_id or "")]
        if notice.firings is not None:
            steps.append(self._adopt(notice.firings))
        if notice.session_id is not None:
            steps.append(self._emit_loaded(from_cache=True))
        return chain.from_iterable(steps)

    def _load(self, notice: CampaignsLoaded) -> Iterator[int]:
        """Apply a load from the platform."""
        changes = notice.changes
        self._quotas.report(notice.reported, self._now())
        steps = [self._apply(changes, notice.session_id), self._release_reported()]
        if notice.announce or changes.upserts or changes.removed:
            steps.append(self._emit_loaded(from_cache=False))
        return chain.from_iterable(steps)

    def _emit_load_failed(self, error: UserWiseError) -> int:
        """Send `on_load_failed`."""
        return deliver(self.on_load_failed, self, error=error)

    def _has_triggers(self, type_: TriggerType, name: str | None) -> bool:
        """Whether any campaign is triggered by actions of this type, and of this name if it is given."""
        names = self._index.names(type_)
        return bool(names) if name is None else name in names

    def _trigger(self, kind: ActionKind, body: Any) -> tuple[Firing, ...]:
        """Trigger the campaigns of an action, and return the firings to be delivered with it."""
        found = self._triggered_by(kind, body)
        if not found:
            return ()
        now = self._now()
        self._times_triggered += 1
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
            firings.append(self._quotas.record_firing(campaign.id, now))
            self._triggered.append((campaign, now, self._times_triggered))
        if left_out:
            logger().warning(
                "One action would trigger more campaigns than can be sent with it: %d of them are not triggered.",
                left_out,
            )
        if firings:
            self._keep(self._quotas.take_unsaved())
        return tuple(firings)

    @property
    def _has_triggered(self) -> bool:
        """Whether a campaign was triggered whose content is not live yet."""
        return bool(self._triggered)

    def _show_triggered(self) -> Iterator[int]:
        """Activate the content of the triggered campaigns, one campaign in each step."""
        waiting = self._triggered
        while waiting:
            campaign, at, number = waiting.popleft()
            sent = deliver(self.on_triggered, self, campaign=campaign)
            for kind, record in campaign.content:
                if waiting is self._triggered:  # no listener has switched the player
                    sent += self._modules[kind]._make_room(record.id, self._now())
            for kind, record in campaign.content:
                if waiting is self._triggered:
                    self._records_activated += 1
                    fired = (at, number, -self._records_activated)
                    sent += self._modules[kind]._activate(record, self._now(), fired)
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
        upserts = changes.upserts
        return chain(
            map(self._remove_unless_listed, list(self._campaigns), repeat(upserts)) if complete else (),
            map(self._remove, changes.removed),
            map(self._put, list(upserts), repeat(upserts)),
        )

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
        self._quotas.update(campaign)
        return 0

    def _remove_unless_listed(self, campaign_id: str, upserts: PackedRecords) -> int:
        return 0 if campaign_id in upserts else self._remove(campaign_id)

    def _remove(self, campaign_id: str) -> int:
        campaign = self._campaigns.pop(campaign_id, None)
        if campaign is not None:
            self._index.remove(campaign)
            self._quotas.remove(campaign_id)
        return 0

    def _adopt(self, firings: Collection[tuple[Firing, float]]) -> Iterator[int]:
        self._quotas.recover(firings, self._now())
        yield 0

    def _release_reported(self) -> Iterator[int]:
        self._quotas.release_reported()
        if not self._quotas.is_saved:
            self._keep(self._quotas.take_unsaved())
        yield 0

    def _emit_loaded(self, *, from_cache: bool) -> Iterator[int]:
        yield deliver(self.on_loaded, self, from_cache=from_cache)


def _freed(campaigns: dict[str, Campaign], index: TriggerIndex, quotas: Quotas) -> Iterator[int]:
    while campaigns:
        campaign_id, campaign = campaigns.popitem()
        index.remove(campaign)
        quotas.forget(campaign_id)
        yield 0
