"""How long the sandbox takes to find who is in a segment, and in which segments a player is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.segment_platform import (
    EVENT_IDS,
    add_campaigns,
    add_events,
    add_players,
    add_segments,
    condition,
)
from uwclient.sandbox import Sandbox

NEVER_BOUGHT = [{"logical_operator": "not", "event_ids": ["bought"]}]
BOUGHT_DEAR = [{"event_sets": [{"event_id": "bought", "attributes": [condition("price", "greater_than", 20)]}]}]
SEGMENTS: dict[str, dict[str, Any]] = {
    "level above 10": {"attributes": [condition("level", "greater_than", 10)]},
    "level above 10, and never bought": {
        "attributes": [condition("level", "greater_than", 10)],
        "events": NEVER_BOUGHT,
    },
    "three attributes, one of them a part of a name": {
        "attributes": [
            condition("joined", "less_than", "2026-08-01T00:00:00Z"),
            condition("country", "equal", "DE", "US"),
            condition("name", "contain", "of 0.1"),
        ]
    },
    "bought for more than 20": {"events": BOUGHT_DEAR},
    "six conditions on attributes": {
        "attributes": [
            condition("level", "greater_than", 10),
            condition("level", "less_than", 50),
            condition("coins", "between", 100, 900),
            condition("country", "equal", "DE", "US"),
            condition("name", "contain", "of 0."),
            condition("joined", "less_than", "2026-08-01T00:00:00Z"),
        ]
    },
    "six event sets of two conditions": {
        "events": [
            {
                "group_logical_operator": joined_by,
                "logical_operator": logical,
                "event_sets": [
                    {
                        "event_id": event_id,
                        "attributes": [
                            condition("price", "greater_than", price),
                            condition("sku", "equal", "a", "b"),
                        ],
                    }
                    for event_id in ("level_up", "bought", "won")
                ],
            }
            for joined_by, logical, price in (("and", "or", 10), ("and", "not", 45))
        ]
    },
}


@pytest.fixture(scope="module")
def crowded() -> Sandbox:
    sandbox = Sandbox()
    add_players(sandbox, 100_000)
    for name, fields in SEGMENTS.items():
        sandbox.define_segment(name, **fields)
    return sandbox


@pytest.fixture(scope="module")
def busy() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        add_players(sandbox, 10_000)
        add_segments(sandbox, 200)
        add_campaigns(sandbox, 1000, 5)
        yield sandbox


@pytest.mark.parametrize("name", SEGMENTS)
def test_a_segment_of_many_players_is_counted(name: str, crowded: Sandbox, figures: Figures) -> None:
    values = timed(lambda: crowded.segments.count(name), 15)

    report(figures, f"count, of 100,000 players: {name}", values)
    assert statistics.median(values) < 300


def test_the_audience_of_a_segment_is_counted(crowded: Sandbox, figures: Figures) -> None:
    values = timed(lambda: crowded.segments.audience("level above 10"), 15)

    report(figures, "`audience_stats`, of 100,000 players", values)
    assert statistics.median(values) < 300


@pytest.mark.parametrize("events", [10, 500])
def test_a_players_segments_are_found(events: int, busy: Sandbox, figures: Figures) -> None:
    add_events(busy, f"hero-{events}", [EVENT_IDS[number % len(EVENT_IDS)] for number in range(events)])
    busy.player(f"hero-{events}").set_attributes(level=30, country="DE", joined="2026-03-01T00:00:00Z")
    platform = busy._platform
    live = platform.environments.of_stage("live")
    assert live is not None
    values = timed(lambda: platform.segments.of(live.id, f"hero-{events}"), 200)

    report(figures, f"in which of 200 segments a player with {events} events is", values)
    assert statistics.median(values) < 5


def test_a_session_starts(busy: Sandbox, figures: Figures) -> None:
    client = requests.Session()
    numbers = iter(range(10_000))

    def start() -> None:
        url = f"{busy.url}/api/sdk/v1/appusers/player-{next(numbers):06}"
        answer = client.get(url, params={"environment_stage": "live", "language": "de", "api_key": busy.api_key})
        assert answer.ok, answer.text

    values = timed(start, 200)

    report(figures, "session start: 10,000 players, 200 segments, 1,000 campaigns of 5 contents", values)
    assert statistics.median(values) < 20


def timed(action: Callable[[], object], rounds: int) -> list[float]:
    """How many milliseconds each of so many rounds takes."""
    action()
    values = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        values.append((time.perf_counter() - began) * 1000)
    return values


def report(figures: Figures, row: str, values: list[float]) -> None:
    print(f"{row}: median {statistics.median(values):.2f} ms, worst {max(values):.2f} ms")
    figures.add(Figure("sandbox", row, values))
