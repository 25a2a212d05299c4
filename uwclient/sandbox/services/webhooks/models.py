"""The values of webhooks: endpoints, what was sent to them, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Where webhooks are sent to.

    Attributes:
        id: by which `remove` and `resume` know it, as by its URL.
        url: the address, as it is signed.
        events: the names of the events that are sent to it.
        hash_function: what requests are signed with, such as "sha3-256".
        failing_since: when the first of the attempts began that have failed since the last acknowledgement; None
            while it works.
        note: why nothing is sent to it any more; None while it is not paused.

    """

    id: str
    url: str
    events: tuple[str, ...]
    hash_function: str
    failing_since: datetime | None
    note: str | None

    @property
    def is_paused(self) -> bool:
        """Whether nothing is sent to it until `resume`; what happens meanwhile waits."""
        return self.note is not None


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One request to an endpoint; what a function that was added in place of a URL is called with.

    Attributes:
        url: the address that the signature covers.
        headers: all of them, with `Userwise-Signature`.
        body: the bytes that the signature covers.

    """

    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        """The name of the event."""
        return str(json.loads(self.body)["webhook_event_name"])

    @property
    def payload(self) -> dict[str, Any]:
        """The payload of the event."""
        return dict(json.loads(self.body)["webhook_event_payload"])


Function = Callable[[WebhookRequest], object]
"""What can be added in place of a URL: it acknowledges by returning, unless it returns a status that is no 2xx."""


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    """One attempt to deliver.

    Attributes:
        at: when it began, on the sandbox's clock.
        status: of the reply; None without one.
        problem: why it failed, as a sentence; None when it was acknowledged.

    """

    at: datetime
    status: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event for one endpoint.

    Attributes:
        id: by which `resend` knows it.
        endpoint_id: where it goes.
        url: the address of the endpoint.
        event: the name of the event.
        body: what is sent, byte for byte.
        status: waiting, acknowledged or dropped (after six attempts).
        attempts: what was tried, oldest first.
        next_try_at: when it is tried next, on the sandbox's clock; None when it is not.

    """

    id: str
    endpoint_id: str
    url: str
    event: str
    body: bytes
    status: str
    attempts: tuple[WebhookAttempt, ...]
    next_try_at: datetime | None

    @property
    def payload(self) -> dict[str, Any]:
        """The payload of the event."""
        return dict(json.loads(self.body)["webhook_event_payload"])


@dataclass(frozen=True, slots=True)
class DueAttempt:
    """An attempt that is to be made now.

    Attributes:
        number: the row of the delivery.
        request: what is sent.
        function: what is called in place of a request; None for a URL.
        at: when it begins.
        era: of which state of the database the row is.

    """

    number: int
    request: WebhookRequest
    function: Function | None
    at: datetime
    era: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status of the reply, or why there is none."""

    status: int | None
    problem: str | None = None

    @property
    def is_acknowledged(self) -> bool:
        """Whether it needs no other attempt: any 2xx says so."""
        return self.status is not None and 200 <= self.status < 300
