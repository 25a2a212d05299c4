"""Webhooks: what happens is sent to the endpoints that want to know it (section Webhooks).

A delivery is written down in the transaction of what it tells of, so that nothing is told that did not happen, and
nothing that happened is forgotten. Who sends it takes the attempts that are due and says what came of each; see
`uwclient.sandbox.services.webhooks.courier`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from uwclient.sandbox.core.apps import id_named
from uwclient.sandbox.core.backend import Backend
from uwclient.sandbox.core.errors import FieldError, UnknownRecordError
from uwclient.sandbox.core.times import from_microseconds, microseconds
from uwclient.sandbox.services.webhooks.models import (
    DueAttempt,
    Function,
    Outcome,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookRequest,
)
from uwclient.sandbox.services.webhooks.rules import (
    HIGHEST_DRAW,
    MOST_ATTEMPTS,
    WebhookAccess,
    body_of,
    check_events,
    check_hash_function,
    check_url,
    headers_of,
    wait_before,
)
from uwclient.sandbox.services.webhooks.tables import (
    ACKNOWLEDGED,
    DROPPED,
    ERASING,
    WAITING,
    DeliveryRow,
    WebhookTables,
)

MOST_RETRIES_AT_ONCE = 4
"""How many deliveries to one endpoint are tried again at the same time."""
PATIENCE = timedelta(days=1)
"""How long an endpoint may fail before it is paused."""
MOST_KEPT = 10_000
"""How many deliveries are kept; of those before, only what is still to be delivered."""

_RETRY = "webhook retry"
"""The action of the schedule at whose moment a delivery is tried again."""
_log = logging.getLogger(__name__)


class Webhooks:
    """Owns the endpoints, and what was and is to be sent to them.

    Attributes:
        access: what requests are signed with, and where they may go.

    """

    def __init__(self, backend: Backend, access: WebhookAccess) -> None:
        self.access = access
        self._backend = backend
        self._tables = WebhookTables(backend.storage)
        backend.erasure.delete(*ERASING)
        self._functions: dict[str, Function] = {}
        self._endpoints: tuple[WebhookEndpoint, ...] = ()
        self._in_flight: dict[int, tuple[str, bool]] = {}
        self._asked_again: set[int] = set()
        self._era = 0
        self._news_listeners: list[Callable[[], None]] = []
        backend.on_announcement(self._announced)
        backend.on_restore(self._read_endpoints)
        backend.on_replace(self._begin_anew)
        backend.schedule.on(_RETRY, lambda number: self._tell_news())
        self._begin_anew()
        self._schedule_again()

    def on_news(self, listener: Callable[[], None]) -> None:
        """Call `listener`, within a step, when there may be something else to send, or something was answered."""
        self._news_listeners.append(listener)

    # Endpoints.

    @property
    def endpoints(self) -> tuple[WebhookEndpoint, ...]:
        """All endpoints, in the order in which they were added."""
        return self._endpoints

    def add(self, target: str | Function, events: Iterable[str] | None, hash_function: str) -> str:
        """Add an endpoint; its id. FieldError when an argument is wrong.

        A URL that is there already gets the new settings, and goes on when it was paused.
        """
        wanted = check_events(events)
        check_hash_function(hash_function)
        with self._backend.lock:
            if isinstance(target, str):
                check_url(target, self.access.hosts)
                endpoint_id, url = id_named(f"webhook/{target}"), target
            elif callable(target):
                endpoint_id = self._backend.ids.uuid("webhook")
                url = _url_of(target)
                self._functions[endpoint_id] = target
            else:
                raise FieldError("url", f"{target!r} is neither a URL nor a function")
            endpoint = WebhookEndpoint(endpoint_id, url, wanted, hash_function, None, None)
            self._write(lambda: self._tables.put_endpoint(endpoint, is_function=not isinstance(target, str)))
            return endpoint_id

    def remove(self, name: str) -> None:
        """Remove the endpoint of that id or URL, with what waits for it. UnknownRecordError when there is none."""
        with self._backend.lock:
            endpoint = self._find(name)
            self._write(lambda: self._tables.remove_endpoint(endpoint.id))

    def remove_url(self, url: str) -> None:
        """Remove the endpoint of a URL, if it is there."""
        with self._backend.lock:
            self._write(lambda: self._tables.remove_endpoint(id_named(f"webhook/{url}")))

    def resume(self, name: str) -> None:
        """Send to the endpoint of that id or URL again, first what has waited. UnknownRecordError without one."""
        with self._backend.lock:
            endpoint = self._find(name)
            self._write(lambda: self._tables.set_health(endpoint.id, None, None))

    # Deliveries.

    def deliveries(self) -> tuple[WebhookDelivery, ...]:
        """What was and is to be sent, oldest first."""
        with self._backend.lock:
            return tuple(self._tables.deliveries())

    def resend(self, delivery_id: str) -> None:
        """Send a delivery again, with as many attempts as a new one. UnknownRecordError without it."""
        with self._backend.lock:
            row = self._tables.with_id(delivery_id)
            if row is None:
                raise UnknownRecordError(delivery_id, [one.id for one in self.deliveries()], "webhook delivery")
            if row.number in self._in_flight:
                self._asked_again.add(row.number)
            else:
                self._write(lambda: self._tables.set_status(row.number, WAITING, 0, self._now()))

    def _announced(self, name: str, payload: Mapping[str, Any]) -> None:
        """Write down what is to be sent of something that happens; this runs within its step."""
        endpoints = [one for one in self._endpoints if name in one.events]
        if not endpoints:
            return
        body = body_of(name, self._backend.clock.now(), payload)
        with self._backend.revisions.untold():
            for endpoint in endpoints:
                delivery_id = self._backend.ids.uuid("webhook delivery")
                number = self._tables.add(delivery_id, endpoint.id, name, body, self._now())
                if number % MOST_KEPT == 0:
                    self._tables.forget_before(number - MOST_KEPT)
        at_work = {there for there, is_first in self._in_flight.values() if is_first}
        if not at_work.issuperset(one.id for one in endpoints):
            self._tell_news()

    # Sending.

    def take_due(self) -> list[DueAttempt]:
        """The attempts that are to be made now; for each, `record` is to be called.

        An endpoint gets one first attempt after the other, in the order of what happened. Others wait for none.
        """
        with self._backend.lock:
            now = self._backend.clock.now()
            return [
                self._taken(endpoint, row, now)
                for endpoint in self._endpoints
                if not endpoint.is_paused
                for row in self._due(endpoint.id, microseconds(now))
            ]

    def record(self, due: DueAttempt, outcome: Outcome) -> None:
        """Keep what came of an attempt; a delivery that was not acknowledged is tried again later, or dropped."""
        with self._backend.lock:
            if due.era != self._era:
                return
            self._in_flight.pop(due.number, None)
            row = self._tables.find(due.number)
            if row is not None:
                self._write(lambda: self._keep(row, due.at, outcome))
            if due.number in self._asked_again:
                self._asked_again.discard(due.number)
                self._write(lambda: self._tables.set_status(due.number, WAITING, 0, self._now()))

    def forget_taken(self) -> None:
        """Have the attempts that were taken, and of which nobody knows what came, be made again."""
        with self._backend.lock:
            self._in_flight.clear()
            self._asked_again.clear()
            self._era += 1

    def _due(self, endpoint_id: str, now: int) -> list[DeliveryRow]:
        flying = [is_first for there, is_first in self._in_flight.values() if there == endpoint_id]
        first = None if True in flying else self._tables.first_untried(endpoint_id)
        free = MOST_RETRIES_AT_ONCE - flying.count(False)
        again = self._tables.due_again(endpoint_id, now, MOST_RETRIES_AT_ONCE * 2) if free > 0 else []
        again = [row for row in again if row.number not in self._in_flight][:free]
        return again if first is None else [*again, first]

    def _taken(self, endpoint: WebhookEndpoint, row: DeliveryRow, now: datetime) -> DueAttempt:
        self._in_flight[row.number] = (endpoint.id, row.tries == 0)
        headers = headers_of(endpoint.url, row.body, self.access.secret_key, endpoint.hash_function)
        request = WebhookRequest(endpoint.url, headers, row.body)
        return DueAttempt(row.number, request, self._functions.get(endpoint.id), now, self._era)

    def _keep(self, row: DeliveryRow, at: datetime, outcome: Outcome) -> None:
        tries, status = row.tries + 1, ACKNOWLEDGED
        next_at = microseconds(at)
        self._tables.add_attempt(row.number, next_at, outcome.status, outcome.problem)
        if not outcome.is_acknowledged:
            status = WAITING if tries < MOST_ATTEMPTS else DROPPED
        if status == WAITING:
            next_at += 1_000_000 * wait_before(tries + 1, self._draw(row.id, tries))
            self._backend.schedule.add(from_microseconds(next_at), _RETRY, row.number)
        self._tables.set_status(row.number, status, tries, next_at)
        self._judge(self._find(row.endpoint), at, outcome)

    def _judge(self, endpoint: WebhookEndpoint, at: datetime, outcome: Outcome) -> None:
        """Keep whether an endpoint works; one that has failed for long is paused."""
        if outcome.is_acknowledged:
            if endpoint.failing_since is not None:
                self._tables.set_health(endpoint.id, None, endpoint.note)
            return
        since, note = endpoint.failing_since or at, endpoint.note
        if note is None and at - since >= PATIENCE:
            note = (
                f"Paused, because it has acknowledged nothing since {since.isoformat(timespec='seconds')}; "
                f"at last: {outcome.problem} What happens waits: resume it when it works again."
            )
            _log.warning("The webhook endpoint %s: %s", endpoint.url, note)
            self._backend.note_change("webhooks.pause", endpoint.url)
        self._tables.set_health(endpoint.id, microseconds(since), note)

    def _draw(self, delivery_id: str, tries: int) -> int:
        return 1 + self._backend.dice.bits(f"webhook wait/{delivery_id}/{tries}") % HIGHEST_DRAW

    # How it is kept.

    def _write(self, write: Callable[[], None]) -> None:
        """Write to the tables in one transaction. No reply to a player tells of it."""
        with self._backend.storage.transaction(), self._backend.revisions.untold():
            self._backend.storage.note_copied()
            write()
        self._read_endpoints()
        self._tell_news()

    def _begin_anew(self) -> None:
        """Begin anew with what the database holds now; the functions of another process are not in this one."""
        self.forget_taken()
        with self._backend.revisions.untold():
            for endpoint, is_function in self._tables.endpoints():
                if is_function and endpoint.id not in self._functions:
                    self._tables.remove_endpoint(endpoint.id)
        self._read_endpoints()
        self._tell_news()

    def _read_endpoints(self) -> None:
        self._endpoints = tuple(endpoint for endpoint, _ in self._tables.endpoints())

    def _schedule_again(self) -> None:
        """See to it that what another process has left is tried again, and no later because the clock went back."""
        schedule, now = self._backend.schedule, self._now()
        with self._backend.lock, self._backend.storage.transaction():
            schedule.remove(_RETRY)
            for row in self._tables.waiting():
                latest = now + 1_000_000 * wait_before(row.tries + 1, HIGHEST_DRAW) if row.tries else now
                next_at = min(row.next_at, latest)
                self._tables.set_status(row.number, row.status, row.tries, next_at)
                schedule.add(from_microseconds(next_at), _RETRY, row.number)

    def _find(self, name: str) -> WebhookEndpoint:
        """The endpoint of an id, or of a URL."""
        for endpoint in self._endpoints:
            if name in (endpoint.id, endpoint.url):
                return endpoint
        raise UnknownRecordError(name, [one.url for one in self._endpoints], "webhook endpoint")

    def _now(self) -> int:
        return microseconds(self._backend.clock.now())

    def _tell_news(self) -> None:
        for listener in self._news_listeners:
            listener()


def _url_of(function: Function) -> str:
    """The address that is signed for a function: what it says itself, as a receiver does, or a name."""
    url = getattr(function, "url", None)
    return url if isinstance(url, str) else f"python:{getattr(function, '__qualname__', type(function).__name__)}"
