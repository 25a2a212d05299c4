"""Whatever stands between a game and the platform and answers in its place: no action is lost or given up."""

from __future__ import annotations

import http.client
import http.server
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.actions.playing import assign, heard, named
from tests.conftest import Game, Play
from uwclient import OutcomeType, Region
from uwclient.sandbox import Sandbox

PAGE = b"<!doctype html><title>Sign in</title>"
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"
REFUSAL = b'{"errors": ["No such player."]}'


def whole(status: int, body: bytes, **headers: str) -> bytes:
    """A whole reply; the connection ends with it."""
    told = {
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Date": LONG_AGO,
        **headers,
    }
    lines = [f"HTTP/1.1 {status} So it is", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


TROUBLE: dict[str, bytes] = {
    "a redirect": whole(302, b"", Location="https://login.example/"),
    "a redirect with a page": whole(307, PAGE, Location="http://127.0.0.1:1/"),
    "a permanent redirect": whole(308, b"{}", Location="/elsewhere"),
    "a sign-in page": whole(200, PAGE),
    "a list": whole(200, b"[]"),
    "null": whole(200, b"null"),
    "half an object": whole(200, b'{"message": '),
    "not modified, unasked": whole(304, b""),
    "a gateway's 401": whole(401, PAGE),
    "a gateway's 403": whole(403, b'{"error": "blocked"}'),
    "a gateway's 404": whole(404, b""),
    "a gateway's 405": whole(405, PAGE),
    "a proxy's 407": whole(407, PAGE),
    "a limit of the proxy": whole(413, PAGE),
    "too early": whole(425, REFUSAL),
    "an odd status": whole(999, b"{}"),
    "a server's fault": whole(500, REFUSAL),
    "maintenance": whole(503, PAGE),
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "interim replies alone": b"HTTP/1.1 102 Processing\r\n\r\n" * 3,
    "too many interim replies": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 17 + whole(200, b"{}"),
    "no HTTP": PAGE,
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a status": b"HTTP/1.1 204 No Con",
    "no end of the head": b"HTTP/1.1 204 No Content\r\n",
    "a garbled head": b"HTTP/1.1 200 OK\r\nProxied by something\r\nContent-Length: 50\r\n\r\n",
    "half a body": whole(200, b"{}")[:-1],
    "none of a body": whole(200, b"{}")[:-2],
    "gzip that is none": whole(200, b"{}", **{"Content-Encoding": "gzip"}),
    "a negative chunk": whole(200, b"", **{"Transfer-Encoding": "chunked"}) + b"-1\r\n{}",
}

INTERIM = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"


class Relay(http.server.ThreadingHTTPServer):
    """Passes requests on to the platform, unless something is planned for their path: then that is the reply."""

    def __init__(self, platform: Sandbox) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.platform = platform
        self.planned: dict[str, deque[bytes]] = {}
        self.before = b""
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Passing(http.server.BaseHTTPRequestHandler):
    server: Relay

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.close_connection = True
        planned = self.server.planned.get(self.path.partition("?")[0].rpartition("/")[2])
        if planned:
            self.wfile.write(planned.popleft())
            return
        platform = http.client.HTTPConnection("127.0.0.1", self.server.platform.port)
        platform.request(self.command, self.path, body, dict(self.headers))
        came = platform.getresponse()
        content = came.read()
        kept = {name: value for name, value in came.getheaders() if name in ("ETag", "Date", "Content-Type")}
        self.wfile.write(self.server.before + whole(came.status, content, **kept))
        platform.close()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names of http.server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a test says what went wrong."""


@pytest.fixture
def relay(sandbox: Sandbox) -> Iterator[Relay]:
    """What stands between games and the platform."""
    with Relay(sandbox) as made:
        serving = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        yield made
        made.shutdown()
        serving.join(5)


@pytest.fixture
def game(relay: Relay, play: Play, no_linger: None, short_waits: None) -> Game:
    """A game that reaches the platform only so."""
    game = play(host=relay.url)
    game.until_loaded()
    return game


@pytest.mark.parametrize("what", TROUBLE)
def test_an_action_ends_only_when_the_platform_has_it(relay: Relay, sandbox: Sandbox, game: Game, what: str) -> None:
    ends: list[bool] = []
    clock = game.uw.now()
    relay.planned["events"] = deque([TROUBLE[what]] * 2)

    assign(game, ["first"], ends.append)
    game.until(lambda: not relay.planned["events"])
    assert ends == []
    assert heard(sandbox) == []
    game.until(lambda: ends)

    assert ends == [True]
    assert heard(sandbox) == ["first"]
    assert game.seen.of("client", "on_delivery_failed") == []
    assert game.seen.of("client", "on_session_initialization_failed") == []
    assert abs((game.uw.now() - clock).total_seconds()) < 60, "nobody but the platform teaches the time"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(sorted(TROUBLE)), max_size=3), min_size=1, max_size=4), st.booleans())
def test_actions_arrive_in_order_through_any_trouble(
    relay: Relay, sandbox: Sandbox, game: Game, troubles: list[list[str]], interim: bool
) -> None:
    before = len(heard(sandbox))
    relay.before = INTERIM if interim else b""
    ends: list[tuple[str, bool, bool]] = []

    def ended(name: str) -> Callable[[bool], object]:
        return lambda ok: ends.append((name, ok, name in heard(sandbox)))

    names = named(before, before + len(troubles))
    for name, trouble in zip(names, troubles, strict=True):
        relay.planned["events"] = deque(TROUBLE[what] for what in trouble)
        assign(game, [name], ended(name))
        game.until(lambda: not relay.planned["events"])
    game.until(lambda: len(ends) == len(names))

    assert heard(sandbox)[before:] == names
    assert ends == [(name, True, True) for name in names]
    assert game.seen.of("client", "on_delivery_failed") == []


ENDS_OF_PATHS = (
    "events",
    "attributes",
    "transition",
    "outcomes",
    "email_address",
    "initialize",
    "update_state",
    "register",
    "deregister",
)


@pytest.mark.parametrize("what", ["a redirect", "a sign-in page", "a gateway's 403", "a garbled head", "half a body"])
def test_every_kind_of_action_comes_through_trouble(relay: Relay, sandbox: Sandbox, game: Game, what: str) -> None:
    sandbox.publish("messages", id="hello")
    sandbox.publish("offers", id="gems")
    assert game.refresh()
    game.until(lambda: game.live("messages") and game.live("offers"))
    uw, ends = game.uw, list[bool]()
    message, offer = uw.messages.active[0], uw.offers.active[0]
    relay.planned = {path: deque([TROUBLE[what]] * 2) for path in ENDS_OF_PATHS}

    uw.set_attributes({"level": 3}, ends.append)
    assign(game, ["fight"], ends.append)
    uw.transition_to_region(Region("shop"), ends.append)
    uw.set_engagement_outcome("key", OutcomeType.OFFER, ends.append)
    uw.emails.set_address("hero@example.com", ends.append)
    uw.emails.delete_address(callback=ends.append)
    uw.messages.initialize(message, ends.append)
    uw.messages.mark_viewed(message, ends.append)
    uw.offers.show(offer, ends.append)
    uw.offers.accept(offer, ends.append)
    uw.push.register_device_token("fcm", "token", ends.append)
    uw.push.unregister_device_token("token", ends.append)
    uw.set_attributes({"level": 4}, ends.append)
    game.until(lambda: len(ends) == 13)

    assert all(ends)
    assert game.seen.of("client", "on_delivery_failed") == []
    player = sandbox.player("hero-42")
    assert player.attributes["level"] == 4
    assert [change.state for shown in player.offer_impressions for change in shown.history][-1] == "accepted"
    assert all(not planned for planned in relay.planned.values())


@pytest.mark.parametrize("what", [name for name in TROUBLE if name != "not modified, unasked"])
def test_trouble_in_place_of_content_takes_nothing_away_and_ends_no_session(
    relay: Relay, sandbox: Sandbox, game: Game, what: str
) -> None:
    sandbox.publish("messages", id="welcome")
    assert game.refresh()
    game.until_live("messages", "welcome")
    session_id = game.uw.session_id
    clock = game.uw.now()
    for path in ("messages", "campaign_events", "offers", "refresh_segments", "triggerable_campaigns"):
        relay.planned[path] = deque([TROUBLE[what]] * 2)

    game.refresh()

    assert game.live("messages") == ["welcome"]
    assert game.uw.session_id == session_id
    assert game.seen.of("client", "on_session_initialization_failed") == []
    assert abs((game.uw.now() - clock).total_seconds()) < 60
    relay.planned.clear()
    game.until(game.refresh)


@pytest.mark.parametrize("what", ["a gateway's 401", "a gateway's 403", "a gateway's 404", "a redirect", "a list"])
def test_a_session_that_was_not_opened_for_trouble_is_tried_again_soon(
    relay: Relay, play: Play, short_waits: None, what: str
) -> None:
    relay.planned["hero-42"] = deque([TROUBLE[what]] * 3)
    game = play(host=relay.url)

    game.until(lambda: game.uw.is_session_initialized)

    assert len(game.seen.of("client", "on_session_initialization_failed")) == 3


def test_a_refusal_of_the_platform_ends_an_action_and_the_next_one_passes(
    relay: Relay, sandbox: Sandbox, game: Game
) -> None:
    relay.planned["events"] = deque([whole(422, REFUSAL)])

    assign(game, ["refused"])
    game.until_sent("client", "on_delivery_failed")
    ends: list[bool] = []
    assign(game, ["next"], ends.append)
    game.until(lambda: ends)

    assert heard(sandbox) == ["next"]


def test_an_impression_without_its_id_is_asked_for_again(relay: Relay, sandbox: Sandbox, game: Game) -> None:
    sandbox.publish("offers", id="gems")
    assert game.refresh()
    game.until_live("offers", "gems")
    told = [b"", b"{}", b'{"offer_impression": {}}', json.dumps({"offer_impression": {"id": None}}).encode()]
    relay.planned["initialize"] = deque(whole(200, body) for body in told)

    game.uw.offers.show(game.uw.offers.active[0])
    game.until(lambda: sandbox.player("hero-42").offer_impressions)

    assert game.seen.of("client", "on_delivery_failed") == []
