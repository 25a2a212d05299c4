"""What weeks on virtual time cost: worlds with their players, from making them to the last moment.

The platform asks for a poll each minute, as it does by default; each player has the real client.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import Figure, Figures
from tests.qa.conftest import season
from uwclient.qa import World

SEASON = Path(__file__).parents[2] / "examples" / "hero_wars" / "season.yaml"
TURNS = 5

CASES = {
    "two weeks, 20 campaigns, one player": (season(20), 14, 1, 1.0),
    "two weeks, 20 campaigns, ten players": (season(20), 14, 10, 5.0),
    "28 days of the sample season, one player": (SEASON, 28, 1, 2.0),
    "two weeks, 10,000 campaigns, one player": (season(10_000), 14, 1, 20.0),
}
"""What is played: the scenario, for how many days, by how many players, and the limit in seconds."""


def weeks(scenario: Any, days: int, players: int) -> float:
    """How many seconds a world takes, from making it to its end."""
    began = time.perf_counter()
    with World(scenario) as world:
        for number in range(players):
            world.player(f"hero-{number}")
        world.skip(days=days)
        taken = time.perf_counter() - began
        assert len(world.timeline.only("active")) >= 20 * players
    return taken


@pytest.mark.parametrize("row", CASES)
def test_weeks_take_seconds(row: str, figures: Figures) -> None:
    scenario, days, players, limit = CASES[row]
    taken = [weeks(scenario, days, players) for _ in range(TURNS)]
    print(f"\n  {row}: median {statistics.median(taken):.2f} s, worst {max(taken):.2f}")
    figures.add(Figure("worlds", row, taken, unit="s", headline=row.startswith("28 days")))
    assert statistics.median(taken) <= limit
