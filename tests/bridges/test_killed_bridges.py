"""A bridge that is killed at any moment, between a partner and a platform that fail: nothing lost, order kept."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.hostile_proxy import HostileProxy
from tests.bridges.conftest import APP, events_of
from uwclient import UserWiseError
from uwclient.partners.testing import GrowSurfStandIn, growsurf_participant, growsurf_reward
from uwclient.sandbox import Sandbox

KILLS = int(os.environ.get("UWCLIENT_KILLS", "12"))
"""How often bridges are killed at random moments; CI may want 200."""

PATIENCE = 20.0
PROCESS = Path(__file__).with_name("bridge_process.py")
ROOT = PROCESS.parents[2]
PLAYERS = ("hero-1", "hero-2", "hero-3")
RULES = {
    "player": {"field": "participant.metadata.playerId"},
    "tell": [
        {
            "when": "PARTICIPANT_REACHED_A_GOAL",
            "attributes": {"latest": "reward.title"},
            "event": "goal",
            "with": {"number": "reward.title"},
        }
    ],
}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork and are killed")


class Bridges:
    """Owns the process that bridges are forked from; one of them runs at a time."""

    def __init__(self, host: str, sandbox: Sandbox, folder: Path, *, keyed: bool) -> None:
        userwise = {"host": host, "app_id": APP, "idempotency_key": keyed}
        order = {"api_key": sandbox.api_key, "userwise": userwise, "queue": str(folder / "queue"), **RULES}
        self._order = json.dumps(order).encode() + b"\n"
        self._process = subprocess.Popen(
            [sys.executable, str(PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        assert self._output.readline() == b"ready\n"
        self._child = 0

    def start(self) -> str:
        """Start a bridge, and return the URL of its endpoint."""
        self._input.write(self._order)
        self._input.flush()
        self._child, port = map(int, self._output.readline().split())
        return f"http://127.0.0.1:{port}/{'0123456789abcdef' * 2}"

    def kill(self) -> None:
        """Kill the bridge now."""
        os.kill(self._child, signal.SIGKILL)
        self._child = 0
        assert self._output.readline() == b"dead\n"

    def close(self) -> None:
        """End all of it."""
        if self._child:
            self.kill()
        self._process.kill()
        self._process.wait()
        self._input.close()
        self._output.close()


@pytest.fixture
def proxy(sandbox: Sandbox) -> Iterator[HostileProxy]:
    made = HostileProxy(sandbox, seed=2026)
    yield made
    made.close()


class GrowSurf:
    """Sends goals of three players, one after another; each again until it is acknowledged."""

    def __init__(self) -> None:
        self.sent = 0

    def send_until(self, url: str, stop: threading.Event, rng: random.Random) -> None:
        """Send to an endpoint, until it is gone or the sending ends; some goals are sent twice."""
        partner = GrowSurfStandIn(url)
        while not stop.is_set():
            who = growsurf_participant("p", playerId=PLAYERS[self.sent % len(PLAYERS)])
            try:
                again = 2 if rng.random() < 0.2 else 1
                statuses = [partner.reach_goal(who, self._reward()) for _ in range(again)]
            except UserWiseError:
                return
            assert statuses in ([204], [204, 204])
            self.sent += 1

    def _reward(self) -> dict[str, object]:
        return growsurf_reward(f"r{self.sent}", title=self.sent)


@pytest.mark.parametrize(("share", "keyed"), [(0.0, False), (0.4, False), (0.4, True)])
def test_nothing_is_lost_and_the_order_of_each_person_is_kept(
    sandbox: Sandbox, proxy: HostileProxy, tmp_path: Path, share: float, keyed: bool
) -> None:
    rng = random.Random(2026)
    bridges, growsurf = Bridges(proxy.url, sandbox, tmp_path, keyed=keyed), GrowSurf()
    try:
        for _ in range(KILLS):
            proxy.share = share
            url, stop = bridges.start(), threading.Event()
            sender = threading.Thread(target=growsurf.send_until, args=(url, stop, rng))
            sender.start()
            time.sleep(rng.uniform(0.0, 0.25))  # so that the kill meets any moment
            bridges.kill()
            stop.set()
            sender.join()
        proxy.share = 0.0
        bridges.start()
        wait_for_all(sandbox, growsurf.sent)
    finally:
        bridges.close()
    check(sandbox, growsurf.sent, most_doubles(share, keyed))


def most_doubles(share: float, keyed: bool) -> float:
    """None with keys; without spoiled replies one for each kill, which may lose the reply that comes just then."""
    if keyed:
        return 0
    return KILLS if share == 0.0 else float("inf")


def told(sandbox: Sandbox, player: str) -> list[int]:
    return [int(attributes["number"]) for _, attributes in events_of(sandbox, player)]


def wait_for_all(sandbox: Sandbox, sent: int) -> None:
    """Wait until all has arrived; patience begins anew with each arrival, however much waits."""
    before, ends_at = sent + 1, time.monotonic() + PATIENCE
    while missing := set(range(sent)) - {number for player in PLAYERS for number in told(sandbox, player)}:
        if len(missing) < before:
            before, ends_at = len(missing), time.monotonic() + PATIENCE
        assert time.monotonic() < ends_at, f"{len(missing)} have not arrived"
        time.sleep(0.2)  # to look takes time from the platform, which is in this process


def check(sandbox: Sandbox, sent: int, most: float) -> None:
    doubles = 0
    for place, player in enumerate(PLAYERS):
        numbers = told(sandbox, player)
        expected = list(range(place, sent, len(PLAYERS)))
        first_of_each = list(dict.fromkeys(numbers))
        assert first_of_each[: len(expected)] == expected
        assert len(first_of_each) <= len(expected) + 1  # one may have been taken before its sender heard of it
        counts = Counter(attributes["bridge_id"] for _, attributes in events_of(sandbox, player))
        assert len(counts) == len(first_of_each)
        doubles += len(numbers) - len(first_of_each)
    assert sent > KILLS
    assert doubles <= most
