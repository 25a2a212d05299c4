"""A game that is killed at any moment has lost nothing of what had returned; two games at once do not quarrel."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.actions.hostile_proxy import HostileProxy
from tests.actions.playing import action_requests, assign, first_of_each, heard, named, queue_files, until_heard
from tests.conftest import PLAYER, Game, Play
from uwclient import PlayerEvent
from uwclient.disk import outbox, outbox_recovery
from uwclient.sandbox import Sandbox

KILLS = int(os.environ.get("UWCLIENT_KILLS", "20"))
"""How often games are killed at random moments; CI may want 200."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork and are killed")
GAME_PROCESS = Path(__file__).with_name("game_process.py")
ROOT = GAME_PROCESS.parents[2]


class Child:
    """A game in another process."""

    def __init__(self, process: subprocess.Popen[bytes], order: dict[str, object]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._output = process.stdout
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        self.id = int(self._output.readline())
        self.returned = -1

    def wait_for(self, number: int) -> None:
        """Wait until this call has returned."""
        while self.returned < number:
            self.returned = int(self._output.readline())

    def kill(self) -> int:
        """Kill it now; how many calls had returned."""
        os.kill(self.id, signal.SIGKILL)
        while (line := self._output.readline()) != b"dead\n":
            assert line, "the process of games is gone"
            if line.strip():
                self.returned = int(line)
        return self.returned + 1


class GameProcesses:
    """Owns the process that games are forked from."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process = subprocess.Popen(
            [sys.executable, str(GAME_PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        self._children: list[Child] = []

    def play(self, sandbox: Sandbox, player: str = PLAYER, **wanted: object) -> Child:
        """A game that does `count` things, and then waits to be killed."""
        order = {
            "api_key": sandbox.api_key,
            "host": sandbox.url,
            "data_dir": str(self._data),
            "player": player,
            "first": 0,
            "count": 2000,
            "start": True,
            "online": False,
            "regions": 0,
            "pause": 0.0,
            "segment_bytes": 1 << 20,
            "impatient": False,
            **wanted,
        }
        return Child(self._process, order)

    def close(self) -> None:
        """End the process; its children have been killed."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def processes(data: Path) -> Iterator[GameProcesses]:
    made = GameProcesses(data)
    yield made
    made.close()


def everything(sandbox: Sandbox, player: str) -> list[str]:
    """The names of events and regions, in the order of their arrival."""
    names: list[str] = []
    for request in action_requests(sandbox, player):
        if request.status is not None:
            body = request.json
            names += [one["event_id"] for one in body["events"]] if "events" in body else [body["region"]["name"]]
    return names


def deliver(play: Play, sandbox: Sandbox, player: str, **options: Any) -> Game:
    """The next run, until it has delivered everything; stopped."""
    game = play(player, **options)
    game.uw.assign_event(PlayerEvent("the last"))
    game.until(lambda: "the last" in heard(sandbox, player)[-1:])
    game.uw.stop()
    return game


@pytest.mark.usefixtures("no_linger")
def test_a_game_that_is_killed_at_a_random_moment_has_lost_nothing(
    sandbox: Sandbox, play: Play, processes: GameProcesses, data: Path
) -> None:
    source = random.Random(2026)
    for trial in range(KILLS):
        player = f"hero-{trial}"
        child = processes.play(
            sandbox,
            player,
            start=trial % 3 != 0,
            online=trial % 3 == 1,
            regions=source.choice((0, 0, 7)),
            segment_bytes=source.choice((1 << 20, 1 << 20, 700)),
        )
        child.wait_for(source.randrange(0, 300))
        time.sleep(source.uniform(0.0, 0.003))  # so that the kill meets any moment of a call
        returned = child.kill()
        deliver(play, sandbox, player)

        names = everything(sandbox, player)
        assert names.pop() == "the last"
        arrived = first_of_each(names)
        assert arrived == named(0, len(arrived)), f"not in order, trial {trial}"
        assert len(arrived) in (returned, returned + 1), f"trial {trial}: {returned} calls had returned"
    assert queue_files(data) == []


@pytest.fixture
def proxy(sandbox: Sandbox) -> Iterator[HostileProxy]:
    made = HostileProxy(sandbox, seed=2026)
    yield made
    made.close()


@pytest.mark.usefixtures("no_linger")
def test_a_game_that_is_killed_behind_a_hostile_network_has_lost_nothing(
    sandbox: Sandbox, play: Play, processes: GameProcesses, data: Path, proxy: HostileProxy
) -> None:
    """Whatever part of the replies is none of the platform's: everything arrives, in order."""
    source = random.Random(711)
    for trial in range(KILLS):
        player = f"hero-{trial}"
        proxy.share = trial / max(1, KILLS - 1)
        done = 0
        for _ in range(source.choice((1, 1, 2))):
            child = processes.play(
                sandbox,
                player,
                host=proxy.url,
                first=done,
                count=source.randrange(1, 120),
                impatient=True,
                pause=0.001,
                regions=source.choice((0, 0, 7)),
                segment_bytes=source.choice((1 << 20, 700)),
            )
            child.wait_for(done)
            time.sleep(source.uniform(0.0, 0.4))  # so that the kill meets any moment of the delivery
            done = max(done, child.kill())
        proxy.share = 0.0
        deliver(play, sandbox, player, host=proxy.url)

        arrived = first_of_each(everything(sandbox, player))
        assert arrived.pop() == "the last"
        assert arrived == named(0, len(arrived)), f"not in order, trial {trial}"
        assert len(arrived) in (done, done + 1), f"trial {trial}: {done} calls had returned"
    assert queue_files(data) == []


def test_a_game_that_dies_twice_has_lost_nothing(
    sandbox: Sandbox, play: Play, processes: GameProcesses, data: Path
) -> None:
    first = processes.play(sandbox, count=150, start=False)
    first.wait_for(149)
    first.kill()
    sandbox.faults.hang("*", times=None)
    second = processes.play(sandbox, count=0)
    sandbox.wait_for_requests(PLAYER)
    second.kill()
    sandbox.faults.clear()

    deliver(play, sandbox, PLAYER)
    assert heard(sandbox) == [*named(0, 150), "the last"]
    assert queue_files(data) == []


def test_a_game_that_is_killed_while_it_delivers_repeats_no_more_than_one_request(
    sandbox: Sandbox, play: Play, processes: GameProcesses
) -> None:
    child = processes.play(sandbox, count=1000, start=True, online=True)
    sandbox.wait_for(lambda: sandbox.player(PLAYER).event_count >= 200)
    returned = child.kill()
    deliver(play, sandbox, PLAYER)
    names = heard(sandbox)[:-1]
    assert first_of_each(names) == named(0, len(first_of_each(names)))
    assert len(first_of_each(names)) >= returned
    assert len(names) - len(first_of_each(names)) <= 100


# Two games at once.


def test_a_second_game_leaves_the_queue_of_the_first_alone_and_says_so(
    sandbox: Sandbox, play: Play, processes: GameProcesses, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    child = processes.play(sandbox, count=50, start=False)
    child.wait_for(49)

    game = play()
    game.until_loaded()
    assign(game, named(100, 120))
    until_heard(game, sandbox, 20)
    assert heard(sandbox) == named(100, 120)
    assert len([record for record in caplog.records if "Another copy" in record.getMessage()]) == 1
    game.uw.stop()
    assert child.kill() == 50

    deliver(play, sandbox, PLAYER)
    assert heard(sandbox) == [*named(100, 120), *named(0, 50), "the last"]
    assert queue_files(data) == []


def test_two_games_that_play_at_once_deliver_each_action_once(
    sandbox: Sandbox, play: Play, processes: GameProcesses
) -> None:
    game = play()
    child = processes.play(sandbox, count=600, online=True)
    for number in range(600):
        assign(game, [f"mine-{number}"])
        game.uw.pump()
    child.wait_for(599)
    until_heard(game, sandbox, 1200)
    game.uw.stop()
    child.kill()

    names = heard(sandbox)
    assert [name for name in names if name.startswith("e")] == named(0, 600)
    assert [name for name in names if name.startswith("mine")] == [f"mine-{number}" for number in range(600)]


def test_two_clients_in_one_process_deliver_each_action_once(
    sandbox: Sandbox, play: Play, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = play()
    assign(one, named(0, 150))
    other = play()
    assign(other, named(200, 350))
    one.until(lambda: other.uw.pump() >= 0 and sandbox.player(PLAYER).event_count >= 300)
    for game in (one, other):
        game.uw.stop()

    names = heard(sandbox)
    assert [name for name in names if int(name[1:]) < 200] == named(0, 150)
    assert [name for name in names if int(name[1:]) >= 200] == named(200, 350)
    assert "Another copy" in caplog.text
    assert queue_files(data) == []


def test_a_game_alone_does_not_speak_of_another(
    sandbox: Sandbox, play: Play, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even when its first action comes at the very moment in which it looks for others."""
    game = play(virtual=True, start=False)
    look = outbox.run_folders

    def act_and_look(folder: Path) -> list[Path]:
        if not heard(sandbox) and not queue_files(folder.parent):
            assign(game, ["first"])
        return look(folder)

    monkeypatch.setattr(outbox_recovery, "run_folders", act_and_look)
    game.uw.start()
    game.until_loaded()
    assert "Another copy" not in caplog.text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_leaves_its_parents_queue_alone(sandbox: Sandbox, play: Play, data: Path) -> None:
    program = f"""
import os, sys, time
from uwclient import PlayerEvent, UserWise
uw = UserWise("another key", {PLAYER!r}, host={sandbox.url!r}, data_dir={str(data)!r})
uw.start()
for number in range(5):
    uw.assign_event(PlayerEvent(f"e{{number}}"))
child = os.fork()
if child == 0:
    assert not uw.is_running
    uw.assign_event(PlayerEvent("e100"))
    uw.stop()
    os._exit(0)
os.waitpid(child, 0)
for number in range(5, 10):
    uw.assign_event(PlayerEvent(f"e{{number}}"))
os._exit(0)
"""
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=20, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr  # the parent may notice its child's queue, and say so
    written = [path.read_bytes().count(b"event_id") for path in sorted(data.rglob("*.log"))]
    assert sorted(written) == [1, 10]
