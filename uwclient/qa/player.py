from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uwclient import UserWise
from uwclient.stepping import Steps

if TYPE_CHECKING:
    from uwclient.qa.world import World


class Player:
    def __init__(self, world: World, id: str, folder: Path, *, attributes: dict[str, Any] = {}, timezone: str = "UTC", language: str = "en", country: str = "US", **client: Any) -> None:
        self.id = id
        self._world = world
        self._view = world.sandbox.player(id)
        if attributes:
            self._view.set_attributes(**attributes)
        self.uw = UserWise(
            world.sandbox.api_key, id, host="http://127.0.0.1", secret_key=world.sandbox.secret_key, data_dir=folder,
            timezone=timezone, language=language, country=country, threaded=False,
            transport=world.transport, time_source=world.clock, seed=world.seed, **client)
        self._steps = Steps(self.uw)
        self._idle: Any = None
        self.uw._parts.recorder.hear = self._signal
        self.uw.start()

    def _signal(self, name: str, sender: Any, details: Any) -> None:
        source = "client" if sender is self.uw else type(sender).__name__.removesuffix("Module").lower()
        record = details.get("record") or details.get("campaign") or details.get("offer") or details.get("message") or details.get("survey")
        self._world.tell(self.id, source, name.removeprefix("on_"), getattr(record, "id", ""))

    def next_due(self, elide: bool) -> float:
        steps = self._steps
        if elide and self._poll_is_idle():
            return steps.next_due_besides_poll
        return steps.next_due

    def _poll_is_idle(self) -> bool:
        if self._idle is None or self._idle != self._view.revision:
            return False
        return self._steps.next_idle_poll < math.inf

    def pass_polls(self, before: float) -> int:
        if not self._world._elides or not self._poll_is_idle():
            return 0
        return self._steps.pass_polls(before, 0.0)

    def settle(self) -> bool:
        steps = self._steps
        now = self._world.clock.monotonic()
        if steps.next_due > now:
            return False
        refreshes = steps.refreshes
        before = self._view.revision
        sent = 0
        while steps.next_due <= now:
            sent += steps.pump()
        if steps.refreshes > refreshes:
            self._idle = before if not sent and before == self._view.revision else None
        return True
