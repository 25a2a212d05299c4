"""Media hold nothing up: no stop, no content, no delivery, no change of the player; and leave nothing behind."""

from __future__ import annotations

import itertools
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.hosts import CERTIFICATE, file_host, reply
from tests.client.test_media import PICTURE, bytes_of, online
from tests.client.test_stopping import STOPS_WITHIN, address_that_never_connects, seconds_to_stop
from uwclient import PlayerEvent, UserWise
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

__all__ = ["address_that_never_connects"]


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in ("uwclient-worker", "uwclient-media")]


@pytest.fixture
def game(sandbox: Sandbox, play: Play) -> Game:
    """A game that is online, with a picture there."""
    sandbox.add_media("banner", PICTURE)
    return online(play())


def asking(game: Game, wanted: str = "banner") -> list[bytes | None]:
    """Ask for a file; the list fills with what its callback is told."""
    told: list[bytes | None] = []
    game.uw.media.get_bytes(wanted, told.append)
    return told


def reaching(sandbox: Sandbox, path: str) -> Callable[[], object]:
    return lambda: [request for request in sandbox.requests if path in request.path]


@pytest.mark.parametrize("path", ["/media/", "/files/"])
def test_stop_is_quick_while_a_request_for_media_hangs(
    sandbox: Sandbox, game: Game, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.faults.hang(f"*{path}*", times=None)
    told = asking(game)
    info: list[object] = []
    game.uw.media.get_info("banner", info.append)
    game.until(reaching(sandbox, path))

    assert seconds_to_stop(game.uw) < STOPS_WITHIN

    assert (told, info) == ([None], [None])
    assert threads() == []
    assert [str(sent) for sent in game.seen.sent][-1] == "client.on_stop"
    assert game.seen.of("media", "on_failed") == [], "the game has stopped on its own will: nothing failed"
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []
    for _ in range(5):
        game.uw.pump()
    assert told == [None]


def endless(head: str) -> Iterator[bytes]:
    yield reply(content_length=str(10 << 20))
    yield from itertools.repeat(b"x" * 100)


def trickling(head: str) -> Iterator[bytes]:
    yield reply(content_length=str(10 << 20))
    while True:
        time.sleep(0.01)
        yield b"x"


def trickling_and_staying(head: str) -> Iterator[bytes]:
    yield next(trickling(head)).replace(b"Connection: close\r\n", b"")
    yield from trickling(head)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("script", [endless, trickling, trickling_and_staying], ids=lambda script: script.__name__)
def test_stop_is_quick_in_the_middle_of_a_file(
    play: Play, script: Callable[[str], Iterator[bytes]], tls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    game = play()
    with file_host(script, tls=tls) as host:
        told = asking(game, host.url)
        game.until(lambda: host.sent > 150)
        assert seconds_to_stop(game.uw) < STOPS_WITHIN
        assert told == [None]
        assert threads() == []


def test_stop_is_quick_while_a_connection_hangs(game: Game, address_that_never_connects: str) -> None:
    told = asking(game, address_that_never_connects)
    for _ in range(20):
        game.uw.pump()
        time.sleep(0.005)
    assert seconds_to_stop(game.uw) < STOPS_WITHIN
    assert told == [None]
    assert threads() == []


def test_stop_is_quick_while_media_wait_for_a_session(sandbox: Sandbox, play: Play) -> None:
    sandbox.faults.hang("*/appusers/*", times=None)
    game = play()
    told = asking(game)
    game.until(lambda: sandbox.requests)
    assert seconds_to_stop(game.uw) < STOPS_WITHIN
    assert told == [None]


def test_stop_at_once_after_asking_is_quick(game: Game) -> None:
    for _ in range(5):
        told = asking(game)
        assert seconds_to_stop(game.uw) < STOPS_WITHIN
        assert told in ([None], [PICTURE])
        assert threads() == []
        game.uw.start()


def test_stop_without_a_thread_answers_what_waits(sandbox: Sandbox, play: Play) -> None:
    sandbox.add_media("banner", PICTURE)
    game = play(virtual=True)
    told = asking(game)
    game.uw.stop()
    assert told == [None]
    game.uw.start()
    online(game)
    assert bytes_of(game) == PICTURE


def test_what_the_player_did_last_is_delivered_at_the_stop_whatever_hangs_here(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.hang("/files/*", times=None)
    asking(game)
    game.until(reaching(sandbox, "/files/"))
    game.uw.assign_event(PlayerEvent("last"))
    game.uw.stop()
    assert [event.event_id for event in sandbox.player("hero-42").events] == ["last"]


@pytest.mark.parametrize("path", ["/media/*", "/files/*"])
def test_content_and_deliveries_do_not_wait_for_media(sandbox: Sandbox, game: Game, path: str) -> None:
    sandbox.faults.hang(f"*{path}", times=None)
    told = asking(game)
    game.until(reaching(sandbox, path.removesuffix("*")))
    sandbox.publish("offers", id="gems")

    assert game.refresh()
    assert game.live("offers") == ["gems"]
    delivered: list[bool] = []
    game.uw.assign_event(PlayerEvent("x"), delivered.append)
    game.until(lambda: delivered == [True])
    assert told == []
    sandbox.faults.clear()
    game.until(lambda: told == [PICTURE])


@pytest.mark.parametrize("threaded", [True, False])
def test_the_next_player_does_not_wait_for_the_media_of_the_last(
    sandbox: Sandbox, play: Play, threaded: bool
) -> None:
    sandbox.add_media("banner", PICTURE)
    game = online(play(threaded=threaded))
    if threaded:
        sandbox.faults.hang("/files/*")
    told = asking(game)
    if threaded:
        game.until(reaching(sandbox, "/files/"))

    game.uw.switch_player("rogue-7")
    again = asking(game)
    assert told == again == [], "nothing is told outside pump()"
    game.until(lambda: told and again)

    assert told == [None]
    assert again == [PICTURE], "what the last player asked does not stand in the way"
    assert game.uw.player_id == "rogue-7"


def test_a_player_who_comes_back_is_not_held_up_by_media_that_hang(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.hang("/files/*", times=None)
    asking(game)
    game.until(reaching(sandbox, "/files/"))
    game.uw.assign_event(PlayerEvent("before"))
    game.uw.switch_player("rogue-7")
    game.uw.switch_player("hero-42")
    game.uw.assign_event(PlayerEvent("after"))
    game.until(lambda: sandbox.player("hero-42").event_count == 2)
    game.until(lambda: threads().count("uwclient-media") == 0)


@pytest.fixture
def name_that_is_never_resolved(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An address whose name is looked up until the test ends, which nothing can cut short."""
    ends = threading.Event()
    resolve = socket.getaddrinfo

    def slow(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "slow.example":
            ends.wait(10)
            raise socket.gaierror("not known")
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    yield "https://slow.example/x"
    ends.set()


def test_media_that_nothing_can_cut_short_hold_up_neither_the_queue_nor_the_stop(
    sandbox: Sandbox, game: Game, name_that_is_never_resolved: str
) -> None:
    told = asking(game, name_that_is_never_resolved)
    game.uw.assign_event(PlayerEvent("before"))
    game.uw.switch_player("rogue-7")
    game.uw.switch_player("hero-42")
    game.uw.assign_event(PlayerEvent("after"))
    game.until(lambda: sandbox.player("hero-42").event_count == 2)
    assert told == [None]
    assert bytes_of(game) == PICTURE

    asking(game, name_that_is_never_resolved)
    assert seconds_to_stop(game.uw) < STOPS_WITHIN
    game.uw.start()
    assert bytes_of(online(game)) == PICTURE


def test_an_interpreter_that_ends_without_stop_neither_hangs_nor_complains(sandbox: Sandbox, tmp_path: Path) -> None:
    from tests.client.test_public_surface import run_python

    code = """
import sys, time, uwclient
uw = uwclient.UserWise("sandbox-key", "hero-42", host=sys.argv[1], data_dir=sys.argv[2])
uw.start()
uw.media.get_bytes(sys.argv[3], lambda data: print("called back", flush=True))
ends = time.monotonic() + 0.3
while time.monotonic() < ends:
    uw.pump()
    time.sleep(0.01)
print("done", time.monotonic(), flush=True)
"""
    with file_host(trickling) as host:
        done = run_python(code, sandbox.url, str(tmp_path), host.url)
        assert (done.returncode, done.stdout[:4], done.stderr) == (0, "done", "")
        assert time.monotonic() - float(done.stdout[4:]) < 5, "the end took so long, whatever came before it"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_gets_media_of_its_own_and_disturbs_nobody(sandbox: Sandbox, game: Game) -> None:
    sandbox.faults.hang("/files/*", times=1)
    told = asking(game)
    game.until(reaching(sandbox, "/files/"))
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writes, b"%d" % len(_fetched_in_child(game.uw)))
        finally:
            os._exit(0)
    try:
        ready, _, _ = select.select([reads], [], [], 10)
        assert ready, "the child has not answered"
        assert os.read(reads, 100) == b"%d" % len(PICTURE)
    finally:
        os.waitpid(child, 0)
        os.close(reads)
        os.close(writes)
    assert told == []
    sandbox.faults.clear()
    game.until(lambda: told == [PICTURE])


def _fetched_in_child(uw: UserWise) -> bytes:
    got: list[Any] = []
    uw.start()
    uw.media.get_bytes("banner", got.append)
    ends = time.monotonic() + 8
    while not got and time.monotonic() < ends:
        uw.pump()
        time.sleep(0.005)
    uw.stop()
    return got[0] if got and got[0] else b""
