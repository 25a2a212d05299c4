"""Owns a game in a process of its own that has very much: see `test_scale.py`.

`python -m tests.benchmarks.large_game ROLE COUNT ADDRESS FOLDER …` measures, and prints a line of JSON.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

from tests.benchmarks.large_platform import EVENT, KINDS
from uwclient import PlayerEvent, UserWise

FRAME = 1 / 60
CHANGED = 10
REFRESHES = 20
BUDGET_MS = 1.0


def client(address: str, folder: str) -> UserWise:
    return UserWise("key", "hero-42", host=address, data_dir=folder)


def megabytes() -> float:
    """The memory that this process takes now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def pump_until(uw: UserWise, done: Callable[[], bool], budget_ms: float | None = None) -> float:
    """Play frames until something has happened; the seconds that it took."""
    began = time.perf_counter()
    while not done():
        uw.pump(budget_ms)
        time.sleep(0.004)
    return time.perf_counter() - began


def pump_for(uw: UserWise, seconds: float) -> None:
    ends = time.perf_counter() + seconds
    pump_until(uw, lambda: time.perf_counter() >= ends)


def live(records: int, address: str, folder: str) -> dict[str, float | list[float]]:
    """Have all records live; what a pump, and a refresh that changes ten, cost then."""
    uw = client(address, folder)
    before = megabytes()
    uw.start()
    took = pump_until(uw, lambda: number_live(uw) == records // len(KINDS) * len(KINDS), 10.0)
    pump_for(uw, 1.0)
    memory = megabytes() - before
    rounds = []
    for _ in range(200):
        began = time.perf_counter()
        for _ in itertools.repeat(None, 1000):
            uw.pump()
        rounds.append((time.perf_counter() - began) * 1000)
    costs = []
    for _ in range(REFRESHES):
        requests.post(f"{address}/change/{CHANGED}", timeout=60)
        costs.append(work_of_a_refresh(uw))
    uw.stop()
    return {
        "idle_pump_us": rounds,
        "ten_changed_ms": costs,
        "first_load_s": round(took, 1),
        "memory_mb": round(memory),
    }


def number_live(uw: UserWise) -> int:
    """How many records are live, without a tuple of them all for each frame."""
    return sum(len(module._active) for module in (uw.events, uw.messages, uw.offers, uw.remote_configs))


def again(records: int, address: str, folder: str) -> dict[str, float]:
    """Start with so many records in the cache; the seconds until there are a session and content, and all."""
    uw = client(address, folder)
    uw.start()
    usable = pump_until(uw, lambda: uw.is_session_initialized and number_live(uw) > 0)
    rest = pump_until(uw, lambda: number_live(uw) == records // len(KINDS) * len(KINDS), 5.0)
    return {"usable_s": round(usable, 2), "all_s": round(usable + rest, 1)}


def work_of_a_refresh(uw: UserWise) -> float:
    """The milliseconds that the pumps of a refresh took which had something to do: hundreds of others have not."""
    recorder = uw.diagnostics._recorder
    updates: list[str] = []
    done: list[bool] = []
    uw.events.on_updated.connect(hear := lambda _, record, previous: updates.append(record.id))
    uw.refresh_content(done.append, timeout=120)
    cost = 0.0
    while not done:
        began = time.thread_time()
        uw.pump()
        took = time.thread_time() - began
        if recorder.busy_frames[-1] == recorder.frame:
            cost += took
        time.sleep(0.002)
    uw.events.on_updated.disconnect(hear)
    assert (done, len(updates)) == ([True], CHANGED)
    return cost * 1000


def burst(calls: int, address: str, folder: str) -> dict[str, list[float]]:
    """Report events in bursts; what each call costs, and its JSON and one write beside it."""
    uw = client(address, folder)
    file = os.open(Path(folder) / "beside", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    own: list[float] = []
    beside: list[float] = []

    def write(number: int) -> None:
        attributes = [
            {"name": "number", "value": number, "data_type": "integer"},
            {"name": "hero", "value": "knight", "data_type": "string"},
            {"name": "damage", "value": 7.5, "data_type": "float"},
        ]
        os.write(file, json.dumps({"event_id": "enemy_defeated", "attributes": attributes}).encode() + b"\n")

    def report(number: int) -> None:
        uw.assign_event(PlayerEvent("enemy_defeated", {"number": number, "hero": "knight", "damage": 7.5}))

    for _ in range(calls // 1000):  # in turn, so that a noisy moment is not of one alone
        for times, call in ((own, report), (beside, write)):
            for number in range(1000):
                began = time.perf_counter_ns()
                call(number)
                times.append((time.perf_counter_ns() - began) / 1000)
    os.close(file)
    return {"call_us": own, "beside_us": beside}


def fill(actions: int, address: str, folder: str) -> dict[str, float]:
    """Report so many events before a start, and end without a stop, as a game that is killed."""
    uw = client(address, folder)
    before = megabytes()
    tenths = []
    for _ in range(10):
        began = time.perf_counter()
        for number in range(actions // 10):
            uw.assign_event(PlayerEvent("enemy_defeated", {"number": number}))
        tenths.append((time.perf_counter() - began) / (actions // 10) * 1e6)
    memory = round(megabytes() - before)
    return {"first_tenth_us": round(tenths[0], 1), "last_tenth_us": round(tenths[-1], 1), "memory_mb": memory}


def restart(actions: int, address: str, folder: str) -> dict[str, float]:
    """Start beside what was left; how long it is until there are content and a session, and actions arrive."""
    uw = client(address, folder)
    before = megabytes()
    began = time.perf_counter()
    uw.start()
    recorder = uw.diagnostics._recorder
    pump_until(uw, lambda: bool(uw.is_session_initialized and uw.events.active and recorder.delivery))
    return {
        "usable_s": round(time.perf_counter() - began, 2),
        "memory_mb": round(megabytes() - before),
        "waiting": recorder.waiting,
    }


def campaigns(count: int, address: str, folder: str) -> dict[str, float | list[float]]:
    """Load so many campaigns; what actions cost that meet none, and that trigger one after the other.

    Then another player is played: what the frames of that cost.
    """
    uw = client(address, folder)
    before = megabytes()
    uw.start()
    pump_until(uw, lambda: len(uw.campaigns.loaded) == count, 10.0)
    pump_for(uw, 1.0)
    memory = megabytes() - before
    none: list[float] = []
    one: list[float] = []
    for number in range(2000):
        for times, score in ((none, -1), (one, number % count * 10)):
            began = time.perf_counter()
            uw.assign_event(PlayerEvent(EVENT, {"score": score}))
            times.append((time.perf_counter() - began) * 1e6)
        uw.pump()
    return {
        "meets_none_us": none,
        "triggers_one_us": one,
        "leaves_ms": frames_of_a_switch(uw),
        "memory_mb": round(memory),
    }


def frames_of_a_switch(uw: UserWise) -> list[float]:
    """The milliseconds that each frame takes in which another player comes, with their campaigns."""
    frames: list[float] = []
    ends = time.perf_counter() + 2.0
    while time.perf_counter() < ends:
        began = time.thread_time()
        if not frames:
            uw.switch_player("hero-43")
        uw.pump(BUDGET_MS)
        frames.append((time.thread_time() - began) * 1000)
        time.sleep(FRAME / 4)
    return frames


ROLES: dict[str, Callable[..., object]] = {
    role.__name__: role for role in (live, again, burst, fill, restart, campaigns)
}


if __name__ == "__main__":
    role, count, *arguments = sys.argv[1:]
    print(json.dumps(ROLES[role](int(count), *arguments)), flush=True)
    os._exit(0)  # as a game that is killed
