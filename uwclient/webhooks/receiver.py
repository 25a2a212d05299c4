"""Receives webhooks: checks them, knows them again, and sends a signal for each event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any, Protocol

from uwclient.errors import SignatureError
from uwclient.signals import Signal
from uwclient.webhooks import serving
from uwclient.webhooks.events import EVENTS
from uwclient.webhooks.once import Once, Seen, tell
from uwclient.webhooks.signature import Headers, check_arguments, verify


class Request(Protocol):
    """What a sandbox calls a receiver with."""

    @property
    def body(self) -> bytes:
        """The bytes that are signed."""

    @property
    def headers(self) -> Any:
        """The headers, with the signature."""


class WebhookSignals:
    """A signal for each event: a listener is called as `listener(receiver, event=event)`."""

    def __init__(self) -> None:
        self.campaign_state_change = _signal("campaign_state_change")
        self.player_session_creation = _signal("player_session_creation")
        self.player_campaign_trigger = _signal("player_campaign_trigger")
        self.player_message_impression_creation = _signal("player_message_impression_creation")
        self.player_message_impression_state_change = _signal("player_message_impression_state_change")
        self.player_offer_impression_creation = _signal("player_offer_impression_creation")
        self.player_offer_impression_state_change = _signal("player_offer_impression_state_change")
        self.player_survey_response_creation = _signal("player_survey_response_creation")
        self.player_survey_response_state_change = _signal("player_survey_response_state_change")
        self.player_journey_entered = _signal("player_journey_entered")
        self.player_journey_step_advanced = _signal("player_journey_step_advanced")
        self.player_journey_exited = _signal("player_journey_exited")
        self.push_notification_delivery_override = _signal("push_notification_delivery_override")
        self.any_event = Signal("any_event", "Any event, also one that this version does not know: (event).")


class Receiver(WebhookSignals):
    """Owns what one endpoint receives. It can be used by several threads.

    A listener that raises has the event sent again later: to all listeners, so they must bear to be called twice for
    one event, such as after a restart.

    Args:
        url: the URL of the endpoint as it is registered, with its query.
        secret: the secret key of the company; of a sandbox, its `webhooks.secret_key`.
        hash_function: what the endpoint is set to.
        seen: where the keys of handled events are remembered; None for the memory of this process.

    Raises:
        ArgumentError: (a ValueError) an argument is wrong.

    """

    def __init__(self, url: str, secret: str, hash_function: str = "sha3-256", seen: Seen | None = None) -> None:
        super().__init__()
        check_arguments(url, secret, hash_function)
        self.url = url
        self._secret = secret
        self._hash_function = hash_function
        self._once = Once(seen)

    def __repr__(self) -> str:
        return f"<Receiver at {self.url}>"

    def __call__(self, request: Request) -> int:
        """Handle what a sandbox of this process sends: `sandbox.webhooks.add(receiver)`; returns the status."""
        return self.receive(request.body, request.headers)

    def receive(self, body: bytes, headers: Headers) -> int:
        """Handle one request, and return the HTTP status of the reply, which needs no body.

        It is 204 for an event that was handled, now or before; 400 for what does not come from the platform; 500
        when a listener raised; 409 while the same event is being handled by another thread. All but the first have
        the platform send the event again.

        Args:
            body: the bytes of the request as they came.
            headers: the headers of the request.

        """
        try:
            event = verify(self.url, body, headers, self._secret, self._hash_function)
        except SignatureError:
            return HTTPStatus.BAD_REQUEST
        signals = [getattr(self, event.name)] if event.name in EVENTS else []
        return self._once.handle(event.key, lambda: tell(self, [*signals, self.any_event], event))

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve the endpoint by WSGI, wherever it is mounted.

        With Flask: `app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/hooks": receiver.wsgi_app})`.
        """
        return serving.serve_wsgi(self.receive, environ, start_response)

    async def asgi_app(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Serve the endpoint by ASGI, wherever it is mounted: `app.mount("/hooks", receiver.asgi_app)`.

        Listeners are called on a thread beside the event loop.
        """
        await serving.serve_asgi(self.receive, scope, receive, send)


def _signal(name: str) -> Signal:
    return Signal(name, f"{EVENTS[name].__doc__} (event: {EVENTS[name].__name__}).")
