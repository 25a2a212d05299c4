"""While thousands of records are loaded, the rest goes on, also for a game that does not pump meanwhile."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PLAYER, until
from uwclient import PlayerEvent, UserWise, throttle
from uwclient.background import delivery, set_aside, sync
from uwclient.background import loading as loading_module
from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.conftest import Game, Play

RECORDS = 1000
SLOWLY = 0.02
"""Seconds of rest after each burst, so that a load takes seconds on any machine."""

KILLS = 6
STOPS_WITHIN = 5.0
WAITING = 2000
LATE = 0.03
"""Seconds until the platform has taken an action."""

GAME = Path(__file__).with_name("collected_game.py")
ROOT = Path(__file__).parents[2]


def publish(sandbox: Sandbox, version: int = 0) -> None:
    for number in range(RECORDS):
        sandbox.publish("events", id=f"e{number}", data={"version": version})


@pytest.fixture
def loading(sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch) -> Game:
    """A game that takes long to load the events that it has got from the platform, and has not pumped yet."""
    monkeypatch.setattr(throttle, "REST", SLOWLY)
    monkeypatch.setattr(delivery, "LINGER", 0.0)
    publish(sandbox)
    game = play()
    sandbox.wait_for(lambda: is_answered(sandbox, "campaign_events"))
    return game


def has_all(uw: UserWise) -> bool:
    return len(uw.events.active) == RECORDS


def is_answered(sandbox: Sandbox, path: str) -> bool:
    return any(request.path.endswith(path) and request.status == 200 for request in sandbox.requests)


def test_actions_are_delivered_in_the_middle_of_a_load(sandbox: Sandbox, loading: Game) -> None:
    loading.uw.assign_event(PlayerEvent("boss"))
    sandbox.wait_for(lambda: sandbox.player(PLAYER).event_count == 1)
    loading.uw.assign_event(PlayerEvent("dragon"))
    sandbox.wait_for(lambda: sandbox.player(PLAYER).event_count == 2)

    assert not is_answered(sandbox, "messages"), "the events are still being loaded"
    throttle.REST = 0.0
    loading.until_loaded()
    assert len(loading.uw.events.active) == RECORDS


def test_thousands_of_waiting_actions_do_not_hold_up_content(
    sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_aside, "LARGEST_BATCH", 1)
    publish(sandbox)
    earlier = play()
    for number in range(WAITING):
        earlier.uw.assign_event(PlayerEvent("left", {"number": number}))
    earlier.uw.stop(0.0)
    sandbox.forget_requests()
    sandbox.faults.hang("*/events", LATE, times=None)

    game = play()
    game.until_loaded()
    assert sandbox.player(PLAYER).event_count < WAITING, "many wait still"
    asked = {
        path: next(r for r in sandbox.requests if r.path.endswith(path)) for path in ("campaign_events", "messages")
    }
    first, last = asked["campaign_events"], asked["messages"]
    taken = [r for r in sandbox.requests if r.path.endswith("/events") and first.number < r.number < last.number]
    assert taken, "some were delivered meanwhile"
    assert len(taken) * LATE <= 0.6 * (last.at - first.at).total_seconds(), "they take half of the time, at most"


def test_a_session_that_ends_in_the_middle_of_a_load_is_followed_by_another(sandbox: Sandbox, loading: Game) -> None:
    refusal = {"errors": ["there is no such session"]}
    sandbox.faults.respond("*/events", status=404, body=refusal)
    sandbox.faults.respond("*/sessions/*", status=404, body=refusal)

    loading.uw.assign_event(PlayerEvent("boss"))
    sandbox.wait_for(lambda: any("/sessions/" in request.path for request in sandbox.requests))
    throttle.REST = 0.0
    loading.until(lambda: sandbox.player(PLAYER).event_count == 1)
    loading.until_loaded()

    assert len(sandbox.player(PLAYER).sessions) == 2
    assert len(loading.uw.events.active) == RECORDS


@pytest.fixture
def played(sandbox: Sandbox, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first run has left its content, and the next run reads it slowly."""
    publish(sandbox)
    first = play()
    first.until_loaded()
    first.uw.stop()
    monkeypatch.setattr(loading_module, "PART", 100)
    monkeypatch.setattr(sync, "READING", 0.0)
    monkeypatch.setattr(throttle, "REST", SLOWLY)


@pytest.mark.usefixtures("played")
def test_cached_content_is_shown_while_more_is_read(sandbox: Sandbox, play: Play) -> None:
    sandbox.stop()
    game = play()
    game.until(lambda: bool(game.uw.events.active))

    assert not has_all(game.uw), "the others are still being read"
    assert game.loads("events") == []
    throttle.REST = 0.0
    game.until(lambda: has_all(game.uw) and bool(game.loads("events")))
    assert game.loads("events") == [{"from_api": False, "from_cache": True}]
    assert game.seen.ids("events", "on_active") == [f"e{number}" for number in range(RECORDS)]


@pytest.mark.usefixtures("played")
def test_the_session_does_not_wait_until_the_cache_is_read(sandbox: Sandbox, play: Play) -> None:
    sandbox.withdraw("e7")
    game = play()
    game.until(lambda: game.uw.is_session_initialized)

    assert len(game.uw.events.active) < RECORDS - 1, "the others are still being read"
    throttle.REST = 0.0
    game.until_loaded()
    assert [event.id for event in game.uw.events.active] == [f"e{n}" for n in range(RECORDS) if n != 7]
    assert len(game.seen.ids("events", "on_active")) in (RECORDS - 1, RECORDS), "e7 may be seen before it is known"


def test_a_stop_in_the_middle_of_a_load_is_quick(loading: Game) -> None:
    began = time.monotonic()
    loading.uw.stop()
    assert time.monotonic() - began < STOPS_WITHIN


def test_a_game_that_is_killed_in_a_refresh_starts_with_all_records_of_one_moment(
    sandbox: Sandbox, play: Play, tmp_path: Path
) -> None:
    publish(sandbox)
    source = random.Random(2026)
    known = 0
    for version in range(1, KILLS + 1):
        arguments = [sandbox.url, sandbox.api_key, str(tmp_path / "data"), str(RECORDS)]
        command = [sys.executable, str(GAME), *arguments]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as game:
            assert game.stdin is not None
            assert game.stdout is not None
            assert game.stdout.readline() == "playing\n"
            with sandbox._platform.backend.lock:  # a poll of the game meets all changes or none
                for number in range(RECORDS):
                    sandbox.change(f"e{number}", data={"version": version})
            game.stdin.write("refresh\n")
            game.stdin.flush()
            time.sleep(source.uniform(0.0, 0.8))  # so that the kill meets any moment of the refresh
            game.kill()
        sandbox.stop()
        offline = play()
        until(partial(has_all, offline.uw), offline.uw)
        found = {event.data["version"] for event in offline.uw.events.active}
        assert len(found) == 1
        assert min(found) >= known, "what was kept before is not older"
        known = min(found)
        assert offline.seen.of("client", "on_storage_failed") == []
        offline.uw.stop()
        sandbox.start()
