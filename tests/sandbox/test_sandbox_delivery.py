"""What tests of a delivery need: replies that get lost, and waiting for what arrives."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer

EVENT = {"events": [{"event_id": "level_up"}]}


def raw_reply(sandbox: Sandbox, request: str) -> bytes:
    """All that the sandbox sends until it closes the connection."""
    host, _, port = urlsplit(sandbox.url).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_lost_reply_leaves_the_deed_done(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.lose_reply("*/events")

    with pytest.raises(requests.ConnectionError):
        player.do("/events", EVENT)
    again = player.do("/events", EVENT)

    assert again.status_code == 204
    first, second = sandbox.player(player.id).events
    assert (first.event_id, second.event_id) == ("level_up", "level_up")
    assert [one.status for one in sandbox.requests_to("events")] == [None, 204]


def test_a_dropped_request_leaves_nothing_done(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.drop("*/events")

    with pytest.raises(requests.ConnectionError):
        player.do("/events", EVENT)

    assert sandbox.player(player.id).events == ()


def test_replies_are_lost_so_many_times(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.lose_reply("*/events", times=2)

    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            player.do("/events", EVENT)
        assert player.do("/attributes", {"attributes": []}).status_code == 204
    assert player.do("/events", EVENT).status_code == 204

    assert sandbox.player(player.id).event_count == 3


def test_half_of_a_reply_arrives_when_it_is_truncated(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.publish("offers", id="gems")
    whole = player.get("/offers").content
    sandbox.faults.truncate("*/offers", times=2)

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        player.get("/offers")
    path = f"/api/sdk/v1/appusers/{player.id}/offers?session_id={player.session_id}&api_key={sandbox.api_key}"
    head, _, body = raw_reply(sandbox, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").partition(b"\r\n\r\n")

    assert f"Content-Length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]
    assert sandbox.requests_to("offers")[-1].status == 200
    assert player.get("/offers").content == whole


def test_a_reply_without_a_body_breaks_off_in_its_head(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.truncate("*/events")
    path = f"/api/sdk/v1/appusers/{player.id}/events?session_id={player.session_id}&api_key={sandbox.api_key}"
    body = '{"events":[{"event_id":"x"}]}'

    reply = raw_reply(
        sandbox, f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )

    assert reply.startswith(b"HTTP/1.1 204")
    assert b"\r\n\r\n" not in reply
    assert sandbox.player(player.id).event_count == 1


def test_waiting_ends_when_the_condition_is_met(sandbox: Sandbox, player: HttpPlayer) -> None:
    asked = threading.Event()

    def three_events() -> int:
        asked.set()
        count = sandbox.player(player.id).event_count
        return count if count == 3 else 0

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sandbox.wait_for, three_events)
        assert asked.wait(5)
        for _ in range(3):
            assert not waiting.done()
            player.do("/events", EVENT)
        assert waiting.result(timeout=5) == 3


def test_waiting_goes_on_over_lost_requests_and_replies(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.faults.drop("*/events")
    sandbox.faults.lose_reply("*/events")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(sandbox.wait_for, lambda: sandbox.player(player.id).events)
        for _ in range(2):
            with pytest.raises(requests.ConnectionError):
                player.do("/events", EVENT)
        (event,) = waiting.result(timeout=5)

    assert event.event_id == "level_up"


def test_what_is_true_already_is_not_waited_for(sandbox: Sandbox) -> None:
    assert sandbox.wait_for(lambda: "yes", timeout=0) == "yes"


def test_waiting_for_what_never_happens_ends_in_a_sentence(sandbox: Sandbox, player: HttpPlayer) -> None:
    with pytest.raises(TimeoutError, match=r"did not happen within 0\.01 s; 1 requests arrived"):
        sandbox.wait_for(lambda: sandbox.player(player.id).events, timeout=0.01)


def test_a_condition_that_fails_fails_the_wait(sandbox: Sandbox) -> None:
    with pytest.raises(ZeroDivisionError):
        sandbox.wait_for(lambda: 1 / 0)
