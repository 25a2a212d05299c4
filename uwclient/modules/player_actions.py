"""What the player does in the game: events, attributes, regions and outcomes, with campaigns that they trigger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from uwclient.models.action_envelope import TRIGGERING, with_firings
from uwclient.models.campaign import TriggerType
from uwclient.models.player import ActionKind, Attributes, OutcomeType, PlayerEvent, Region
from uwclient.modules.actions import Actions, Callback, check_callback
from uwclient.modules.campaigns import CampaignsModule
from uwclient.rules.actions import (
    attributes_body,
    attributes_text,
    event_body,
    event_text,
    outcome_text,
    region_body,
    region_text,
)


class Runs(Protocol):
    """Who knows whether the client runs."""

    @property
    def has_run(self) -> bool:
        """Whether a run lasts."""


class PlayerActions:
    """The actions that `UserWise` itself takes; its methods of the same names say what each means.

    While the client runs, an action triggers campaigns at once: it is queued with what the platform is to know of
    them, and `interrupt(steps)` has their content shown before the rest of what a pump does.
    """

    def __init__(
        self,
        actions: Actions,
        campaigns: CampaignsModule,
        runs: Runs,
        interrupt: Callable[[Iterator[int]], None],
    ) -> None:
        self._actions = actions
        self._campaigns = campaigns
        self._runs = runs
        self._interrupt = interrupt

    def assign_event(self, event: PlayerEvent, callback: Callback) -> None:
        """The player has done something, or something has happened to them."""
        text = event_text(event)
        body = event_body(event) if self._may_trigger(TriggerType.EVENT, event.id) else None
        self._record(ActionKind.EVENT, text, body, callback)

    def set_attributes(self, attributes: Attributes, callback: Callback) -> None:
        """Attributes of the player have new values."""
        text = attributes_text(attributes)
        body = attributes_body(attributes) if self._may_trigger(TriggerType.ATTRIBUTE) else None
        self._record(ActionKind.ATTRIBUTES, text, body, callback)

    def transition_to_region(self, region: Region, callback: Callback) -> None:
        """The player has gone to another region of the game."""
        text = region_text(region)
        body = region_body(region) if self._may_trigger(TriggerType.REGION, region.name) else None
        self._record(ActionKind.REGION, text, body, callback)

    def set_engagement_outcome(self, key: str, outcome_type: OutcomeType | str, callback: Callback) -> None:
        """The player has engaged with content."""
        self._actions.record(ActionKind.OUTCOME, outcome_text(key, outcome_type), callback)

    def _may_trigger(self, type_: TriggerType, name: str | None = None) -> bool:
        """Whether any campaign is triggered by actions of this type, and of this name if it is given."""
        return self._runs.has_run and self._campaigns._has_triggers(type_, name)

    def _record(self, kind: ActionKind, text: bytes, body: Any, callback: Callback) -> None:
        """Queue an action, with the campaigns that it triggers; `body` is None when there can be none."""
        check_callback(callback)
        firings = () if body is None else self._campaigns._trigger(kind, body)
        if firings:
            kind, text = TRIGGERING[kind], with_firings(text, firings)
            self._interrupt(self._campaigns._show_triggered())
        self._actions.record(kind, text, callback)
