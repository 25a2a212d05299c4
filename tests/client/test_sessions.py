"""Sessions are opened as documented, resumed, lost and found again."""

from __future__ import annotations

import base64
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from uwclient import AccessDenied, ReplyError, RequestRejected
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeSandbox, Play


def failures(game: Game) -> list[Exception]:
    """Why sessions could not be opened, or ended."""
    return [details["error"] for details in game.seen.of("client", "on_session_initialization_failed")]


def starts(sandbox: Sandbox) -> int:
    """How often a session was asked for."""
    return len(sandbox.requests_to("appusers/hero-42"))


def test_the_documented_fields_are_sent_in_the_body_and_in_the_query(sandbox: Sandbox, play: Play) -> None:
    play(language="de", country="AT", timezone="Europe/Vienna", environment_group="beta").until(
        lambda: starts(sandbox)
    )

    request, *_ = sandbox.requests_to("appusers/hero-42")
    assert request.method == "GET"
    assert request.json == {
        "platform": {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux"),
        "sdk_version": "3.2.7",
        "language": "de",
        "country": "AT",
        "environment_group_name": "beta",
        "environment_stage": "live",
        "timezone": "Europe/Vienna",
    }
    assert request.query == request.json
    assert request.headers["Content-Type"] == "application/json"


def test_the_api_key_goes_with_every_request_in_base64_on_one_line(make_sandbox: MakeSandbox, play: Play) -> None:
    api_key = "key-" * 40
    sandbox = make_sandbox(api_key=api_key)
    game = play(at=sandbox, api_key=api_key)
    game.until_loaded()
    assert game.refresh()

    expected = base64.b64encode(api_key.encode()).decode()
    assert {request.headers["X-Api-Key"] for request in sandbox.requests} == {expected}


def test_every_request_after_the_start_names_the_session(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    assert game.refresh()

    later = [request for request in sandbox.requests if not request.path.endswith("/hero-42")]
    assert len(later) == 13
    assert {request.query["session_id"] for request in later} == {game.uw.session_id}


def test_a_second_run_asks_for_the_session_of_the_first(sandbox: Sandbox, play: Play) -> None:
    first = play()
    first.until_loaded()
    session_id = first.uw.session_id
    first.uw.stop()

    second = play()
    second.until_loaded()

    request = sandbox.requests_to("appusers/hero-42")[1]
    assert request.json["session_id"] == request.query["session_id"] == session_id
    assert second.uw.session_id == session_id


def test_the_signals_of_a_start_come_in_order(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("events", id="rush")
    game = play()
    game.until_loaded()

    assert [str(sent) for sent in game.seen.sent][:4] == [
        "client.on_start",
        "client.on_session_initialized",
        "events.on_active",
        "events.on_loaded",
    ]
    assert game.seen.of("client", "on_start") == [{"session_initialized": False}]
    assert game.seen.of("client", "on_session_initialized") == [{"session_id": game.uw.session_id}]


@pytest.mark.parametrize("player_id", ["hero 42", "a/b", "ü?&#%25", "..hidden", "名前", "a+b=c", "it's~(me)!"])
def test_any_player_id_stands_in_signed_requests(make_sandbox: MakeSandbox, play: Play, player_id: str) -> None:
    sandbox = make_sandbox(secret_key="hush")
    game = play(player_id, at=sandbox, secret_key="hush")
    game.until_loaded()

    assert len(sandbox.player(player_id).sessions) == 1
    assert failures(game) == []


def test_a_wrong_secret_key_is_denied(make_sandbox: MakeSandbox, play: Play) -> None:
    game = play(at=make_sandbox(secret_key="right"), secret_key="wrong")
    game.until_sent("client", "on_session_initialization_failed")

    (error,) = failures(game)
    assert isinstance(error, AccessDenied)
    assert error.status == 403
    assert "hash is invalid" in str(error)


def test_without_a_secret_key_a_platform_that_wants_one_says_so(make_sandbox: MakeSandbox, play: Play) -> None:
    game = play(at=make_sandbox(secret_key="right"))
    game.until_sent("client", "on_session_initialization_failed")

    assert "Add enc" in str(failures(game)[0])


def test_a_wrong_api_key_is_denied(sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture) -> None:
    game = play(api_key="wrong")
    game.until_sent("client", "on_session_initialization_failed")

    (error,) = failures(game)
    assert isinstance(error, AccessDenied)
    assert error.status == 401
    assert error.errors == ("Your API key is invalid.",)
    assert "Your API key is invalid." in caplog.text


def test_a_dev_environment_fails_with_the_hint_of_the_platform(play: Play) -> None:
    game = play(environment_stage="dev")
    game.until_sent("client", "on_session_initialization_failed")

    (error,) = failures(game)
    assert isinstance(error, RequestRejected)
    assert error.hints == ("Dev environments cannot open sessions: use live or qa.",)
    assert error.hints[0] in str(error)


@pytest.mark.parametrize("status", [401, 403, 422])
def test_a_refused_session_is_tried_again_seldom(sandbox: Sandbox, play: Play, status: int) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.faults.respond("*", status=status, times=None)
    game = play(virtual=True)
    game.until_sent("client", "on_session_initialization_failed")
    assert starts(sandbox) == 1

    game.pass_time(200)
    assert starts(sandbox) == 1
    sandbox.faults.clear()
    game.pass_time(101)
    assert starts(sandbox) == 2
    assert game.live("offers") == ["gems"]


def test_a_session_that_is_denied_midway_fails_and_is_tried_again_seldom(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*", status=401, times=None)

    game.pass_time(70)

    assert [type(error) for error in failures(game)] == [AccessDenied]
    assert not game.uw.is_session_initialized
    assert game.live("offers") == ["gems"], "what is live stays"
    sandbox.faults.clear()
    game.pass_time(301)
    assert game.uw.is_session_initialized
    assert game.seen.ids("offers", "on_active") == ["gems"]


def test_a_refresh_that_the_game_asks_for_tries_a_refused_session_at_once(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.respond("*", status=401)
    game = play(virtual=True)
    game.until_sent("client", "on_session_initialization_failed")

    assert game.refresh()

    assert game.uw.is_session_initialized


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "no JSON",
        [],
        {},
        {"was_initialized": True},
        {"was_initialized": False, "session_id": "x"},
        {"was_initialized": True, "session_id": ""},
        {"was_initialized": True, "session_id": 5},
        {"was_initialized": True, "session_id": None},
    ],
    ids=repr,
)
def test_a_start_that_is_answered_with_nonsense_fails_and_is_tried_again(
    sandbox: Sandbox, play: Play, reply: Any
) -> None:
    sandbox.faults.respond("*/appusers/hero-42", status=200, body=reply)
    game = play(virtual=True)
    game.until_sent("client", "on_session_initialization_failed")
    assert isinstance(failures(game)[0], ReplyError)

    game.pass_time(2)

    assert game.uw.is_session_initialized


@pytest.mark.parametrize("interval", [None, "soon", -5, 0, True, [], 10**400], ids=lambda value: repr(value)[:12])
def test_an_interval_that_is_none_is_a_minute(sandbox: Sandbox, play: Play, interval: Any) -> None:
    reply = {"was_initialized": True, "session_id": "x", "survey_refresh_interval_seconds": interval}
    sandbox.faults.respond("*/appusers/hero-42", status=200, body=reply)
    game = play(virtual=True)
    game.until(lambda: game.uw.session_id == "x")


@pytest.mark.parametrize("running", [True, False], ids=["while it runs", "between two runs"])
def test_a_session_that_the_platform_has_forgotten_is_replaced(
    make_sandbox: MakeSandbox, sandbox: Sandbox, play: Play, running: bool
) -> None:
    sandbox.publish("offers", id="gems")
    game = play(virtual=True)
    game.until_loaded()
    old_session = game.uw.session_id
    if not running:
        game.uw.stop()
    sandbox.stop()
    replacement = make_sandbox(port=sandbox.port)
    replacement.publish("offers", id="gems")
    replacement.publish("offers", id="coins")

    if not running:
        game.uw.start()
    game.pass_time(70)
    assert game.uw.session_id not in (old_session, None)
    game.until_live("offers", "gems", "coins")

    assert failures(game) == []
    assert len(replacement.player("hero-42").sessions) == 1


def test_a_refresh_that_finds_the_session_forgotten_succeeds_in_a_new_one(
    make_sandbox: MakeSandbox, sandbox: Sandbox, play: Play
) -> None:
    game = play()
    game.until_loaded()
    sandbox.stop()
    make_sandbox(port=sandbox.port).publish("offers", id="coins")

    assert game.refresh()

    game.until_live("offers", "coins")


def test_content_is_polled_in_the_interval_of_the_session(make_sandbox: MakeSandbox, play: Play) -> None:
    sandbox = make_sandbox(refresh_interval=20)
    game = play(at=sandbox, virtual=True)
    game.until_loaded()
    sandbox.forget_requests()
    sandbox.publish("offers", id="gems")

    game.pass_time(19)
    assert sandbox.requests == []
    game.pass_time(4)
    assert game.live("offers") == ["gems"]
    assert len(sandbox.requests_to("offers")) == 1
    game.pass_time(200)
    assert 8 <= len(sandbox.requests_to("offers")) <= 11
    assert game.seen.of("client", "on_segments_refreshed") == [], "nobody asked"


def test_no_platform_can_make_a_client_poll_more_than_every_five_seconds(
    make_sandbox: MakeSandbox, play: Play
) -> None:
    sandbox = make_sandbox(refresh_interval=0.01)
    game = play(at=sandbox, virtual=True)
    game.until_loaded()
    sandbox.forget_requests()

    game.pass_time(60)

    assert 9 <= len(sandbox.requests_to("offers")) <= 12


def test_a_reply_to_a_signed_request_that_needs_none_warns(sandbox: Sandbox, play: Play) -> None:
    game = play(secret_key="hush")
    game.until_sent("client", "on_api_warning")

    assert "no secret key" in game.seen.of("client", "on_api_warning")[0]["warnings"][0]


def test_log_lines_say_when_the_next_try_is(sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.stop()
    with caplog.at_level(logging.INFO, "uwclient"):
        play().until_sent("client", "on_session_initialization_failed")
        play().until(lambda: "The next attempt is in" in caplog.text)
