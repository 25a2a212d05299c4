"""Webhooks, as a sandbox's attribute offers them."""

from __future__ import annotations

from collections.abc import Iterable

from uwclient.sandbox.services.webhooks.courier import Courier
from uwclient.sandbox.services.webhooks.models import Function, WebhookDelivery, WebhookEndpoint
from uwclient.sandbox.services.webhooks.service import Webhooks


class WebhookOperations:
    """Webhooks: where what happens is sent to, and what came of it."""

    def __init__(self, webhooks: Webhooks, courier: Courier) -> None:
        self._webhooks = webhooks
        self._courier = courier

    def add(
        self, target: str | Function, events: Iterable[str] | None = None, hash_function: str = "sha3-256"
    ) -> str:
        """Send what happens from now on to an endpoint (section Webhooks).

        Args:
            target: a URL on this machine, or a function, which is called with a `WebhookRequest` in place of a
                request. It acknowledges by returning, unless it raises or returns a status that is no 2xx. A URL that
                was added before gets the new settings, and goes on when it was paused.
            events: the names of the events that are sent; None for all.
            hash_function: what requests are signed with: "sha3-256", "sha3-512", "sha256" or "sha512".

        Returns:
            The endpoint's id.

        Raises:
            ScenarioError: (a ValueError) an argument is wrong, or the URL leads to a host that is not allowed.

        """
        return self._webhooks.add(target, events, hash_function)

    def remove(self, id: str, /) -> None:
        """Send nothing to the endpoint of that id or URL any more, also not what waits.

        Raises:
            UnknownRecordError: (a KeyError) there is no such endpoint.

        """
        self._webhooks.remove(id)

    def resume(self, id: str, /) -> None:
        """Go on with the endpoint of that id or URL that was paused, first of all with what has waited."""
        self._webhooks.resume(id)

    def resend(self, id: str, /) -> None:
        """Send a delivery again, whatever became of it.

        Args:
            id: the delivery's, as `deliveries` tells it.

        Raises:
            UnknownRecordError: (a KeyError) there is none of that id.

        """
        self._webhooks.resend(id)

    @property
    def endpoints(self) -> tuple[WebhookEndpoint, ...]:
        """The endpoints in the order in which they were added."""
        return self._webhooks.endpoints

    @property
    def deliveries(self) -> tuple[WebhookDelivery, ...]:
        """What was and is to be sent, oldest first, with its attempts; of very many, the newest 10,000."""
        return self._webhooks.deliveries()

    @property
    def secret_key(self) -> str:
        """What requests are signed with: the sandbox's secret key, or else "sandbox-secret"."""
        return self._webhooks.access.secret_key

    def send_due(self) -> int:
        """Make the attempts that are due now, and wait for the replies, on this thread; how many there were.

        A running sandbox does that by itself. It is for one that is asked in this process and never started, or
        whose time somebody owns, as a world does.
        """
        return self._courier.send_due()

    def send_by_hand(self) -> None:
        """From now on send only when `send_due` is called: for tools that own the sandbox's time."""
        self._courier.send_by_hand()
