"""Whatever the platform answers, the game goes on with what can be used, and is told of the rest."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import ConnectionFailed, RecordError, ReplyError, Unavailable
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

GOOD = {"id": "good", "title": "Good"}
TOO_DEEP = '{"a":' + "[" * 15_000 + "]" * 15_000 + "}"
OTHER_KINDS = ("events", "offers", "remote_configs", "surveys")


def error_of(game: Game, module: str = "messages") -> Exception:
    """The one error that a module has told of."""
    game.until_sent(module, "on_load_failed")
    (failed,) = game.seen.of(module, "on_load_failed")
    error: Exception = failed["error"]
    return error


def assert_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        "<html>Bad gateway</html>",
        "null",
        "42",
        "[]",
        [GOOD],
        {},
        {"data": []},
        {"active": {}},
        {"active": {"a": GOOD}, "upcoming": []},
        {"active": [GOOD], "upcoming": {"b": GOOD}},
        {"active": None, "upcoming": []},
        {"active": "none"},
        '{"active":[{"id":"good"}',
        '{"active":[{"id":"good"}]]',
        '{"active":[{"id":"good"}]} and more',
        b"\xff\xfe\x00",
        "{" * 5000,
        "[" * 5000,
    ],
    ids=lambda body: (body if isinstance(body, str) else repr(body))[:32] or "nothing",
)
def test_a_reply_that_is_not_content_costs_its_kind_alone_and_keeps_what_was_there(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, body: Any
) -> None:
    sandbox.publish("messages", id="welcome")
    sandbox.publish("surveys", id="mood")
    game = play()
    game.until_loaded()
    sandbox.withdraw("mood")
    sandbox.faults.respond("*/messages", status=200, body=body)

    assert game.refresh() is False

    assert isinstance(error_of(game), ReplyError)
    assert game.live("messages") == ["welcome"]
    assert game.live("surveys") == [], "the other kinds are up to date"
    assert any("messages" in record.getMessage() for record in caplog.records)
    assert_no_traceback(caplog)
    assert game.refresh()


BAD_RECORDS: dict[str, Any] = {
    "no object": 42,
    "null": None,
    "text": "good",
    "a list": [GOOD],
    "an empty object": {},
    "no id": {"title": "x"},
    "an empty id": {"id": ""},
    "an id that is null": {"id": None},
    "an id that is true": {"id": True},
    "an id that is an object": {"id": {}},
    "the same id again": GOOD,
    "a title that is a number": {"id": "bad", "title": 5},
    "a body that is a list": {"id": "bad", "body": []},
    "a start that is no time": {"id": "bad", "start_at": "tomorrow"},
    "a start that is a number": {"id": "bad", "start_at": 1700000000},
    "a start beyond the calendar": {"id": "bad", "start_at": "0000-01-01T00:00:00Z"},
    "an end before the start": {"id": "bad", "start_at": "2026-01-02T00:00:00Z", "end_at": "2026-01-01T00:00:00Z"},
    "an unknown time frame": {"id": "bad", "start_at_tz": "mars"},
    "a time frame that is a list": {"id": "bad", "end_at_tz": []},
    "an image id that is an object": {"id": "bad", "portrait_image_id": {}},
}


@pytest.mark.parametrize("bad", BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_one_bad_record_costs_itself_alone(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, bad: Any
) -> None:
    body = {"active": [GOOD, bad, {"id": "also-good"}], "upcoming": []}
    sandbox.faults.respond("*/messages", status=200, body=body, times=None)
    game = play(timezone="Asia/Tokyo")
    game.until_loaded()

    error = error_of(game)
    assert isinstance(error, RecordError)
    assert "1 of the messages cannot be used" in str(error)
    assert game.live("messages") == ["good", "also-good"]
    assert str(error) in caplog.text
    assert_no_traceback(caplog)


@pytest.mark.parametrize(
    "text",
    ["{nope}", '{"id":}', '{"id":"bad",}', '{"id":"\\x"}', '{"id":"bad" "title":"x"}', TOO_DEEP],
    ids=["no JSON", "no value", "a comma too many", "a wrong escape", "a comma too few", "too deep"],
)
def test_one_record_that_is_not_even_json_costs_itself_alone(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    sandbox.faults.respond("*/messages", status=200, body=f'{{"active":[{{"id":"good"}},{text}],"upcoming":[]}}')
    game = play()
    game.until_loaded()

    assert isinstance(error_of(game), RecordError)
    assert game.live("messages") == ["good"]
    assert_no_traceback(caplog)


@pytest.mark.parametrize("cost", ["free", [], {}, True, "NaN", "1e999", 10**400], ids=lambda cost: repr(cost)[:20])
def test_an_offer_with_a_price_that_is_none_costs_itself_alone(sandbox: Sandbox, play: Play, cost: Any) -> None:
    bad = {"id": "bad", "payment_data": {"payment_type": "iap", "iap_data": {"cost": cost}}}
    sandbox.faults.respond("*/offers", status=200, body={"active": [GOOD, bad], "upcoming": []})
    game = play()
    game.until_loaded()

    assert isinstance(error_of(game, "offers"), RecordError)
    assert game.live("offers") == ["good"]


def with_nested(nested: str, title: str) -> str:
    odd = f'{{"id":"odd","title":"{title}","additional_fields":{nested}}}'
    return f'{{"active":[{odd},{{"id":"good"}}],"upcoming":[]}}'


@pytest.mark.parametrize(
    "nested",
    ['{"x": nope, "pad": "' + "a" * 5000 + '"}', TOO_DEEP],
    ids=["no JSON", "too deep"],
)
def test_long_nested_json_that_cannot_be_decoded_costs_nothing_else(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, nested: str
) -> None:
    sandbox.faults.respond("*/messages", status=200, body=with_nested(nested, "first"))
    game = play()
    game.until_loaded()
    sandbox.faults.respond("*/messages", status=200, body=with_nested(nested, "second"), times=None)

    game.refresh()
    game.refresh()

    assert "good" in game.live("messages")
    assert game.uw.is_session_initialized
    odd = game.uw.messages.get("odd")
    assert odd is None or (odd.title, odd.additional_fields) == ("second", {})
    assert "failed in an unexpected way" not in caplog.text


def test_objects_in_a_list_of_another_name_are_no_content(sandbox: Sandbox, play: Play) -> None:
    body = {"archived": [{"id": "old"}], "active": [GOOD], "upcoming": []}
    sandbox.faults.respond("*/messages", status=200, body=body)
    game = play()
    game.until_loaded()

    assert game.live("messages") == ["good"]


def whole_message(connection: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of one HTTP message."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = received.partition(b"\r\n\r\n")
    told = re.search(rb"(?i)content-length: (\d+)", head)
    while told is not None and len(body) < int(told[1]):
        body += connection.recv(65536)
    return head, body


@pytest.fixture
def cutting_address(sandbox: Sandbox) -> Iterator[str]:
    """An address that passes everything on to the sandbox, but breaks off in the middle of the first offers."""
    listener = socket.create_server(("127.0.0.1", 0))
    to_cut = [b"/offers?"]

    def pass_on(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", sandbox.port)) as platform:
            head, body = whole_message(client)
            platform.sendall(head + b"\r\n\r\n" + body)
            answer, content = whole_message(platform)
            if to_cut and to_cut[0] in head:
                to_cut.clear()
                content = content[: len(content) // 2]
            client.sendall(answer + b"\r\nConnection: close\r\n\r\n" + content)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                pass_on(listener.accept()[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_a_body_that_breaks_off_is_a_failed_load_that_is_made_good_soon(
    sandbox: Sandbox, play: Play, cutting_address: str
) -> None:
    sandbox.publish("offers", id="gems")
    game = play(host=cutting_address)

    error = error_of(game, "offers")
    assert isinstance(error, ConnectionFailed)
    assert "cut before the reply was complete" in str(error)
    game.until_live("offers", "gems")


def test_a_connection_that_is_dropped_is_made_good_soon(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.faults.drop("*/offers")
    game = play()

    game.until_live("offers", "gems")

    assert isinstance(error_of(game, "offers"), ConnectionFailed)


def test_a_failure_of_one_kind_leaves_the_others_alone_and_is_made_good_soon(sandbox: Sandbox, play: Play) -> None:
    for kind in ("messages", *OTHER_KINDS):
        sandbox.publish(kind, id=f"one-of-{kind}")
    sandbox.faults.respond("*/messages", status=500)
    game = play(virtual=True)
    for kind in OTHER_KINDS:
        game.until_live(kind, f"one-of-{kind}")
        assert game.seen.of(kind, "on_load_failed") == []
    assert game.live("messages") == []
    error = error_of(game)
    assert isinstance(error, Unavailable)
    assert error.status == 500

    game.pass_time(2)

    assert game.live("messages") == ["one-of-messages"]


def asked(sandbox: Sandbox) -> Callable[[], int]:
    """How many requests have arrived since now."""
    sandbox.forget_requests()
    return lambda: len(sandbox.requests)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("path", ["*/messages", "*/refresh_segments", "*/appusers/hero-42"])
def test_the_platform_is_left_alone_for_as_long_as_it_asks(
    sandbox: Sandbox, play: Play, status: int, path: str
) -> None:
    sandbox.publish("messages", id="welcome")
    game = play(virtual=True, start=False)
    if path == "*/refresh_segments":
        game.uw.start()
        game.until_loaded()
    sandbox.faults.respond(path, status=status, headers={"Retry-After": "30"})
    game.uw.start()
    if path == "*/refresh_segments":
        game.uw.refresh_content()
    game.until(lambda: any(request.status == status for request in sandbox.requests))
    count = asked(sandbox)

    game.pass_time(29)
    assert count() == 0
    game.pass_time(6)
    assert count() >= 5
    assert game.live("messages") == ["welcome"]


def test_a_platform_that_is_overloaded_is_asked_ever_less(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*", status=503, times=None)
    game = play(virtual=True)
    game.until_sent("client", "on_session_initialization_failed")

    count = asked(sandbox)
    game.pass_time(600, step=1)
    first_ten_minutes = count()
    count = asked(sandbox)
    game.pass_time(3600, step=5)

    assert 2 <= first_ten_minutes <= 60
    assert 12 <= count() <= 90, "an hour at no more than 5 minutes between two tries"
    sandbox.faults.clear()
    game.pass_time(301)
    assert game.uw.is_session_initialized


def test_a_poll_that_finds_no_platform_is_logged_and_signalled(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.stop()
    game.seen.forget()

    with caplog.at_level(logging.INFO, "uwclient"):
        game.pass_time(70)

    assert "refused" in caplog.text
    assert "on_load_failed" in {sent.signal for sent in game.seen.sent}


def test_a_warning_of_the_platform_reaches_the_game(sandbox: Sandbox, play: Play) -> None:
    meta = {"warnings": ["This field is old."], "hints": ["Use the new one."]}
    sandbox.faults.respond("*/messages", status=200, body={"active": [], "upcoming": [], "meta": meta})
    game = play()
    game.until_loaded()

    assert game.seen.of("client", "on_api_warning") == [
        {"warnings": ("This field is old.",), "hints": ("Use the new one.",)}
    ]


def test_unknown_fields_are_kept_for_the_game_to_read(sandbox: Sandbox, play: Play) -> None:
    record = {"id": "good", "mood": "happy", "additional_fields": [1, {"deep": True}]}
    sandbox.faults.respond("*/messages", status=200, body={"active": [record], "upcoming": []})
    game = play()
    game.until_live("messages", "good")

    (message,) = game.uw.messages.active
    assert message.raw == record
    assert message.additional_fields == [1, {"deep": True}]
    assert json.loads(message.additional_fields_raw or "") == [1, {"deep": True}]
