"""What the tests of delivery share: a delivery without a network, in a time that the test moves."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from uwclient.background.action_queues import ActionQueues
from uwclient.background.delivery import Delivery
from uwclient.background.retries import Retries
from uwclient.background.worker import Worker
from uwclient.disk.outbox import Outbox
from uwclient.errors import AccessDenied, ConnectionFailed, RequestRejected, Unavailable, UserWiseError
from uwclient.models.action_envelope import with_firings
from uwclient.models.campaign import Firing
from uwclient.models.notices import Notice
from uwclient.models.player import ActionKind
from uwclient.wire.actions import Batch
from uwclient.wire.session_api import SessionApi

NOW = 1_700_000_000
Answer = Mapping[str, Any] | UserWiseError
DOWN = ConnectionFailed("refused")


def rejected(status: int = 422) -> RequestRejected:
    return RequestRejected("no", status=status)


def busy(retry_after: float | None = None) -> Unavailable:
    return Unavailable("busy", status=503, retry_after=retry_after)


class Platform:
    """Answers actions as it was told to; with success when nothing more was said."""

    def __init__(self) -> None:
        self.answers: deque[Answer] = deque()
        self.refuse: Callable[[Batch], bool] = lambda batch: False
        self.ignore: Callable[[Batch], bool] = lambda batch: False
        self.batches: list[tuple[float, str, Batch]] = []
        self.taken: list[Batch] = []
        self.on_request: Callable[[], None] = lambda: None
        self.now: Callable[[], float] = lambda: 0.0

    def act(self, batch: Batch, session_id: str) -> Answer:
        self.batches.append((self.now(), session_id, batch))
        self.on_request()
        if self.answers:
            return self.answers.popleft()
        if self.ignore(batch):
            return DOWN
        if self.refuse(batch):
            return rejected()
        self.taken.append(batch)
        if batch.defines is not None:
            return {"offer_impression": {"id": f"impression-of-{batch.defines}"}}
        return {}

    @property
    def bodies(self) -> list[bytes]:
        return [batch.body for _, _, batch in self.batches]

    @property
    def moments(self) -> list[float]:
        return [moment for moment, _, _ in self.batches]


class Keeper:
    """Keeps the session; tells what it was asked."""

    surely_past = 0.0
    answered_at = float("-inf")

    def __init__(self) -> None:
        self.session_is_known = True
        self.is_heard = True  # whether the platform answers at all
        self.checks = 0
        self.denied: list[AccessDenied] = []
        self.campaigns_told: list[tuple[str, ...]] = []
        self.lose_session: Callable[[], None] = lambda: None

    def check_session(self) -> bool:
        self.checks += 1
        if not self.is_heard:
            return False
        if not self.session_is_known:
            self.lose_session()
        return self.session_is_known

    def deny_access(self, error: AccessDenied) -> None:
        self.denied.append(error)
        self.lose_session()

    def campaigns_triggered(self, impression_ids: tuple[str, ...]) -> None:
        self.campaigns_told.append(impression_ids)

    def actions_settled(self) -> None:
        pass


class Desk:
    """One delivery and all around it."""

    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        self.folder = folder
        self.platform = Platform()
        self.platform.now = lambda: self.now
        self.keeper = Keeper()
        self.posted: list[Notice] = []
        self.outbox = Outbox(folder / "outbox")
        self.worker = Worker(lambda: self.now, polite=False)
        api = cast(SessionApi, self.platform)
        self.queues = ActionQueues(self.outbox, folder, self.worker.throttle)
        retries = Retries(lambda: self.now, random.Random(3))
        self.delivery = Delivery(self.worker, api, self.queues, self.keeper, retries, self.posted.append, self)
        self.keeper.lose_session = lambda: self.delivery.use_session(None)
        self.put_in = 0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now

    def put(self, count: int = 1, *, kind: str = "event", at: int = NOW, ticket: int = 0) -> None:
        for _ in range(count):
            self.put_in += 1
            self.outbox.append(kind, b"%d" % self.put_in, at, ticket)
        self.delivery.check_soon()

    def trigger(self, *impression_ids: str, ticket: int = 0) -> None:
        """An event that sets campaigns off."""
        self.put_in += 1
        firings = [Firing("campaign", one, "session-1") for one in impression_ids]
        kind = ActionKind.TRIGGERING_EVENT.value
        self.outbox.append(kind, with_firings(b"%d" % self.put_in, firings), NOW, ticket)
        self.delivery.check_soon()

    def work(self) -> None:
        """Do all that is due now."""
        while self.worker.next_due <= self.now and self.worker.is_working:
            self.worker.step()

    def pass_time(self, seconds: float, step: float = 0.01) -> None:
        ends = self.now + seconds
        self.work()
        while self.now < ends:
            self.now = min(ends, self.now + step)
            self.work()

    def sent(self) -> list[int]:
        """The numbers of the events that were sent, in order."""
        return [
            int(number)
            for body in self.platform.bodies
            for number in body.decode().partition("[")[2].partition("]")[0].split(",")
        ]

    def notices(self, kind: type) -> list[Any]:
        return [notice for notice in self.posted if isinstance(notice, kind)]

    def close(self) -> None:
        self.queues.close()
        self.outbox.close()
