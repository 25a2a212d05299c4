from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest
import requests
from requests.adapters import HTTPAdapter

from uwclient.sandbox import Sandbox
from uwclient.sandbox.core.request_hash import request_hash
from uwclient.sandbox.http.access import split_hash

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer, Join

SECRET = "UbsXaKTGWNd3wD8y5ZeV"


def signed(url: str, body: bytes = b"", secret: str = SECRET) -> str:
    digest = hashlib.sha3_256(url.encode() + body + secret.encode()).hexdigest()
    return f"{url}{'&' if '?' in url else '?'}enc={digest}"


def test_the_worked_examples_of_the_guide_hash_as_it_says() -> None:
    get = request_hash("https://userwise.io/api/endpoint?param_one=value_one", b"", SECRET)
    post = request_hash("https://userwise.io/api/endpoint", "{“key”:“value”}".encode(), SECRET)

    assert get == "5d0cf6bfeca88e853cd4330cffaaed87febb5038b3c4835681f8f34d8966dc27"
    assert post == "1c3893648029aa032e8eec93fb5e5db9347abf7d36c107db3409de975f1f4290"


def test_a_hash_counts_only_as_the_last_parameter() -> None:
    assert split_hash("http://x/y?a=1&enc=ff") == ("http://x/y?a=1", "ff")
    assert split_hash("http://x/y?enc=ff") == ("http://x/y", "ff")
    assert split_hash("http://x/y?enc=ff&a=1") == ("http://x/y?enc=ff&a=1", None)
    assert split_hash("http://x/y") == ("http://x/y", None)


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, ""),
        ({"X-Api-Key": "sandbox-key"}, ""),
        ({"X-Api-Key": base64.b64encode(b"other").decode()}, ""),
        ({}, "?api_key=other"),
    ],
)
def test_without_the_right_api_key_nothing_is_answered(sandbox: Sandbox, headers: dict[str, str], query: str) -> None:
    for path in ("/api/sdk/v1/appusers/x", "/nowhere"):
        reply = requests.get(f"{sandbox.url}{path}{query}", headers=headers, timeout=5)

        assert reply.status_code == 401
        assert reply.json()["errors"]
        assert reply.json()["meta"]["hints"]


def test_the_api_key_may_stand_in_the_query(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/api/sdk/v1/appusers/x?api_key=sandbox-key&environment_stage=live"

    reply = requests.get(url, timeout=5)

    assert reply.status_code == 200
    assert "meta" not in reply.json()


def test_with_a_secret_key_every_request_must_be_signed() -> None:
    with Sandbox(secret_key=SECRET) as sandbox:
        url = f"{sandbox.url}/api/sdk/v1/appusers/x%20y?api_key=sandbox-key"
        body = b'{"environment_stage": "live"}'
        right = requests.get(signed(url, body), data=body, timeout=5)
        unsigned = requests.get(url, data=body, timeout=5)
        wrong = requests.get(signed(url, b"other"), data=body, timeout=5)
        not_last = requests.get(signed(url, body) + "&more=1", data=body, timeout=5)

    assert right.status_code == 200
    assert [unsigned.status_code, wrong.status_code, not_last.status_code] == [403, 403, 403]
    assert "as the last query parameter" in unsigned.json()["meta"]["hints"][0]
    assert "must be the last one" in not_last.json()["meta"]["hints"][0]
    assert SECRET not in wrong.text


def test_a_hash_that_cannot_be_checked_is_warned_of(player: HttpPlayer) -> None:
    reply = player.ask("GET", "?environment_stage=live&enc=00")

    assert reply.status_code == 200
    assert "no secret key" in reply.json()["meta"]["warnings"][0]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", b"", 404),
        ("GET", "//offers", b"", 404),
        ("POST", "/offers", b"", 405),
        ("DELETE", "", b"", 405),
        ("GET", "", b"{broken", 400),
        ("GET", "", b"[1]", 400),
        ("GET", "", b"\xff\xfe", 400),
        ("POST", "/refresh_segments", b"{", 400),
    ],
)
def test_failures_are_always_json(player: HttpPlayer, method: str, path: str, body: bytes, status: int) -> None:
    reply = player.ask(method, path, data=body)

    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json()["errors"]
    assert set(reply.json()["meta"]) == {"hints", "warnings"}


def test_every_reply_carries_the_date_of_the_sandbox_clock(sandbox: Sandbox, player: HttpPlayer) -> None:
    sandbox.clock.set(datetime(2031, 5, 1, 12, tzinfo=UTC))
    sandbox.faults.respond("*/messages", status=503)

    for path in ("/offers", "/messages", "/nowhere"):
        date = parsedate_to_datetime(player.get(path).headers["Date"])
        assert 0 <= (date - datetime(2031, 5, 1, 12, tzinfo=UTC)).total_seconds() < 60


def test_a_connection_stays_open_for_the_next_request(sandbox: Sandbox, player: HttpPlayer) -> None:
    adapter = player._http.get_adapter(sandbox.url)
    for _ in range(5):
        player.get("/offers")

    assert isinstance(adapter, HTTPAdapter)
    (pool_key,) = adapter.poolmanager.pools.keys()
    pool = adapter.poolmanager.pools[pool_key]
    assert pool.num_connections == 1
    assert pool.num_requests >= 6


def test_a_body_may_arrive_in_chunks(sandbox: Sandbox, player: HttpPlayer) -> None:
    reply = player.ask("GET", data=iter([b'{"environment_stage"', b': "qa"}']))

    assert reply.status_code == 200
    assert sandbox.requests[-1].json == {"environment_stage": "qa"}


def test_a_bug_of_the_sandbox_is_a_500_and_is_raised_by_check(
    sandbox: Sandbox, player: HttpPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uwclient.sandbox.services.content.lists.may_see", None)
    sandbox.publish("offers")

    reply = player.get("/offers")

    assert reply.status_code == 500
    assert reply.json()["errors"]
    with pytest.raises(TypeError):
        sandbox.check()
    sandbox.check()


def test_requests_are_logged_as_they_arrived(sandbox: Sandbox, join: Join) -> None:
    player = join(sandbox, language="en")
    player.get("/offers", starts_before="")
    player.get("/messages", session_id="wrong")

    start, offers, messages = sandbox.requests
    assert (start.method, start.path) == ("GET", "/api/sdk/v1/appusers/hero-42")
    assert start.json == {"environment_stage": "live", "language": "en"}
    assert start.headers["X-Api-Key"] == base64.b64encode(b"sandbox-key").decode()
    assert offers.query == {"session_id": player.session_id, "starts_before": ""}
    assert [start.status, offers.status, messages.status] == [200, 200, 404]
    assert abs((start.at - sandbox.clock.now()).total_seconds()) < 60
    assert sandbox.requests_to("offers") == [offers]
    assert sandbox.requests_to("surveys") == []

    sandbox.forget_requests()
    assert sandbox.requests == []
