"""A stop is on time whatever waits, delivers what it can, and loses nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.actions.playing import (
    assign,
    first_of_each,
    heard,
    logs,
    named,
    pass_until,
    queue_files,
    seconds_of,
    until_heard,
    until_online,
)
from tests.conftest import PLAYER, Play
from tests.disk_faults import no_room_for_files_longer_than
from uwclient.sandbox import Sandbox
from uwclient.wire.actions import Batch
from uwclient.wire.session_api import SessionApi

MANY = 10_000
ROOT = Path(__file__).parents[2]


def test_what_was_done_last_is_delivered_by_the_stop(sandbox: Sandbox, play: Play, data: Path) -> None:
    game = until_online(play())
    told: list[bool] = []
    assign(game, ["the last"], told.append)
    game.uw.stop()
    assert heard(sandbox) == ["the last"]
    assert told == [True]
    assert [str(sent) for sent in game.seen.sent][-1] == "client.on_stop"
    assert queue_files(data) == []


def test_what_was_delivered_is_told_by_a_stop_that_does_not_wait_for_a_request_that_hangs(
    sandbox: Sandbox, play: Play
) -> None:
    game = until_online(play())
    told: list[bool] = []
    assign(game, ["delivered"], told.append)
    sandbox.wait_for(lambda: heard(sandbox) == ["delivered"])
    sandbox.faults.hang("*", times=None)
    game.uw.refresh_content()
    sandbox.wait_for_requests("refresh_segments")  # the worker has taken in that the event was delivered
    assert told == []

    game.uw.stop(timeout=0)

    assert told == [True]


def test_the_stop_delivers_many_kinds_without_waiting_between_them(sandbox: Sandbox, play: Play) -> None:
    game = until_online(play())
    for number in range(30):
        assign(game, [f"e{number}"])
        game.uw.emails.set_address(f"hero{number}@example.com")
    game.uw.stop(timeout=10)  # with a wait before each of sixty requests, it would take fifteen seconds
    assert heard(sandbox) == named(0, 30)
    assert sandbox.player(PLAYER).email_address == "hero29@example.com"


@pytest.mark.parametrize("state", ["up", "down", "hanging", "never there"])
def test_a_stop_with_ten_thousand_actions_is_on_time_and_loses_none(
    sandbox: Sandbox, play: Play, data: Path, state: str
) -> None:
    if state == "never there":
        sandbox.stop()
        game = play()
    else:
        game = until_online(play())
    if state == "down":
        sandbox.stop()
    elif state == "hanging":
        sandbox.faults.hang("*", times=None)
    assign(game, named(0, MANY))

    assert seconds_of(game.uw.stop) < 5.0
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("uwclient-worker")] == []

    sandbox.faults.clear()
    sandbox.start()
    game.uw.start()
    until_heard(game, sandbox, MANY)
    game.until(lambda: first_of_each(heard(sandbox)) == named(0, MANY))
    if state != "hanging":
        assert sandbox.player(PLAYER).event_count == MANY
    game.uw.stop()
    assert queue_files(data) == []


@pytest.mark.parametrize("timeout", [0.0, 0.2])
def test_a_short_stop_is_short_and_loses_nothing(sandbox: Sandbox, play: Play, timeout: float) -> None:
    game = until_online(play())
    assign(game, named(0, 3000))
    assert seconds_of(lambda: game.uw.stop(timeout=timeout)) < timeout + 3.0
    game.uw.start()
    game.until(lambda: first_of_each(heard(sandbox)) == named(0, 3000))


def test_a_stop_without_a_thread_is_on_time_too(sandbox: Sandbox, play: Play) -> None:
    game = until_online(play(threaded=False))
    sandbox.faults.hang("*/events", seconds=0.2, times=None)
    assign(game, named(0, 1000))
    game.uw.stop(timeout=0.5)
    assert sandbox.player(PLAYER).event_count < 1000, "ten requests take two seconds"
    sandbox.faults.clear()
    game.uw.start()
    game.until(lambda: first_of_each(heard(sandbox)) == named(0, 1000))


def test_a_stop_while_the_platform_asks_to_wait_does_not_hurry_it(sandbox: Sandbox, play: Play) -> None:
    game = play(virtual=True)
    game.until_loaded()
    sandbox.faults.respond("*/events", status=503, headers={"Retry-After": "60"}, times=None)
    assign(game, named(0, 3))
    pass_until(game, lambda: sandbox.requests_to("events"), within=2)
    game.uw.stop()
    assert len(sandbox.requests_to("events")) == 1


def test_a_stop_and_a_start_at_once_deliver_each_action(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker of before has a reply in its hands when the next one begins: nobody is to settle twice."""
    act = SessionApi.act
    replied, go_on = threading.Event(), threading.Event()

    def act_slowly(self: SessionApi, batch: Batch, session_id: str) -> Any:
        reply = act(self, batch, session_id)
        if not replied.is_set():
            replied.set()
            go_on.wait(5)
        return reply

    monkeypatch.setattr(SessionApi, "act", act_slowly)
    game = until_online(play())
    assign(game, named(0, 300))
    assert replied.wait(5)
    game.uw.stop(timeout=0)
    game.uw.start()
    assign(game, named(300, 400))
    for _ in range(100):  # as far as it may come while the other is still there
        game.uw.pump()
        time.sleep(0.001)
    go_on.set()
    game.until(lambda: first_of_each(heard(sandbox)) == named(0, 400))


def test_a_process_that_ends_without_a_stop_loses_nothing(sandbox: Sandbox, play: Play, data: Path) -> None:
    program = f"""
import sys
from uwclient import PlayerEvent, UserWise
uw = UserWise({sandbox.api_key!r}, {PLAYER!r}, host={sandbox.url!r}, data_dir={str(data)!r})
uw.start()
for number in range(500):
    uw.assign_event(PlayerEvent(f"e{{number}}"))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, timeout=20, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")

    game = play()
    game.until(lambda: first_of_each(heard(sandbox)) == named(0, 500) and not logs(data))
    game.uw.stop()
    assert queue_files(data) == []


@pytest.mark.parametrize("room", [0, 100_000])
def test_a_stop_on_a_full_disk_is_on_time_and_what_is_in_memory_is_delivered_after_the_next_start(
    sandbox: Sandbox, play: Play, data: Path, room: int
) -> None:
    game = until_online(play())
    game.until_loaded()
    sandbox.stop()
    with no_room_for_files_longer_than(room):
        assign(game, named(0, MANY))
        assert seconds_of(game.uw.stop) < 5.0
    sandbox.start()
    game.uw.start()
    game.until(lambda: sandbox.player(PLAYER).event_count >= MANY)
    assert heard(sandbox) == named(0, MANY)
    game.uw.stop()
    assert [path for path in queue_files(data) if path.suffix != ".damaged"] == [], "one line may have been torn"


def test_a_stop_on_a_full_disk_delivers_what_is_in_memory(sandbox: Sandbox, play: Play) -> None:
    game = until_online(play())
    game.until_loaded()
    with no_room_for_files_longer_than(100):
        assign(game, named(0, 250))
        game.uw.stop()
    assert heard(sandbox) == named(0, 250)
