"""What a studio's whole world costs the sandbox: 1,000 campaigns with 5 contents each, 100,000 players.

Run with `pytest tests/benchmarks/test_platform.py -s`. Medians and worst of one run, over HTTP where players ask.
"""

from __future__ import annotations

import base64
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from uwclient.sandbox import Sandbox

CAMPAIGNS = 1000
PLAYERS = 100_000
SEGMENTS = 20
ZONES = ("Europe/Berlin", "Etc/UTC", "Asia/Tokyo")
TYPES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("message", {"title": "A message", "body": "Its text"}),
    ("message", {"title": "Another"}),
    ("remote_config", {"json": {"hero": {"speed": 300}}}),
    ("survey", {"questions": [{"type": "open_ended", "text": "How was it?"}]}),
    ("push_notification", {"title": "Come back"}),
)
LIMITS_MS = {
    "session start": 20.0,
    "session list": 10.0,
    "list of campaigns": 10.0,
    "create": 10.0,
    "create, fill, share": 10.0,
    "publish": 10.0,
    "count of a segment": 300.0,
}


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    for number in range(SEGMENTS):
        condition = {"name": "level", "operator": "greater_than", "values": [number]}
        sandbox.define_segment(f"level {number}", attributes=[condition])
    for number in range(CAMPAIGNS):
        sandbox.releases.share(campaign(sandbox, number), "live", run=True)
    platform = sandbox._platform
    with platform.backend.storage.transaction():
        for number in range(PLAYERS):
            platform.players.set_attributes(f"player-{number}", {"level": number % 25, "country": f"c{number % 7}"})
    with sandbox:
        yield sandbox
    sandbox.check()


def campaign(sandbox: Sandbox, number: int) -> str:
    """A campaign with five contents; every third is for a segment."""
    platform = sandbox._platform
    segments = [row["id"] for row in platform.segments.all(platform.environments.dev.id)]
    chosen = [segments[number % SEGMENTS]] if number % 3 == 0 else []
    made = sandbox.campaigns.create(name=f"Campaign {number}", segment_ids=chosen)
    for kind, content in TYPES:
        sandbox.campaigns.add_content(made, kind, content=content)
    return made


def milliseconds(call: Callable[[int], object], count: int) -> list[float]:
    taken = []
    for number in range(count):
        begun = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def test_a_large_world_answers_quickly(world: Sandbox) -> None:
    http = requests.Session()
    http.trust_env = False
    http.headers["X-Api-Key"] = base64.b64encode(world.api_key.encode()).decode()
    base = f"{world.url}/api/sdk/v1/appusers"
    sessions: dict[int, str] = {}

    def start(number: int) -> None:
        body = {"environment_stage": "live", "timezone": ZONES[number % len(ZONES)]}
        sessions[number] = http.get(f"{base}/player-{number}", json=body).json()["session_id"]

    def ask(path: str) -> Callable[[int], object]:
        return lambda number: http.get(f"{base}/player-{number}/{path}", params={"session_id": sessions[number]})

    taken = {
        "session start": milliseconds(start, 100),
        "session list": milliseconds(ask("messages"), 100),
        "list of campaigns": milliseconds(ask("triggerable_campaigns"), 50),
        "create": milliseconds(lambda number: world.campaigns.create(name="New"), 50),
        "create, fill, share": milliseconds(
            lambda number: world.releases.share(campaign(world, number), "live", run=True), 50
        ),
        "publish": milliseconds(lambda number: world.publish("messages", id=f"new-{number}"), 50),
        "count of a segment": milliseconds(lambda number: world.segments.count(f"level {number}"), 9),
    }
    print()
    for name, times in taken.items():
        print(f"{name:22} median {statistics.median(times):8.2f} ms   worst {max(times):8.2f} ms")
    for name, times in taken.items():
        assert statistics.median(times) < LIMITS_MS[name], name
