"""A receiver handles each event once, whoever serves it, and tells its callers nothing."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.conftest import PAYLOADS, PURCHASE, SECRET, URL, body_of, headers_of
from uwclient import ArgumentError
from uwclient.qa import World
from uwclient.sandbox import Sandbox
from uwclient.webhooks import EVENTS, PlayerOfferImpressionStateChange, PlayerSessionCreation, Receiver, WebhookEvent
from uwclient.webhooks.once import RecentKeys

BODY = body_of("player_offer_impression_state_change", PURCHASE)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver(URL, SECRET)


def receive(receiver: Receiver, body: bytes) -> int:
    return receiver.receive(body, headers_of(body))


@pytest.mark.parametrize("name", PAYLOADS)
def test_each_event_has_a_signal_of_its_own_and_one_for_all(receiver: Receiver, name: str) -> None:
    heard: list[tuple[str, WebhookEvent]] = []
    for one in EVENTS:
        getattr(receiver, one).connect(lambda sender, event, one=one: heard.append((one, event)))
    receiver.any_event.connect(lambda sender, event: heard.append(("any", event)))

    assert receive(receiver, body_of(name, PAYLOADS[name])) == 204
    assert [signal for signal, _ in heard] == [name, "any"]
    assert {type(event) for _, event in heard} == {EVENTS[name]}


def test_an_unknown_event_is_heard_by_those_who_hear_all(receiver: Receiver) -> None:
    heard: list[str] = []
    receiver.any_event.connect(lambda sender, event: heard.append(event.name))
    assert receive(receiver, body_of("player_has_flown", {})) == 204
    assert heard == ["player_has_flown"]


def test_an_event_that_comes_again_is_known_again(receiver: Receiver) -> None:
    heard: list[WebhookEvent] = []
    receiver.any_event.connect(lambda sender, event: heard.append(event))
    shuffled = body_of("player_offer_impression_state_change", dict(reversed(PURCHASE.items())))
    later = body_of("player_offer_impression_state_change", PURCHASE, time="2022-02-23T00:00:01Z")

    assert [receive(receiver, body) for body in (BODY, BODY, shuffled, later)] == [204] * 4
    assert len(heard) == 2


def test_two_processes_can_remember_together() -> None:
    seen: set[str] = set()
    heard: list[WebhookEvent] = []
    for _ in range(2):
        receiver = Receiver(URL, SECRET, seen=seen)
        receiver.any_event.connect(lambda sender, event: heard.append(event))
        receive(receiver, BODY)
    assert len(heard) == 1
    assert seen == {heard[0].key}


def test_a_listener_that_fails_stops_no_other_and_has_the_event_come_again(receiver: Receiver) -> None:
    heard: list[str] = []
    fails = [True]

    @receiver.player_offer_impression_state_change.connect
    def grant(sender: Receiver, event: PlayerOfferImpressionStateChange) -> None:
        if fails:
            raise RuntimeError("The database is away.")
        heard.append(event.impression_id)

    receiver.any_event.connect(lambda sender, event: heard.append("any"))
    assert receive(receiver, BODY) == 500
    fails.clear()
    assert [receive(receiver, BODY), receive(receiver, BODY)] == [204, 204]
    assert heard == ["any", "i-1", "any"]


def test_an_event_that_is_being_handled_is_not_acknowledged_by_another_thread(receiver: Receiver) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @receiver.any_event.connect
    def hold(sender: Receiver, event: WebhookEvent) -> None:
        begun.set()
        assert go_on.wait(5)

    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(receive(receiver, BODY)))
    thread.start()
    assert begun.wait(5)
    meanwhile = receive(receiver, BODY)
    go_on.set()
    thread.join(5)
    assert (meanwhile, statuses, receive(receiver, BODY)) == (409, [204], 204)


def test_only_the_latest_events_are_remembered() -> None:
    keys = RecentKeys(2)
    for key in "abc":
        keys.add(key)
    assert [key in keys for key in "abc"] == [False, True, True]


def test_wrong_settings_are_told_at_once() -> None:
    with pytest.raises(ArgumentError):
        Receiver("game.example", SECRET)
    with pytest.raises(ArgumentError):
        Receiver(URL, "")


def test_coroutines_are_refused_as_listeners(receiver: Receiver) -> None:
    async def listen(sender: Receiver, event: WebhookEvent) -> None:
        """Nobody would wait for it."""

    with pytest.raises(ArgumentError, match="player_session_creation"):
        receiver.player_session_creation.connect(listen)


def test_a_secret_is_not_shown(receiver: Receiver) -> None:
    assert SECRET not in repr(receiver)


# WSGI.


def by_wsgi(receiver: Receiver, body: bytes = BODY, **environ: Any) -> str:
    """The status with which an endpoint is served by WSGI; it says nothing else."""
    told: list[Any] = []
    given = {
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers_of(body).items()},
        **environ,
    }
    sent = receiver.wsgi_app(given, lambda *arguments: told.append(arguments))
    assert b"".join(sent) == b""
    ((status, _),) = told
    return str(status)


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({}, "204 No Content"),
        ({"HTTP_USERWISE_SIGNATURE": "0" * 64}, "400 Bad Request"),
        ({"CONTENT_LENGTH": str(len(BODY) - 1)}, "400 Bad Request"),
        ({"REQUEST_METHOD": "GET"}, "405 Method Not Allowed"),
        ({"CONTENT_LENGTH": ""}, "411 Length Required"),
        ({"CONTENT_LENGTH": "-3"}, "411 Length Required"),
        ({"CONTENT_LENGTH": "²"}, "411 Length Required"),
        ({"CONTENT_LENGTH": "", "wsgi.input_terminated": True}, "204 No Content"),
        ({"CONTENT_LENGTH": str(1 << 20 | 1)}, "413 "),
        ({"CONTENT_LENGTH": "9" * 5000}, "413 "),
        ({"wsgi.input": io.BytesIO(b"x" * (2 << 20)), "CONTENT_LENGTH": "", "wsgi.input_terminated": True}, "413 "),
    ],
)  # fmt: skip
def test_an_endpoint_is_served_by_wsgi(receiver: Receiver, environ: Any, status: str) -> None:
    assert by_wsgi(receiver, **environ).startswith(status)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    with make_server("127.0.0.1", 0, Receiver(URL, SECRET).wsgi_app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


def test_a_sandbox_and_a_backend_understand_each_other_over_http(server: Any) -> None:
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/webhooks?x=1", "s3cret", "sha3-512")
    server.set_app(receiver.wsgi_app)
    heard: list[WebhookEvent] = []
    receiver.any_event.connect(lambda sender, event: heard.append(event))
    with Sandbox(secret_key="s3cret") as sandbox:
        sandbox.webhooks.add(receiver.url, hash_function="sha3-512")
        sandbox.send_push("hero-42", title="Hello")
        sandbox.wait_for(lambda: [one.status for one in sandbox.webhooks.deliveries] == ["acknowledged"])
        stranger = requests.post(receiver.url, data=sandbox.webhooks.deliveries[0].body, timeout=5)

    assert [event.name for event in heard] == ["push_notification_delivery_override"]
    assert (stranger.status_code, stranger.content) == (400, b"")


# ASGI.


def by_asgi(receiver: Receiver, *messages: dict[str, Any], kind: str = "http", **scope: Any) -> list[Any]:
    """What an endpoint sends by ASGI."""
    sent: list[Any] = []
    waiting = list(messages)

    async def get() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(BODY).items()]
    asyncio.run(receiver.asgi_app({"type": kind, "method": "POST", "headers": headers, **scope}, get, send))
    return sent


def part(body: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    ("messages", "scope", "status"),
    [
        ([part(BODY)], {}, 204),
        ([part(BODY[:10], True), part(BODY[10:], True), part(b"")], {}, 204),
        ([part(BODY[:-1])], {}, 400),
        ([part(BODY, True), {"type": "http.disconnect"}], {}, 400),
        ([part(BODY)], {"headers": []}, 400),
        ([part(BODY)], {"method": "PUT"}, 405),
        ([part(b"x" * (1 << 20), True), part(b"x")], {}, 413),
    ],
)
def test_an_endpoint_is_served_by_asgi(receiver: Receiver, messages: Any, scope: Any, status: int) -> None:
    start, body = by_asgi(receiver, *messages, **scope)
    assert (start["status"], body["body"]) == (status, b"")


def test_an_asgi_server_can_start_and_stop_it(receiver: Receiver) -> None:
    sent = by_asgi(receiver, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}, kind="lifespan")
    assert [one["type"] for one in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert by_asgi(receiver, kind="websocket") == [{"type": "websocket.close"}]


# In a world.


def test_a_world_brings_game_and_backend_together() -> None:
    receiver = Receiver("https://game.example/webhooks", "sandbox-secret")
    granted: list[str] = []
    works: list[bool] = []

    @receiver.player_offer_impression_state_change.connect
    def grant(sender: Receiver, event: PlayerOfferImpressionStateChange) -> None:
        if not works:
            raise RuntimeError("The database is away.")
        if event.current_state == "purchased":
            granted.append(event.offer_id)

    started: list[str] = []

    @receiver.player_session_creation.connect
    def welcome(sender: Receiver, event: PlayerSessionCreation) -> None:
        started.append(event.player_id)

    with World({"offers": [{"id": "gems"}]}) as world:
        world.sandbox.webhooks.add(receiver)
        player = world.player()
        world.skip(minutes=1)
        (offer,) = player.uw.offers.active
        player.uw.offers.initialize_impression(offer)
        player.uw.offers.purchased(offer)
        world.skip(minutes=1)
        before = list(granted)
        works.append(True)
        world.skip(minutes=2)

    assert started == ["hero-42"]
    assert (before, granted) == ([], ["gems"])


# Whatever comes.


@given(
    body=st.binary(max_size=300),
    headers=st.dictionaries(st.text(max_size=20), st.text(max_size=70), max_size=3),
    signed=st.booleans(),
)
def test_whatever_comes_is_refused_and_nothing_is_handled(body: bytes, headers: dict[str, str], signed: bool) -> None:
    receiver = Receiver(URL, SECRET)
    heard: list[WebhookEvent] = []
    receiver.any_event.connect(lambda sender, event: heard.append(event))
    given_headers = {**headers, **(headers_of(body) if signed else {})}

    assert receiver.receive(body, given_headers) == 400
    assert heard == []
