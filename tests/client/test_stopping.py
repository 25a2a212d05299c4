"""A client starts and stops whenever the game wants, quickly, and leaves nothing behind."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.hosts import file_host, reply
from tests.conftest import until
from uwclient import ArgumentError, LifecycleError, UserWise
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, MakeClient, Play


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("uwclient-worker")]


STOPS_WITHIN = 5.0
"""The 2 seconds that a stop waits if it is not told otherwise, on a machine that is busy with other things."""


def seconds_to_stop(uw: UserWise) -> float:
    began = time.monotonic()
    uw.stop()
    return time.monotonic() - began


@pytest.fixture
def address_that_never_connects() -> Iterator[str]:
    """A port whose queue is full, so that a connection to it neither succeeds nor fails."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_stop_tells_so_and_ends_the_thread(play: Play) -> None:
    game = play()
    game.until_loaded()
    assert len(workers()) == 1

    game.uw.stop()

    assert [str(sent) for sent in game.seen.sent][-1] == "client.on_stop"
    assert not game.uw.is_running
    assert not game.uw.is_session_initialized
    assert game.uw.session_id is None
    assert workers() == []


@pytest.mark.parametrize("path", ["*/appusers/*", "*/messages"])
def test_stop_is_quick_while_a_request_hangs(sandbox: Sandbox, play: Play, path: str) -> None:
    sandbox.faults.hang(path, times=None)
    game = play()
    game.until(lambda: sandbox.requests and sandbox.requests[-1].status is None)

    assert seconds_to_stop(game.uw) < STOPS_WITHIN
    assert workers() == []
    assert len(game.seen.of("client", "on_stop")) == 1


def test_stop_is_quick_while_a_connection_hangs(make_client: MakeClient, address_that_never_connects: str) -> None:
    uw = make_client(host=address_that_never_connects)
    uw.start()
    for _ in range(20):
        uw.pump()
        time.sleep(0.005)

    assert seconds_to_stop(uw) < STOPS_WITHIN
    assert workers() == []


def test_stop_is_quick_in_the_middle_of_a_reply_that_trickles_and_ends_the_connection(
    make_client: MakeClient,
) -> None:
    def platform(head: str) -> Iterator[bytes]:
        yield reply(b"x" * 10_000, content_type="application/json")[:-10_000]
        while True:
            time.sleep(0.01)
            yield b"x"

    with file_host(platform) as host:
        uw = make_client(host=host.url.removesuffix("/picture.png"))
        uw.start()
        until(lambda: host.sent > 150, uw)

        assert seconds_to_stop(uw) < STOPS_WITHIN
        assert workers() == []


def test_stop_at_once_after_start_is_quick(make_client: MakeClient) -> None:
    for _ in range(5):
        uw = make_client()
        uw.start()
        assert seconds_to_stop(uw) < STOPS_WITHIN
        assert workers() == []


def test_stop_twice_tells_once(play: Play) -> None:
    game = play()
    game.until_loaded()

    game.uw.stop()
    game.uw.stop()

    assert len(game.seen.of("client", "on_stop")) == 1


def test_stop_before_any_start_does_nothing(play: Play) -> None:
    game = play(start=False)
    game.uw.stop()
    game.uw.pump()
    assert game.seen.sent == []


def test_every_start_and_every_stop_is_told_even_without_a_frame_in_between(play: Play) -> None:
    game = play()
    game.uw.stop()
    game.uw.start()
    game.uw.stop()

    assert [str(sent) for sent in game.seen.sent] == ["client.on_start", "client.on_stop"] * 2


