from __future__ import annotations

import base64
import email.utils
import json
from collections import deque
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from uwclient.config import Config
from uwclient.errors import (
    AccessDenied,
    ApiError,
    ConnectionFailed,
    ReplyError,
    RequestRejected,
    Unavailable,
    UserWiseError,
)
from uwclient.http.messages import Reply, Request
from uwclient.http.signing import request_hash
from uwclient.models.content import Kind
from uwclient.models.notices import ApiWarning
from uwclient.models.session import Device, Session, TimeSample
from uwclient.wire.session_api import (
    DEFAULT_REFRESH_INTERVAL,
    SHORTEST_REFRESH_INTERVAL,
    ContentReply,
    SessionApi,
    retry_after,
)

DEVICE = Device(platform="linux", language="en", country=None, timezone="Etc/UTC")
OPENED = {"was_initialized": True, "survey_refresh_interval_seconds": 60, "session_id": "s1"}


class Wire:
    """A platform that gives one answer, and what it was asked and told."""

    def __init__(self, **config: Any) -> None:
        self.answer: Reply | UserWiseError = answer(OPENED)
        self.asked: list[Request] = []
        self.told: list[TimeSample | ApiWarning] = []
        config = {"api_key": "the-api-key", "player_id": "hero-42", **config}
        self.api = SessionApi(Config(**config), self, self.told.append)

    def send(self, request: Request) -> Reply | UserWiseError:
        self.asked.append(request)
        return self.answer

    def start(self) -> Session | UserWiseError:
        return self.api.start_session(DEVICE, None)


def answer(body: Any, status: int = 200, date: float | None = None, wait: float | None = None) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"etag": '"e1"'}
    if date is not None:
        headers["date"] = email.utils.formatdate(date, usegmt=True)
    if wait is not None:
        headers["retry-after"] = str(wait)
    return Reply(status, headers, deque([raw]), "d1", sent=1.0, received=2.0)


@pytest.fixture
def wire() -> Wire:
    return Wire()


def query_of(request: Request) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query, True).items()}


def test_a_session_start_says_what_is_known_in_query_and_body(wire: Wire) -> None:
    assert wire.start() == Session("s1", 60.0)

    (request,) = wire.asked
    fields = {
        "platform": "linux",
        "sdk_version": "3.2.7",
        "language": "en",
        "environment_group_name": "default",
        "environment_stage": "live",
        "timezone": "Etc/UTC",
    }
    assert request.method == "GET"
    assert urlsplit(request.url).path == "/api/sdk/v1/appusers/hero-42"
    assert query_of(request) == fields
    assert json.loads(request.body) == fields
    assert request.headers["Content-Type"] == "application/json"
    assert base64.b64decode(request.headers["X-Api-Key"]) == b"the-api-key"


def test_an_earlier_session_is_named(wire: Wire) -> None:
    wire.api.start_session(DEVICE, "s0")

    assert query_of(wire.asked[0])["session_id"] == "s0"


def test_a_player_id_stays_one_part_of_the_path() -> None:
    wire = Wire(player_id="../a/b?c#d ü")
    wire.start()

    assert urlsplit(wire.asked[0].url).path == "/api/sdk/v1/appusers/..%2Fa%2Fb%3Fc%23d%20%C3%BC"


def test_with_a_secret_key_every_request_is_signed_over_url_and_body() -> None:
    wire = Wire(secret_key="the-secret-key")
    wire.start()
    wire.api.refresh_segments("s1")
    wire.api.content(Kind.EVENTS, "s1", None, None)
    wire.api.event("e1", "s1")

    for request in wire.asked:
        unsigned, _, signature = request.url.rpartition("&enc=")
        assert signature == request_hash(unsigned, request.body, "the-secret-key")


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.EVENTS, "campaign_events"),
        (Kind.MESSAGES, "messages"),
        (Kind.OFFERS, "offers"),
        (Kind.REMOTE_CONFIGS, "remote_configs"),
        (Kind.SURVEYS, "get_surveys"),
    ],
)
def test_each_kind_of_content_has_its_path(wire: Wire, kind: Kind, path: str) -> None:
    soon = datetime(2026, 6, 1, tzinfo=UTC)
    reply = wire.api.content(kind, "s1", soon, '"e0"')

    (request,) = wire.asked
    assert urlsplit(request.url).path == f"/api/sdk/v1/appusers/hero-42/{path}"
    assert query_of(request) == {"session_id": "s1", "starts_before": "2026-06-01T00:00:00+00:00"}
    assert request.headers["If-None-Match"] == '"e0"'
    assert request.body == b""
    assert isinstance(reply, ContentReply)
    assert (reply.etag, reply.digest) == ('"e1"', "d1")


def test_content_that_has_not_changed_has_no_pieces(wire: Wire) -> None:
    wire.answer = answer(b"", status=304)
    reply = wire.api.content(Kind.EVENTS, "s1", None, '"e1"')

    assert isinstance(reply, ContentReply)
    assert reply.pieces is None
    assert query_of(wire.asked[0])["starts_before"] == ""


