"""What the tests of worlds share: a scenario with content of every kind, and worlds that are closed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from uwclient.qa import Player, World

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
KINDS = ("events", "messages", "offers", "remote_configs", "surveys")

MakeWorld = Callable[..., World]


def season(count: int = 20, days: float = 14, **scenario: Any) -> dict[str, Any]:
    """Content of all kinds in turn, each for twenty hours, whose starts are spread over the days."""
    content: dict[str, Any] = {"clock": START.isoformat(), **{kind: [] for kind in KINDS}, **scenario}
    for number in range(count):
        start = START + timedelta(hours=1) + number * timedelta(days=days) / count
        end = start + timedelta(hours=20)
        record = {"id": f"content-{number}", "start_at": start.isoformat(), "end_at": end.isoformat()}
        content[KINDS[number % len(KINDS)]].append(record)
    return content


def names(player: Player) -> list[str]:
    """The ids of the player's events that the platform knows."""
    return [event.event_id for event in player.on_platform.events]


@pytest.fixture
def make_world() -> Iterator[MakeWorld]:
    made: list[World] = []

    def make(scenario: Any = None, **arguments: Any) -> World:
        made.append(World(scenario, **arguments))
        return made[-1]

    yield make
    for world in made:
        world.close()