def test_start_twice_starts_once(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.uw.start()
    game.until_loaded()
    game.uw.start()
    assert game.refresh()

    assert len(workers()) == 1
    assert len(sandbox.player("hero-42").sessions) == 1
    assert len(game.seen.of("client", "on_start")) == 1


def test_start_after_stop_resumes_the_session(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    session_id = game.uw.session_id
    game.uw.stop()

    game.uw.start()
    game.until(lambda: game.uw.is_session_initialized)

    assert game.uw.session_id == session_id
    assert game.uw.is_running


def test_records_that_are_still_active_after_stop_and_start_are_not_announced_again(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("offers", id="gems")
    sandbox.publish("offers", id="coins")
    game = play()
    game.until_live("offers", "gems", "coins")
    game.until_loaded()
    game.uw.stop()
    assert game.live("offers") == ["gems", "coins"], "what is live stays as it is"
    game.seen.forget()
    sandbox.withdraw("coins")
    sandbox.publish("offers", id="wood")

    game.uw.start()
    game.until_loaded()

    assert game.seen.ids("offers", "on_active") == ["wood"]
    assert game.seen.of("offers", "on_updated") == []
    assert game.seen.ids("offers", "on_inactive") == ["coins"]
    assert game.live("offers") == ["gems", "wood"]


def test_what_was_withdrawn_while_stopped_ends_even_where_nothing_could_be_kept_on_disk(
    sandbox: Sandbox, play: Play, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    sandbox.publish("offers", id="gems")
    sandbox.publish("offers", id="coins")
    game = play(data_dir=tmp_path / "file")
    game.until_live("offers", "gems", "coins")
    game.uw.stop()
    game.seen.forget()
    sandbox.withdraw("coins")

    game.uw.start()
    game.until_loaded()

    assert game.live("offers") == ["gems"]
    assert game.seen.ids("offers", "on_inactive") == ["coins"]
    assert game.seen.ids("offers", "on_active") == []


def test_nothing_ends_while_the_client_is_stopped_and_what_has_ended_ends_at_the_next_start(
    sandbox: Sandbox, play: Play
) -> None:
    sandbox.publish("events", id="rush", end_at="+10s")
    game = play(virtual=True)
    game.until_live("events", "rush")
    game.uw.stop()

    game.pass_time(20)
    assert game.live("events") == ["rush"]
    game.uw.start()
    game.until_live("events")
    assert game.seen.ids("events", "on_inactive") == ["rush"]


def test_stop_inside_a_listener_ends_the_delivery(sandbox: Sandbox, play: Play) -> None:
    for number in range(3):
        sandbox.publish("offers", id=f"offer-{number}")
    game = play(start=False)
    game.uw.offers.on_active.connect(lambda *_, **__: game.uw.stop())
    game.uw.start()

    game.until_sent("client", "on_stop")
    for _ in range(10):
        game.uw.pump()

    assert len(game.seen.ids("offers", "on_active")) == 1
    assert [str(sent) for sent in game.seen.sent][-1] == "client.on_stop"
    assert workers() == []


def test_stop_and_start_inside_a_listener_go_on_without_a_second_announcement(sandbox: Sandbox, play: Play) -> None:
    for number in range(3):
        sandbox.publish("offers", id=f"offer-{number}")
    game = play(start=False)

    def restart(*_: object, **__: object) -> None:
        if not game.seen.of("client", "on_stop"):
            game.uw.stop()
            game.uw.start()

    game.uw.offers.on_active.connect(restart)
    game.uw.start()
    game.until(lambda: game.loads("offers"))

    assert sorted(game.seen.ids("offers", "on_active")) == ["offer-0", "offer-1", "offer-2"]
    assert len(game.seen.of("client", "on_start")) == 2


def test_stop_without_a_timeout_does_not_wait(sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture) -> None:
    sandbox.faults.hang("*/messages", times=None)
    game = play()
    sandbox.wait_for_requests("messages")

    game.uw.stop(timeout=0)

    assert workers(), "the request still hangs"
    assert len(game.seen.of("client", "on_stop")) == 1
    game.until(lambda: not workers())


def test_stop_does_not_speak_of_a_hanging_request_where_none_hangs(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    game = play()
    for _ in range(20):
        game.uw.start()
        game.until(lambda: game.uw.is_session_initialized)
        assert game.refresh()
        game.uw.stop(timeout=0)

    assert "hanging" not in caplog.text


def test_a_request_that_is_cut_by_the_stop_is_no_failure(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.hang("*/appusers/*", times=None)
    game = play()
    sandbox.wait_for_requests("appusers/hero-42")

    game.uw.stop()

    assert caplog.records == [], "the game has stopped on its own will: nothing failed"


@pytest.mark.parametrize("timeout", [-1, float("nan"), "2", None, True])
def test_stop_with_a_wrong_timeout_is_refused_and_changes_nothing(play: Play, timeout: Any) -> None:
    game = play()
    with pytest.raises(ArgumentError, match="timeout must be a number of seconds"):
        game.uw.stop(timeout)
    assert game.uw.is_running


def test_a_client_without_a_thread_has_none(sandbox: Sandbox, play: Play) -> None:
    sandbox.publish("offers", id="gems")
    game = play(threaded=False)
    game.until_live("offers", "gems")
    assert workers() == []
    game.uw.stop()
    assert len(game.seen.of("client", "on_stop")) == 1


def refreshing(game: Game) -> list[bool]:
    """Ask for a refresh; the list fills with what its callback is told."""
    told: list[bool] = []
    game.uw.refresh_content(told.append)
    return told


def test_a_refresh_under_way_at_the_stop_is_called_back_with_false(sandbox: Sandbox, play: Play) -> None:
    game = play()
    game.until_loaded()
    sandbox.faults.hang("*", times=None)
    told = refreshing(game)

    game.uw.stop()

    assert told == [False]


def test_no_client_can_be_refreshed_that_is_not_running(play: Play) -> None:
    game = play(start=False)
    with pytest.raises(LifecycleError, match=r"call start\(\) first"):
        game.uw.refresh_content()
    game.uw.start()
    game.uw.stop()
    with pytest.raises(LifecycleError, match=r"call start\(\) first"):
        game.uw.refresh_content()