def test_segments_are_refreshed_at_the_documented_path(wire: Wire) -> None:
    assert wire.api.refresh_segments("s/1") is None

    (request,) = wire.asked
    assert request.method == "POST"
    assert urlsplit(request.url).path == "/api/sdk/v1/appusers/hero-42/sessions/s%2F1/refresh_segments"
    assert json.loads(request.body) == {"session_id": "s/1"}


def test_one_event_comes_as_it_was_sent(wire: Wire) -> None:
    wire.answer = answer(b' {"id":"a b"} ')

    reply = wire.api.event("a b", "s1")

    assert isinstance(reply, ContentReply)
    assert reply.pieces == deque([b' {"id":"a b"} '])
    assert urlsplit(wire.asked[0].url).path.endswith("/campaign_events/a%20b")


@pytest.mark.parametrize(
    ("sent", "interval"),
    [
        (60, 60.0),
        (0.5, SHORTEST_REFRESH_INTERVAL),
        (0, DEFAULT_REFRESH_INTERVAL),
        (-5, DEFAULT_REFRESH_INTERVAL),
        (None, DEFAULT_REFRESH_INTERVAL),
        ("60", DEFAULT_REFRESH_INTERVAL),
        (True, DEFAULT_REFRESH_INTERVAL),
        (float("nan"), DEFAULT_REFRESH_INTERVAL),
        (float("inf"), DEFAULT_REFRESH_INTERVAL),
        (10**400, DEFAULT_REFRESH_INTERVAL),
    ],
    ids=lambda value: str(value)[:9],
)
def test_content_is_asked_for_at_an_interval_that_makes_sense(wire: Wire, sent: Any, interval: float) -> None:
    wire.answer = answer({**OPENED, "survey_refresh_interval_seconds": sent})

    assert wire.start() == Session("s1", interval)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        [],
        {},
        {**OPENED, "was_initialized": False},
        {**OPENED, "was_initialized": "true"},
        {**OPENED, "session_id": ""},
        {**OPENED, "session_id": 7},
        {**OPENED, "session_id": None},
        {**OPENED, "session_id": "\ud800"},
    ],
)
def test_a_reply_that_opens_no_session_is_an_error(wire: Wire, body: Any) -> None:
    wire.answer = answer(body)

    assert isinstance(wire.start(), ReplyError)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AccessDenied), (403, AccessDenied), (404, RequestRejected), (429, Unavailable), (503, Unavailable)],
)
def test_an_error_reply_becomes_an_error_that_says_what_the_platform_said(status: int, error: type[ApiError]) -> None:
    wire = Wire(secret_key="the-secret-key")
    said = {"errors": ["No such player."], "meta": {"warnings": ["old"], "hints": ["Check the id."]}}
    wire.answer = answer(said, status, wait=30.0)

    for got in (
        wire.start(),
        wire.api.refresh_segments("s1"),
        wire.api.content(Kind.EVENTS, "s1", None, None),
        wire.api.event("e1", "s1"),
    ):
        assert isinstance(got, error)
        assert (got.status, got.errors, got.hints) == (status, ("No such player.",), ("Check the id.",))
        assert retry_after(got) == 30.0
        assert str(got).endswith(f"was answered with {status}: No such player. Check the id.")
        for secret in ("the-api-key", "the-secret-key", "enc=", "session_id"):
            assert secret not in str(got)


def test_an_error_reply_without_reasons_says_so(wire: Wire) -> None:
    wire.answer = answer(b"<html>", 500)

    assert "gave no reason" in str(wire.start())


def test_no_reply_is_passed_on_as_it_is(wire: Wire) -> None:
    wire.answer = ConnectionFailed("no network")

    assert wire.start() is wire.answer
    assert retry_after(wire.answer) is None
    assert wire.told == []


def test_a_reply_tells_the_platforms_time(wire: Wire) -> None:
    wire.answer = answer(OPENED, 200, date=1_790_000_000.0)
    wire.start()

    assert wire.told == [TimeSample(1_790_000_000.0, 1.0, 2.0)]


def test_content_tells_the_time_once_it_has_been_read(wire: Wire) -> None:
    wire.answer = answer({"active": []}, 200, date=1_790_000_000.0)
    reply = wire.api.content(Kind.EVENTS, "s1", None, None)
    assert isinstance(reply, ContentReply)
    assert wire.told == []

    wire.api.accept(reply, ApiWarning(("old SDK",), ()))

    assert wire.told == [TimeSample(1_790_000_000.0, 1.0, 2.0), ApiWarning(("old SDK",), ())]


def test_warnings_beside_what_was_asked_for_are_told(wire: Wire) -> None:
    wire.answer = answer({**OPENED, "meta": {"warnings": ["old SDK"]}})
    wire.start()
    wire.api.refresh_segments("s1")

    assert wire.told == [ApiWarning(("old SDK",), ())] * 2
