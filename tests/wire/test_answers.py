"""What counts as an answer of the platform: nothing else ends anything, or teaches the client anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uwclient.config import Config
from uwclient.errors import AccessDenied, ReplyError, RequestRejected, Unavailable, UserWiseError
from uwclient.http.messages import Limits, Reply, Request
from uwclient.models.content import Kind
from uwclient.models.notices import ApiWarning
from uwclient.models.session import Device, TimeSample
from uwclient.wire.actions import Batch
from uwclient.wire.answers import LARGEST_DECODED
from uwclient.wire.session_api import ContentReply, SessionApi

META = {"meta": {"warnings": ["This SDK is old."], "hints": ["Take a newer one."]}}
DATE = 1_790_000_000.0


class Wire:
    """A network with one reply for everything, and what the client has learned from it."""

    def __init__(self, status: int, body: bytes) -> None:
        headers = {"Location": "https://login.example/?me", "Retry-After": "7", "Date": formatdate(DATE, usegmt=True)}
        self.reply = replace(Reply.of(status, body, headers), sent=1.0, received=2.0)
        self.learned: list[TimeSample | ApiWarning] = []
        self.api = SessionApi(Config(api_key="k", player_id="hero-42"), self, self.learned.append)

    def send(self, request: Request) -> Reply:
        return self.reply


EMPTY = [b""]
OBJECTS = [{}, {"message": "ok"}, META, {"errors": []}, {"errors": "no"}, {"errors": {"a": "b"}}]
OBJECTS += [{"errors": ["no", 7]}, {"errors": [None]}, {"error": "no"}, {"data": {"errors": ["no"]}}]
REASONS = [{"errors": ["No such event."]}, {"errors": ["a", "b"], **META}, {"errors": ["x"], "active": []}]
OTHERS = [
    b"<!doctype html><p>Sign in",
    b"null",
    b"[]",
    b'["errors"]',
    b"42",
    b'"errors"',
    b"\x00",
    b"\xff\xfe",
    b"{",
    b"ok",
]
OTHERS += [b"[" * 100_000, b'{"a":' * 100_000, b'{"a": "' + b"x" * LARGEST_DECODED + b'"}', b"{} and more", b"{}{}"]

bodies = st.one_of(
    st.sampled_from(EMPTY).map(lambda body: ("nothing", body)),
    st.sampled_from(OBJECTS).map(lambda told: ("an object", json.dumps(told).encode())),
    st.sampled_from(REASONS).map(lambda told: ("reasons", json.dumps(told).encode())),
    st.one_of(st.sampled_from(OTHERS), st.text(max_size=20).map(lambda text: b"<" + text.encode())).map(
        lambda body: ("something else", body)
    ),
)
"""Each body with the name of its kind."""

statuses = st.one_of(st.sampled_from([200, 204, 302, 304, 401, 403, 404, 407, 429, 500]), st.integers(200, 999))

REQUESTS: dict[str, Callable[[SessionApi], object]] = {
    "refresh": lambda api: api.refresh_segments("s1"),
    "session data": lambda api: api.session_data("s1"),
    "event": lambda api: api.act(Batch(1, "POST", "/events", b'{"events":[]}'), "s1"),
    "e-mail": lambda api: api.act(Batch(1, "DELETE", "/email_address"), "s1"),
    "question": lambda api: api.act(Batch(0, "POST", "/survey_url", b"{}"), "s1"),
}
"""Requests whose answer may be any object, or empty."""


def meaning(status: int, kind: str) -> type[UserWiseError] | None:
    """What a reply to a request that is not conditional should come to; None: it is accepted."""
    if 200 <= status <= 299:
        return ReplyError if kind == "something else" else None
    if 400 <= status <= 499 and kind == "reasons":
        said = {401: AccessDenied, 403: AccessDenied, 408: Unavailable, 425: Unavailable, 429: Unavailable}
        return said.get(status, RequestRejected)
    return Unavailable


@given(statuses, bodies, st.sampled_from(sorted(REQUESTS)))
def test_a_request_ends_only_by_an_answer_and_only_an_answer_teaches(
    status: int, body: tuple[str, bytes], name: str
) -> None:
    kind, text = body
    wire = Wire(status, text)

    came = REQUESTS[name](wire.api)

    expected = meaning(status, kind)
    assert (type(came) if isinstance(came, UserWiseError) else None) is expected
    is_answer = expected in (None, AccessDenied, RequestRejected) or (status == 429 and kind == "reasons")
    assert [told for told in wire.learned if isinstance(told, TimeSample)] == [TimeSample(DATE, 1.0, 2.0)] * is_answer
    says_something = is_answer and b'"warnings"' in text
    assert [told for told in wire.learned if isinstance(told, ApiWarning)] == [
        ApiWarning(("This SDK is old.",), ("Take a newer one.",))
    ] * says_something


@given(statuses, bodies, st.sampled_from(list(Kind)), st.booleans())
def test_content_stays_what_it_is_for_whatever_is_no_answer(
    status: int, body: tuple[str, bytes], kind: Kind, is_known: bool
) -> None:
    wire = Wire(status, body[1])

    came = wire.api.content(kind, "s1", None, '"e1"' if is_known else None)

    if 200 <= status <= 299:  # whether it is an answer shows when it is read
        assert isinstance(came, ContentReply)
        assert wire.learned == []
    elif status == 304 and is_known:
        assert isinstance(came, ContentReply)
        assert came.pieces is None
        assert wire.learned[0] == TimeSample(DATE, 1.0, 2.0)
    else:
        assert type(came) is meaning(status, body[0])


def start(api: SessionApi) -> object:
    return api.start_session(Device("linux", None, None, "Etc/UTC"), None)


def open_impression(api: SessionApi) -> object:
    return api.act(Batch(1, "POST", "/offer_impressions/initialize", b"{}", defines="r1"), "s1")


def look_up_media(api: SessionApi) -> object:
    return api.media("banner", "s1", Limits(65_536))


@pytest.mark.parametrize("ask", [start, open_impression, look_up_media])
@pytest.mark.parametrize(
    "told", [None, {}, {"status": "sign in"}, {"offer_impression": {}}, {"offer_impression": {"id": ""}}, META]
)
def test_an_object_without_what_is_documented_is_no_answer(ask: Callable[[SessionApi], object], told: Any) -> None:
    wire = Wire(200, b"" if told is None else json.dumps(told).encode())

    assert isinstance(ask(wire.api), ReplyError)
    assert wire.learned == []


@pytest.mark.parametrize(
    ("status", "body", "waits"),
    [
        (503, b"<html>", True),
        (502, b'{"errors": ["x"]}', True),
        (429, b'{"errors": ["x"]}', True),
        (302, b"", False),
        (404, b"<html>", False),
    ],
)
def test_only_the_platform_and_servers_in_trouble_say_how_long_to_wait(status: int, body: bytes, waits: bool) -> None:
    came = Wire(status, body).api.refresh_segments("s1")

    assert isinstance(came, Unavailable)
    assert came.retry_after == (7.0 if waits else None)


def test_a_redirect_says_where_it_leads_and_no_more() -> None:
    came = str(Wire(307, b"").api.refresh_segments("s1"))

    assert "It redirects to 'https://login.example'." in came
    assert "?me" not in came
